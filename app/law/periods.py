"""Spans of days that figures are counted in. Every span is `since`–`until`, until excluded; `last` is its last day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .nz.elections import Election

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """`day in period`. An open end is `date.max`."""

    since: date
    until: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.since <= day < self.until

    @property
    def last(self) -> date:
        return self.until if self.until == date.max else self.until - _DAY

    def __str__(self) -> str:
        return f"{self.since} to {'an end that is not known yet' if self.until == date.max else self.last}"


def calendar_year(year: int, *, registered_on: date | None = None, cancelled_on: date | None = None) -> Period:
    """The year of a return: 1 January to 31 December (Electoral Act 1993 s 210(9)), cut short at the day of registration and
    at the day of cancellation, both included (s 210(8)). Raises ValueError if nothing of the year is left."""
    since, until = date(year, 1, 1), date(year + 1, 1, 1)
    if registered_on is not None:
        since = max(since, registered_on)
    if cancelled_on is not None:
        until = min(until, cancelled_on + _DAY)
    if since >= until:
        raise ValueError(f"the party was not registered in {year}")
    return Period(since, until)


def specified_period(election: Election) -> Period:
    """The period in which large donations are told at once (Electoral Act 1993 s 210C(2), from 2023), to the close of the day
    before polling day.

    In the year the term expires it begins on 1 January, or on the day after public notice if that is earlier; before an early
    election, on the day after public notice. Without a polling day its end is open. Raises ValueError for an election before
    the term's last year without the day of public notice.
    """
    notice, polls = election.noticed_on, election.polling_day
    new_year = date(election.term_expires, 1, 1)
    if polls is not None and polls.year != election.term_expires:
        if notice is None:
            raise ValueError(f"the day of public notice is needed for the early election of {polls}")
        return Period(notice + _DAY, polls)
    if polls is None and notice is not None:
        raise ValueError(f"public notice was given on {notice}, but of which polling day is not said")
    since = min(new_year, notice + _DAY) if notice else new_year
    return Period(since, polls or date.max)


def year_before(day: date) -> date:
    """The same day a year earlier; of 29 February, the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return date(day.year - 1, 2, 28)


def twelve_months_to(day: date) -> Period:
    """The twelve months that end with the close of `day` (s 210C before 2023; s 214F)."""
    return Period(year_before(day) + _DAY, day + _DAY)


def financial_year(day: date, *, ends: date | None = None) -> Period:
    """The year from 1 July to 30 June in which `day` lies; cut short after `ends`, as Australia's is after 31 December 2026.
    Raises ValueError for a day after `ends`."""
    first = day.year - (day.month < 7)
    until = date(first + 1, 7, 1)
    if ends is not None:
        if day > ends:
            raise ValueError(f"the last financial year ended on {ends}")
        until = min(until, ends + _DAY)
    return Period(date(first, 7, 1), until)


def between_polls(day: date, elections: Iterable[Election]) -> Period | None:
    """From one polling day to the day before the next: the cycle of donations protected from disclosure (s 208B(3)). None
    before the first election that is known; without a next one its end is open."""
    polls = sorted(election.polling_day for election in elections if election.polling_day)
    begun = [poll for poll in polls if poll <= day]
    if not begun:
        return None
    return Period(begun[-1], next((poll for poll in polls if poll > day), date.max))
