"""Nouns: two records that may be one person, and that somebody said they are."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base
from app.ground.sealed import Sealed


class LikelyPair(Base):
    """Two records that share something. The database writes the row when their details are written (migration 0027); that they
    are not one person is said once and remembered, whatever is found later."""

    __tablename__ = "likely_pairs"
    __table_args__ = (
        CheckConstraint("a_id < b_id", "once"),
        Index("ix_likely_pairs_undecided", "found_at", "a_id", "b_id", postgresql_where="apart_at is null"),
    )

    a_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    b_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    why: Mapped[list[str]] = mapped_column(ARRAY(String))
    found_at: Mapped[datetime]
    apart_at: Mapped[datetime | None]
    apart_by: Mapped[str | None]


class Merge(Base):
    """That a record (`gone`) is part of a person (`kept`): since when, and by whom. Nothing is moved by it. It is taken back
    once (`undone_at`), and said again as another row.

    sealed: what the kept record said before, of the details that were taken from the other, and what it says since.
    proven_at: when the mailbox of the record that is gone said so itself. Until then nobody who signs in is shown it.
    """

    __tablename__ = "merges"
    __table_args__ = (
        CheckConstraint("kept_id <> gone_id", "two"),
        Index("uq_merges_in_force", "gone_id", unique=True, postgresql_where="undone_at is null"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    gone_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    at: Mapped[datetime]
    by: Mapped[str]
    sealed: Mapped[Sealed | None]
    ended_membership_id: Mapped[UUID | None] = mapped_column(ForeignKey("memberships.id"))
    proven_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]
