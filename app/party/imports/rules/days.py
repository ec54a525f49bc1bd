"""In which order the days of a file have their numbers. 3/04/1990 can be read two ways: a day in April, or one in March."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass

from . import columns

SLASHED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?: .*)?", re.ASCII)


class Order(enum.StrEnum):
    """Which number comes first, as the officer says it. `SHOWN`: not said; as the file shows, and day first."""

    SHOWN = ""
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True)
class Days:
    """What the days of a file show: how many can be read both ways, and whether others can only be read with the month, or the
    day, first."""

    two_ways: int = 0
    month_first: bool = False
    day_first: bool = False

    def in_doubt(self, order: Order, system: str) -> int:
        """How many are read day first because nothing says otherwise: neither the file, nor the officer, nor the system."""
        decided = order or self.month_first or self.day_first or system in columns.AMERICAN
        return 0 if decided else self.two_ways


def days_of(cells: Iterable[str]) -> Days:
    """What these cells show of it."""
    pairs = [(int(found[1]), int(found[2])) for found in map(SLASHED.fullmatch, cells) if found]
    ways = [(_can_be(day=one, month=two), _can_be(day=two, month=one)) for one, two in pairs if one != two]
    return Days(
        two_ways=ways.count((True, True)), month_first=(False, True) in ways, day_first=(True, False) in ways
    )  # fmt: skip


def _can_be(*, day: int, month: int) -> bool:
    return 1 <= day <= 31 and 1 <= month <= 12
