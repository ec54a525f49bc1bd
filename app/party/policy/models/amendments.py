"""Nouns: what a member would have a section say instead, who supports it, and what was decided."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base


class Outcome(enum.StrEnum):
    """What a body of the party decided."""

    ACCEPTED = "accepted"
    IN_PART = "accepted in part"
    DECLINED = "declined"


class Amendment(Base):
    """Another body for one section of a version (`base_version_id`, `anchor`), with a rationale.

    Its state is a function of these facts, of its support, of later versions and of the day (`rules.state_of`). Once it is
    opened it is kept, and says for ever what it said; how many members could have supported it then, and how many were
    needed, are written down at that moment. `closes_on` is the last day. `person_id` is None once its author has left.
    """

    __tablename__ = "policy_amendments"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        UniqueConstraint("rebase_of_id"),
        Index("ix_policy_amendments_held", "id", postgresql_where="opened_on is null and refused_at is null"),
        Index("ix_policy_amendments_closes_on", "closes_on"),
        CheckConstraint("num_nulls(opened_on, closes_on, eligible, needed) in (0, 4)", "opened_whole"),
        CheckConstraint("refused_at is null or refused_because is not null", "refused_for_a_reason"),
        CheckConstraint("display in ('anonymous', 'first', 'full')", "display"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[UUID]  # of the form that was sent: sent twice, it is one
    policy_id: Mapped[UUID] = mapped_column(ForeignKey("policies.id"), index=True)
    base_version_id: Mapped[UUID] = mapped_column(ForeignKey("policy_versions.id"), index=True)
    anchor: Mapped[str]
    body: Mapped[str]
    rationale: Mapped[str]
    rebase_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("policy_amendments.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    display: Mapped[str]
    made_at: Mapped[datetime]
    opened_on: Mapped[date | None]
    closes_on: Mapped[date | None]
    eligible: Mapped[int | None]
    needed: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    refused_by: Mapped[str | None]
    refused_because: Mapped[str | None]

    @property
    def is_held(self) -> bool:
        return self.opened_on is None and self.refused_at is None and self.withdrawn_at is None


class AmendmentSupport(Base):
    """One member supports an amendment, once. `person_id` is None once they have left after it closed: it still counted."""

    __tablename__ = "amendment_supports"
    __table_args__ = (UniqueConstraint("amendment_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    amendment_id: Mapped[UUID] = mapped_column(ForeignKey("policy_amendments.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    made_at: Mapped[datetime]


class AmendmentDecision(Base):
    """What was decided about an amendment, with reasons; nothing of it ever changes. Votes are None where nobody voted.

    `body`: the section as it went into the draft; None where it was declined.
    """

    __tablename__ = "amendment_decisions"
    __table_args__ = (
        CheckConstraint("outcome in ('accepted', 'accepted in part', 'declined')", "outcome"),
        CheckConstraint("reasons <> ''", "reasons"),
        CheckConstraint("(body is null) = (outcome = 'declined')", "body_of_the_accepted"),
        CheckConstraint("num_nulls(votes_for, votes_against, abstained, eligible) in (0, 4)", "votes_together"),
        CheckConstraint("votes_for + votes_against + abstained <= eligible", "votes_of_the_eligible"),
    )

    amendment_id: Mapped[UUID] = mapped_column(ForeignKey("policy_amendments.id"), primary_key=True)
    outcome: Mapped[str]
    decided_by: Mapped[str]
    decided_on: Mapped[date]
    reasons: Mapped[str]
    body: Mapped[str | None]
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    abstained: Mapped[int | None]
    eligible: Mapped[int | None]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]

    @property
    def voted(self) -> int | None:
        """How many took part in the vote; None without one."""
        if self.votes_for is None or self.votes_against is None or self.abstained is None:
            return None
        return self.votes_for + self.votes_against + self.abstained
