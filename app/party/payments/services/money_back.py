"""Verbs: money goes back, by our wish or by hand at Stripe, or is taken by the payer's bank; and comes again.

What goes back is taken first from what was paid above the dues, then from the dues. Each fact has two entries under its own
name: what it was (income, or money in dispute) against `stripe:unsettled`, and the balance transaction that moved it.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, func, select

from app.gateways.stripe import DisputeSeen, IntentSeen, RefundSeen
from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id
from app.law.money import Money

from .. import rules
from ..models import Account, Dispute, LedgerEntry, LedgerLine, LineKind, Method, Payment, Refund
from .differences import close_differences, note_difference
from .ledger import INCOME, post, post_move, posted_lines
from .listeners import room_for


def hand_back(refund: Refund, payment: Payment, *, on: date, by: str) -> None:
    """Note that a refund of money that came by bank or in cash was paid out of the same account on day `on`. Raises
    NotConfirmed."""
    if refund.waits_for_second:
        raise rules.NotConfirmed(limit=rules.TWO_PEOPLE_ABOVE)
    account = Account.CASH if payment.rail == Method.CASH else Account.BANK
    _make(refund, payment, against=account, source=str(payment.rail), external_id=str(refund.id), on=on, by=by)


def left_of(payment: Payment) -> Money:
    """What of a payment has neither gone back, nor is wished back, nor was taken or paid on."""
    return payment.amount - gone_of(payment, Refund.failed_at.is_(None)) - _paid_over(payment)


def back_of(payment: Payment) -> Money:
    """What of a payment has gone back, was taken or paid on, by now."""
    return gone_of(payment, Refund.made_at.is_not(None), Refund.failed_at.is_(None)) + _paid_over(payment)


def _paid_over(payment: Payment) -> Money:
    posted = (
        select(func.coalesce(func.sum(-LedgerLine.cents), 0))
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(LedgerEntry.payment_id == payment.id, LedgerEntry.kind == "paid over", LedgerLine.account == Account.BANK)
    )
    return Money(int(session.scalar(posted) or 0), payment.currency)


def gone_of(payment: Payment, *which: ColumnElement[bool]) -> Money:
    """What of a payment is wished back, as far as these tell, or was taken by the payer’s bank."""
    back = session.scalar(select(func.coalesce(func.sum(Refund.cents), 0)).where(Refund.payment_id == payment.id, *which))
    taken = session.scalar(
        select(func.coalesce(func.sum(Dispute.cents), 0)).where(
            Dispute.payment_id == payment.id, Dispute.withdrawn_at.is_not(None), Dispute.won.is_not(True)
        )
    )
    return Money(int(back or 0) + int(taken or 0), payment.currency)


# What goes back is taken from these in turn.
_FIRST_BACK = (LineKind.ABOVE, LineKind.COVER, LineKind.DONATION, LineKind.DUES)


def split(payment: Payment, *, before: Money, amount: Money) -> dict[LineKind, Money]:
    """How `amount` that goes back falls on the lines of a payment of which `before` has gone already; every kind is named.

    A bank may take back what had been refunded: what is more than came falls on the last line.
    """
    nothing = Money(0, payment.currency)
    parts, passed, left = dict.fromkeys(_FIRST_BACK, nothing), nothing, amount
    lines = [(kind, payment.amount_for(kind)) for kind in _FIRST_BACK if payment.amount_for(kind)]
    for kind, line in lines[:-1]:
        part = min(left, line - min(line, max(before - passed, nothing)))
        parts[kind], left, passed = part, left - part, passed + line
    return {**parts, lines[-1][0]: left}


def apply_money_back(payment: Payment, intent: IntentSeen) -> None:
    """Make our rows and the ledger say what became of a settled payment's money. Doing it again changes nothing."""
    for move in intent.moves:
        post_move(move, payment_id=payment.id)
    for back in sorted(intent.refunds, key=lambda seen: (seen.at, seen.id)):
        _apply_refund(payment, back)
    for taken in sorted(intent.disputes, key=lambda seen: (seen.opened_at, seen.id)):
        _apply_dispute(payment, taken, intent)


def _apply_refund(payment: Payment, seen: RefundSeen) -> None:
    refund = session.scalar(select(Refund).where(Refund.provider_id == seen.id))
    if refund is None and seen.ours:
        refund = session.get(Refund, seen.ours)
    if refund is None:
        refund = Refund(
            id=new_id(), payment_id=payment.id, cents=seen.amount.cents, currency=seen.amount.currency, why="made at Stripe",
            asked_at=clock.now(), asked_by="stripe", made_at=None, failed_at=None,
        )  # fmt: skip
        session.add(refund)
        audit.record(Action.REFUND_ASKED, audit.of("payment", payment.id), by="stripe", refund=str(refund.id))
    refund.provider_id = seen.id
    session.flush()
    if seen.status == "succeeded" and refund.made_at is None and refund.failed_at is None:
        _make(
            refund, payment, against=Account.STRIPE_UNSETTLED, source="stripe", external_id=seen.id,
            on=min(clock.day_of(seen.at), clock.today()), by="stripe",
        )  # fmt: skip
    if seen.status in ("failed", "canceled") and refund.failed_at is None:
        _fail(refund, payment, seen)


def _make(refund: Refund, payment: Payment, *, against: Account, source: str, external_id: str, on: date, by: str) -> None:
    if refund.made_at:
        return
    parts = split(payment, before=back_of(payment), amount=refund.amount)
    refund.made_at = clock.now()
    post(
        source=source, external_id=external_id, kind="refund", day=on, payment_id=payment.id,
        lines=[*((INCOME[kind], part) for kind, part in parts.items()), (against, -refund.amount)],
    )  # fmt: skip
    audit.record(Action.REFUND_MADE, audit.of("payment", payment.id), by=by, refund=str(refund.id), cents=refund.cents)
    room_for(payment.purpose).moved(
        payment, amount=-refund.amount, dues=-parts[LineKind.DUES], cause=f"refund:{refund.id}", on=on
    )


def _fail(refund: Refund, payment: Payment, seen: RefundSeen) -> None:
    """The money is with us again, and whoever was to get it was not paid: a person must look."""
    refund.failed_at, refund.failed_because = clock.now(), seen.failed_because or seen.status
    audit.record(Action.REFUND_FAILED, audit.of("payment", payment.id), by="stripe", refund=str(refund.id))
    note_difference("refund failed", audit.of("refund", refund.id), cents=refund.cents)
    if refund.made_at is None:
        return
    lines = posted_lines("stripe", seen.id, "refund")
    post(
        source="stripe", external_id=seen.id, kind="refund failed", day=clock.today(), payment_id=payment.id,
        lines=[(account, -amount) for account, amount in lines],
    )  # fmt: skip
    dues = next((amount for account, amount in lines if account is Account.DUES), Money(0, payment.currency))
    room_for(payment.purpose).moved(
        payment, amount=refund.amount, dues=dues, cause=f"refund:{refund.id}:failed", on=clock.today()
    )


def _apply_dispute(payment: Payment, seen: DisputeSeen, intent: IntentSeen) -> None:
    dispute = session.get(Dispute, seen.id)
    if dispute is None:
        dispute = Dispute(
            id=seen.id, payment_id=payment.id, cents=seen.amount.cents, currency=seen.amount.currency, reason=seen.reason,
            opened_at=seen.opened_at, withdrawn_at=None, decided_at=None, won=None,
        )  # fmt: skip
        session.add(dispute)
        session.flush()
        audit.record(Action.DISPUTE_OPENED, audit.of("payment", payment.id), by="stripe", dispute=seen.id, cents=dispute.cents)
        note_difference("dispute", f"dispute:{seen.id}", cents=dispute.cents)
    dispute.answer_by = seen.answer_by
    if seen.withdrawn and dispute.withdrawn_at is None:
        _withdraw(dispute, payment, seen)
    if seen.decided and dispute.decided_at is None:
        _decide(dispute, payment, seen, intent)


def _withdraw(dispute: Dispute, payment: Payment, seen: DisputeSeen) -> None:
    """The bank has taken the money until it is decided: not income lost yet, and not dues paid any more."""
    on = min(clock.day_of(seen.opened_at), clock.today())
    parts = split(payment, before=back_of(payment), amount=dispute.amount)
    dispute.withdrawn_at = clock.now()
    session.flush()
    post(
        source="stripe", external_id=dispute.id, kind="dispute", day=on, payment_id=payment.id,
        lines=[(Account.STRIPE_DISPUTED, dispute.amount), (Account.STRIPE_UNSETTLED, -dispute.amount)],
    )  # fmt: skip
    room_for(payment.purpose).moved(
        payment, amount=-dispute.amount, dues=-parts[LineKind.DUES], cause=f"dispute:{dispute.id}", on=on
    )


def _decide(dispute: Dispute, payment: Payment, seen: DisputeSeen, intent: IntentSeen) -> None:
    dispute.decided_at, dispute.won = clock.now(), seen.won
    session.flush()
    outcome = "won" if seen.won else "lost"
    audit.record(Action.DISPUTE_DECIDED, audit.of("payment", payment.id), by="stripe", dispute=dispute.id, outcome=outcome)
    close_differences("dispute", f"dispute:{dispute.id}", by="stripe", because=outcome)
    if dispute.withdrawn_at is None:
        return
    if seen.won:
        came = [move.at for move in intent.moves if move.source == dispute.id and move.gross > Money(0, payment.currency)]
        on = min(clock.day_of(max(came)), clock.today()) if came else clock.today()
        lines = [(Account.STRIPE_UNSETTLED, dispute.amount), (Account.STRIPE_DISPUTED, -dispute.amount)]
        post(source="stripe", external_id=dispute.id, kind="dispute won", day=on, payment_id=payment.id, lines=lines)
        parts = split(payment, before=back_of(payment), amount=dispute.amount)
        room_for(payment.purpose).moved(
            payment, amount=dispute.amount, dues=parts[LineKind.DUES], cause=f"dispute:{dispute.id}:won", on=on
        )
        return
    parts = split(payment, before=back_of(payment) - dispute.amount, amount=dispute.amount)
    post(
        source="stripe", external_id=dispute.id, kind="dispute lost", day=clock.today(), payment_id=payment.id,
        lines=[*((INCOME[kind], part) for kind, part in parts.items()), (Account.STRIPE_DISPUTED, -dispute.amount)],
    )  # fmt: skip
