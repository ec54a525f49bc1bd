"""Verbs: that money go back is wished, confirmed by a second officer, declined, sent; or it is paid on to somebody else."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.ground import audit, clock, jobs
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id
from app.law.money import Money

from .. import rules
from ..models import Account, Method, Payment, Refund
from .ledger import INCOME, post
from .money_back import gone_of, left_of, split


def ask_refund(payment: Payment, *, amount: Money, why: str, by: str, refund_id: UUID | None = None) -> Refund:
    """Wish that money go back to whoever paid it; it is sent by a chore. `refund_id` is the form's key: the same wish twice is
    one. What goes back of one payment above a limit (all that was wished of it together), and was asked for by an officer,
    waits for another to confirm it. Raises NothingToGiveBack for more than is left of the payment, or one that has not settled.
    """
    session.refresh(payment, with_for_update=True)
    known = session.get(Refund, refund_id) if refund_id else None
    if known:
        return known
    left = left_of(payment)
    rules.check_refund(amount, left=left, settled=payment.settled_at is not None)
    together = gone_of(payment, Refund.failed_at.is_(None)) + amount
    wish = Refund(
        id=refund_id or new_id(),
        payment_id=payment.id,
        cents=amount.cents,
        currency=amount.currency,
        why=why,
        asked_at=clock.now(),
        asked_by=by,
        made_at=None,
        failed_at=None,
        second_needed=by.startswith("person:") and rules.needs_second(together),
        confirmed_at=None,
        confirmed_by=None,
    )
    session.add(wish)
    session.flush()
    audit.record(Action.REFUND_ASKED, audit.of("payment", payment.id), by=by, refund=str(wish.id), cents=amount.cents, why=why)
    if not wish.second_needed:
        _send_soon(wish, payment)
    return wish


def _send_soon(wish: Refund, payment: Payment) -> None:
    if payment.rail in (Method.CARD, Method.DEBIT):
        jobs.enqueue("payments.send_refund", refund=wish.id, priority=5)


def confirm_refund(refund_id: UUID, *, by: str) -> Refund:
    """Agree, as another officer, that money goes back: by card it is sent now, else it may be paid out. Said twice, it is once.
    One that waits for nobody stays as it is. Raises SamePerson."""
    refund = session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
    if not refund.waits_for_second:
        return refund
    if refund.asked_by == by:
        raise rules.SamePerson(limit=rules.TWO_PEOPLE_ABOVE)
    refund.confirmed_at, refund.confirmed_by = clock.now(), by
    audit.record(Action.REFUND_CONFIRMED, audit.of("payment", refund.payment_id), by=by, refund=str(refund.id))
    _send_soon(refund, session.get_one(Payment, refund.payment_id))
    return refund


def decline_refund(refund_id: UUID, *, by: str) -> None:
    """Say no to what waits for a second person; whoever asked may take it back too. Nothing has moved then."""
    refund = session.get_one(Refund, refund_id, with_for_update=True, populate_existing=True)
    if refund.waits_for_second:
        refund.failed_at, refund.failed_because = clock.now(), "not confirmed"
        audit.record(Action.REFUND_FAILED, audit.of("payment", refund.payment_id), by=by, refund=str(refund.id))


def pay_over(payment: Payment, *, amount: Money, external_id: str, on: date) -> None:
    """Post that a part of a payment was paid on to somebody else than the payer, out of the bank, because the law has it so: it
    is income no more, and cannot be given back. Raises NothingToGiveBack."""
    session.refresh(payment, with_for_update=True)
    rules.check_refund(amount, left=left_of(payment), settled=payment.settled_at is not None)
    parts = split(payment, before=payment.amount - left_of(payment), amount=amount)
    post(
        source="giving", external_id=external_id, kind="paid over", day=on, payment_id=payment.id,
        lines=[*((INCOME[kind], part) for kind, part in parts.items()), (Account.BANK, -amount)],
    )  # fmt: skip


def send_refunds() -> int:
    """Have refunds sent that Stripe has not heard of: their chore gave up while it did not answer. Returns how many."""
    waiting = session.scalars(
        select(Refund.id)
        .join(Payment, Payment.id == Refund.payment_id)
        .where(
            Refund.made_at.is_(None), Refund.failed_at.is_(None), Refund.provider_id.is_(None),
            Refund.second_needed.is_(False) | Refund.confirmed_at.is_not(None),
            Payment.rail.in_((Method.CARD, Method.DEBIT)),
        )
    ).all()  # fmt: skip
    for refund_id in waiting:
        jobs.enqueue("payments.send_refund", refund=refund_id, once=True, priority=5)
    return len(waiting)


def refuse_refund(refund_id: UUID, *, because: str) -> None:
    """Stripe will not give this back: nothing has moved."""
    refund = session.get_one(Refund, refund_id, with_for_update=True)
    if refund.made_at is None and refund.failed_at is None:
        refund.failed_at, refund.failed_because = clock.now(), because
        audit.record(Action.REFUND_FAILED, audit.of("payment", refund.payment_id), by="stripe", refund=str(refund.id))
