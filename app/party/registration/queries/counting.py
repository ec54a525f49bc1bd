"""How many count toward the 500: today, at the end of the last days, and why that moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select, text

from app.ground import clock
from app.ground.db import session
from app.law.nz.electoral_act import FEE_INTERVAL_YEARS, MINIMUM_MEMBERS
from app.law.party_rules import DUES

from ..models import DayCount
from ..rules import DAYS_SHOWN

UNCHECKED = (
    "Counted are members whose every fee that has become payable is paid and who declared that they can enrol (Electoral "
    "Act 1993 s 3(1)). What cannot be counted here: dates of birth are sealed, so a member under 18 who declared it is in "
    "the number; and whether somebody is enrolled under the name and address they gave only the roll says. A pack checks "
    "the first one by one."
)


@dataclass(frozen=True)
class Moved:
    """Whose counting began or ended: joined, came back (paid after all, were restored), dues fell unpaid, left (resigned,
    expelled, suspended)."""

    joined: int = 0
    came_back: int = 0
    lapsed: int = 0
    gone: int = 0

    @property
    def together(self) -> int:
        return self.joined + self.came_back - self.lapsed - self.gone

    def __add__(self, other: Moved) -> Moved:
        return Moved(
            self.joined + other.joined, self.came_back + other.came_back, self.lapsed + other.lapsed, self.gone + other.gone
        )


@dataclass(frozen=True)
class Day:
    """`count` at its end (of today: now), `lowest` in the course of it; `worked_out` afterwards, from the dated rows."""

    day: date
    count: int
    lowest: int
    moved: Moved
    worked_out: bool = False


@dataclass(frozen=True)
class Gauge:
    """How the party stands toward the 500 on a day. `days`: the last of them first to last, those that are known; `moved`: all
    of them together."""

    on: date
    count: int
    needed: int
    days: tuple[Day, ...]
    moved: Moved
    unchecked: str = UNCHECKED

    @property
    def spare(self) -> int:
        """How many more than are needed; below nothing when there are too few."""
        return self.count - self.needed

    @property
    def low(self) -> Day:
        """The low-water mark: of several days with the same, the latest."""
        return min(reversed(self.days), key=lambda day: day.lowest)

    @property
    def otherwise(self) -> int:
        """What of the change no dated row explains: who said otherwise about enrolling, mostly."""
        return self.days[-1].count - self.days[0].count - (self.moved.together - self.days[0].moved.together)


def count(*, on: date) -> int:
    """How many count today or will on a day to come if nobody pays, joins or leaves: the tallies, less those whom the Act
    leaves out. A number names nobody; it is the same whatever people the transaction may see."""
    if DUES.on(on).value.longest_years > FEE_INTERVAL_YEARS.on(on).value:
        return 0
    return session.scalar(select(func.registration_count(on))) or 0


def gauge(*, on: date) -> Gauge:
    """The gauge of a day: today counted now, a day that has passed as it was kept. Raises ValueError for one that is not
    known."""
    known = {
        row.day: Day(row.day, row.count, row.lowest, Moved(row.joined, row.came_back, row.lapsed, row.gone), row.worked_out)
        for row in rows_between(on - timedelta(days=DAYS_SHOWN), on)
    }
    if on >= clock.today():
        now, before = count(on=on), known.get(on)
        lowest = min(now, before.lowest) if before else now
        # Why it moved today is as of the last time it was counted (every ten minutes): asked anew it takes a second at scale.
        known[on] = Day(on, now, lowest, before.moved if before else moved(on, on).get(on, Moved()))
    if on not in known:
        raise ValueError(f"nobody counted on {on}")
    days = tuple(known[day] for day in sorted(known))
    together = sum((day.moved for day in days), Moved())
    return Gauge(on, known[on].count, MINIMUM_MEMBERS.on(on).value, days, together)


def rows_between(first: date, last: date) -> Sequence[DayCount]:
    """The days that were kept, first to last."""
    return session.scalars(select(DayCount).where(DayCount.day.between(first, last)).order_by(DayCount.day)).all()


_MOVED = text("select * from registration_moved(:first, :last)")


def moved(first: date, last: date) -> dict[date, Moved]:
    """Whose counting began or ended on each day of a span, from the dated rows; days on which nothing moved are left out."""
    rows = session.execute(_MOVED, {"first": first, "last": last})
    return {row.day: Moved(row.joined, row.came_back, row.lapsed, row.gone) for row in rows}
