"""Nouns: a receipt, the paper it was printed on, what was noted on it later, and the counters its number comes from."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.ground.db import Base
from app.ground.sealed import Sealed
from app.law.money import Money


def number_of(year: int, number: int) -> str:
    """“2026-000123”: the calendar year of issue, and the place in it. Longer than six digits after a million."""
    return f"{year}-{number:06}"


class ReceiptCounter(Base):
    """The last number given in a year. Only the database's own function moves it, and only together with a receipt."""

    __tablename__ = "receipt_counters"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Receipt(Base):
    """One receipt. Its facts are sealed as they were at issue and never change; a correction is another receipt that replaces
    it. `sealed` is empty once the time for which the law keeps it is over."""

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        UniqueConstraint("replaces_id"),
        Index("uq_receipts_once", "payment_id", unique=True, postgresql_where="replaces_id is null"),
        CheckConstraint("cents > 0", "positive"),
        CheckConstraint("number > 0", "number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    year: Mapped[int]
    number: Mapped[int]
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), index=True)
    replaces_id: Mapped[UUID | None] = mapped_column(ForeignKey("receipts.id"))
    cents: Mapped[int]
    currency: Mapped[str]
    received_on: Mapped[date]
    issued_at: Mapped[datetime]
    sealed: Mapped[Sealed | None]
    digest: Mapped[str]

    @property
    def name(self) -> str:
        """The number as it is printed, like “2026-000123”."""
        return number_of(self.year, self.number)

    @property
    def path(self) -> str:
        """Where its owner gets it as a PDF."""
        return f"/me/receipts/{self.name}.pdf"

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)


class ReceiptPaper(Base):
    """The PDF a receipt was first handed out as, sealed, with the SHA-256 of its bytes. One a receipt, never replaced."""

    __tablename__ = "receipt_papers"
    __table_args__ = (UniqueConstraint("receipt_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("receipts.id"))
    sealed: Mapped[Sealed | None]
    sha256: Mapped[str]
    rendered_at: Mapped[datetime]


class NoteKind(enum.StrEnum):
    """What may be noted on a receipt later: that it counts no more, or that money went back."""

    VOID = "void"
    REFUND = "refund"


class ReceiptNote(Base):
    """Something that happened after a receipt was issued. `key` is its identity: the same fact is noted once. The reason is
    sealed, as people write names into reasons. A negative refund is one that did not arrive."""

    __tablename__ = "receipt_notes"
    __table_args__ = (
        UniqueConstraint("receipt_id", "key"),
        CheckConstraint("(kind = 'void' and cents = 0) or (kind = 'refund' and cents <> 0)", "amount"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    receipt_id: Mapped[UUID] = mapped_column(ForeignKey("receipts.id"))
    kind: Mapped[str]
    key: Mapped[str]
    cents: Mapped[int]
    currency: Mapped[str]
    on: Mapped[date]
    at: Mapped[datetime]
    sealed: Mapped[Sealed | None]

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)
