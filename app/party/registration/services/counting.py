"""Verbs: a day’s count is kept."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.dialects.postgresql import insert

from app.ground import clock
from app.ground.db import lock_for_now, no_hurry, session

from .. import queries
from ..models import DayCount
from ..queries import Moved
from ..rules import DAYS_SHOWN

_DAY = timedelta(days=1)


def count_today(*, on: date) -> int:
    """Keep how many count now, as today’s row: what it says last stays when the day is over. Returns the count."""
    lock_for_now("registration:count")
    no_hurry()
    now, why = queries.count(on=on), queries.moved(on, on).get(on, Moved())
    known = session.get(DayCount, on, populate_existing=True)
    _keep(on, now, lowest=min(now, known.lowest) if known and not known.worked_out else now, why=why, worked_out=False)
    return now


def fill_in(*, on: date) -> int:
    """Work out the days of the last month that nobody counted (the worker was down, or the house is new), back from the day
    after each. Needs today’s row. Returns how many."""
    lock_for_now("registration:count")
    first = on - timedelta(days=DAYS_SHOWN)
    known = {row.day: row.count for row in queries.rows_between(first, on)}
    missing = [day for day in _days_back(on - _DAY, first) if day not in known]
    if not missing or on not in known:
        return 0
    no_hurry()
    why = queries.moved(missing[-1], on)
    for day in missing:
        known[day] = max(known[day + _DAY] - why.get(day + _DAY, Moved()).together, 0)
        _keep(day, known[day], lowest=known[day], why=why.get(day, Moved()), worked_out=True)
    return len(missing)


def _days_back(last: date, first: date) -> list[date]:
    return [last - timedelta(days=back) for back in range((last - first).days + 1)]


def _keep(day: date, count: int, *, lowest: int, why: Moved, worked_out: bool) -> None:
    said = {
        "count": count, "lowest": lowest, "joined": why.joined, "came_back": why.came_back, "lapsed": why.lapsed,
        "gone": why.gone, "worked_out": worked_out, "counted_at": clock.now(),
    }  # fmt: skip
    session.execute(insert(DayCount).values(day=day, **said).on_conflict_do_update(index_elements=["day"], set_=said))
