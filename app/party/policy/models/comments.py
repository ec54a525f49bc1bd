"""Nouns: what members say about a section of a text."""

from __future__ import annotations

import enum
from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base


class Stance(enum.StrEnum):
    """What a comment is."""

    SUPPORT = "support"
    CONCERN = "concern"
    QUESTION = "question"
    EVIDENCE = "evidence"


class Comment(Base):
    """A comment on a section of a version, or of the draft that was consulted on (`draft_revision`); or a reply to one.

    `needs_reply`: a concern or a question about commitments, which the party answers within days that its rules say, counted
    from when it was written. `official_as`: the office in which a reply was given. `shown_at` is None while it waits for an
    officer to let it through; what is hidden can be shown again; what is removed has lost its words for ever, and the
    database lets no comment say something else than it said. `person_id` is None once its author has left.
    """

    __tablename__ = "policy_comments"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        Index("ix_policy_comments_place", "policy_id", "anchor", "id", postgresql_where="parent_id is null"),
        Index("ix_policy_comments_newest", "policy_id", "id", postgresql_where="parent_id is null"),
        Index(
            "ix_policy_comments_counted",
            "policy_id",
            "anchor",
            postgresql_where="parent_id is null and shown_at is not null and hidden_at is null",
        ),
        Index("ix_policy_comments_held", "id", postgresql_where="shown_at is null and hidden_at is null"),
        Index(
            "ix_policy_comments_waiting",
            "made_at",
            postgresql_where="needs_reply and answered_at is null and shown_at is not null and hidden_at is null",
        ),
        CheckConstraint("num_nulls(version_id, draft_revision) = 1", "of_a_version_or_the_draft"),
        CheckConstraint("(stance is null) = (parent_id is not null)", "a_reply_takes_no_stance"),
        CheckConstraint("official_as is null or parent_id is not null", "an_answer_answers"),
        CheckConstraint("display in ('anonymous', 'first', 'full')", "display"),
        CheckConstraint("hidden_at is null or hidden_because is not null", "hidden_for_a_reason"),
        CheckConstraint("removed_at is null or (body = '' and hidden_at is not null)", "removed_is_empty"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[UUID]  # of the form that was sent: sent twice, it is one
    policy_id: Mapped[UUID] = mapped_column(ForeignKey("policies.id"))
    version_id: Mapped[UUID | None] = mapped_column(ForeignKey("policy_versions.id"), index=True)
    draft_revision: Mapped[int | None]
    anchor: Mapped[str]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("policy_comments.id"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    official_as: Mapped[str | None]
    stance: Mapped[str | None]
    display: Mapped[str]
    body: Mapped[str]
    needs_reply: Mapped[bool]
    answered_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]
    shown_by: Mapped[str | None]
    hidden_at: Mapped[datetime | None]
    hidden_by: Mapped[str | None]
    hidden_because: Mapped[str | None]
    removed_at: Mapped[datetime | None]

    @property
    def is_held(self) -> bool:
        return self.shown_at is None and self.hidden_at is None

    @property
    def is_visible(self) -> bool:
        return self.shown_at is not None and self.hidden_at is None
