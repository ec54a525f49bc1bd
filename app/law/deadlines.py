"""How long somebody has. Each kind of deadline knows its own last day: in working days, in calendar days that do not roll over,
on a day of the next month, on a day of the next year, in hours."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from .calendars import last_working_day_by, next_working_day_from, working_days_after


class Deadline(Protocol):
    """`last_day(of)`: the last day on which what began on day `of` can be done in time. It prints itself: “20 working days”."""

    def last_day(self, of: date) -> date: ...


@dataclass(frozen=True)
class WorkingDays:
    """So many working days of the Electoral Act 1993 (s 3(1)); the day it begins is left out (Legislation Act 2019 s 54)."""

    count: int

    def last_day(self, of: date) -> date:
        return working_days_after(of, self.count)

    def __str__(self) -> str:
        return f"{self.count} working days"


@dataclass(frozen=True)
class Days:
    """So many calendar days; a last day on a weekend stays where it is."""

    count: int

    def last_day(self, of: date) -> date:
        return of + timedelta(days=self.count)

    def __str__(self) -> str:
        return f"{self.count} days"


@dataclass(frozen=True)
class Hours:
    """So many hours. Where only the day is known, the last of them falls on the day so many hours later."""

    count: int

    def last_day(self, of: date) -> date:
        return of + timedelta(days=-(-self.count // 24))

    def __str__(self) -> str:
        return f"{self.count} hours"


@dataclass(frozen=True)
class OfNextMonth:
    """A day of the month after."""

    day: int

    def last_day(self, of: date) -> date:
        return date(of.year + (of.month == 12), of.month % 12 + 1, self.day)

    def __str__(self) -> str:
        return f"day {self.day} of the next month"


@dataclass(frozen=True)
class OfNextYear:
    """A day of the calendar year after."""

    month: int
    day: int

    def last_day(self, of: date) -> date:
        return date(of.year + 1, self.month, self.day)

    def __str__(self) -> str:
        return f"{self.day} {date(2000, self.month, 1):%B} of the next year"


@dataclass(frozen=True)
class NextTime:
    """The next time a day of the year comes round."""

    month: int
    day: int

    def last_day(self, of: date) -> date:
        this_year = date(of.year, self.month, self.day)
        return this_year if this_year > of else this_year.replace(year=of.year + 1)

    def __str__(self) -> str:
        return f"the next {self.day} {date(2000, self.month, 1):%B}"


@dataclass(frozen=True)
class AfterPeriod:
    """So many calendar days after the end of the week, quarter or year in which something happened."""

    count: int
    span: Span

    def last_day(self, of: date) -> date:
        return self.span.last(of) + timedelta(days=self.count)

    def __str__(self) -> str:
        return f"{self.count} days after the end of the {self.span.value}"


class Span(enum.StrEnum):
    """A stretch of the calendar. `last`: the last day of the one in which a day lies."""

    WEEK = "week"  # Monday to Sunday
    QUARTER = "quarter"
    YEAR = "year"

    def last(self, of: date) -> date:
        if self is Span.WEEK:
            return of + timedelta(days=6 - of.weekday())
        months = 3 if self is Span.QUARTER else 12
        ending = -(-of.month // months) * months
        return date(of.year + ending // 12, ending % 12 + 1, 1) - timedelta(days=1)


@dataclass(frozen=True)
class LastDay:
    """A last day that is not always a working day: `plan_for` is the working day before, `still_good` the one after, on which
    it may still be done if Legislation Act 2019 s 55 is read that way. Of a working day all three are the same."""

    on: date
    plan_for: date
    still_good: date


def fixed_day(on: date) -> LastDay:
    """A day the Act names, such as 30 April, with the working days about it."""
    return LastDay(on, last_working_day_by(on), next_working_day_from(on))
