"""Nouns: many supporters who are to be erased, and who they are."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base


class Erasing(Base):
    """That an officer wants supporters erased. Who they are was settled when it was asked for; what became of it is added.

    kept: how many fitted and must be kept by law. due_on: the day from which they are erased, once another officer agreed.
    spared: how many were not erased on that day, because they had joined, given or left by then.
    """

    __tablename__ = "erasings"
    __table_args__ = (
        CheckConstraint("taken_back_at is null or done_at is null", "taken_back_or_done"),
        CheckConstraint("done_at is null or due_on is not null", "binned_before_done"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    asked_by_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    asked_at: Mapped[datetime]
    asked: Mapped[dict[str, str]] = mapped_column(JSONB)
    whom: Mapped[str]
    why: Mapped[str]
    people: Mapped[int]
    kept: Mapped[int]
    agreement_id: Mapped[UUID | None] = mapped_column(ForeignKey("agreements.id"), index=True)
    binned_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    taken_back_at: Mapped[datetime | None]
    taken_back_by: Mapped[str | None]
    done_at: Mapped[datetime | None]
    erased: Mapped[int | None]
    spared: Mapped[int | None]


class ToErase(Base):
    """One of them. `over_at`: when it was decided on the day, erased or spared."""

    __tablename__ = "erasing_people"
    __table_args__ = (Index("ix_erasing_people_person_id", "person_id"),)

    erasing_id: Mapped[UUID] = mapped_column(ForeignKey("erasings.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    over_at: Mapped[datetime | None]
    erased: Mapped[bool | None]
