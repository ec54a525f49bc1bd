"""A chart with everything that must stand beside it: what it finds, what it measures, its table, its sources and its caveat."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ..models import Confidence, Figure
from .drawing import ASIDE, CARDS, NARROW, PANEL, WIDE, Paper, Sheet, wrapped
from .kinds import Kind


@dataclass(frozen=True)
class Chart:
    """`title` says the finding, `sub` what is measured, where, when and in what; `desc` reads the picture to whoever cannot
    see it; `caveat` is printed under it."""

    letter: str
    slug: str
    title: str
    sub: str
    alt: str
    desc: str
    kinds: tuple[Kind, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[Figure, ...]
    caveat: str
    by: str  # the sources in a few words

    @property
    def metrics(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.metric for one in self.figures))

    @cached_property
    def narrow(self) -> str:
        return inside(self, NARROW)

    @cached_property
    def wide(self) -> str:
        return inside(self, WIDE)


def inside(chart: Chart, paper: Paper) -> str:
    """The picture for a page that prints title, table and sources around it."""
    sheet = Sheet(paper, f"{chart.slug}-{paper.name}")
    for kind in chart.kinds:
        kind.draw(sheet)
    return sheet.svg(title=chart.alt, desc=chart.desc)


def on_card(chart: Chart, *, style: str, room: tuple[float, float]) -> list[str]:
    """The drawings for a picture that is passed on: one, so wide that its letters are largest in that room; or each panel."""
    if len(chart.kinds) > 1:
        sheets = [_drawn(kind, PANEL, f"{chart.slug}-{place}") for place, kind in enumerate(chart.kinds)]
    else:
        tried = [_drawn(chart.kinds[0], paper, chart.slug) for paper in CARDS]
        sheets = [max(tried, key=lambda one: min(room[0] / one.paper.width, room[1] / one.height))]
    return [sheet.svg(title=chart.alt, desc=chart.desc, style=style) for sheet in sheets]


def _drawn(kind: Kind, paper: Paper, key: str) -> Sheet:
    sheet = Sheet(paper, key)
    kind.draw(sheet)
    return sheet


def alone(chart: Chart, *, promoter: str, style: str) -> str:
    """The picture as a file: with its finding, its measure, its sources and the promoter statement in it."""
    sheet = Sheet(WIDE, chart.slug)
    em = WIDE.font
    for text, kind in ((chart.title, "strong"), (chart.sub, "")):
        for words in wrapped(text, WIDE.width, em):
            sheet.height += em * 1.4
            sheet.text(0, sheet.height, words, kind=kind)
    sheet.height += em
    for drawn in chart.kinds:
        drawn.draw(sheet)
    for text in (chart.caveat, f"Source: {chart.by}", promoter):
        for words in wrapped(text, WIDE.width, em):
            sheet.height += em * 1.4
            sheet.text(0, sheet.height, words)
    sheet.height += em
    return sheet.svg(title=chart.alt, desc=chart.desc, style=style, aside=ASIDE)


def uncertain(figure: Figure) -> bool:
    """Drawn hollow: computed, ambiguous, or doubted."""
    return figure.confidence in (Confidence.LOW, Confidence.DERIVED)


def about(figure: Figure, shown: str) -> str:
    """A value as it stands beside its mark: “c.” where it was computed."""
    return f"c. {shown}" if figure.confidence is Confidence.DERIVED else shown
