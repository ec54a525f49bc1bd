"""Nouns: an attempt to pay, what Stripe said, and the double-entry ledger."""

from __future__ import annotations

import enum
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship
from stdnum.iso7064 import mod_37_36

from app.ground.db import Base
from app.ground.sealed import Sealed
from app.law.money import Money


class LineKind(enum.StrEnum):
    """What a part of a payment is for. Dues and what is paid above them are two things (law: a fee is not a gift). `cover` is
    what a donor adds for the card's cost: a donation like the rest, named by itself."""

    DUES = "dues"
    ABOVE = "above"
    DONATION = "donation"
    COVER = "cover"


class Method(enum.StrEnum):
    """The rail the money travels on."""

    CARD = "card"
    DEBIT = "debit"
    BANK = "bank"
    CASH = "cash"


REFERENCE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford’s: nothing that is read as something else


def reference_of(payment_id: UUID) -> str:
    """What a person quotes of a payment: eight signs of its id’s random end and a check sign (ISO 7064, mod 37,36), so that
    one wrong sign is always noticed and two swapped nearly always. Nine signs, for the twelve a bank’s field has."""
    tail = payment_id.int & (1 << 40) - 1
    signs = "".join(REFERENCE_SIGNS[tail >> shift & 31] for shift in range(35, -1, -5))
    return signs + mod_37_36.calc_check_digit(signs)


def id_tail(reference: str) -> str:
    """The last ten hexadecimal digits of the id of the payment with this reference, whose check sign fits: the way back."""
    tail = 0
    for sign in reference[:-1]:
        tail = tail << 5 | REFERENCE_SIGNS.index(sign)
    return f"{tail:010x}"


class Renewal(Base):
    """A standing authority to take money every so many months for one purpose, until it is stopped.

    Stripe keeps the calendar; this row says what was agreed, and the rest as it was last seen there. For one purpose there is
    one that nobody wants stopped: the database refuses a second.
    """

    __tablename__ = "renewals"
    __table_args__ = (
        CheckConstraint("cents > 0", "positive"),
        Index(
            "uq_renewals_running",
            "purpose",
            "purpose_id",
            unique=True,
            postgresql_where="started_at is not null and stop_wanted_at is null and ended_at is null",
        ),
        Index("ix_renewals_not_ended", "id", postgresql_where="started_at is not null and ended_at is null"),
        Index("ix_renewals_failing", "id", postgresql_where="failing_invoice_id is not null and ended_at is null"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    purpose_id: Mapped[UUID] = mapped_column(index=True)
    cents: Mapped[int]
    currency: Mapped[str]
    months: Mapped[int]
    begun_at: Mapped[datetime]
    begun_by: Mapped[str]
    frozen: Mapped[Sealed | None]
    checkout_id: Mapped[str | None] = mapped_column(unique=True)
    subscription_id: Mapped[str | None] = mapped_column(unique=True)
    customer_id: Mapped[str | None] = mapped_column(index=True)
    started_at: Mapped[datetime | None]
    status: Mapped[str | None]
    method: Mapped[str | None]
    method_id: Mapped[str | None]
    method_label: Mapped[str | None]
    method_expires_on: Mapped[date | None] = mapped_column(index=True)
    next_charge_on: Mapped[date | None]
    failing_invoice_id: Mapped[str | None]
    stop_wanted_at: Mapped[datetime | None]
    stop_now: Mapped[bool | None]
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[str | None]
    looked_at: Mapped[datetime | None]

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)

    @property
    def is_running(self) -> bool:
        """It takes money next time, as far as we know."""
        return self.started_at is not None and self.stop_wanted_at is None and self.ended_at is None


class Payment(Base):
    """One attempt to pay, written before the provider is asked; its id is the idempotency key.

    What it is for and how much never change (the database grants no such update). The rest are facts as they become known:
    a checkout was opened, a card was declined, a debit is on its way, the money settled, the room it is for was told, or the
    attempt was closed. A payment that a renewal’s invoice made is written when the invoice is first seen. `method` is what an
    attempt was begun for, `rail` the way its money came.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("cents > 0", "positive"),
        Index("ix_payments_open", "begun_at", postgresql_where="settled_at is null and closed_at is null"),
        Index("ix_payments_untold", "settled_at", postgresql_where="settled_at is not null and told_at is null"),
        Index("ix_payments_declined", "declined_at", postgresql_where="declined_at is not null"),
        Index("ix_payments_reference", text("right(id::text, 10)")),  # what `reference_of` spells
        Index("ix_payments_by_bank", "paid_on", postgresql_where="rail = 'bank'"),  # what a statement may have, too
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    purpose_id: Mapped[UUID] = mapped_column(index=True)
    cents: Mapped[int]
    currency: Mapped[str]
    method: Mapped[str]
    begun_at: Mapped[datetime]
    bank_reference: Mapped[str | None] = mapped_column(unique=True)
    renewal_id: Mapped[UUID | None] = mapped_column(ForeignKey("renewals.id"), index=True)
    invoice_id: Mapped[str | None] = mapped_column(unique=True)
    frozen: Mapped[Sealed | None]
    checkout_id: Mapped[str | None] = mapped_column(unique=True)
    intent_id: Mapped[str | None] = mapped_column(unique=True)
    declined_at: Mapped[datetime | None]
    decline_code: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    processing_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    paid_on: Mapped[date | None]
    rail: Mapped[str | None]
    told_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_because: Mapped[str | None]
    lines: Mapped[list[PaymentLine]] = relationship(order_by="PaymentLine.position", lazy="selectin")
    renewal: Mapped[Renewal | None] = relationship()

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


REFUSED = "payment_intent.payment_failed"  # Stripe’s word for a card that was tried and refused


class HeardEvent(Base):
    """The inbox: an event Stripe sent, kept before anything is done about it. A hint, not a fact: ids only, no payload."""

    __tablename__ = "stripe_events"
    __table_args__ = (
        Index("ix_stripe_events_unhandled", "received_at", postgresql_where="handled_at is null"),
        Index("ix_stripe_events_refused", "received_at", postgresql_where=f"type = '{REFUSED}'"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    object_id: Mapped[str]
    payment_id: Mapped[UUID | None] = mapped_column(index=True)
    about: Mapped[str | None]
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]


class Account(enum.StrEnum):
    """The accounts of the ledger. Debits are positive, credits negative."""

    STRIPE_UNSETTLED = "stripe:unsettled"
    STRIPE_BALANCE = "stripe:balance"
    STRIPE_DISPUTED = "stripe:disputed"
    STRIPE_FEES = "expense:stripe-fees"
    IN_TRANSIT = "bank:in-transit"
    BANK = "bank"
    CASH = "cash"
    DUES = "income:dues"
    ABOVE_DUES = "income:above-dues"
    DONATIONS = "income:donations"
    DONATIONS_IN_KIND = "income:donations-in-kind"
    IN_KIND = "expense:in-kind"  # what was given, used up
    SALES = "income:sales"  # of what was sold for more than it is worth, its worth
    LOANS = "liability:loans"
    SUSPENSE = "suspense"


class Refund(Base):
    """Money going back to whoever paid: asked for here or made at Stripe by hand. A second one of the same amount is another.

    Asked for, then (above a limit) confirmed by a second person, then sent (Stripe has it), then made; or failed, and the
    money is with us again.
    """

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("cents > 0", "positive"),
        CheckConstraint("second_needed = false or confirmed_by is null or confirmed_by <> asked_by", "two_people"),
        Index("ix_refunds_open", "asked_at", postgresql_where="made_at is null and failed_at is null"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    cents: Mapped[int]
    currency: Mapped[str]
    why: Mapped[str]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    provider_id: Mapped[str | None] = mapped_column(unique=True)
    made_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    failed_because: Mapped[str | None]
    second_needed: Mapped[bool] = mapped_column(default=False, server_default="false")
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)

    @property
    def waits_for_second(self) -> bool:
        """Nothing is sent or paid out before another officer than the one who asked for it has agreed."""
        return self.second_needed and self.confirmed_at is None and self.failed_at is None


class Dispute(Base):
    """The payer’s bank has been told that a charge was not right, and takes the money back until it is decided."""

    __tablename__ = "disputes"

    id: Mapped[str] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    cents: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]
    opened_at: Mapped[datetime]
    answer_by: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    won: Mapped[bool | None]

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)


class Difference(Base):
    """Something about money that a person must look at: what Stripe, the bank, the ledger and the register do not agree on.

    One that is found again is the same row; it is closed when it is found no more, or by a person who says why.
    """

    __tablename__ = "differences"
    __table_args__ = (Index("uq_differences_open", "kind", "subject", unique=True, postgresql_where="closed_at is null"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    cents: Mapped[int | None]
    found_at: Mapped[datetime]
    owner_id: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    closed_because: Mapped[str | None]


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
