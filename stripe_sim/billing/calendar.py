"""When a period ends: counted from the anchor, not from the period before, as Stripe does.

A subscription of 31 January is due on 28 February and again on 31 March; one of 29 February falls on the 28th three years
out of four, and on the 29th in the fourth.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime

DAY = 86400
LONGEST = {"day": 1095, "week": 156, "month": 36, "year": 3}
"""Stripe allows three years at most."""


def months_later(anchor: int, months: int) -> int:
    """UTC seconds so many months after `anchor`, on its day of the month or the last day there is."""
    at = datetime.fromtimestamp(anchor, UTC)
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    day = min(at.day, monthrange(year, month + 1)[1])
    return int(at.replace(year=year, month=month + 1, day=day).timestamp())


def step(anchor: int, interval: str, count: int, steps: int) -> int:
    match interval:
        case "day" | "week":
            return anchor + steps * count * DAY * (7 if interval == "week" else 1)
        case "month" | "year":
            return months_later(anchor, steps * count * (12 if interval == "year" else 1))
    raise ValueError(f"Stripe has no interval {interval!r}")


def next_after(anchor: int, interval: str, count: int, moment: int) -> int:
    """The first end of a period after `moment`. The anchor itself may be to come: then it is that end."""
    if anchor > moment:
        return anchor
    shortest = step(anchor, interval, count, 1) - anchor
    steps = max(1, (moment - anchor) * 9 // (shortest * 10) - 1)  # a guess that is never too late
    while (end := step(anchor, interval, count, steps)) <= moment:
        steps += 1
    return end
