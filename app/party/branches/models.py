"""Nouns: a branch, and an office somebody holds from a day until a day."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.ground.db import Base


class Branch(Base):
    """A local body of the party. `until` (excluded) is set when it closes."""

    __tablename__ = "branches"
    __table_args__ = (
        Index("uq_branches_name", "name", unique=True, postgresql_where="until is null"),
        CheckConstraint("until is null or until >= since", "until_after_since"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]


class Office(Base):
    """An office held from `since` until `until` (excluded). Nothing else of it ever changes.

    Two party secretaries on one day are refused by the database (ex_offices_one_secretary, migration 0020), and so is the
    same office twice at once for one person.
    """

    __tablename__ = "offices"
    __table_args__ = (
        Index(
            "uq_offices_held_once",
            "person_id",
            "office",
            "branch_id",
            unique=True,
            postgresql_where="until is null",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("until is null or until >= since", "until_after_since"),
        CheckConstraint("(office = 'organizer') = (branch_id is not null)", "branch_of_an_organizer"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    office: Mapped[str]
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]
    appointed_by: Mapped[str]
    appointed_at: Mapped[datetime]
    branch: Mapped[Branch | None] = relationship()
