"""The kinds of chart: lines and steps, bars, dots, one stacked bar. Each draws itself on a sheet, below what is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import log10

from .drawing import Sheet, wrapped

THICK = 16  # of a bar
GLYPHS = 0.68  # values are wide: bold digits, in ems


@dataclass(frozen=True)
class Point:
    """A figure where it is drawn: hollow where it is uncertain, its value beside it; `roomy`: only where there is room."""

    x: float
    y: float
    label: str = ""
    hollow: bool = False
    below: bool = False
    roomy: bool = False


@dataclass(frozen=True)
class Series:
    """Points of one basis. Its name stands at its last point, or at point `named_at`, above or below it."""

    name: str
    points: tuple[Point, ...]
    number: int = 0
    named_at: int = -1
    name_below: bool = False
    name_lift: float = 0  # further away, in ems, where the values stand
    name_anchor: str = ""  # to which side of its point it runs; else towards the middle of the plot


@dataclass(frozen=True)
class Lines:
    """Years across, amounts up from zero. Points of neighbouring years are joined, missing years and breaks are not."""

    series: tuple[Series, ...]
    across: tuple[float, float]
    ticks: tuple[float, ...]
    up: tuple[float, ...]
    unit: str
    step: bool = False
    marked: bool = True  # at every point; else at the last, where there are too many
    joined: bool = False  # the value holds until the next point, however far that is, and until the end
    log: bool = False
    breaks: tuple[tuple[float, str, str], ...] = ()  # where, what it was before, what it is after
    level: tuple[float, str] | None = None
    heading: str = ""
    tick_words: Callable[[float], str] = field(default=lambda year: f"{year:g}")
    up_words: Callable[[float], str] = field(default=lambda amount: f"{amount:g}")

    def draw(self, sheet: Sheet) -> None:
        em = sheet.paper.font
        if self.heading:
            sheet.height += em * (2.4 if sheet.height else 1)
            for words in wrapped(self.heading, sheet.paper.width, em, sheet.paper.glyph):
                sheet.text(0, sheet.height, words, kind="strong")
                sheet.height += em * 1.35
        narrow = sheet.paper.sparse
        left = em * (0.75 + 0.58 * max(len(self.up_words(amount)) for amount in self.up))
        right, top = sheet.paper.width - em * (0.8 if narrow else 1.5), sheet.height + em * 2.6
        bottom = top + sheet.paper.plot

        def x(value: float) -> float:
            low, high = self.across
            share = (log10(value / low) / log10(high / low)) if self.log else (value - low) / (high - low)
            return left + share * (right - left)

        def y(value: float) -> float:
            return bottom - value / self.up[-1] * (bottom - top)

        sheet.text(0, sheet.height + em, self.unit)
        for amount in self.up:
            sheet.line(left, y(amount), right, y(amount), "axis" if not amount else "grid")
            sheet.text(left - em * 0.45, y(amount) + em * 0.35, self.up_words(amount), anchor="end")
        every = 2 if narrow and len(self.ticks) > 5 else 1
        for place, year in enumerate(self.ticks):
            sheet.line(x(year), bottom, x(year), bottom + 5, "axis")
            if (len(self.ticks) - 1 - place) % every == 0:
                words = self.tick_words(year)
                over = x(year) + em * GLYPHS * len(words) / 2 > sheet.paper.width
                end, anchor = (sheet.paper.width, "end") if over else (x(year), "middle")
                sheet.text(end, bottom + em * 1.5, words, anchor=anchor)
        for cut, before, after in self.breaks:
            sheet.line(x(cut) - 2, top - em, x(cut) - 2, bottom, "axis")
            sheet.line(x(cut) + 2, top - em, x(cut) + 2, bottom, "axis")
            sheet.text(x(cut) - 7, top - em * 0.3, before, anchor="end")
            sheet.text(x(cut) + 7, top - em * 0.3, after)
        if self.level is not None:
            sheet.line(left, y(self.level[0]), right, y(self.level[0]), "stroke s1", "7 4")
            sheet.text(right, y(self.level[0]) - em * 0.5, self.level[1], anchor="end", kind="strong")
        for one in self.series:
            for run in self._runs(one):
                places = [(x(each.x), y(each.y)) for each in run]
                if self.joined:
                    places.append((right, places[-1][1]))
                if len(places) > 1:
                    sheet.path(places, one.number, step=self.step)
            for point in one.points:
                if self.marked or point is one.points[-1]:
                    sheet.mark(x(point.x), y(point.y), one.number, hollow=point.hollow)
                if point.label and not (narrow and point.roomy):
                    # Beside a step the line comes down on the left; the value stands right of it.
                    aside = 6 if self.joined else 0
                    lift = em * 1.5 if point.below else -em * 0.75
                    sheet.text(
                        x(point.x) + aside, y(point.y) + lift, point.label, anchor="start" if aside else "middle", kind="strong"
                    )
            if one.name:
                at = one.points[one.named_at]
                lift = em * (2 + one.name_lift) if one.name_below else -em * (0.9 + one.name_lift)
                middle = left + (right - left) / 2
                beside = "end" if x(at.x) > middle + em * 4 else "start" if x(at.x) < middle - em * 4 else "middle"
                sheet.text(x(at.x), y(at.y) + lift, one.name, anchor=one.name_anchor or beside, kind="strong")
        sheet.height = bottom + em * 2.2

    def _runs(self, one: Series) -> list[list[Point]]:
        """Points that may be joined: of neighbouring years, on the same side of every break."""
        runs: list[list[Point]] = []
        for point in one.points:
            before = runs[-1][-1] if runs else None
            cut = before is None or (
                not self.joined and (point.x - before.x > 1 or any(before.x < at[0] < point.x for at in self.breaks))
            )
            if cut:
                runs.append([])
            runs[-1].append(point)
        return runs


@dataclass(frozen=True)
class Row:
    """A name, a value and how it is written; `number` is its series: 0 is the one the chart is about."""

    name: str
    value: float
    shown: str
    number: int = 1
    hollow: bool = False


def _named(sheet: Sheet, row: Row, *, below: float) -> float:
    """Write the name of a row, beside its mark or above it, and leave room for the mark. The height the mark is drawn at."""
    paper, em = sheet.paper, sheet.paper.font
    kind, beside = "strong" if row.number == 0 else "", paper.width * paper.names
    lines = wrapped(row.name, beside - em if beside else paper.width, em * (1.06 if kind else 1), paper.glyph)
    if not beside:
        for words in lines:
            sheet.height += em * 1.35
            sheet.text(0, sheet.height, words, kind=kind)
        sheet.height += 14 + below
        return sheet.height - below
    high = max(float(THICK), len(lines) * em * 1.3) + 7
    middle = sheet.height + high / 2
    for place, words in enumerate(lines):
        sheet.text(0, middle + em * (0.36 + 1.3 * (place - (len(lines) - 1) / 2)), words, kind=kind)
    sheet.height += high
    return middle


@dataclass(frozen=True)
class Bars:
    """Bars from zero, the name of each above or beside it, the value at its end."""

    rows: tuple[Row, ...]

    def draw(self, sheet: Sheet) -> None:
        em, most = sheet.paper.font, max(row.value for row in self.rows)
        left = sheet.paper.width * sheet.paper.names
        room = sheet.paper.width - left - em * GLYPHS * max(len(row.shown) for row in self.rows) - 10
        for row in self.rows:
            middle = _named(sheet, row, below=18)
            wide = max(2.0, row.value / most * room)
            sheet.line(left, middle - 12, left, middle + 12, "axis")
            sheet.bar(left, middle - THICK / 2, wide, THICK, row.number)
            sheet.text(left + wide + 6, middle + em * 0.36, row.shown, kind="strong")


@dataclass(frozen=True)
class Dots:
    """A dot for each row, from zero or on a logarithmic scale that says so; ticks below."""

    rows: tuple[Row, ...]
    ticks: tuple[float, ...]
    unit: str
    log: bool = False
    tick_words: Callable[[float], str] = field(default=lambda amount: f"{amount:g}")

    def draw(self, sheet: Sheet) -> None:
        em, low = sheet.paper.font, self.ticks[0]
        high = max(self.ticks[-1], *(row.value for row in self.rows))
        left = sheet.paper.width * sheet.paper.names + 8
        right = sheet.paper.width - em * (GLYPHS * max(len(row.shown) for row in self.rows) + 1)

        def x(value: float) -> float:
            share = log10(value / low) / log10(high / low) if self.log else (value - low) / (high - low)
            return left + share * (right - left)

        for row in self.rows:
            middle = _named(sheet, row, below=10)
            sheet.line(left, middle, x(row.value), middle, "grid")
            sheet.mark(x(row.value), middle, row.number, hollow=row.hollow)
            sheet.text(x(row.value) + 12, middle + em * 0.36, row.shown, kind="strong")
        bottom = sheet.height + 4
        sheet.line(left, bottom, right, bottom, "axis")
        for amount in self.ticks:
            sheet.line(x(amount), bottom, x(amount), bottom + 5, "axis")
            anchor = "start" if amount == low else "middle"
            sheet.text(x(amount) - (8 if amount == low else 0), bottom + em * 1.5, self.tick_words(amount), anchor=anchor)
        for words in wrapped(self.unit, sheet.paper.width, em, sheet.paper.glyph):
            sheet.text(0, bottom + em * 2.9, words)
            bottom += em * 1.35
        sheet.height = bottom + em * 2.2


@dataclass(frozen=True)
class Stack:
    """One bar of parts that make a whole, numbered, with a gap between them; each part named below with its number."""

    rows: tuple[Row, ...]

    def draw(self, sheet: Sheet) -> None:
        em, whole, x = sheet.paper.font, sum(row.value for row in self.rows), 0.0
        for place, row in enumerate(self.rows, 1):
            wide = row.value / whole * sheet.paper.width
            sheet.bar(x, sheet.height, wide - (2 if place < len(self.rows) else 0), 56, row.number)
            sheet.marks.append(
                f'<circle class="paper ring" cx="{wide / 2 + x:.1f}" cy="{sheet.height + 28:.1f}" r="{em * 0.95:.1f}"/>'
            )
            sheet.text(x + wide / 2, sheet.height + 28 + em * 0.36, str(place), anchor="middle", kind="strong")
            x += wide
        sheet.height += 56 + em * 0.6
        for place, row in enumerate(self.rows, 1):
            sheet.height += em * 1.5
            sheet.text(0, sheet.height, f"{place}", kind="strong")
            for words in wrapped(f"{row.shown} {row.name}", sheet.paper.width - em * 1.6, em, sheet.paper.glyph):
                sheet.text(em * 1.6, sheet.height, words)
                sheet.height += em * 1.35
            sheet.height -= em * 1.35
        sheet.height += em


Kind = Lines | Bars | Dots | Stack
