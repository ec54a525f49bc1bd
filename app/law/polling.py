"""Polling day: nothing is pushed to anybody before the poll closes (Electoral Act 1993 s 197(1)(g), (2A))."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from .nz.electoral_act import POLLING_DAYS

CLOSE_OF_POLL = time(19, 0)
ZONE = ZoneInfo("Pacific/Auckland")


def silent_until(moment: datetime) -> datetime | None:
    """The UTC moment at which letters may go out again, if `moment` (UTC) is on a polling day before 7 pm; else None."""
    local = moment.astimezone(ZONE)
    if any(line.value == local.date() for line in POLLING_DAYS) and local.time() < CLOSE_OF_POLL:
        return datetime.combine(local.date(), CLOSE_OF_POLL, ZONE).astimezone(UTC)
    return None
