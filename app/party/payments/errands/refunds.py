"""Trips to Stripe with money that goes back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app import gateways
from app.gateways.stripe import Refused
from app.ground import audit, clock
from app.ground.db import session, transaction

from .. import services
from ..models import Payment, Refund
from .attempts import follow

KEYS_LIVE = timedelta(hours=23)


def send_refund(refund_id: UUID) -> None:
    """Have Stripe give back what was wished, once. One that Stripe refuses is put before a person; nothing has moved then."""
    with transaction():
        refund = session.get_one(Refund, refund_id)
        payment = session.get_one(Payment, refund.payment_id)
    if clock.now() - refund.asked_at > KEYS_LIVE:  # Stripe may have made it, and has forgotten our key
        follow(payment.id)
        with transaction():
            refund = session.get_one(Refund, refund_id)
    if refund.waits_for_second:
        return
    if refund.provider_id is None and refund.failed_at is None and payment.intent_id:
        try:
            gateways.stripe_gateway().refund(
                payment.intent_id, refund_id=refund.id, payment_id=payment.id, amount=refund.amount
            )
        except Refused as refused:
            with transaction():
                services.refuse_refund(refund_id, because=refused.code)
                services.note_difference("refund failed", audit.of("refund", refund_id), cents=refund.cents)
    follow(payment.id)
