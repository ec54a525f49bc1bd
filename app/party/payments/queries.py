"""Questions about money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from app.ground import clock
from app.ground.db import session
from app.ground.mail import office
from app.law.money import Money

from .models import Account, HeardEvent, LedgerEntry, LedgerLine, Payment


def find_payment(payment_id: UUID) -> Payment | None:
    return session.get(Payment, payment_id)


def payments_of(payment_ids: Sequence[UUID]) -> list[Payment]:
    """The payments with these ids, newest first."""
    return list(session.scalars(select(Payment).where(Payment.id.in_(payment_ids)).order_by(Payment.begun_at.desc())))


def frozen_params(payment: Payment) -> dict[str, Any]:
    """The request to Stripe as it was frozen when the attempt was written. Raises ValueError once it is settled or closed."""
    if payment.frozen is None:
        raise ValueError("this attempt asks Stripe nothing any more")
    return office().seal.open(payment.frozen, table="payments", row=payment.id)


def to_follow() -> list[UUID]:
    """Attempts that a lost webhook may have left behind: unanswered events, settled but untold, without their balance
    transaction, begun 10 to 40 minutes ago and still open, or open past the life of a checkout."""
    now = clock.now()
    posted = select(LedgerEntry.payment_id).where(LedgerEntry.payment_id == Payment.id, LedgerEntry.kind == "balance")
    heard = select(HeardEvent.payment_id).where(HeardEvent.handled_at.is_(None), HeardEvent.payment_id.is_not(None))
    still_open = Payment.settled_at.is_(None) & Payment.closed_at.is_(None)
    rows = session.scalars(
        select(Payment.id)
        .where(
            or_(
                Payment.id.in_(heard),
                Payment.settled_at.is_not(None) & Payment.told_at.is_(None),
                Payment.settled_at.between(now - timedelta(days=7), now - timedelta(seconds=30))
                & (Payment.method == "card")
                & ~posted.exists(),
                still_open & Payment.begun_at.between(now - timedelta(minutes=40), now - timedelta(minutes=10)),
                still_open & (Payment.begun_at < now - timedelta(hours=24)),
            )
        )
        .order_by(Payment.begun_at)
        .limit(500)
    )
    return list(rows)


def still_open() -> list[UUID]:
    """Every attempt that may still be paid, for a look at all of them after an outage."""
    return list(session.scalars(select(Payment.id).where(Payment.settled_at.is_(None), Payment.closed_at.is_(None))))


def paid_but_untold() -> int:
    """Payments that settled without the room they are for having acted on them. Must be 0."""
    return (
        session.scalar(
            select(func.count()).select_from(Payment).where(Payment.settled_at.is_not(None), Payment.told_at.is_(None))
        )
        or 0
    )


@dataclass(frozen=True)
class Balances:
    """The ledger in sums, a currency at a time; `faults` says what does not hold."""

    accounts: dict[Account, Money]
    faults: list[str]


def balances(currency: str = "NZD") -> Balances:
    rows = session.execute(
        select(LedgerLine.account, func.sum(LedgerLine.cents))
        .where(LedgerLine.currency == currency)
        .group_by(LedgerLine.account)
    )
    accounts = {Account(account): Money(int(cents), currency) for account, cents in rows}
    return Balances(accounts, verify_ledger())


def verify_ledger() -> list[str]:
    """Every place where the ledger does not hold: entries that do not sum to zero, settled payments without income, sums
    that differ from their payment. Empty when all is well."""
    faults = [
        f"Entry {entry} does not sum to zero ({cents} cents)."
        for entry, cents in session.execute(
            select(LedgerLine.entry_id, func.sum(LedgerLine.cents))
            .group_by(LedgerLine.entry_id, LedgerLine.currency)
            .having(func.sum(LedgerLine.cents) != 0)
        )
    ]
    income = (
        select(LedgerEntry.payment_id, (-func.sum(LedgerLine.cents)).label("cents"))
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .where(LedgerEntry.kind == "payment", LedgerLine.account.in_([Account.DUES, Account.ABOVE_DUES]))
        .group_by(LedgerEntry.payment_id)
        .subquery()
    )
    faults += [
        f"Payment {payment} of {cents} cents settled, and the ledger has {posted or 0} cents of income for it."
        for payment, cents, posted in session.execute(
            select(Payment.id, Payment.cents, income.c.cents)
            .outerjoin(income, income.c.payment_id == Payment.id)
            .where(Payment.settled_at.is_not(None), func.coalesce(income.c.cents, 0) != Payment.cents)
        )
    ]
    return faults


def hinted_intent(payment_id: UUID) -> str | None:
    """The payment intent that events named for an attempt, if any: an open checkout does not always say it itself."""
    return session.scalar(
        select(HeardEvent.object_id)
        .where(HeardEvent.payment_id == payment_id, HeardEvent.object_id.startswith("pi_"))
        .order_by(HeardEvent.received_at.desc())
        .limit(1)
    )
