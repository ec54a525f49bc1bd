"""Questions about dues."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app.ground import clock
from app.ground.db import session
from app.law.membership import History
from app.law.money import Money, total
from app.law.party_rules import DUES
from app.party.membership import queries as memberships
from app.party.membership.models import Membership
from app.party.payments.models import Payment

from .models import Charge, DuesPaid


def charges_of(membership: Membership) -> list[Charge]:
    """The charges that stand (not withdrawn), oldest term first."""
    return list(
        session.scalars(
            select(Charge).where(Charge.membership_id == membership.id, Charge.withdrawn_at.is_(None)).order_by(Charge.since)
        )
    )


def history_of(membership: Membership, *, charges: Sequence[Charge] | None = None) -> History:
    """All that the law needs to say how a membership stands on any day; from its charges, where they are at hand."""
    fees = charges_of(membership) if charges is None else charges
    return History(
        own_application=membership.own_application,
        moves=tuple(memberships.moves_of(membership)),
        fees=tuple(charge.as_fee() for charge in fees),
    )


def unpaid(membership: Membership) -> list[Charge]:
    """Charges that are raised and not wholly paid, oldest first."""
    return [charge for charge in charges_of(membership) if not charge.is_paid]


def owed(membership: Membership, *, on: date) -> Money | None:
    """What a member can pay now: every raised charge that is unpaid, payable yet or not. None if there is none."""
    amounts = [charge.amount for charge in unpaid(membership)]
    return total(amounts, amounts[0].currency) if amounts else None


def due_for_next_charge(*, on: date, after: UUID | None, limit: int) -> Sequence[UUID]:
    """Memberships in force whose last term ends soon enough that the next dues are asked for, by the rules of `on`, in the
    order of their ids after `after`."""
    ask_until = on + timedelta(days=DUES.on(on).value.ask_days)
    later = aliased(Charge)
    has_later = exists().where(
        later.membership_id == Charge.membership_id, later.since > Charge.since, later.withdrawn_at.is_(None)
    )
    return session.scalars(  # walks one index in the order of memberships, and stops when it has enough
        select(Charge.membership_id)
        .join(Membership, Membership.id == Charge.membership_id)
        .where(
            Membership.ended_on.is_(None),
            Charge.withdrawn_at.is_(None),
            Charge.until <= ask_until,
            Charge.membership_id > (after or UUID(int=0)),
            ~has_later,
        )
        .order_by(Charge.membership_id)
        .limit(limit)
    ).all()


def met_by(payment: Payment) -> Charge | None:
    """The charge that this payment met."""
    return session.scalar(
        select(Charge).join(DuesPaid, DuesPaid.charge_id == Charge.id).where(DuesPaid.payment_id == payment.id).limit(1)
    )


def payment_underway(membership: Membership, *, amount: Money) -> Payment | None:
    """An attempt to pay these dues that was begun in the last hours and may still be paid."""
    return session.scalar(
        select(Payment)
        .where(
            Payment.purpose == "dues",
            Payment.purpose_id == membership.id,
            Payment.cents == amount.cents,
            Payment.settled_at.is_(None),
            Payment.closed_at.is_(None),
            Payment.begun_at > clock.ago(hours=20),
        )
        .order_by(Payment.begun_at.desc())
        .limit(1)
    )
