"""Nouns: a policy, its versions, the draft of the next one, and translations."""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base


class Policy(Base):
    """One subject, under one address for ever. Its texts are versions; what it is called is in them."""

    __tablename__ = "policies"
    __table_args__ = (CheckConstraint("successor_id is null or retired_at is not null", "successor_of_a_retired"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    retired_at: Mapped[datetime | None]
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("policies.id"), index=True)


class PolicyVersion(Base):
    """A text as it was adopted. Nothing of it ever changes (migration 0020). `hash`: SHA-256 of the source, in hex.

    Votes are None where nobody voted: `decided_by` says who decided, `authority` who authorised publication and how.
    """

    __tablename__ = "policy_versions"
    __table_args__ = (
        UniqueConstraint("policy_id", "number"),
        CheckConstraint("number > 0", "number"),
        CheckConstraint("number = 1 or change_note <> ''", "says_what_changed"),
        CheckConstraint("num_nulls(votes_for, votes_against, abstained, eligible) in (0, 4)", "votes_together"),
        CheckConstraint("votes_for + votes_against + abstained <= eligible", "votes_of_the_eligible"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    policy_id: Mapped[UUID] = mapped_column(ForeignKey("policies.id"))
    number: Mapped[int]
    source: Mapped[str]
    hash: Mapped[str]
    change_note: Mapped[str]
    effective_from: Mapped[date]
    decided_by: Mapped[str]
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    abstained: Mapped[int | None]
    eligible: Mapped[int | None]
    authority: Mapped[str]
    published_at: Mapped[datetime]
    published_by: Mapped[str]

    @property
    def voted(self) -> int | None:
        """How many took part in the vote; None without one."""
        if self.votes_for is None or self.votes_against is None or self.abstained is None:
            return None
        return self.votes_for + self.votes_against + self.abstained


class PolicyDraft(Base):
    """The next version while it is written. `revision` rises with each save, so that nobody overwrites what they have not seen.

    While `consulting_until` has not passed it is public.
    """

    __tablename__ = "policy_drafts"

    policy_id: Mapped[UUID] = mapped_column(ForeignKey("policies.id"), primary_key=True)
    source: Mapped[str]
    change_note: Mapped[str]
    revision: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]
    consulting_since: Mapped[datetime | None]
    consulting_until: Mapped[date | None]

    @property
    def mark(self) -> str:
        """What tells one save from every other, also from those of an earlier draft, which had the same numbers."""
        return f"{self.revision}-{sha256(self.source.encode()).hexdigest()[:16]}"


class PolicyTranslation(Base):
    """A version in another language, by a person. `of_hash`: the hash of the source it was made from. The latest is shown."""

    __tablename__ = "policy_translations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("policy_versions.id"), index=True)
    locale: Mapped[str]
    source: Mapped[str]
    of_hash: Mapped[str]
    translator: Mapped[str]
    checked_by: Mapped[str]
    checked_on: Mapped[date]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
