"""Nouns: a day’s count, a pack of evidence, what was sent to the Commission, and what must be."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base
from app.ground.sealed import Sealed


class Step(enum.StrEnum):
    """What the party secretary has noted about the party’s own registration."""

    REGISTERED = "registered"
    CANCELLED = "cancelled"


class RegistrationStep(Base):
    """That the party was registered, or its registration cancelled, on a day. Append-only; the latest noted holds."""

    __tablename__ = "registration_steps"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    step: Mapped[str]
    on: Mapped[date]
    by: Mapped[str]
    at: Mapped[datetime]


class DayCount(Base):
    """How many counted at the end of a day; of today, when it was last counted. `lowest`: of all times it was counted that day.

    joined, came_back, lapsed, gone: whose counting began or ended that day, and by what. `worked_out`: not counted that day,
    but worked out afterwards from the dated rows.
    """

    __tablename__ = "registration_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int]
    lowest: Mapped[int]
    joined: Mapped[int]
    came_back: Mapped[int]
    lapsed: Mapped[int]
    gone: Mapped[int]
    worked_out: Mapped[bool]
    counted_at: Mapped[datetime]


class Pack(Base):
    """Members whose evidence the Commission is shown, chosen and checked for a day. Filed once, and from then on as it is:
    `digest` is of whose evidence it was and what they had signed."""

    __tablename__ = "registration_packs"
    __table_args__ = (
        CheckConstraint("wanted > 0", "wanted"),
        CheckConstraint("(filed_on is null) = (digest is null)", "filed"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    on: Mapped[date]
    wanted: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    checked_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
    filed_on: Mapped[date | None]
    filed_at: Mapped[datetime | None]
    filed_by: Mapped[str | None]
    digest: Mapped[str | None]

    @property
    def is_open(self) -> bool:
        return self.filed_on is None and self.dropped_at is None


class State(enum.StrEnum):
    """Of a member in a pack."""

    IN = "in"
    FAILED = "failed"  # by the check
    OUT = "out"  # by hand


class PackLine(Base):
    """That a member was chosen for a pack, by the rule or by hand, and what the check said. Ids only: the details stay where
    they are sealed, and go from there. `declaration_digest`: of what they signed, as it was when it was checked."""

    __tablename__ = "registration_lines"
    __table_args__ = (
        UniqueConstraint("pack_id", "person_id"),
        Index("ix_registration_lines_pack_id_state", "pack_id", "state", "place"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    pack_id: Mapped[UUID] = mapped_column(ForeignKey("registration_packs.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    membership_id: Mapped[UUID]
    number: Mapped[int]
    place: Mapped[int]
    by_hand: Mapped[bool]
    state: Mapped[str]
    because: Mapped[str | None]
    declaration_digest: Mapped[str | None]


class PackPaper(Base):
    """A pack as one PDF, sealed, until `forget_on`; then only its hash stays. `failed`: why there is none, in a word."""

    __tablename__ = "registration_papers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    pack_id: Mapped[UUID] = mapped_column(ForeignKey("registration_packs.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    made_at: Mapped[datetime | None]
    members: Mapped[int | None]
    sha256: Mapped[str | None]
    sealed: Mapped[Sealed | None]
    forget_on: Mapped[date | None]
    failed: Mapped[str | None]


class Sent(enum.StrEnum):
    """What is sent to the Commission from here, but for packs."""

    DECLARATION = "declaration"  # yearly, s 71A
    NOTICE = "notice"  # too few members, s 67(3)(d)


class SentPaper(Base):
    """A declaration or a notice as it was sent. Append-only; the latest of a year counts. Its words are sealed, as the party
    secretary’s name and address stand in them."""

    __tablename__ = "registration_sent"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    year: Mapped[int]
    count: Mapped[int]
    sent_on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[str]
    digest: Mapped[str]
    sealed: Mapped[Sealed]


class RegistrationDuty(Base):
    """Something the Act has the party secretary do about the registration, and by when; None where it gives no time. Closed
    once, when it is done or asked no more. `about`: the year of a declaration."""

    __tablename__ = "registration_duties"
    __table_args__ = (Index("uq_registration_duties_open", "kind", "about", unique=True, postgresql_where="closed_at is null"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    about: Mapped[str]
    count: Mapped[int]
    cites: Mapped[str]
    sentence: Mapped[str]
    opened_on: Mapped[date]
    due_on: Mapped[date | None]
    plan_for: Mapped[date | None]
    done_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    closed_because: Mapped[str | None]

    def days_left(self, on: date) -> int | None:
        """Calendar days to the last one; below nothing when it has passed; None where the Act states no time."""
        return (self.due_on - on).days if self.due_on else None
