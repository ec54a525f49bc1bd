"""Nouns: a charge that falls due, and the money that met it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.ground.db import Base
from app.law.membership import Fee, Paid
from app.law.money import Money
from app.party.membership.models import Membership


class Charge(Base):
    """The dues of one term: the span it buys, when it becomes payable, at which rate. Never deleted; withdrawn when the
    member chooses another rate before paying."""

    __tablename__ = "dues_charges"
    __table_args__ = (
        Index("uq_dues_charges_term", "membership_id", "since", unique=True, postgresql_where="withdrawn_at is null"),
        CheckConstraint("cents >= 0", "not_negative"),
        CheckConstraint("since < until", "term"),
        Index("ix_dues_charges_until", "until", postgresql_where="withdrawn_at is null"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("memberships.id"), index=True)
    since: Mapped[date]
    until: Mapped[date]
    payable_on: Mapped[date]
    rate: Mapped[str]
    cents: Mapped[int]
    currency: Mapped[str]
    cites: Mapped[str]
    raised_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    membership: Mapped[Membership] = relationship()
    paid: Mapped[list[DuesPaid]] = relationship(order_by="DuesPaid.at", lazy="selectin")

    @property
    def amount(self) -> Money:
        return Money(self.cents, self.currency)

    @property
    def is_paid(self) -> bool:
        return sum(part.cents for part in self.paid) >= self.cents

    def as_fee(self) -> Fee:
        paid = tuple(Paid(part.on, Money(part.cents, self.currency)) for part in self.paid)
        return Fee(self.since, self.until, self.payable_on, self.amount, paid)


class DuesPaid(Base):
    """Money that met a charge; a reversal is a negative row. Append-only."""

    __tablename__ = "dues_paid"
    __table_args__ = (Index("uq_dues_paid_once", "charge_id", "payment_id", unique=True, postgresql_where="cents > 0"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    charge_id: Mapped[UUID] = mapped_column(ForeignKey("dues_charges.id"), index=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), index=True)
    on: Mapped[date]
    cents: Mapped[int]
    at: Mapped[datetime]
