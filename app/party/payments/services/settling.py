"""Verbs: money has come, on whichever rail. One way in for all of them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import structlog

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import attempt, session
from app.law.money import Money

from ..models import Account, LineKind, Method, Payment
from .events import follow_soon
from .ledger import INCOME, post
from .listeners import room_for
from .money_back import back_of

log = structlog.get_logger()
# Where the money is, and how its entry is named, for each rail.
INTO = {
    Method.CARD: ("stripe", Account.STRIPE_UNSETTLED),
    Method.DEBIT: ("stripe", Account.STRIPE_UNSETTLED),
    Method.BANK: ("bank", Account.BANK),
    Method.CASH: ("cash", Account.CASH),
}


def record_payment(payment: Payment, *, method: Method, on: date, by: str) -> None:
    """Somebody who may has seen money come by bank transfer or in cash on day `on` (New Zealand; not a day to come).

    Works for an attempt begun for any rail, open or closed: what was to be paid by card can be paid by bank. Recorded twice, it
    is one payment.
    """
    if payment.settled_at is None:
        audit.record(Action.PAYMENT_RECORDED, audit.of("payment", payment.id), by=by, method=method)
    settle(payment, on=on, rail=method, by=by)


def settle(payment: Payment, *, on: date, rail: Method = Method.CARD, by: str = "stripe") -> None:
    """The money has come: income is posted once, and the room it is for acts in the same transaction.

    If that room fails, the money is kept all the same; the attempt stays untold, is counted, and is tried again.
    """
    if payment.settled_at is None:
        source, into = INTO[rail]
        payment.settled_at, payment.paid_on, payment.rail, payment.frozen = clock.now(), on, rail, None
        post(
            source=source,
            external_id=(payment.intent_id or payment.checkout_id if source == "stripe" else None) or str(payment.id),
            kind="payment",
            day=on,
            payment_id=payment.id,
            lines=[
                (into, payment.amount),
                *((INCOME[LineKind(line.kind)], -Money(line.cents, payment.currency)) for line in payment.lines),
            ],
        )
        audit.record(Action.PAYMENT_SETTLED, audit.of("payment", payment.id), by=by, cents=payment.cents)
    if payment.told_at is None:
        tell(payment)


def tell(payment: Payment) -> None:
    """Have the room that a settled payment is for act on it; later, if it cannot just now."""
    if payment.cents == back_of(payment).cents:  # it went back before anybody could be credited with it
        payment.told_at = clock.now()
        return
    try:
        with attempt():
            room_for(payment.purpose).settled(payment, on=payment.paid_on or clock.today())
            payment.told_at = clock.now()
    except Exception as error:
        log.error("settled_but_not_told", payment=str(payment.id), kind=type(error).__name__)
        follow_soon(payment.id, at=clock.now() + timedelta(minutes=1))


def tell_again(payment_id: UUID) -> bool:
    """Try once more to have a settled payment acted on. False for one that needs it not."""
    payment = session.get_one(Payment, payment_id, with_for_update=True)
    if payment.settled_at is None or payment.told_at:
        return False
    tell(payment)
    return True
