"""Verbs: a membership is opened and decided about."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id
from app.law.membership import Standing
from app.party.people.models import Person

from . import queries, rules
from .models import Membership, MembershipMove


def open_for(person: Person, *, on: date, by: str) -> Membership:
    """Open a membership on the person's own application. A second one in force breaks uq_memberships_in_force."""
    membership = Membership(id=new_id(), person_id=person.id, own_application=True, opened_on=on, ended_on=None)
    session.add(membership)
    session.flush()  # its number is given by the database, and the rooms above point at it
    audit.record(Action.APPLIED, audit.of("membership", membership.id), by=by)
    return membership


def admit(membership: Membership, *, on: date, by: str) -> None:
    """Admit an applicant. Raises NotFromHere for one who is a member or has left."""
    _move(membership, Standing.GOOD, on=on, by=by)
    audit.record(Action.ADMITTED, audit.of("membership", membership.id), by=by)


def resign(membership: Membership, *, on: date, by: str) -> None:
    """End a membership at the member's own word, today. Raises NotFromHere for one that has ended."""
    _move(membership, Standing.RESIGNED, on=on, by=by)
    membership.ended_on = on
    audit.record(Action.RESIGNED, audit.of("membership", membership.id), by=by)


def reopen(membership: Membership, *, on: date, by: str) -> None:
    """Take back an end that was no word of the member’s: it is what it was before, from today on, and its number is the same.
    What the decisions say of the days between stays. Only where `queries.may_reopen`."""
    before = queries.moves_of(membership)[-2].to
    membership.ended_on = None
    _decide(membership, before, on=on, by=by)
    audit.record(Action.REOPENED, audit.of("membership", membership.id), by=by)


def end_lapsed(membership: Membership, *, on: date, by: str) -> None:
    """Close a membership whose dues are unpaid past the rules' limit, so that its person can apply again."""
    _move(membership, Standing.LAPSED, on=on, by=by)
    membership.ended_on = on
    audit.record(Action.LAPSED, audit.of("membership", membership.id), by=by)


def fold_tallies() -> int:
    """Add up what has been tallied apart. Returns how many tallies are left."""
    return session.scalar(select(func.moves_fold())) or 0


def _move(membership: Membership, to: Standing, *, on: date, by: str) -> None:
    moves = queries.moves_of(membership)
    rules.check_move(moves[-1].to if moves else None, to)
    _decide(membership, to, on=on, by=by)


def _decide(membership: Membership, to: Standing, *, on: date, by: str) -> None:
    session.add(MembershipMove(id=new_id(), membership_id=membership.id, on=on, to=to, by=by, at=clock.now()))
    session.flush()
