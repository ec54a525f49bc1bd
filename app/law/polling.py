"""Polling day: nothing is pushed to anybody before the poll closes (Electoral Act 1993 s 197(1)(g), (2A))."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .nz.electoral_act import POLLING_DAYS

CLOSE_OF_POLL = time(19, 0)
ZONE = ZoneInfo("Pacific/Auckland")


def is_silent_within(moment: datetime, span: timedelta) -> bool:
    """Whether any of the time from `moment` (UTC) on, as long as `span`, is on a polling day before 7 pm."""
    first, last = moment.astimezone(ZONE), (moment + span).astimezone(ZONE)
    days = (line.value for line in POLLING_DAYS)
    return any(first.date() <= day <= last.date() and first < datetime.combine(day, CLOSE_OF_POLL, ZONE) for day in days)


def silent_until(moment: datetime) -> datetime | None:
    """The UTC moment at which letters may go out again, if `moment` (UTC) is on a polling day before 7 pm; else None."""
    local = moment.astimezone(ZONE)
    if any(line.value == local.date() for line in POLLING_DAYS) and local.time() < CLOSE_OF_POLL:
        return datetime.combine(local.date(), CLOSE_OF_POLL, ZONE).astimezone(UTC)
    return None
