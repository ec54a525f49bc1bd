"""Nouns: a bank’s file as it was looked at, a line of a statement, and what a line was matched to."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.ground.db import Base
from app.ground.sealed import Sealed
from app.law.money import Money
from app.party.payments.models import Payment, Refund


class BankImport(Base):
    """A file somebody uploaded: looked at, then confirmed, then perhaps undone.

    While it is looked at, its lines lie in `sealed`; when it is confirmed, or has waited too long, that is emptied.
    """

    __tablename__ = "bank_imports"
    __table_args__ = (Index("ix_bank_imports_waiting", "looked_at", postgresql_where="sealed is not null"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[str]
    lines_in_file: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date]
    sealed: Mapped[Sealed | None]
    looked_at: Mapped[datetime]
    looked_by: Mapped[str]
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]
    lines_new: Mapped[int | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]

    @property
    def state(self) -> str:
        if self.undone_at:
            return "undone"
        if self.confirmed_at:
            return "confirmed"
        return "looked at" if self.sealed is not None else "forgotten"


class BankLine(Base):
    """One line of a statement; money that came is positive. `identity_index`: the keyed index of everything that tells it
    from every other line, so that it is there once however often it is imported.

    Open, until it is matched or set aside; gone, when its import was undone.
    """

    __tablename__ = "bank_lines"
    __table_args__ = (
        CheckConstraint("cents <> 0", "not_zero"),
        CheckConstraint("num_nonnulls(matched_at, set_aside_at, undone_at) <= 1", "one_state"),
        Index("uq_bank_lines_identity_index", "identity_index", unique=True, postgresql_where="undone_at is null"),
        Index(
            "ix_bank_lines_open",
            "on",
            "id",
            postgresql_where="matched_at is null and set_aside_at is null and undone_at is null",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(ForeignKey("bank_imports.id"), index=True)
    number: Mapped[int]
    identity_index: Mapped[bytes]
    on: Mapped[date]
    cents: Mapped[int]
    currency: Mapped[str]
    sealed: Mapped[Sealed | None]
    matched_at: Mapped[datetime | None]
    matched_by: Mapped[str | None]
    set_aside_at: Mapped[datetime | None]
    set_aside_by: Mapped[str | None]
    set_aside_because: Mapped[str | None]
    undone_at: Mapped[datetime | None]
    matches: Mapped[list[BankMatch]] = relationship(order_by="BankMatch.position", lazy="selectin")

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)

    @property
    def came(self) -> bool:
        """Whether money came, rather than went."""
        return self.cents > 0

    @property
    def state(self) -> str:
        if self.undone_at:
            return "undone"
        if self.matched_at:
            return "matched"
        return "set aside" if self.set_aside_at else "open"


class BankMatch(Base):
    """A part of a line, and the payment, refund or payout it is: a payment comes from one line, and a refund goes out on one.
    `entry_id`: the entry of the ledger by which a payout left Stripe.

    `how`: recorded from the line, or by hand before the line was there. Nothing of it changes: what was wrong goes back.
    """

    __tablename__ = "bank_matches"
    __table_args__ = (
        UniqueConstraint("line_id", "position"),
        CheckConstraint("cents > 0", "positive"),
        CheckConstraint("num_nonnulls(payment_id, refund_id, entry_id) = 1", "one_thing"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("bank_lines.id"))
    position: Mapped[int]
    cents: Mapped[int]
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"), unique=True)
    refund_id: Mapped[UUID | None] = mapped_column(ForeignKey("refunds.id"), unique=True)
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_entries.id"), unique=True)
    how: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    payment: Mapped[Payment | None] = relationship(lazy="joined")
    refund: Mapped[Refund | None] = relationship(lazy="joined")

    @property
    def amount(self) -> Money:
        about = self.payment or self.refund
        return Money(self.cents, about.currency if about else "NZD")
