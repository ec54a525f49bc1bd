"""Nouns: a dangerous act that one officer asks for and another agrees to."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base


class Agreement(Base):
    """An act of one `kind` upon `subject_id`, in a sentence that says exactly what. What is decided about it is added once, and
    the database refuses that whoever asked agrees, or that both is said (migration 0026)."""

    __tablename__ = "agreements"
    __table_args__ = (
        CheckConstraint("agreed_by_id <> asked_by_id", "two_people"),
        CheckConstraint("agreed_at is null or refused_at is null", "one_answer"),
        CheckConstraint("agreed_at < expires_at", "in_time"),
        CheckConstraint("(agreed_at is null) = (agreed_by_id is null)", "agreed_by"),
        CheckConstraint("(refused_at is null) = (refused_by_id is null)", "refused_by"),
        CheckConstraint("done_at is null or agreed_at is not null", "agreed_before_done"),
        Index("uq_agreements_kind_subject_id", "kind", "subject_id", unique=True),
        Index("ix_agreements_asked_at", "asked_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    sentence: Mapped[str]
    people: Mapped[int | None]
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    agreed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    refused_at: Mapped[datetime | None]
    refused_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    refused_because: Mapped[str | None]
    done_at: Mapped[datetime | None]

    @property
    def is_decided(self) -> bool:
        return bool(self.agreed_at or self.refused_at)

    def waits(self, *, at: datetime) -> bool:
        """Whether it can be agreed to."""
        return not self.is_decided and at < self.expires_at
