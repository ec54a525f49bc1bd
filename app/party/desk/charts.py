"""Pictures of the desk: drawn here, as SVG, by the pens of the evidence room; the same numbers always make the same picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, log10

from app.party.evidence.charts.drawing import NARROW, WIDE, Paper, Sheet
from app.party.evidence.charts.kinds import Lines, Point, Series

from .queries.weeks import Week


@dataclass(frozen=True)
class Picture:
    """A chart, what it says to whoever cannot see it, and its numbers. `narrow` and `wide` are SVG."""

    slug: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    narrow: str
    wide: str


def by_week(weeks: Sequence[Week], *, title: str, came: str, gone: str, unit: str, week: str) -> Picture:
    """Who came and who went: two lines, told apart by dash and marker."""
    series = (
        Series("", tuple(Point(place, one.came) for place, one in enumerate(weeks)), 0),
        Series("", tuple(Point(place, one.gone) for place, one in enumerate(weeks)), 1),
    )
    lines = _lines(series, [one.ends_on for one in weeks], unit=f"{unit}: ● {came}, ■ {gone}")
    return _picture(
        "by-week", title, lines, (week, came, gone),
        tuple((_day(one.ends_on), f"{one.came:,}", f"{one.gone:,}") for one in weeks),
    )  # fmt: skip


def by_day(days: Sequence[tuple[date, int]], *, needed: int, title: str, count: str, unit: str, day: str, line: str) -> Picture:
    """How many count toward the number the Act asks for, as a step line, with that number as a level."""
    series = (Series("", tuple(Point(place, number) for place, (_on, number) in enumerate(days)), 0),)
    lines = _lines(series, [on for on, _number in days], unit=unit, level=(needed, line))
    return _picture("by-day", title, lines, (day, count), tuple((_day(on), f"{number:,}") for on, number in days))


def _lines(series: tuple[Series, ...], days: Sequence[date], *, unit: str, level: tuple[float, str] | None = None) -> Lines:
    most = max([1.0, *(point.y for one in series for point in one.points), *([level[0]] if level else [])])
    last = max(1, len(days) - 1)
    ticks = tuple(sorted({0, last // 4, last // 2, last * 3 // 4, last})) if len(days) > 1 else (0,)
    return Lines(
        series, across=(0, last), ticks=ticks, up=_scale(most), unit=unit, step=True, joined=bool(level), marked=False,
        level=level,
        tick_words=lambda place: _short(days[min(int(place), len(days) - 1)]), up_words=lambda number: f"{number:,.0f}",
    )  # fmt: skip


def _scale(most: float) -> tuple[float, ...]:
    """Four or five round numbers from zero up to what is drawn, or just above."""
    unit = 10 ** int(log10(most))
    step = next(one for one in (unit / 4, unit / 2, unit, unit * 2, unit * 2.5) if most / one <= 4 and (one >= 1))
    return tuple(step * place for place in range(ceil(most / step) + 1))


def _picture(slug: str, title: str, lines: Lines, columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Picture:
    told = "; ".join(": ".join((row[0], ", ".join(row[1:]))) for row in rows[-8:])
    drawn = {paper.name: _drawn(lines, paper, slug, title, told) for paper in (NARROW, WIDE)}
    return Picture(slug, title, columns, rows, drawn["narrow"], drawn["wide"])


def _drawn(lines: Lines, paper: Paper, slug: str, title: str, told: str) -> str:
    sheet = Sheet(paper, f"{slug}-{paper.name}")
    lines.draw(sheet)
    return sheet.svg(title=title, desc=told)


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def _short(on: date) -> str:
    return f"{on.day} {on:%b}"
