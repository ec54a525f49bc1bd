"""How many there are, exactly. What the dashboard asks comes from tallies; anything else is counted."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from app.ground.db import allow_long_counts, session
from app.law.membership import CanEnrol, Standing
from app.law.party_rules import DUES
from app.party.branches.scope import Scope

from ..models import SUPPORTER, OnRoster, Tally
from ..rules import Asked, Stands
from .asking import arms

SECONDS_TO_COUNT = 2.0


@dataclass(frozen=True)
class Standings:
    """How people stand on a day. `lapsing`: of the lapsed, those whom the night has not ended yet. `counting`: of the good,
    those who declared that they can enrol."""

    good: int = 0
    behind: int = 0
    lapsed: int = 0
    lapsing: int = 0
    suspended: int = 0
    supporters: int = 0
    others: int = 0
    counting: int = 0

    @property
    def everybody(self) -> int:
        return self.good + self.behind + self.lapsed + self.suspended + self.supporters + self.others


def standings(scope: Scope, *, on: date) -> Standings:
    """How those whom a scope sees stand on a day, from the tallies."""
    lapses = on - timedelta(days=DUES.on(on).value.lapse_days)
    member = Tally.decided == Standing.GOOD
    good, behind = and_(member, Tally.owed_from > on), and_(member, Tally.owed_from <= on, Tally.owed_from > lapses)
    lapsing = and_(member, Tally.owed_from <= lapses)
    lapsed = or_(Tally.decided == Standing.LAPSED, lapsing)
    known = (Standing.GOOD, Standing.LAPSED, Standing.SUSPENDED, SUPPORTER)
    row = session.execute(
        select(
            *(
                func.coalesce(func.sum(Tally.people).filter(condition), 0)
                for condition in (
                    good, behind, lapsed, lapsing, Tally.decided == Standing.SUSPENDED, Tally.decided == SUPPORTER,
                    Tally.decided.not_in(known), and_(good, Tally.can_enrol == CanEnrol.YES),
                )
            )
        ).where(*_tallies_of(scope))
    ).one()  # fmt: skip
    return Standings(*(int(count) for count in row))


def _tallies_of(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Sums of the whole party for who sees it, of the branches for who sees those: together they would count twice."""
    return (Tally.whole == true(),) if scope.everyone else (Tally.whole == false(), scope.where(Tally.branch_id))


def count(asked: Asked, scope: Scope, *, on: date) -> int:
    """How many are asked for, exactly."""
    if asked == Asked(stands=asked.stands):
        there = standings(scope, on=on)
        found = {
            None: there.everybody, Stands.GOOD: there.good, Stands.BEHIND: there.behind, Stands.LAPSED: there.lapsed,
            Stands.SUSPENDED: there.suspended, Stands.SUPPORTER: there.supporters,
        }.get(asked.stands)  # fmt: skip
        if found is not None:
            return found
    parts = [and_(*conditions) for conditions in arms(asked, scope, on=on)]
    if not parts:
        return 0
    if not _is_narrow(asked, scope):
        allow_long_counts()
    return session.scalar(select(func.count()).select_from(OnRoster).where(or_(*parts))) or 0


def _is_narrow(asked: Asked, scope: Scope) -> bool:
    return not scope.everyone or bool(asked.electorate) or asked.branch not in ("", "none")


def counts_of(many: Sequence[Asked], scope: Scope, *, on: date) -> list[int | None]:
    """How many each asks for, exactly. After two seconds no more are counted (None): a list must come, and each says its own
    when it is opened."""
    end = time.monotonic() + SECONDS_TO_COUNT
    return [count(asked, scope, on=on) if time.monotonic() < end else None for asked in many]
