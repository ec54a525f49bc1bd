"""Nouns: a letter to many, the frozen list of whom it goes to, and what became of each part of that list."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base
from app.ground.mail import Kind
from app.ground.sealed import Sealed


class Mailing(Base):
    """A letter to those who are asked for (`asked`, the words of an Asked), of the whole party (`branches` is None) or of
    branches. Subject and text are sealed. Who asked, what and how it says cannot change once it is confirmed; before that a
    change takes the secretary’s authority away.

    rate: letters a minute. shown_count: how many whoever confirmed was shown; frozen_count: how many the list has.
    vouched_by: who said that what is no campaign asks nobody to vote, to give or to take part. turn_at: when the last letter
    had its turn.
    """

    __tablename__ = "mailings"
    __table_args__ = (
        CheckConstraint("num_nonnulls(confirmed_at, confirmed_by, shown_count, frozen_count) in (0, 4)", "confirmed_whole"),
        CheckConstraint("num_nonnulls(authorised_at, authorised_by) in (0, 2)", "authorised_whole"),
        CheckConstraint("num_nonnulls(stopped_at, stopped_by, stopped_because) in (0, 3)", "stopped_whole"),
        CheckConstraint("num_nonnulls(ended_at, ended_because) in (0, 2)", "ended_whole"),
        CheckConstraint(
            "kind <> 'campaign' or confirmed_at is null or authorised_at is not null", "no_campaign_without_authority"
        ),
        CheckConstraint("rate between 1 and 6000", "rate_within_the_house"),
        Index("ix_mailings_going", "id", postgresql_where="confirmed_at is not null and ended_at is null"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    asked: Mapped[dict[str, str]] = mapped_column(JSONB)
    branches: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid))
    sealed: Mapped[Sealed]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    changed_at: Mapped[datetime]
    asked_authority_at: Mapped[datetime | None]
    authorised_at: Mapped[datetime | None]
    authorised_by: Mapped[str | None]
    asked_authority_by: Mapped[str | None]
    refused_at: Mapped[datetime | None]
    refused_because: Mapped[str | None]
    vouched_by: Mapped[str | None]
    turn_at: Mapped[datetime | None]
    rate: Mapped[int]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]
    shown_count: Mapped[int | None]
    frozen_count: Mapped[int | None]
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[str | None]
    stopped_because: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None]

    @property
    def state(self) -> str:
        """`draft`, `waiting` (for the secretary’s authority), `sending`, `stopped`, `sent`, `called off`, `dropped`."""
        if self.ended_at:
            return str(self.ended_because)
        if self.stopped_at:
            return "stopped"
        if self.confirmed_at:
            return "sending"
        return "waiting" if self.asked_authority_at and not self.authorised_at else "draft"

    @property
    def is_campaign(self) -> bool:
        return self.kind == Kind.CAMPAIGN


class MailingPart(Base):
    """Some of those whom a mailing goes to, by id in order: frozen when it is confirmed, gone when it has ended."""

    __tablename__ = "mailing_parts"

    mailing_id: Mapped[UUID] = mapped_column(ForeignKey("mailings.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))


class MailingOutcome(Base):
    """What became of one part: how many letters the mail server took, and why each of the others got none. Written once, when
    the part is done: the progress of a mailing is their sum, so that no row is written by every letter."""

    __tablename__ = "mailing_outcomes"

    mailing_id: Mapped[UUID] = mapped_column(ForeignKey("mailings.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    sent: Mapped[int]
    skipped: Mapped[dict[str, int]] = mapped_column(JSONB)
