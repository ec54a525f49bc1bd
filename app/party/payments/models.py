"""Nouns: an attempt to pay, what Stripe said, and the double-entry ledger."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.ground.db import Base
from app.ground.sealed import Sealed
from app.law.money import Money


class LineKind(enum.StrEnum):
    """What a part of a payment is for. Dues and what is paid above them are two things (law: a fee is not a gift)."""

    DUES = "dues"
    ABOVE = "above"


def reference_of(payment_id: UUID) -> str:
    """What a person may quote of a payment: the last eight digits of its id."""
    return payment_id.hex[-8:].upper()


class Payment(Base):
    """One attempt to pay, written before the provider is asked; its id is the idempotency key.

    What it is for and how much never change (the database grants no such update). The rest are facts as they become known:
    a checkout was opened, a card was declined, the money settled, the room it is for was told, or the attempt was closed.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("cents > 0", "positive"),
        Index("ix_payments_open", "begun_at", postgresql_where="settled_at is null and closed_at is null"),
        Index("ix_payments_untold", "settled_at", postgresql_where="settled_at is not null and told_at is null"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    purpose_id: Mapped[UUID] = mapped_column(index=True)
    cents: Mapped[int]
    currency: Mapped[str]
    method: Mapped[str]
    begun_at: Mapped[datetime]
    frozen: Mapped[Sealed | None]
    checkout_id: Mapped[str | None] = mapped_column(unique=True)
    intent_id: Mapped[str | None] = mapped_column(unique=True)
    declined_at: Mapped[datetime | None]
    decline_code: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_because: Mapped[str | None]
    lines: Mapped[list[PaymentLine]] = relationship(order_by="PaymentLine.position", lazy="selectin")

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)

    @property
    def is_open(self) -> bool:
        """Neither settled nor closed: it may still be paid."""
        return self.settled_at is None and self.closed_at is None

    @property
    def reference(self) -> str:
        return reference_of(self.id)

    def amount_for(self, kind: LineKind) -> Money:
        return Money(sum(line.cents for line in self.lines if line.kind == kind), self.currency)


class PaymentLine(Base):
    __tablename__ = "payment_lines"
    __table_args__ = (CheckConstraint("cents > 0", "positive"),)

    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    cents: Mapped[int]


class HeardEvent(Base):
    """The inbox: an event Stripe sent, kept before anything is done about it. A hint, not a fact: ids only, no payload."""

    __tablename__ = "stripe_events"
    __table_args__ = (Index("ix_stripe_events_unhandled", "received_at", postgresql_where="handled_at is null"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    object_id: Mapped[str]
    payment_id: Mapped[UUID | None] = mapped_column(index=True)
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]


class Account(enum.StrEnum):
    """The accounts of the ledger. Debits are positive, credits negative."""

    STRIPE_UNSETTLED = "stripe:unsettled"
    STRIPE_BALANCE = "stripe:balance"
    STRIPE_FEES = "expense:stripe-fees"
    CASH = "cash"
    DUES = "income:dues"
    ABOVE_DUES = "income:above-dues"
    SUSPENSE = "suspense"


class LedgerEntry(Base):
    """One journal entry. (source, external_id, kind) is its identity: the same fact is posted once, whoever brings it."""

    __tablename__ = "ledger_entries"
    __table_args__ = (UniqueConstraint("source", "external_id", "kind"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str]
    external_id: Mapped[str]
    kind: Mapped[str]
    day: Mapped[date]
    posted_at: Mapped[datetime]
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"), index=True)


class LedgerLine(Base):
    """One side of an entry. The database refuses a transaction in which an entry does not sum to zero."""

    __tablename__ = "ledger_lines"
    __table_args__ = (CheckConstraint("cents <> 0", "not_zero"),)

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_entries.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(index=True)
    cents: Mapped[int]
    currency: Mapped[str]
