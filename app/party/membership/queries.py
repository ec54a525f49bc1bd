"""Questions about memberships."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.ground.db import session
from app.law.membership import Move, Standing

from .models import Membership, MembershipMove, MoveTally


def current_of(person_id: UUID) -> Membership | None:
    """The membership in force, whatever its standing."""
    return session.scalar(select(Membership).where(Membership.person_id == person_id, Membership.ended_on.is_(None)))


def memberships_of(person_id: UUID) -> list[Membership]:
    """Every membership a person has had, oldest first."""
    return list(session.scalars(select(Membership).where(Membership.person_id == person_id).order_by(Membership.id)))


def tallied_moves(first: date, last: date) -> Sequence[MoveTally]:
    """How many decisions of each kind there were on each day of a span; a day may have several rows of one kind."""
    return session.scalars(select(MoveTally).where(MoveTally.on.between(first, last))).all()


def moves_of(membership: Membership) -> list[Move]:
    """The decisions about a membership, in the order they were made."""
    rows = session.scalars(
        select(MembershipMove)
        .where(MembershipMove.membership_id == membership.id)
        .order_by(MembershipMove.on, MembershipMove.id)
    )
    return [Move(row.on, Standing(row.to)) for row in rows]


def moves_of_many(membership_ids: Sequence[UUID]) -> dict[UUID, list[Move]]:
    """The decisions about each of these memberships, in the order they were made."""
    found: dict[UUID, list[Move]] = {one: [] for one in membership_ids}
    theirs = select(MembershipMove).where(MembershipMove.membership_id.in_(membership_ids))
    for row in session.scalars(theirs.order_by(MembershipMove.on, MembershipMove.id)):
        found[row.membership_id].append(Move(row.on, Standing(row.to)))
    return found


def may_reopen(membership: Membership) -> bool:
    """Whether taking its end back leaves it as it was: it was more than applied for, and its person has none since."""
    moves = moves_of(membership)
    return len(moves) > 1 and moves[-1].to is Standing.RESIGNED and current_of(membership.person_id) is None
