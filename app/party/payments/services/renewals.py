"""Verbs: a renewal is begun, started, seen, changed, stopped. Stripe keeps its calendar; what it takes is a payment here."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from sqlalchemy import select, update

from app.gateways.stripe import IntentSeen, InvoiceSeen, RenewalSeen, renewal_params
from app.ground import audit, clock, jobs
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id
from app.ground.mail import address, office
from app.law.money import Money

from ..models import Method, Payment, PaymentLine, Renewal
from .differences import note_difference
from .listeners import room_for
from .money_back import apply_money_back
from .settling import settle

ENDED = ("canceled", "incomplete_expired")
AGREEMENT_LIVES = timedelta(hours=23)


def begin_renewal(*, purpose: str, purpose_id: UUID, amount: Money, months: int, by: str) -> Renewal:
    """Write down a wish that money be taken every so many months, before the payer has agreed at the provider."""
    renewal = Renewal(
        id=new_id(), purpose=purpose, purpose_id=purpose_id, cents=amount.cents, currency=amount.currency, months=months,
        begun_at=clock.now(), begun_by=by, started_at=None, stop_wanted_at=None, ended_at=None,
    )  # fmt: skip
    session.add(renewal)
    session.flush()  # the attempt that starts it points at it
    audit.record(Action.RENEWAL_BEGUN, audit.of("renewal", renewal.id), by=by, cents=amount.cents, months=months)
    return renewal


def agree_later(
    *,
    purpose: str,
    purpose_id: UUID,
    label: str,
    amount: Money,
    months: int,
    first_charge_at: datetime,
    email: str,
    back_to: str,
    cancel_to: str,
    by: str,
) -> Renewal:
    """Write down a renewal that is to begin when what is paid for ends (`first_charge_at`, UTC): its payer agrees to it at a
    page of the provider (errands.open_agreement), and nothing is charged there."""
    renewal = begin_renewal(purpose=purpose, purpose_id=purpose_id, amount=amount, months=months, by=by)
    asked = renewal_params(
        renewal_id=renewal.id,
        label=label,
        amount=amount,
        months=months,
        first_charge_at=first_charge_at,
        email=email,
        success_url=address(back_to),
        cancel_url=address(cancel_to),
        expires_at=clock.now() + AGREEMENT_LIVES,
    )
    renewal.frozen = office().seal.close(asked, table="renewals", row=renewal.id)
    return renewal


def note_agreement(renewal_id: UUID, checkout_id: str) -> None:
    """Remember the page at which a renewal is agreed to."""
    renewal = session.get_one(Renewal, renewal_id)
    renewal.checkout_id = checkout_id


def start_renewal(renewal_id: UUID, *, subscription_id: str) -> None:
    """The payer has agreed. A renewal for the same purpose that runs already is stopped: nobody pays twice."""
    renewal = session.get_one(Renewal, renewal_id, with_for_update=True)
    if renewal.started_at is None:
        if renewal.stop_wanted_at is None:
            _make_room(renewal, purpose=renewal.purpose, purpose_id=renewal.purpose_id)
        renewal.subscription_id, renewal.started_at, renewal.frozen = subscription_id, clock.now(), None
        session.flush()
        audit.record(Action.RENEWAL_STARTED, audit.of("renewal", renewal.id), by="stripe")
        look_at_renewal_soon(renewal.id)
        if renewal.stop_wanted_at:  # its payer left while its page was open
            jobs.enqueue("payments.stop_renewal", renewal=renewal.id, once=True, priority=6)


def hand_over(renewal_id: UUID, *, purpose: str, purpose_id: UUID) -> None:
    """What was begun for an application goes on for the membership that came of it."""
    renewal = session.get_one(Renewal, renewal_id, with_for_update=True)
    if (renewal.purpose, renewal.purpose_id) != (purpose, purpose_id):
        _make_room(renewal, purpose=purpose, purpose_id=purpose_id)
        renewal.purpose, renewal.purpose_id = purpose, purpose_id
        session.flush()


def _make_room(newer: Renewal, *, purpose: str, purpose_id: UUID) -> None:
    for older in running_for(purpose, purpose_id, held=True):
        if older.id != newer.id:
            want_stopped(older, now=True, by=audit.of("renewal", newer.id))
    session.flush()


def running_for(purpose: str, purpose_id: UUID, *, held: bool = False) -> list[Renewal]:
    """The renewal that takes money for a purpose; several only while one replaces another. `held`: to be changed, until the
    end of this transaction. (Not while a membership is held: money that settles takes the two the other way round.)"""
    found = select(Renewal).where(
        Renewal.purpose == purpose,
        Renewal.purpose_id == purpose_id,
        Renewal.started_at.is_not(None),
        Renewal.stop_wanted_at.is_(None),
        Renewal.ended_at.is_(None),
    )
    return list(session.scalars(found.with_for_update() if held else found))


def forget_agreements() -> None:
    """Forget the request, with the payer's email in it, of pages for agreeing to a renewal that nobody can open any more."""
    session.execute(
        update(Renewal)
        .where(Renewal.frozen.is_not(None), Renewal.begun_at < clock.now() - timedelta(days=1))
        .values(frozen=None)
    )


def stop_all(purpose: str, purpose_id: UUID, *, by: str) -> None:
    """Nothing is to be taken for a purpose any more: whatever runs is stopped at once, and what is being agreed to never
    starts."""
    found = select(Renewal).where(Renewal.purpose == purpose, Renewal.purpose_id == purpose_id, Renewal.ended_at.is_(None))
    for renewal in session.scalars(found.with_for_update()):
        renewal.frozen = None  # it has the payer’s email in it
        want_stopped(renewal, now=True, by=by)


def want_stopped(renewal: Renewal, *, now: bool, by: str) -> None:
    """Somebody who may wants nothing more taken: at once, or after what is paid for. Stripe is told by a chore, until it has
    heard; reconcile finds one that goes on all the same."""
    if renewal.ended_at or (renewal.stop_wanted_at and (renewal.stop_now or not now)):
        return
    renewal.stop_wanted_at, renewal.stop_now = clock.now(), now
    audit.record(Action.RENEWAL_STOPPED, audit.of("renewal", renewal.id), by=by, now=now)
    jobs.enqueue("payments.stop_renewal", renewal=renewal.id, once=True, priority=6)


def look_at_renewal_soon(renewal_id: UUID, *, at: datetime | None = None) -> None:
    jobs.enqueue("payments.look_into", about=audit.of("renewal", renewal_id), at=at, once=True, priority=5)


def note_change(renewal: Renewal, *, amount: Money, months: int, by: str) -> None:
    """Another amount or rhythm from the next charge on was agreed with Stripe."""
    renewal.cents, renewal.months = amount.cents, months
    audit.record(Action.RENEWAL_CHANGED, audit.of("renewal", renewal.id), by=by, cents=amount.cents, months=months)


def apply_renewal(renewal_id: UUID, seen: RenewalSeen) -> None:
    """Make our rows say what Stripe has of a renewal and its invoices, oldest first. Doing it again changes nothing."""
    renewal = session.get_one(Renewal, renewal_id, with_for_update=True)
    renewal.customer_id, renewal.status, renewal.looked_at = seen.customer_id, seen.status, clock.now()
    if renewal.failing_invoice_id and seen.method_id not in (None, renewal.method_id):
        jobs.enqueue("payments.try_failing", renewal=renewal_id, once=True, priority=5)  # another card: not at the next try
    renewal.method, renewal.method_id, renewal.method_label = seen.method, seen.method_id, seen.method_label
    renewal.method_expires_on = seen.method_expires_on
    if renewal.started_at is None and seen.status not in ("incomplete", *ENDED):
        renewal.subscription_id, renewal.started_at = seen.subscription_id, clock.now()
    stops = seen.status in ENDED or seen.ends_at is not None
    renewal.next_charge_on = clock.day_of(seen.next_charge_at) if seen.next_charge_at and not stops else None
    failing = [invoice for invoice in seen.invoices if invoice.is_failing]
    for invoice in seen.invoices:
        _apply_invoice(renewal, invoice)
    if failing or all(invoice.id != renewal.failing_invoice_id for invoice in seen.invoices if invoice.status == "open"):
        renewal.failing_invoice_id = failing[-1].id if failing else None
    if seen.ends_at and renewal.stop_wanted_at is None:  # stopped at Stripe's own page
        renewal.stop_wanted_at, renewal.stop_now = clock.now(), False
        audit.record(Action.RENEWAL_STOPPED, audit.of("renewal", renewal.id), by="stripe", now=False)
    if seen.status in ENDED and renewal.ended_at is None:
        renewal.ended_at, renewal.ended_because = clock.now(), _why_ended(renewal, failing)
        audit.record(Action.RENEWAL_ENDED, audit.of("renewal", renewal.id), by="stripe", because=renewal.ended_because)


def _why_ended(renewal: Renewal, failing: list[InvoiceSeen]) -> str:
    return "asked" if renewal.stop_wanted_at else ("unpaid" if failing or renewal.failing_invoice_id else "at Stripe")


def _apply_invoice(renewal: Renewal, seen: InvoiceSeen) -> None:
    if seen.status == "draft" or not seen.amount:
        return
    payment = session.scalar(select(Payment).where(Payment.invoice_id == seen.id).with_for_update())
    if payment is None:
        payment = _payment_for(renewal, seen)
    intent = seen.intent
    if intent and payment.intent_id is None:
        payment.intent_id = intent.id
    if seen.money_came and intent:
        settle(payment, on=_day(intent, seen), rail=Method(intent.method or Method.CARD))
        apply_money_back(payment, intent)
        return
    if not payment.is_open:
        return
    if intent and intent.processing:  # a debit that was sent, and whose bank has not answered: neither paid nor refused
        if payment.processing_at is None:
            payment.processing_at = clock.now()
            audit.record(Action.PAYMENT_UNDERWAY, audit.of("payment", payment.id), by="stripe")
    elif seen.status == "open" and seen.attempts > payment.attempts:
        _note_refusal(renewal, payment, seen, intent)
    if seen.status in ("void", "uncollectible", "paid"):  # paid without money through Stripe: by bank, or too small to charge
        payment.closed_at, payment.closed_because = clock.now(), "paid elsewhere" if seen.status == "paid" else seen.status
        audit.record(Action.PAYMENT_CLOSED, audit.of("payment", payment.id), by="stripe", because=payment.closed_because)


def _payment_for(renewal: Renewal, seen: InvoiceSeen) -> Payment:
    """The payment an invoice is: the attempt that began the renewal, or one under an id that is always the same for it."""
    if seen.first:
        attempt = session.scalar(
            select(Payment).where(Payment.renewal_id == renewal.id, Payment.invoice_id.is_(None)).with_for_update()
        )
        if attempt:
            attempt.invoice_id = seen.id
            return attempt
    payment = Payment(
        id=uuid5(renewal.id, seen.id), purpose=renewal.purpose, purpose_id=renewal.purpose_id, cents=seen.amount.cents,
        currency=seen.amount.currency, method=Method.CARD, begun_at=clock.now(), renewal_id=renewal.id, invoice_id=seen.id,
        attempts=0, settled_at=None, closed_at=None,
    )  # fmt: skip
    takes = room_for(renewal.purpose).takes
    payment.lines = [PaymentLine(payment_id=payment.id, position=1, kind=takes, cents=seen.amount.cents)]
    session.add(payment)
    session.flush()
    audit.record(
        Action.PAYMENT_BEGUN, audit.of("payment", payment.id), by=audit.of("renewal", renewal.id), cents=seen.amount.cents
    )
    return payment


def _note_refusal(renewal: Renewal, payment: Payment, seen: InvoiceSeen, intent: IntentSeen | None) -> None:
    """A charge was tried and refused: the room is told once a try."""
    code = "authentication_required" if intent and intent.needs_confirming else (intent.decline_code if intent else None)
    payment.attempts, payment.declined_at, payment.decline_code = seen.attempts, clock.now(), code or "unknown"
    session.flush()
    audit.record(Action.PAYMENT_DECLINED, audit.of("payment", payment.id), by="stripe", code=payment.decline_code)
    next_try_on = clock.day_of(seen.next_try_at) if seen.next_try_at else None
    room_for(payment.purpose).declined(payment, renewal, next_try_on=next_try_on, on=clock.today())


def _day(intent: IntentSeen, seen: InvoiceSeen) -> date:
    """As `paid_on` of an attempt."""
    return clock.today() if intent.method == Method.DEBIT else min(clock.day_of(intent.paid_at or seen.at), clock.today())


def check_stopped(renewal: Renewal) -> None:
    """Put before a person a renewal that goes on a day after it was to be stopped at once."""
    late = renewal.stop_now and renewal.ended_at is None and renewal.stop_wanted_at
    if late and clock.now() - late > timedelta(days=1):
        note_difference("renewal", audit.of("renewal", renewal.id), cents=renewal.cents)
