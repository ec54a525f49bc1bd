"""Nouns: a file of people that an officer asked for."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.clock import day_of
from app.ground.db import Base
from app.ground.sealed import Sealed


class Export(Base):
    """What was asked for is never changed; what became of it is added.

    asked: the words of an `Asked`. scope: whom the file may hold, as the database is told it; worked out again before it is
    written, and again before it is handed over. expected: how many there were when it was asked for; sketch: where
    another officer must agree, of whom, as far as it takes to see whether they are others by then (queries.sketch).
    file_id: the file it was written to (ground/strongroom.py); sealed: that file’s key, until it is removed.
    """

    __tablename__ = "exports"
    __table_args__ = (Index("ix_exports_asked_at", "asked_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    asked: Mapped[dict[str, str]] = mapped_column(JSONB)
    whom: Mapped[str]
    scope: Mapped[str]
    why: Mapped[str]
    bom: Mapped[bool]
    expected: Mapped[int]
    sketch: Mapped[list[int] | None] = mapped_column(ARRAY(BigInteger))
    agreement_id: Mapped[UUID | None] = mapped_column(ForeignKey("agreements.id"), index=True)
    begun_at: Mapped[datetime | None]
    counted: Mapped[int | None]
    progress: Mapped[int | None]
    written_at: Mapped[datetime | None]
    rows: Mapped[int | None]
    bytes: Mapped[int | None]
    digest: Mapped[str | None]
    file_id: Mapped[UUID | None]
    sealed: Mapped[Sealed | None]
    office: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    taken_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    refused_because: Mapped[str | None]
    removed_at: Mapped[datetime | None]

    @property
    def name(self) -> str:
        """What the file is called, with how many are in it."""
        return f"people-{day_of(self.asked_at)}-{self.rows or 0}-rows-{str(self.id)[-6:]}.csv"

    def can_be_taken(self, *, at: datetime) -> bool:
        return bool(self.written_at and self.sealed and not self.removed_at and self.expires_at and at < self.expires_at)
