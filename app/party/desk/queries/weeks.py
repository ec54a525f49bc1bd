"""How many came and went, week by week. Read from one index of dated decisions: no person is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from app.ground.db import session
from app.law.membership import Standing
from app.party.membership.models import MembershipMove

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
    ago = (on - MembershipMove.on) // 7  # days are whole numbers, and so are weeks
    rows = session.execute(
        select(ago, MembershipMove.to, func.count())
        .where(MembershipMove.to.in_((Standing.GOOD, *_GONE)), MembershipMove.on > on - timedelta(weeks=number))
        .where(MembershipMove.on <= on)
        .group_by(ago, MembershipMove.to)
    ).all()
    return [
        Week(
            ends_on=on - timedelta(weeks=back),
            came=sum(count for week, to, count in rows if week == back and to == Standing.GOOD),
            gone=sum(count for week, to, count in rows if week == back and to in _GONE),
        )
        for back in reversed(range(number))
    ]
