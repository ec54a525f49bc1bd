"""Nouns: what the console knows of one person without opening anything, and how many stand where."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Identity, Index, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.ground.db import Base
from app.law.membership import CanEnrol, Standing
from app.law.party_rules import DUES
from app.party.branches.models import Branch

SUPPORTER = "supporter"  # as `decided`: no membership to decide about


class OnRoster(Base):
    """One row a person who was not erased. Derived: triggers write it from the view `roster_now` (migration 0023), in the
    transaction that changes what it rests on; the application cannot. No name, address, email or phone is in it.

    It shows itself only to a transaction that has said what it looks as (branches.scope).

    since: the day their latest membership was opened; of who has none, the day we got to know them.
    decided: the last decision about that membership, `applied` before the first; `supporter` where there is none.
    owed_from: the first day on which dues would stand unpaid, if nothing more is paid and nobody decides otherwise.
    """

    __tablename__ = "roster"
    __table_args__ = (
        Index("ix_roster_since", "since", "person_id"),
        Index("ix_roster_branch_id_since", "branch_id", "since", "person_id"),
        Index(
            "ix_roster_electorate_since", "set_code", "electorate_code", "since", "person_id", postgresql_include=["branch_id"]
        ),
        Index("ix_roster_decided_since", "decided", "since", "person_id"),
        Index("ix_roster_decided_owed_from", "decided", "owed_from", "person_id"),
        Index("ix_roster_branch_id_decided_owed_from", "branch_id", "decided", "owed_from", "person_id"),
        # Few cannot enrol, or are not sure: searching among them, and counting them, read nobody else.
        Index("ix_roster_cannot_enrol", "can_enrol", "branch_id", "since", "person_id", postgresql_where="can_enrol <> 'yes'"),
        Index("ix_roster_last_gave_on", "last_gave_on", postgresql_where="last_gave_on is not null"),
    )

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[date]
    membership_id: Mapped[UUID | None]
    number: Mapped[int | None] = mapped_column(index=True)
    decided: Mapped[str]
    ended_on: Mapped[date | None]
    owed_from: Mapped[date | None]
    set_code: Mapped[str | None]
    electorate_code: Mapped[str | None]
    branch_id: Mapped[UUID | None]
    can_enrol: Mapped[str | None]
    consents: Mapped[list[str]] = mapped_column(ARRAY(String))
    last_gave_on: Mapped[date | None]
    changed_at: Mapped[datetime]

    def standing(self, *, on: date) -> Standing | None:
        """How the person stands on a day (law.membership.standing); None for a supporter."""
        if self.decided == SUPPORTER:
            return None
        if self.decided != Standing.GOOD or self.owed_from is None or on < self.owed_from:
            return Standing(self.decided)  # a decision outweighs money
        lapses = self.owed_from + timedelta(days=DUES.on(on).value.lapse_days)
        return Standing.LAPSED if on >= lapses else Standing.BEHIND

    def counts_toward_500(self, *, on: date) -> bool:
        """As far as can be told without a birth date, which is sealed."""
        return self.standing(on=on) is Standing.GOOD and self.can_enrol == CanEnrol.YES


class Tally(Base):
    """So many people more, or less, stand so: of a branch, or (`whole`) of the party. The sum of the rows is exact at every
    moment; a chore adds them up."""

    __tablename__ = "roster_tallies"
    __table_args__ = (Index("ix_roster_tallies_branch_id", "whole", "branch_id"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    whole: Mapped[bool]
    branch_id: Mapped[UUID | None]
    decided: Mapped[str]
    owed_from: Mapped[date | None]
    can_enrol: Mapped[str | None]
    people: Mapped[int]


class Grace(Base):
    """How many days after a term of a rhythm begins its dues become payable: a copy of party rule 5 for the view."""

    __tablename__ = "roster_graces"

    rhythm: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int]


class Segment(Base):
    """A question that was kept under a name, of a branch or (None) of the whole party: parts that people fit or do not
    (rules.Part). Nobody is written down in it: whoever opens it sees who fits now, of those they see."""

    __tablename__ = "segments"
    __table_args__ = (
        Index(
            "uq_segments_name",
            "branch_id",
            "name",
            unique=True,
            postgresql_where="ended_at is null",
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    branch_id: Mapped[UUID | None] = mapped_column(ForeignKey("branches.id"))
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    branch: Mapped[Branch | None] = relationship()
