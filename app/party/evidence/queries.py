"""Questions about the figures that come with the software. The files are read and checked once, when the house starts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from app.law.party_rules import add_months

from .models import Confidence, Conflict, Correction, Dataset, Figure, Kind, Source
from .rules import STALE_MONTHS, BadFigure, check_figure

HERE = Path(__file__).parent / "data"
COLUMNS = ["country", "year", "metric", "value", "unit", "currency", "source", "confidence"]
ABOVE = "as above"


def read(raw: bytes) -> tuple[Figure, ...]:
    """Every figure of a file. Raises BadFigure, naming the line, for one without a source or that cannot be what it says."""
    reader = csv.DictReader(io.StringIO(raw.decode("utf-8"), newline=""))
    if reader.fieldnames != COLUMNS:
        raise BadFigure(1, f"the columns must be {', '.join(COLUMNS)}")
    found: list[Figure] = []
    seen: set[tuple[str, int, str]] = set()
    for row in reader:
        found.append(_figure(row, reader.line_num, found[-1].source if found else None))
        key = (found[-1].country, found[-1].year, row["metric"])
        if key in seen:
            raise BadFigure(reader.line_num, f"{row['metric']!r} is there twice for {row['country']} {row['year']}")
        seen.add(key)
    return tuple(found)


def _figure(row: dict[str, str], line: int, above: Source | None) -> Figure:
    if None in row or any(value is None for value in row.values()):
        raise BadFigure(line, "a column is missing, or there is one too many: a comma in a text needs quotes around it")
    name, _, about = row["metric"].partition(": ")
    metric, _, when = name.strip().partition(" ")  # “… (reported Feb 2011)” belongs to what it is about
    source = source_of(row["source"].strip(), above)
    try:
        value, year, confidence = Decimal(row["value"]), int(row["year"]), Confidence(row["confidence"])
    except (InvalidOperation, ValueError):
        raise BadFigure(line, f"value {row['value']!r}, year {row['year']!r} or confidence {row['confidence']!r}") from None
    figure = Figure(
        country=row["country"],
        year=year,
        metric=metric,
        about=f"{about.strip()} {when}".strip(),
        value=value,
        unit=row["unit"].strip(),
        currency=row["currency"].strip(),
        source=source,
        confidence=confidence,
    )
    check_figure(figure, line)
    return figure


def source_of(text: str, above: Source | None) -> Source:
    """The source a row names. “as above” means that of the row before it; the first row has none above."""
    if text == ABOVE or text.startswith(ABOVE + " "):
        if above is None:
            return Source("", "")
        rest = text.removeprefix(ABOVE).strip()
        return Source(f"{above.text} {rest}".strip(), above.url)
    head, found, address = text.rpartition("http")
    return Source(head.strip(" —;"), (found + address).strip()) if found else Source(text, "")


def in_a_line(source: Source) -> str:
    """A source as it stands in a picture: its name and who published it. How it came to be read (“; read from a copy …”) is on
    the page of the figure."""
    return source.text.partition(";")[0].strip()


PUBLISHERS = tuple((name, Kind(kind)) for name, kind in json.loads((HERE / "publishers.json").read_bytes()))


def kind_of(source: Source) -> Kind:
    """Who published it: the first name of `data/publishers.json` that stands in the source’s last part. Raises LookupError."""
    part = source.text.rpartition(" — ")[2]
    found = next((kind for name, kind in PUBLISHERS if name in part), None)
    if found is None:
        raise LookupError(f"nobody in publishers.json published {part!r}")
    return found


def _dataset(slug: str, *, title: str, method: str, read_on: date) -> Dataset:
    raw = (HERE / f"{slug}.csv").read_bytes()
    figures = read(raw)
    for figure in figures:
        kind_of(figure.source)  # a publisher nobody has placed stops the house
    return Dataset(slug=slug, title=title, method=method, read_on=read_on, raw=raw, figures=figures)


BROADBAND = _dataset(
    "broadband",
    title="Broadband: prices, caps, use, speeds and cables",
    method=(
        "Each row is one number about one country and one year, as its source printed it. Nothing was adjusted for inflation. "
        "Rows marked “derived” were computed from other rows of the file; rows marked “memory” were read nowhere, and no chart "
        "and no calculator uses them."
    ),
    read_on=date(2026, 11, 23),
)
DATASETS = {BROADBAND.slug: BROADBAND}


def read_conflicts(raw: bytes, known: frozenset[str]) -> tuple[Conflict, ...]:
    """Where sources disagree. Raises BadFigure for one that is about no figure we have."""
    found = tuple(Conflict(**one) for one in json.loads(raw))
    for place, one in enumerate(found, 1):
        if one.metric not in known:
            raise BadFigure(place, f"a conflict about {one.metric!r}, which is no metric")
    return found


def read_corrections(raw: bytes) -> tuple[Correction, ...]:
    """What was corrected, newest first."""
    found = [Correction(**one | {"on": date.fromisoformat(one["on"])}) for one in json.loads(raw)]
    return tuple(sorted(found, key=lambda one: one.on, reverse=True))


CONFLICTS = read_conflicts((HERE / "conflicts.json").read_bytes(), frozenset(one.metric for one in BROADBAND.figures))
CORRECTIONS = read_corrections((HERE / "corrections.json").read_bytes())


def find(metric: str, country: str = "NZL", year: int | None = None, about: str = "") -> list[Figure]:
    """The figures we may publish, in the file’s order: one metric, one country; of one year and with certain words if asked."""
    return [
        figure
        for figure in BROADBAND.figures
        if figure.metric == metric
        and figure.country == country
        and figure.confidence is not Confidence.MEMORY
        and (year is None or figure.year == year)
        and about in figure.about
    ]


def get(metric: str, country: str = "NZL", year: int | None = None, about: str = "") -> Figure:
    """Exactly one such figure. Raises LookupError when there is none, or more than one."""
    found = find(metric, country, year, about)
    if len(found) != 1:
        raise LookupError(f"{len(found)} figures are {metric!r} {country} {year} {about!r}, not one")
    return found[0]


def of_metric(dataset: Dataset, metric: str) -> list[Figure]:
    return [figure for figure in dataset.figures if figure.metric == metric]


def metrics(dataset: Dataset) -> list[tuple[str, int]]:
    """The short names in the file’s order, and how many figures each has."""
    names: dict[str, int] = {}
    for figure in dataset.figures:
        names[figure.metric] = names.get(figure.metric, 0) + 1
    return list(names.items())


@dataclass(frozen=True)
class Read:
    """What was read at one source: who published it, under which short names, and how many figures."""

    source: Source
    kind: Kind
    metrics: tuple[str, ...]
    count: int


def sources(dataset: Dataset) -> dict[Confidence, list[Read]]:
    """Each source once, under the best confidence its figures have, the strongest kind of publisher first."""
    confidences, kinds = list(Confidence), list(Kind)
    held: dict[Source, list[Figure]] = {}
    for figure in dataset.figures:
        held.setdefault(figure.source, []).append(figure)
    grouped: dict[Confidence, list[Read]] = {level: [] for level in confidences}
    for source, figures in held.items():
        best = min((figure.confidence for figure in figures), key=confidences.index)
        names = tuple(dict.fromkeys(figure.metric for figure in figures))
        grouped[best].append(Read(source, kind_of(source), names, len(figures)))
    for found in grouped.values():
        found.sort(key=lambda one: (kinds.index(one.kind), one.source.text.casefold()))
    return {level: found for level, found in grouped.items() if found}


def by_source(figures: Iterable[Figure]) -> list[tuple[Source, list[list[Figure]]]]:
    """Each source once, in the order given; under it figures of one metric and one confidence stand together."""
    found: dict[Source, dict[tuple[str, ...], list[Figure]]] = {}
    for one in figures:
        alike = (one.metric, one.about, one.unit, one.confidence.value)
        found.setdefault(one.source, {}).setdefault(alike, []).append(one)
    return [(source, list(groups.values())) for source, groups in found.items()]


def stale(dataset: Dataset, *, on: date) -> bool:
    """Whether the file was last read against its sources more than 18 months before that day."""
    return add_months(dataset.read_on, STALE_MONTHS) < on


def conflicts_about(names: Iterable[str]) -> list[Conflict]:
    """Where sources disagree about any of these metrics."""
    return [one for one in CONFLICTS if one.metric in set(names)]


def rows(figures: Iterable[Figure]) -> Iterator[dict[str, str | int]]:
    """Figures as plain data, sources resolved; values as text, so that no digit is lost."""
    for one in figures:
        yield {
            "country": one.country,
            "year": one.year,
            "metric": one.metric,
            "about": one.about,
            "value": str(one.value),
            "unit": one.unit,
            "currency": one.currency,
            "source": one.source.text,
            "url": one.source.url,
            "kind": kind_of(one.source).value,
            "confidence": one.confidence.value,
        }
