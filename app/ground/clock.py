"""Now and today. Times are UTC; days are New Zealand days."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_ZEALAND = ZoneInfo("Pacific/Auckland")


_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """This moment, UTC."""
    return _told.get() or datetime.now(UTC)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Within this block it is `moment` (UTC): for histories that are told after the fact, in the demo and in tests."""
    token = _told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)


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
