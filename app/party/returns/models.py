"""Nouns: a return as it was filed."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base
from app.ground.sealed import Sealed
from app.law.books import Paper


class Kind(enum.StrEnum):
    """What is filed with the Electoral Commission from here."""

    DONATIONS = "donations"  # AnnualDonationsReturn
    LOANS = "loans"
    LARGE = "large"  # LargeDonationReturn


PAPERS = {
    Kind.DONATIONS: Paper.ANNUAL_DONATIONS,
    Kind.LOANS: Paper.ANNUAL_LOANS,
    Kind.LARGE: Paper.LARGE_DONATION,
}


class FiledReturn(Base):
    """One version of a return, as it was filed. Its facts are sealed and never change; an amendment is the next version.

    `about`: of a large-donation return the donation that made it due, else empty; `ids`: the donations such a return tells of.
    `known_on`: the day as of which the law was asked. `digest`: SHA-256 of the facts.
    """

    __tablename__ = "filed_returns"
    __table_args__ = (
        UniqueConstraint("kind", "year", "about", "version"),
        CheckConstraint("version > 0", "version"),
        CheckConstraint("(kind = 'large') = (about <> '')", "about_a_donation"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    year: Mapped[int]
    about: Mapped[str]
    version: Mapped[int]
    ids: Mapped[list[str]] = mapped_column(JSONB)
    filed_on: Mapped[date]
    filed_at: Mapped[datetime]
    filed_by: Mapped[str]
    known_on: Mapped[date]
    digest: Mapped[str]
    sealed: Mapped[Sealed]

    @property
    def what(self) -> str:
        return PAPERS[Kind(self.kind)].value
