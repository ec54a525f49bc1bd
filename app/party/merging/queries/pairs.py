"""Pairs that wait for a decision. Both halves must be in sight: the roster’s row of each is joined, and a record that was
erased or is part of somebody has none."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import aliased

from app.ground.db import session
from app.party.branches.scope import Scope
from app.party.people.models import Person
from app.party.roster import queries as roster
from app.party.roster.models import OnRoster

from .. import rules
from ..models import LikelyPair

_A, _B = aliased(OnRoster), aliased(OnRoster)


@dataclass(frozen=True)
class Pair:
    """Two records, what they share, and their names."""

    a: OnRoster
    b: OnRoster
    why: list[str]
    names: dict[UUID, str]


def _undecided(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    return (LikelyPair.apart_at.is_(None), scope.where(_A.branch_id), scope.where(_B.branch_id))


def waiting(scope: Scope) -> int:
    """How many pairs this scope has to decide. Asked inside `looking_as`."""
    if scope.everyone:
        # Without the roster: PostgreSQL would read all of it. An erased half has taken its pairs along.
        parts = select(Person.id).where(Person.same_as.is_not(None))
        whole = (LikelyPair.a_id.not_in(parts), LikelyPair.b_id.not_in(parts))
        undecided = select(func.count()).select_from(LikelyPair).where(LikelyPair.apart_at.is_(None), *whole)
        return session.scalar(undecided) or 0
    both = select(func.count()).select_from(LikelyPair).join(_A, _A.person_id == LikelyPair.a_id)
    return session.scalar(both.join(_B, _B.person_id == LikelyPair.b_id).where(*_undecided(scope))) or 0


def pairs(scope: Scope, *, after: tuple[UUID, UUID] | None = None, size: int = rules.A_PAGE) -> tuple[list[Pair], bool]:
    """A page of pairs to decide, those whose first record is oldest first; and whether there are more."""
    asked = select(LikelyPair, _A, _B).join(_A, _A.person_id == LikelyPair.a_id).join(_B, _B.person_id == LikelyPair.b_id)
    if after:
        asked = asked.where(tuple_(LikelyPair.a_id, LikelyPair.b_id) > tuple_(*after))
    asked = asked.where(*_undecided(scope)).order_by(LikelyPair.a_id, LikelyPair.b_id).limit(size + 1)
    found = session.execute(asked).all()
    names = roster.names_of([row for _pair, a, b in found[:size] for row in (a, b)])
    return [Pair(a, b, pair.why, names) for pair, a, b in found[:size]], len(found) > size


def find_pair(one: UUID, other: UUID) -> LikelyPair | None:
    """The pair of these two, decided or not, if both are in sight."""
    return session.get(LikelyPair, (min(one, other), max(one, other)), populate_existing=True)
