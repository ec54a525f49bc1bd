"""Nouns: something done for many people at once, and the people it has still to be done for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.ground.db import Base
from app.ground.sealed import Sealed
from app.party.casework.models import Tag


class Act(Base):
    """What an officer has done for all whom a list asks for, or for those who were ticked on it.

    asked, picked: who. people, same, digest: how many that were when it was looked at, for how many nothing changes, and what
    tells these people from any others. passed, changed, taken_back: how far it is.
    """

    __tablename__ = "bulk_acts"
    __table_args__ = (
        Index("ix_bulk_acts_asked_by", "asked_by", "looked_at"),
        Index("ix_bulk_acts_looked_at", "looked_at", postgresql_where="confirmed_at is null"),
        CheckConstraint("num_nonnulls(done_at, stopped_at) <= 1", "one_end"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    asked_by: Mapped[UUID]
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB)
    picked: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    tag_id: Mapped[UUID | None] = mapped_column(ForeignKey("tags.id"), index=True)
    assigned_to: Mapped[UUID | None]
    due_on: Mapped[date | None]
    sealed: Mapped[Sealed | None]
    people: Mapped[int]
    same: Mapped[int]
    digest: Mapped[str]
    looked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    begun_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    stopped_because: Mapped[str | None]
    passed: Mapped[int]
    changed: Mapped[int]
    undo_at: Mapped[datetime | None]
    undo_by: Mapped[UUID | None]
    undone_at: Mapped[datetime | None]
    taken_back: Mapped[int]
    tag: Mapped[Tag | None] = relationship(lazy="joined")

    @property
    def state(self) -> str:
        if self.undone_at:
            return "taken back"
        if self.undo_at:
            return "being taken back"
        if self.stopped_at:
            return "stopped"
        if self.done_at:
            return "done"
        return "under way" if self.confirmed_at else "looked at"


class Slice(Base):
    """Some of the people an act has still to be done for; the row goes with the slice. Ids only, for minutes."""

    __tablename__ = "bulk_slices"
    __table_args__ = (Index("ix_bulk_slices_act_id", "act_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    act_id: Mapped[UUID] = mapped_column(ForeignKey("bulk_acts.id"))
    people: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
