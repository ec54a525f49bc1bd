"""Questions about money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, text

from app.ground import clock
from app.ground.db import session
from app.ground.mail import office
from app.law.money import Money

from . import rules
from .models import (
    Account,
    Difference,
    Dispute,
    HeardEvent,
    LedgerEntry,
    LedgerLine,
    LineKind,
    Method,
    Payment,
    Refund,
    Renewal,
    id_tail,
)


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


_STILL_OPEN = Payment.settled_at.is_(None) & Payment.closed_at.is_(None)
# A renewal's own charges are looked at with the renewal; money by bank or in cash no stranger knows of.
_HAS_A_PAGE = (Payment.method == Method.CARD) & (Payment.invoice_id.is_(None) | Payment.checkout_id.is_not(None))


def to_follow() -> list[UUID]:
    """Attempts that a lost webhook may have left behind: unanswered events, settled but untold, without their balance
    transaction, begun 10 to 40 minutes ago and still open, or open past the life of a checkout."""
    now = clock.now()
    heard = select(HeardEvent.payment_id).where(HeardEvent.handled_at.is_(None), HeardEvent.payment_id.is_not(None))
    rows = session.scalars(
        select(Payment.id)
        .where(
            or_(
                Payment.id.in_(heard),
                Payment.settled_at.is_not(None) & Payment.told_at.is_(None),
                Payment.settled_at.between(now - timedelta(days=7), now - timedelta(seconds=30)) & _not_in_the_balance(),
                _STILL_OPEN & _HAS_A_PAGE & Payment.begun_at.between(now - timedelta(minutes=40), now - timedelta(minutes=10)),
                _STILL_OPEN & _HAS_A_PAGE & (Payment.begun_at < now - timedelta(hours=24)),
            )
        )
        .order_by(Payment.begun_at)
        .limit(500)
    )
    return list(rows)


def _not_in_the_balance() -> ColumnElement[bool]:
    """Paid through Stripe, and its balance transaction is not posted yet."""
    posted = select(LedgerEntry.payment_id).where(LedgerEntry.payment_id == Payment.id, LedgerEntry.kind == "balance")
    return Payment.rail.in_((Method.CARD, Method.DEBIT)) & ~posted.exists()


def unsettled_since(moment: datetime) -> list[UUID]:
    """Payments that settled before a moment (UTC) and have not reached the Stripe balance."""
    return list(session.scalars(select(Payment.id).where(Payment.settled_at < moment, _not_in_the_balance()).limit(500)))


def to_look_into() -> list[str]:
    """What unanswered events were about, but for those of one attempt."""
    rows = session.scalars(
        select(HeardEvent.about)
        .where(HeardEvent.handled_at.is_(None), HeardEvent.about.is_not(None))
        .group_by(HeardEvent.about)
        .order_by(func.min(HeardEvent.received_at))
        .limit(500)
    )
    return [about for about in rows if about]


def alarms_about(about: str) -> list[str]:
    """Which of the differences that only an event tells were told about something and are not answered yet."""
    types = session.scalars(
        select(HeardEvent.type).where(
            HeardEvent.about == about, HeardEvent.type.in_(rules.ALARMS), HeardEvent.handled_at.is_(None)
        )
    )
    return sorted({rules.ALARMS[type] for type in types})


def still_open() -> list[UUID]:
    """Every attempt that may still be paid at a page of its own, for a look at all of them after an outage."""
    return list(session.scalars(select(Payment.id).where(_STILL_OPEN, _HAS_A_PAGE)))


def untold() -> list[UUID]:
    """Settled payments that the room they are for has not acted on, oldest first."""
    return list(
        session.scalars(
            select(Payment.id).where(Payment.settled_at.is_not(None), Payment.told_at.is_(None)).order_by(Payment.settled_at)
        )
    )


def find_by_reference(reference: str) -> UUID | None:
    """The payment a person quotes, on any rail: a reference whose check sign fits. The newest, should two ever share one."""
    tail = text("right(payments.id::text, 10) = :tail").bindparams(tail=id_tail(reference))
    return session.scalar(select(Payment.id).where(tail).order_by(Payment.begun_at.desc()).limit(1))


def find_by_bank_reference(reference: str) -> Payment | None:
    return session.scalar(select(Payment).where(Payment.bank_reference == reference))


def is_posted(move_id: str) -> bool:
    """Whether a balance transaction stands in the ledger."""
    found = select(LedgerEntry.id).where(
        LedgerEntry.source == "stripe", LedgerEntry.external_id == move_id, LedgerEntry.kind == "balance"
    )
    return session.scalar(found) is not None


def sum_of(account: Account, currency: str = "NZD") -> Money:
    """The balance of one account; debits positive."""
    cents = session.scalar(
        select(func.coalesce(func.sum(LedgerLine.cents), 0)).where(
            LedgerLine.account == account, LedgerLine.currency == currency
        )
    )
    return Money(int(cents or 0), currency)


# Renewals


def lines_of(payment: Payment) -> list[tuple[str, Money]]:
    """What a payment was for, line by line, in words."""
    return [(rules.LABELS[LineKind(line.kind)], Money(line.cents, payment.currency)) for line in payment.lines]


def renewal_of(purpose: str, purpose_id: UUID) -> Renewal | None:
    """The newest renewal for a purpose that was agreed to, running or not."""
    return session.scalar(
        select(Renewal)
        .where(Renewal.purpose == purpose, Renewal.purpose_id == purpose_id, Renewal.started_at.is_not(None))
        .order_by(Renewal.started_at.desc())
        .limit(1)
    )


def not_ended() -> list[UUID]:
    """Every renewal that has started and not ended."""
    return list(session.scalars(select(Renewal.id).where(Renewal.started_at.is_not(None), Renewal.ended_at.is_(None))))


def to_look_after(*, on: date) -> list[UUID]:
    """Renewals that may have something to tell on day `on`: failing, to be stopped, charged about now, not seen for a month."""
    unseen = Renewal.looked_at.is_(None) | (Renewal.looked_at < clock.ago(days=30))
    about_now = Renewal.next_charge_on <= on + timedelta(days=1)
    needs = Renewal.failing_invoice_id.is_not(None) | Renewal.stop_wanted_at.is_not(None) | about_now | unseen
    found = select(Renewal.id).where(Renewal.started_at.is_not(None), Renewal.ended_at.is_(None), needs)
    return list(session.scalars(found))


def agreements_underway() -> list[UUID]:
    """Renewals that are being agreed to at a page of their own, begun within two days: its event may have been lost."""
    return list(
        session.scalars(
            select(Renewal.id).where(
                Renewal.checkout_id.is_not(None), Renewal.started_at.is_(None), Renewal.begun_at > clock.ago(days=2)
            )
        )
    )


def attempt_of(renewal_id: UUID) -> UUID | None:
    """The attempt to pay that begins a renewal."""
    return session.scalar(select(Payment.id).where(Payment.renewal_id == renewal_id, Payment.checkout_id.is_not(None)))


def done_invoices(renewal_id: UUID) -> frozenset[str]:
    """The invoices of a renewal that need no further look with it: settled and in the balance, or closed."""
    rows = session.scalars(
        select(Payment.invoice_id).where(
            Payment.renewal_id == renewal_id,
            Payment.closed_at.is_not(None) | (Payment.told_at.is_not(None) & ~_not_in_the_balance()),
        )
    )
    return frozenset(invoice for invoice in rows if invoice)


# Money back


def refunds_of(payment_ids: Sequence[UUID]) -> list[Refund]:
    return list(session.scalars(select(Refund).where(Refund.payment_id.in_(payment_ids)).order_by(Refund.asked_at)))


def find_refund(refund_id: UUID) -> Refund | None:
    return session.get(Refund, refund_id)


def refunds_to_confirm() -> list[Refund]:
    """What one officer asked for and another must confirm, oldest first."""
    waits = (Refund.second_needed, Refund.confirmed_at.is_(None), Refund.made_at.is_(None), Refund.failed_at.is_(None))
    return list(session.scalars(select(Refund).where(*waits).order_by(Refund.asked_at).limit(50)))


def disputes_of(payment_ids: Sequence[UUID]) -> list[Dispute]:
    return list(session.scalars(select(Dispute).where(Dispute.payment_id.in_(payment_ids)).order_by(Dispute.opened_at)))


def intents_with_money_underway() -> Sequence[str]:
    """The intents of payments with a dispute that is not decided, or a refund that was sent and has not arrived or failed."""
    disputed = select(Dispute.payment_id).where(Dispute.decided_at.is_(None))
    going_back = select(Refund.payment_id).where(
        Refund.provider_id.is_not(None), Refund.made_at.is_(None), Refund.failed_at.is_(None)
    )
    theirs = Payment.id.in_(disputed.union(going_back))
    found = session.scalars(select(Payment.intent_id).where(Payment.intent_id.is_not(None), theirs).order_by(Payment.id))
    return [intent for intent in found if intent]


def open_differences() -> list[Difference]:
    """What a person must look at, oldest first."""
    return list(session.scalars(select(Difference).where(Difference.closed_at.is_(None)).order_by(Difference.found_at)))


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
        .where(LedgerEntry.kind == "payment", LedgerLine.account.in_([Account.DUES, Account.ABOVE_DUES, Account.DONATIONS]))
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
