"""Who may be chosen for a pack: members who count, as far as the roster knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from app.ground.db import session
from app.law.membership import CanEnrol, Standing
from app.party.branches.scope import Scope
from app.party.electorates import queries as electorates
from app.party.membership.models import Membership
from app.party.roster.models import OnRoster

from ..rules import POOL, Candidate, spread


def candidates(scope: Scope, *, on: date) -> Iterator[Candidate]:
    """Of the POOL members whose dues run longest, of those the scope sees: an electorate at a time. Walked along one index, so
    it takes as long for a hundred members as for millions."""
    rows = session.scalars(
        select(OnRoster)
        .where(
            OnRoster.decided == Standing.GOOD,
            OnRoster.owed_from > on,
            OnRoster.can_enrol == CanEnrol.YES,
            scope.where(OnRoster.branch_id),
        )
        .order_by(OnRoster.owed_from.desc(), OnRoster.person_id.desc())
        .limit(POOL)
    )
    return spread([_candidate(row, on=on) for row in rows])


def find_candidate(number: int, scope: Scope, *, on: date) -> Candidate | None:
    """The member with this number whose membership is in force, whether they count or not; the check says."""
    row = session.scalar(select(OnRoster).where(OnRoster.number == number, scope.where(OnRoster.branch_id)))
    in_force = row and session.scalar(
        select(Membership.id).where(Membership.id == row.membership_id, Membership.ended_on.is_(None))
    )
    return _candidate(row, on=on) if row and in_force else None


def _candidate(row: OnRoster, *, on: date) -> Candidate:
    in_force = electorates.set_on(on)
    lives = row.electorate_code if in_force and row.set_code == in_force.code else None
    assert row.membership_id is not None
    assert row.number is not None
    return Candidate(row.person_id, row.membership_id, row.number, lives or "", row.owed_from or date.min)
