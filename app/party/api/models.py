"""Nouns: a key that an officer gave a program, a hook of another system, what happened, and whether it was told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.ground.db import Base
from app.ground.sealed import Sealed


class Key(Base):
    """That a program may ask as an officer would, within these scopes, until a moment. The secret half is nowhere; its keyed
    index is `secret_hash`. `prefix` is public and says which key it is."""

    __tablename__ = "api_keys"
    __table_args__ = (
        UniqueConstraint("prefix"),
        CheckConstraint("scopes <> '{}'", "opens_something"),
        CheckConstraint("(revoked_at is null) = (revoked_by is null)", "revoked_by_somebody"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    label: Mapped[str]
    prefix: Mapped[str]
    secret_hash: Mapped[bytes]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str | None]

    def is_good(self, *, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at


class Hook(Base):
    """Where another system of an officer’s is told of what happens to whom the officer sees. Sealed: the address (it may hold
    a secret), what messages are signed with, and, for a day after that was changed, what they were signed with before."""

    __tablename__ = "hooks"
    __table_args__ = (
        CheckConstraint("events <> '{}'", "hears_something"),
        CheckConstraint("(paused_at is null) = (paused_because is null)", "paused_for_a_reason"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    sealed: Mapped[Sealed]
    events: Mapped[list[str]] = mapped_column(ARRAY(String))
    made_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    paused_because: Mapped[str | None]
    refused_in_a_row: Mapped[int]
    held_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def is_open(self) -> bool:
        return self.paused_at is None and self.ended_at is None


class HookEvent(Base):
    """Something that happened to a person, as a trigger on the roster saw it (migration 0030); nobody’s, for a test. It shows
    itself only to a transaction that has said what it looks as. `was_branch_id`: of who moved, where they were."""

    __tablename__ = "hook_events"
    __table_args__ = (UniqueConstraint("tx", "person_id", "kind"), Index("ix_hook_events_at", "at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID | None] = mapped_column(index=True)
    kind: Mapped[str]
    branch_id: Mapped[UUID | None]
    was_branch_id: Mapped[UUID | None]
    at: Mapped[datetime]
    tx: Mapped[int]


class Delivery(Base):
    """That a hook is to be told of an event, and whether it was. It waits while `next_try_at` is set; `claimed_until`: somebody
    is at it, and if they have died, it is anybody’s again from then on."""

    __tablename__ = "hook_deliveries"
    __table_args__ = (
        UniqueConstraint("hook_id", "event_id"),
        Index("ix_hook_deliveries_hook_id", "hook_id", "id"),
        Index("ix_hook_deliveries_waiting", "hook_id", "next_try_at", postgresql_where="next_try_at is not null"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    hook_id: Mapped[UUID] = mapped_column(ForeignKey("hooks.id"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("hook_events.id", ondelete="CASCADE"), index=True)
    attempts: Mapped[int]
    next_try_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    first_tried_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    status: Mapped[int | None]
    trouble: Mapped[str | None]
    event: Mapped[HookEvent] = relationship()
