"""Now and today. Times are UTC; days are New Zealand days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_ZEALAND = ZoneInfo("Pacific/Auckland")


def now() -> datetime:
    """This moment, UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The day it is in New Zealand."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The New Zealand day on which a UTC moment falls."""
    return moment.astimezone(NEW_ZEALAND).date()


def start_of(day: date, at: time = time.min) -> datetime:
    """The UTC moment at which the New Zealand clock shows `at` on `day`."""
    return datetime.combine(day, at, NEW_ZEALAND).astimezone(UTC)


def ago(**span: int) -> datetime:
    return now() - timedelta(**span)
