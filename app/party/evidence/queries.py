"""Questions about the figures that come with the software. The files are read and checked once, when the house starts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from app.law.party_rules import add_months

from .models import Confidence, Conflict, Correction, Dataset, Figure, Source
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
    if any(value is None for value in row.values()):
        raise BadFigure(line, "a column is missing")
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


def _dataset(slug: str, *, title: str, method: str, read_on: date) -> Dataset:
    raw = (HERE / f"{slug}.csv").read_bytes()
    return Dataset(slug=slug, title=title, method=method, read_on=read_on, raw=raw, figures=read(raw))


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


def sources(dataset: Dataset) -> dict[Confidence, list[tuple[Source, list[str], int]]]:
    """Each source once, under the best confidence its figures have: the source, its metrics, and how many figures it has."""
    by_source: dict[Source, list[Figure]] = {}
    for figure in dataset.figures:
        by_source.setdefault(figure.source, []).append(figure)
    order = list(Confidence)
    grouped: dict[Confidence, list[tuple[Source, list[str], int]]] = {level: [] for level in order}
    for source, figures in by_source.items():
        best = min((figure.confidence for figure in figures), key=order.index)
        grouped[best].append((source, list(dict.fromkeys(figure.metric for figure in figures)), len(figures)))
    return {level: sorted(found, key=lambda one: one[0].text.casefold()) for level, found in grouped.items() if found}


def stale(dataset: Dataset, *, on: date) -> bool:
    """Whether the file was last read against its sources more than 18 months before that day."""
    return add_months(dataset.read_on, STALE_MONTHS) < on


def rows(dataset: Dataset) -> Iterator[dict[str, str | int]]:
    """The figures as plain data, sources resolved; values as text, so that no digit is lost."""
    for one in dataset.figures:
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
            "confidence": one.confidence.value,
        }
