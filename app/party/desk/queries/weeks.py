"""How many came and went, week by week. Read from the sums of each day: no person is looked at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from app.law.membership import Standing
from app.party.membership import queries as memberships

WEEKS = 26
_GONE = (Standing.LAPSED, Standing.RESIGNED, Standing.EXPELLED)


@dataclass(frozen=True)
class Week:
    """Seven days. `came`: decisions that admitted or restored somebody; `gone`: that ended a membership."""

    ends_on: date
    came: int = 0
    gone: int = 0


def weeks(*, on: date, number: int = WEEKS) -> list[Week]:
    """The weeks up to a day, the latest last; one without a decision is there, with nothing in it."""
    came, gone = Counter[int](), Counter[int]()
    for day in memberships.tallied_moves(on - timedelta(days=7 * number - 1), on):
        back = (on - day.on).days // 7
        came[back] += day.moves if day.to == Standing.GOOD else 0
        gone[back] += day.moves if day.to in _GONE else 0
    return [Week(on - timedelta(weeks=back), came[back], gone[back]) for back in reversed(range(number))]
