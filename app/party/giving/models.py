"""Nouns: a donor, a donation and what stands behind it, what became of it, what must be done about it, a loan."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.ground.db import Base
from app.ground.sealed import Sealed
from app.law.donations import Kind, Ties
from app.law.money import Money

_NO_TIES = Ties()


@dataclass(frozen=True)
class Who:
    """Who gives, lends or stands behind a donation, as they said it. In memory only; at rest it is sealed."""

    name: str
    address: str
    email: str = ""
    ties: Ties = _NO_TIES

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "address": self.address, "email": self.email, "ties": asdict(self.ties)}

    @classmethod
    def from_json(cls, sealed: dict[str, Any]) -> Who:
        ties = sealed["ties"]
        return cls(sealed["name"], sealed["address"], sealed["email"], Ties(**{**ties, "kind": Kind(ties["kind"])}))


@dataclass(frozen=True)
class Behind:
    """One person whose money a donation is in part, as its donor named them (s 207C(2))."""

    who: Who
    amount: Money
    overseas: bool

    def as_json(self) -> dict[str, Any]:
        return {"who": self.who.as_json(), "cents": self.amount.cents, "overseas": self.overseas}


class Donor(Base):
    """Whoever makes a donation, lends, or transmits: a person or a body (Electoral Act 1993 s 207(2)).

    Who they are is sealed; `identity_index` is a blind index of name and address, `email_index` of the mailbox, so that the
    same donor is found again on every channel. `person_id`: the person who signs in for them.
    """

    __tablename__ = "donors"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"), index=True)
    email_index: Mapped[bytes | None] = mapped_column(index=True)
    identity_index: Mapped[bytes | None] = mapped_column(index=True)
    sealed: Mapped[Sealed | None]
    made_at: Mapped[datetime]


class Channel(enum.StrEnum):
    """How a donation came. The first four are rails of the payments room."""

    CARD = "card"
    DEBIT = "debit"
    BANK = "bank"
    CASH = "cash"
    CHEQUE = "cheque"
    KIND = "kind"  # goods, services, prices, credit: no money came


class Donation(Base):
    """One donation, from the moment its amount is reserved. What was said of it is sealed as it was said, and never changes.

    Money comes by a payment, and the donation is received when that settles; what is no money is received when it is recorded.
    `donor_id` None is anonymous; `overseas` then is a reason to suspect it. `cents` is what counts under the Act, GST included.
    `above`: it was paid above dues. Of a sale over its worth the payment is the excess.
    """

    __tablename__ = "donations"
    __table_args__ = (
        CheckConstraint("cents > 0", "positive"),
        CheckConstraint("(payment_id is not null) = (form in ('money', 'over price'))", "money_is_paid"),
        Index("ix_donations_received_on", "received_on"),
        Index("ix_donations_above", "payment_id", unique=True, postgresql_where="above"),
        Index("ix_donations_offers", "donor_id", postgresql_where="received_on is null and sealed is not null"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    donor_id: Mapped[UUID | None] = mapped_column(ForeignKey("donors.id"), index=True)
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"), index=True)
    form: Mapped[str]
    channel: Mapped[str]
    above: Mapped[bool]
    overseas: Mapped[bool]
    cents: Mapped[int]
    currency: Mapped[str]
    worth_cents: Mapped[int | None]
    price_cents: Mapped[int | None]
    offered_on: Mapped[date]
    offered_at: Mapped[datetime]
    offered_by: Mapped[str]
    sent_on: Mapped[date | None]  # given to the transmitter
    received_on: Mapped[date | None]
    told_on: Mapped[date | None]  # the party learnt of contributions that had not been declared (s 207C(5))
    sealed: Mapped[Sealed | None]
    contributions: Mapped[list[Contribution]] = relationship(order_by="Contribution.position", lazy="selectin")
    moves: Mapped[list[DonationMove]] = relationship(order_by="DonationMove.id", lazy="selectin")

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)

    @property
    def kept(self) -> Money:
        """What of it is with the party: all of it, less what went back or was paid over."""
        return Money(self.cents + sum(move.cents for move in self.moves), self.currency)


class Contribution(Base):
    """Money behind a donation, and whose it was (s 207(2)). `identity_index` tells one contributor from another, over all
    donors of a year."""

    __tablename__ = "contributions"
    __table_args__ = (CheckConstraint("cents > 0", "positive"), UniqueConstraint("donation_id", "position"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    donation_id: Mapped[UUID] = mapped_column(ForeignKey("donations.id"))
    position: Mapped[int]
    cents: Mapped[int]
    currency: Mapped[str]
    overseas: Mapped[bool]
    told_on: Mapped[date]
    identity_index: Mapped[bytes] = mapped_column(index=True)
    sealed: Mapped[Sealed | None]

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)


class MoveKind(enum.StrEnum):
    """What may become of a donation that was received."""

    GIVEN_BACK = "given back"  # to the donor
    PAID_OVER = "paid over"  # to the Electoral Commission
    TAKEN_BACK = "taken back"  # by the payer's bank, or by hand at the provider
    CAME_AGAIN = "came again"


class DonationMove(Base):
    """A part of a donation that left (negative cents) or came again, once a `cause`. Evidence is sealed."""

    __tablename__ = "donation_moves"
    __table_args__ = (UniqueConstraint("donation_id", "cause"), CheckConstraint("cents <> 0", "not_zero"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    donation_id: Mapped[UUID] = mapped_column(ForeignKey("donations.id"))
    kind: Mapped[str]
    cents: Mapped[int]
    currency: Mapped[str]
    on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[str]
    cause: Mapped[str]
    sealed: Mapped[Sealed | None]

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)


class Duty(Base):
    """Something the Act makes the party do about donations, and by when. Found by the law from the donations; one that is found
    again is the same row; it is closed when it is done, or when the law asks it no more, and stays closed.

    `about`: the donations or loans a return tells of. `cents`: what of it is left to do; of a return, the donation or loan that
    made it due. `done_on`: the day it was done.
    """

    __tablename__ = "donation_duties"
    __table_args__ = (
        Index("uq_donation_duties_open", "kind", "subject", unique=True, postgresql_where="closed_at is null"),
        Index("ix_donation_duties_due", "due_on", postgresql_where="closed_at is null"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    donation_id: Mapped[UUID | None] = mapped_column(ForeignKey("donations.id"), index=True)
    cents: Mapped[int]
    currency: Mapped[str]
    cites: Mapped[str]
    sentence: Mapped[str]
    opened_on: Mapped[date]
    due_on: Mapped[date | None]
    about: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    done_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    closed_because: Mapped[str | None]

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)

    def days_left(self, on: date) -> int | None:
        """Calendar days to the last one; below nothing when it has passed; None where the Act states no time."""
        return (self.due_on - on).days if self.due_on else None


class Loan(Base):
    """A loan to the party (Electoral Act 1993 Part 6B). Terms are sealed; what is repaid are rows of its own."""

    __tablename__ = "loans"
    __table_args__ = (CheckConstraint("cents > 0", "positive"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    lender_id: Mapped[UUID] = mapped_column(ForeignKey("donors.id"), index=True)
    cents: Mapped[int]
    currency: Mapped[str]
    entered_on: Mapped[date] = mapped_column(index=True)
    from_bank: Mapped[bool]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    sealed: Mapped[Sealed]
    repayments: Mapped[list[LoanRepayment]] = relationship(order_by="LoanRepayment.on", lazy="selectin")

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)


class LoanRepayment(Base):
    """A part of a loan that was paid back, or forgiven (which is a donation of that day)."""

    __tablename__ = "loan_repayments"
    __table_args__ = (CheckConstraint("cents > 0", "positive"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    loan_id: Mapped[UUID] = mapped_column(ForeignKey("loans.id"), index=True)
    cents: Mapped[int]
    currency: Mapped[str]
    on: Mapped[date]
    at: Mapped[datetime]
    by: Mapped[str]
    forgiven_as: Mapped[UUID | None] = mapped_column(ForeignKey("donations.id"), index=True)

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)
