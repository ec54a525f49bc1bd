"""Nouns: a charge that falls due, and the money that met it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.ground.db import Base
from app.law.membership import Fee, Paid
from app.law.money import Money
from app.party.membership.models import Membership

UNMET = "met_on is null and withdrawn_at is null"


class Charge(Base):
    """The dues of one term: the span it buys, when it becomes payable, at which rate. Never deleted; withdrawn when the
    member chooses another rate or rhythm before paying.

    `met_on` is derived from the rows of `paid` (services.weigh) so that unmet charges have an index; `faults` checks it.
    """

    __tablename__ = "dues_charges"
    __table_args__ = (
        Index("uq_dues_charges_term", "membership_id", "since", unique=True, postgresql_where="withdrawn_at is null"),
        CheckConstraint("cents >= 0", "not_negative"),
        CheckConstraint("since < until", "term"),
        Index("ix_dues_charges_until", "until", "membership_id", postgresql_where="withdrawn_at is null"),
        Index("ix_dues_charges_unmet", "payable_on", postgresql_where=UNMET),
        Index("ix_dues_charges_unmet_id", "id", postgresql_where=UNMET),
        Index("ix_dues_charges_unmet_membership", "membership_id", postgresql_where=UNMET),
        Index("ix_dues_charges_nothing", "membership_id", postgresql_where="cents = 0 and withdrawn_at is null"),
        Index("ix_dues_charges_met_late", "met_on", postgresql_where="met_on > payable_on and withdrawn_at is null"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("memberships.id"), index=True)
    since: Mapped[date]
    until: Mapped[date]
    payable_on: Mapped[date]
    rhythm: Mapped[str]
    rate: Mapped[str]
    cents: Mapped[int]
    currency: Mapped[str]
    cites: Mapped[str]
    raised_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    met_on: Mapped[date | None]
    membership: Mapped[Membership] = relationship()
    paid: Mapped[list[DuesPaid]] = relationship(order_by="DuesPaid.at", lazy="selectin")

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)

    @property
    def outstanding(self) -> Money:
        return Money(self.cents - sum(part.cents for part in self.paid), self.currency)

    @property
    def is_paid(self) -> bool:
        return self.outstanding.cents <= 0

    @property
    def last_day(self) -> date:
        return self.until - timedelta(days=1)

    def as_fee(self) -> Fee:
        paid = tuple(Paid(part.on, Money(part.cents, self.currency)) for part in self.paid)
        return Fee(self.since, self.until, self.payable_on, self.amount, paid)


class DuesPaid(Base):
    """Money that met a charge, or was taken back from it (negative). Append-only; `cause` says what moved it, once:
    `payment:<id>`, `refund:<id>`, `refund:<id>:failed`, `dispute:<id>`, `dispute:<id>:won`."""

    __tablename__ = "dues_paid"
    __table_args__ = (
        UniqueConstraint("charge_id", "cause"),
        CheckConstraint("cents <> 0", "not_zero"),
        Index("ix_dues_paid_taken_back", "on", postgresql_where="cents < 0"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    charge_id: Mapped[UUID] = mapped_column(ForeignKey("dues_charges.id"), index=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    cause: Mapped[str]
    on: Mapped[date]
    cents: Mapped[int]
    at: Mapped[datetime]


class Plan(Base):
    """What a member has chosen for the terms to come. Append-only: the latest holds."""

    __tablename__ = "dues_plans"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("memberships.id"), index=True)
    rhythm: Mapped[str]
    rate: Mapped[str]
    chosen_at: Mapped[datetime]
    by: Mapped[str]
