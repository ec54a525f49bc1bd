"""Working days. Each Act has its own calendar; this is the Electoral Act 1993's (s 3(1) “working day”).

The days themselves come from the `holidays` library; which of them count, and since when, is the Act's. The days of Matariki
are fixed by law up to 2052 only; afterwards the library knows none, and so do we.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import holidays

# The Act names these; the library's other days (New Year, regional anniversaries, one-off days) are not in its list.
_NAMED = (
    "Waitangi Day",
    "Good Friday",
    "Easter Monday",
    "Anzac Day",
    "Queen's Birthday",
    "King's Birthday",
    "Matariki",
    "Labour Day",
)
MONDAYISED_SINCE = date(2014, 1, 1)
MATARIKI_SINCE = date(2022, 4, 12)


@lru_cache(maxsize=128)
def _days_off(year: int) -> frozenset[date]:
    found = set()
    for day, names in holidays.country_holidays("NZ", years=year, observed=False).items():
        for name in names.split("; "):
            if not name.startswith(_NAMED) or (name == "Matariki" and day < MATARIKI_SINCE):
                continue
            found.add(day)
            if name in ("Waitangi Day", "Anzac Day") and day.weekday() >= 5 and day >= MONDAYISED_SINCE:
                found.add(day + timedelta(days=7 - day.weekday()))
    return frozenset(found)


def is_working_day(day: date) -> bool:
    """Electoral Act 1993 s 3(1): not a weekend, a named holiday, or 25 December to 15 January inclusive."""
    summer = (day.month, day.day) >= (12, 25) or (day.month, day.day) <= (1, 15)
    return day.weekday() < 5 and not summer and day not in _days_off(day.year)


def working_days_after(day: date, count: int) -> date:
    """The last day of “within `count` working days of” `day`: the day itself is left out, the last is included (Legislation
    Act 2019 s 54)."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def last_working_day_by(day: date) -> date:
    """The day itself if it is a working day, else the last one before it: what to plan for when a fixed day, such as
    30 April, falls on a weekend."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def next_working_day_from(day: date) -> date:
    """The day itself if it is a working day, else the next one: until when a thing may still be done whose last day is none
    (Legislation Act 2019 s 55)."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
