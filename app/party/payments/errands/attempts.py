"""Trips to Stripe about one attempt to pay: ask outside any transaction, then do one verb in one."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from app import gateways
from app.gateways.stripe import Away, Refused, Seen
from app.ground import clock
from app.ground.db import alone_with, session, transaction

from .. import queries, services
from ..models import Method, Payment


def open_checkout(payment: Payment) -> str | None:
    """The address of the page at Stripe where this attempt is paid; None if it cannot be paid there (any more).

    Stripe is asked each time and gives the same page: its address shows the payer's email to whoever opens it, so it is not
    kept. Raises Away: whether a page was opened is not known; asking again gives the same page. Raises Refused: the attempt is
    closed; a new one may be begun.
    """
    if not payment.is_open or payment.frozen is None or payment.processing_at:
        return None
    try:
        checkout = gateways.stripe_gateway().open_checkout(key=str(payment.id), params=queries.frozen_params(payment))
    except Refused:
        # Nobody has a page of this attempt, so nobody can pay it; the next try is a new attempt with a new key.
        with transaction():
            held = session.get_one(Payment, payment.id, with_for_update=True)
            if held.checkout_id is None:
                services.close(held, because="refused", by="stripe")
        raise
    with transaction():
        services.note_checkout(payment.id, checkout)
    return checkout.url


def follow(payment_id: UUID) -> Seen | None:
    """Look at an attempt at Stripe and make our rows say what is there. One at a time per attempt, or per renewal that it
    belongs to. None if Stripe has none."""
    with transaction():
        payment = session.get(Payment, payment_id)
    if payment is None:  # another installation's, on the same Stripe account
        with transaction():
            services.answered(payment_id, until=clock.now())
        return None
    with alone_with(f"renewal:{payment.renewal_id}" if payment.renewal_id else f"payment:{payment_id}"):
        looked_at = clock.now()
        with transaction():
            payment = session.get_one(Payment, payment_id)
            if payment.method != Method.CARD or (payment.rail and payment.rail not in (Method.CARD, Method.DEBIT)):
                services.tell_again(payment_id)  # no stranger knows of it
                return None
        checkout_id = payment.checkout_id or _find_checkout(payment)
        if checkout_id is None and payment.intent_id is None:
            with transaction():
                services.close(session.get_one(Payment, payment_id), because="never opened", by="system")
                services.answered(payment_id, until=looked_at)
            return None
        return _look(payment, checkout_id, looked_at)


def _look(payment: Payment, checkout_id: str | None, looked_at: datetime) -> Seen | None:
    gateway, whole = gateways.stripe_gateway(), payment.settled_at is not None
    if checkout_id is None:  # a renewal's own charge
        assert payment.intent_id is not None
        intent = gateway.look_at_intent(payment.intent_id, whole=True)
        with transaction():
            services.apply_charge(payment.id, intent, looked_at=looked_at)
        return None
    seen = gateway.look_at(checkout_id, intent_id=payment.intent_id or _hinted_intent(payment.id), whole=whole)
    with transaction():
        services.apply(payment.id, seen, looked_at=looked_at)
    return seen


def close(payment_id: UUID) -> None:
    """Close an attempt that was replaced: first at Stripe, so that it cannot be paid, then here. If it was paid meanwhile,
    it settles. Raises Away while Stripe leaves its page open."""
    with transaction():
        payment = session.get(Payment, payment_id)
        if payment and payment.method != Method.CARD:
            services.close(payment, because="replaced", by="system")
            return
    if payment and payment.is_open and payment.checkout_id:
        gateways.stripe_gateway().expire(payment.checkout_id)
    seen = follow(payment_id)
    if seen and seen.open:
        raise Away("the page is still open")


def sweep(*, hours: int = 2) -> int:
    """Find what webhooks lost: hear Stripe's own list of the last hours, then look at everything left behind.

    Returns how many attempts were looked at. One that fails does not stop the others.
    """
    hints = list(gateways.stripe_gateway().events_since(clock.now() - timedelta(hours=hours)))
    with transaction():
        for hint in hints:
            services.hear(hint)
        services.close_transfers()
        services.forget_agreements()
        for renewal_id in queries.agreements_underway():
            services.look_at_renewal_soon(renewal_id)
        services.send_refunds()
        for about in queries.to_look_into():
            services.look_into_soon(about)
        left = queries.to_follow()
        for payment_id in left:
            services.follow_soon(payment_id)
    return len(left)


def _find_checkout(payment: Payment) -> str | None:
    """The page of an attempt whose opening we never heard the end of: the same key and frozen request give the same page."""
    if payment.frozen is None or clock.now() - payment.begun_at > services.CHECKOUT_LIVES:
        return None
    try:
        return gateways.stripe_gateway().open_checkout(key=str(payment.id), params=queries.frozen_params(payment)).id
    except Refused:
        return None


def _hinted_intent(payment_id: UUID) -> str | None:
    with transaction():
        return queries.hinted_intent(payment_id)


def payment_of(payment_id: UUID | None) -> Payment | None:
    """The attempt as our rows have it."""
    return session.get(Payment, payment_id) if payment_id else None


def look_soon(payment_id: UUID) -> None:
    """Somebody is waiting to see this attempt settle: have it looked at, in case its webhook was lost."""
    with transaction():
        services.follow_soon(payment_id)


def follow_all(payment_ids: list[UUID]) -> list[tuple[UUID, str]]:
    """Look at each attempt; one that fails does not stop the others. Returns those that failed, and why."""
    failed = []
    for payment_id in payment_ids:
        try:
            follow(payment_id)
        except (Away, Refused, services.Mismatch) as reason:
            failed.append((payment_id, f"{type(reason).__name__}: {reason}"))
    return failed
