"""Nouns: a membership and the dated decisions about it. Where it stands is computed (app/law/membership.py)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.ground.db import Base
from app.party.people.models import Person


class Membership(Base):
    """A person's membership. One in force at a time: the database refuses a second."""

    __tablename__ = "memberships"
    __table_args__ = (
        Index("uq_memberships_in_force", "person_id", unique=True, postgresql_where="ended_on is null"),
        Index("ix_memberships_person_id", "person_id"),
        Index("ix_memberships_not_applied", "person_id", postgresql_where="not own_application"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    number: Mapped[int] = mapped_column(Identity(), unique=True)
    own_application: Mapped[bool]
    opened_on: Mapped[date]
    ended_on: Mapped[date | None]
    person: Mapped[Person] = relationship()


class MembershipMove(Base):
    """A decision: admitted, resigned, … Append-only."""

    __tablename__ = "membership_moves"
    __table_args__ = (Index("ix_membership_moves_to_on", "to", "on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("memberships.id"), index=True)
    on: Mapped[date]
    to: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]


class MoveTally(Base):
    """So many decisions of one kind on one day; `first`: of memberships of which it is the first. The sum of the rows is exact
    at every moment, a trigger writes them (migration 0034), and a chore adds them up."""

    __tablename__ = "move_tallies"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    on: Mapped[date] = mapped_column(index=True)
    to: Mapped[str]
    first: Mapped[bool]
    moves: Mapped[int]
