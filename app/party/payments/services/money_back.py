"""Verbs: money goes back, by our wish or by hand at Stripe, or is taken by the payer's bank; and comes again.

What goes back is taken first from what was paid above the dues, then from the dues. Each fact has two entries under its own
name: what it was (income, or money in dispute) against `stripe:unsettled`, and the balance transaction that moved it.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.gateways.stripe import DisputeSeen, IntentSeen, RefundSeen
from app.ground import audit, clock, jobs
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id
from app.law.money import Money

from .. import rules
from ..models import Account, Dispute, LedgerEntry, LedgerLine, LineKind, Method, Payment, Refund
from .differences import close_differences, note_difference
from .ledger import INCOME, post, post_move, posted_lines
from .listeners import room_for


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
    together = _gone(payment, Refund.failed_at.is_(None)) + amount
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
        second_needed=by.startswith("person:") and together.exceeds(rules.TWO_PEOPLE_ABOVE),
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


def hand_back(refund: Refund, payment: Payment, *, on: date, by: str) -> None:
    """Note that a refund of money that came by bank or in cash was paid out of the same account on day `on`. Raises
    NotConfirmed."""
    if refund.waits_for_second:
        raise rules.NotConfirmed(limit=rules.TWO_PEOPLE_ABOVE)
    account = Account.CASH if payment.rail == Method.CASH else Account.BANK
    _make(refund, payment, against=account, source=str(payment.rail), external_id=str(refund.id), on=on, by=by)


def left_of(payment: Payment) -> Money:
    """What of a payment has neither gone back, nor is wished back, nor was taken or paid on."""
    return payment.amount - _gone(payment, Refund.failed_at.is_(None)) - _paid_over(payment)


def back_of(payment: Payment) -> Money:
    """What of a payment has gone back, was taken or paid on, by now."""
    return _gone(payment, Refund.made_at.is_not(None), Refund.failed_at.is_(None)) + _paid_over(payment)


def _paid_over(payment: Payment) -> Money:
    posted = (
        select(func.coalesce(func.sum(-LedgerLine.cents), 0))
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(LedgerEntry.payment_id == payment.id, LedgerEntry.kind == "paid over", LedgerLine.account == Account.BANK)
    )
    return Money(int(session.scalar(posted) or 0), payment.currency)


def _gone(payment: Payment, *which: ColumnElement[bool]) -> Money:
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
        room_for(payment.purpose).moved(
            payment,
            amount=dispute.amount,
            dues=payment.amount_for(LineKind.DUES),
            cause=f"dispute:{dispute.id}:won",
            on=on,
        )
        return
    parts = split(payment, before=back_of(payment) - dispute.amount, amount=dispute.amount)
    post(
        source="stripe", external_id=dispute.id, kind="dispute lost", day=clock.today(), payment_id=payment.id,
        lines=[*((INCOME[kind], part) for kind, part in parts.items()), (Account.STRIPE_DISPUTED, -dispute.amount)],
    )  # fmt: skip
