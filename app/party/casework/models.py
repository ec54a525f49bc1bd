"""Nouns: a tag and who has it, what was said with a person, and what is to be done about one."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.ground.db import Base
from app.ground.sealed import Sealed
from app.party.branches.models import Branch


class Tag(Base):
    """A word that people can be marked with, of a branch or (None) of the whole party. `until` (excluded): from then on nobody
    is marked with it; who was, stays so.

    Its name is not sealed: it must say nothing that would shame whoever carries it.
    """

    __tablename__ = "tags"
    __table_args__ = (
        Index(
            "uq_tags_name",
            "branch_id",
            "name",
            unique=True,
            postgresql_where="until is null",
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("until is null or until >= since", "until_after_since"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"))
    since: Mapped[date]
    until: Mapped[date | None]
    made_by: Mapped[str]
    branch: Mapped[Branch | None] = relationship()


class Tagging(Base):
    """That a person has a tag, from a moment on; its end is added once. To have it again is another row.

    `batch_id`, `ended_batch_id`: the act on many that did so (the room `bulk`), so that it can be taken back alone.
    """

    __tablename__ = "taggings"
    __table_args__ = (
        Index("uq_taggings_live", "tag_id", "person_id", unique=True, postgresql_where="ended_at is null"),
        Index("ix_taggings_person_id", "person_id", "tag_id"),
        Index("ix_taggings_batch_id", "batch_id", "id", postgresql_where="batch_id is not null"),
        Index("ix_taggings_ended_batch_id", "ended_batch_id", "id", postgresql_where="ended_batch_id is not null"),
        CheckConstraint("(ended_at is null) = (ended_by is null)", "ended_by_somebody"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    tag_id: Mapped[UUID] = mapped_column(ForeignKey("tags.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    batch_id: Mapped[UUID | None]
    at: Mapped[datetime]
    by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    ended_batch_id: Mapped[UUID | None]


class Note(Base):
    """What was said with, or is to be known of, a person: sealed. Written once and never edited.

    on: the day of the call, letter or visit. office: of whoever wrote it, as it was then.
    """

    __tablename__ = "notes"
    __table_args__ = (Index("ix_notes_person_id", "person_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[str]
    on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[str]
    office: Mapped[str]
    sealed: Mapped[Sealed]


class Task(Base):
    """What is to be done about a person, and by which officer. Done, or dropped when the act on many that set it is taken
    back."""

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_person_id", "person_id", "id"),
        Index("ix_tasks_open", "assigned_to", "due_on", "id", postgresql_where="done_at is null and dropped_at is null"),
        Index("ix_tasks_batch_id", "batch_id", "id", postgresql_where="batch_id is not null"),
        CheckConstraint("num_nonnulls(done_at, dropped_at) <= 1", "one_end"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    due_on: Mapped[date | None]
    assigned_to: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    batch_id: Mapped[UUID | None]
    set_at: Mapped[datetime]
    set_by: Mapped[str]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None]
    dropped_at: Mapped[datetime | None]
    dropped_by: Mapped[str | None]
    sealed: Mapped[Sealed]

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.dropped_at is None
