"""Nouns: somebody’s name, or an unnamed voice, under one version of a policy."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base
from app.ground.sealed import Sealed


class Shown(enum.StrEnum):
    """How somebody is shown beside what they say."""

    ANONYMOUS = "anonymous"
    FIRST = "first"  # the first name; of an endorsement, the region too
    FULL = "full"


@dataclass(frozen=True)
class Words:
    """What stands in an endorsement. In memory only; at rest it is sealed. A member’s name is not in it: it is their own."""

    name: str = ""
    region: str = ""
    reason: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Endorsement(Base):
    """An endorsement of one version. Of somebody who was not signed in it counts once their mailbox has confirmed it.

    `mailbox_index`: a blind index of the mailbox within this policy, so that one mailbox endorses a version once and it can be
    told how many endorsed the version before; it leads to no other policy and to no person. `person_id`: the member who was
    signed in. `has_words`: there is a name or a reason to show; an officer lets those of strangers through (`shown_at`), and
    can hide words but never what counts. What is withdrawn is deleted; that words of a member were hidden is remembered for 90
    days, in a row that was never confirmed, under an index of its own (`queries.memory_index`).
    """

    __tablename__ = "policy_endorsements"
    __table_args__ = (
        UniqueConstraint("key"),
        Index(
            "uq_policy_endorsements_counted",
            "version_id",
            "mailbox_index",
            unique=True,
            postgresql_where="confirmed_at is not null",
        ),
        Index(
            "uq_policy_endorsements_member", "version_id", "person_id", unique=True, postgresql_where="person_id is not null"
        ),
        Index("ix_policy_endorsements_version_id", "version_id"),
        Index("ix_policy_endorsements_listed", "version_id", "confirmed_at", "id", postgresql_where="has_words"),
        Index("ix_policy_endorsements_unconfirmed", "made_at", postgresql_where="confirmed_at is null"),
        Index(
            "ix_policy_endorsements_held",
            "id",
            postgresql_where="confirmed_at is not null and shown_at is null and hidden_at is null",
        ),
        CheckConstraint("display in ('anonymous', 'first', 'full')", "display"),
        CheckConstraint("hidden_at is null or hidden_because is not null", "hidden_for_a_reason"),
        CheckConstraint("shown_at is null or confirmed_at is not null", "shown_once_confirmed"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[UUID]  # of the form that was sent: sent twice, it is one
    version_id: Mapped[UUID] = mapped_column(ForeignKey("policy_versions.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    mailbox_index: Mapped[bytes] = mapped_column(index=True)
    display: Mapped[str]
    has_words: Mapped[bool]
    sealed: Mapped[Sealed]
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    shown_at: Mapped[datetime | None]
    shown_by: Mapped[str | None]
    hidden_at: Mapped[datetime | None]
    hidden_by: Mapped[str | None]
    hidden_because: Mapped[str | None]
