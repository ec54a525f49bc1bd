"""Nouns: an application on its way, and the declaration that proves it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base
from app.ground.sealed import Sealed


class Application(Base):
    """What somebody filled in and has not paid for yet. Nobody is looked up for it, so the answer to a known email is the
    answer to an unknown one. It goes when it is paid (it becomes a Declaration) or abandoned."""

    __tablename__ = "applications"
    __table_args__ = (Index("ix_applications_made_at", "made_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email_index: Mapped[bytes] = mapped_column(index=True)
    sealed: Mapped[Sealed]
    signed_at: Mapped[datetime | None]
    digest: Mapped[str | None]
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"))
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Declaration(Base):
    """The evidence the Electoral Commission asks for (law sheet: name, address, eligibility, fee, authority to record and
    to release, signed and dated), sealed as it was signed. Append-only; kept as long as the law asks."""

    __tablename__ = "declarations"
    __table_args__ = (CheckConstraint("octet_length(sealed) > 28", "sealed"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("memberships.id"), index=True)
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"))
    wording: Mapped[str]
    signed_at: Mapped[datetime]
    admitted_at: Mapped[datetime]
    sealed: Mapped[Sealed]
    digest: Mapped[str]
