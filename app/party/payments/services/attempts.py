"""Verbs: an attempt to pay is begun, looked at, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select, update

from app.gateways.stripe import Checkout, IntentSeen, Seen, checkout_params
from app.ground import audit, clock, jobs
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id
from app.ground.mail import address, office
from app.law.money import Money, total

from ..models import LineKind, Method, Payment, PaymentLine, Renewal, reference_of
from .events import answered
from .listeners import room_for
from .money_back import apply_money_back
from .renewals import begin_renewal, start_renewal
from .settling import settle

CHECKOUT_LIVES = timedelta(hours=23)  # Stripe's most is 24, and remembers idempotency keys for 24


TRANSFER_WAITS = timedelta(days=60)


class Mismatch(Exception):
    """What Stripe has is not what we asked for: another attempt, or another amount. A person must look."""


@dataclass(frozen=True)
class Line:
    kind: LineKind
    label: str
    amount: Money


def begin(
    *,
    purpose: str,
    purpose_id: UUID,
    lines: Sequence[Line],
    email: str,
    back_to: str,
    cancel_to: str,
    by: str,
    method: str = Method.CARD,
    months: int | None = None,
    payment_id: UUID | None = None,
) -> Payment:
    """Write down an attempt to pay, before anybody is asked for money. Lines of nothing are left out; the sum is positive.

    `back_to` and `cancel_to` are paths of ours. The provider is asked later, outside this transaction (errands.open_checkout);
    for bank and cash nobody is. `months`: the first line is taken again every so many months, by the provider (card only).
    """
    now, payment_id = clock.now(), payment_id or new_id()
    real = [line for line in lines if line.amount]
    amount = total((line.amount for line in real), real[0].amount.currency)
    online = method == Method.CARD
    renewal: Renewal | None = None
    frozen: bytes | None = None
    if online:
        if months:
            renewal = begin_renewal(purpose=purpose, purpose_id=purpose_id, amount=real[0].amount, months=months, by=by)
        asked = checkout_params(
            payment_id=payment_id,
            lines=[(line.label, line.amount) for line in real],
            email=email,
            success_url=address(back_to),
            cancel_url=address(cancel_to),
            expires_at=now + CHECKOUT_LIVES,
            renewal_id=renewal.id if renewal else None,
            months=months,
        )
        frozen = office().seal.close(asked, table="payments", row=payment_id)
    payment = Payment(
        id=payment_id,
        purpose=purpose,
        purpose_id=purpose_id,
        cents=amount.cents,
        currency=amount.currency,
        method=method,
        begun_at=now,
        bank_reference=reference_of(payment_id) if method == Method.BANK else None,
        renewal_id=renewal.id if renewal else None,
        frozen=frozen,
        checkout_id=None,
        invoice_id=None,
        attempts=0,
        processing_at=None,
        settled_at=None,
        paid_on=None,
        rail=None,
        closed_at=None,
    )
    payment.lines = [
        PaymentLine(payment_id=payment_id, position=place, kind=line.kind, cents=line.amount.cents)
        for place, line in enumerate(real, 1)
    ]
    session.add(payment)
    audit.record(
        Action.PAYMENT_BEGUN, audit.of("payment", payment_id), by=by, purpose=purpose, cents=amount.cents, method=method
    )
    return payment


_NOTE_CHECKOUT = (
    update(Payment.__table__)  # type: ignore[arg-type]  # it is a Table
    .where(Payment.id == bindparam("payment"))
    .values(checkout_id=bindparam("checkout_id"))
)


def note_checkout(payment_id: UUID, checkout: Checkout) -> None:
    """Remember which page at Stripe belongs to an attempt."""
    session.execute(_NOTE_CHECKOUT, {"payment": payment_id, "checkout_id": checkout.id})


def apply(payment_id: UUID, seen: Seen, *, looked_at: datetime) -> Payment:
    """Make our rows say what Stripe has. Doing it again changes nothing; nothing that is known is taken back.

    `looked_at`: the UTC moment before Stripe was asked; events received until then are answered by this look.
    Raises Mismatch.
    """
    payment = session.get_one(Payment, payment_id, with_for_update=True)
    if seen.payment_id != payment.id or seen.amount != payment.amount:
        raise Mismatch(f"{seen.checkout_id} is not what payment {payment.id} asked for")
    if payment.checkout_id is None:
        payment.checkout_id = seen.checkout_id
    if seen.invoice_id and payment.invoice_id is None:
        payment.invoice_id = seen.invoice_id
    if seen.subscription_id and payment.renewal_id:
        start_renewal(payment.renewal_id, subscription_id=seen.subscription_id)
    intent = seen.intent
    if intent and payment.intent_id is None:
        payment.intent_id = intent.id
    if seen.paid:
        settle(payment, on=paid_on(intent), rail=rail_of(intent))
    elif seen.processing:
        _is_on_its_way(payment)
    elif intent and intent.decline_code and payment.decline_code != intent.decline_code:
        payment.decline_code, payment.declined_at = intent.decline_code, clock.now()
        audit.record(Action.PAYMENT_DECLINED, audit.of("payment", payment.id), by="stripe", code=intent.decline_code)
    if seen.failed and payment.is_open:
        close(payment, because="failed", by="stripe")
        room_for(payment.purpose).failed(payment, on=clock.today())
    if seen.expired:
        close(payment, because="expired", by="stripe")
    if intent:
        apply_money_back(payment, intent)
    answered(payment.id, until=looked_at)
    return payment


def apply_charge(payment_id: UUID, intent: IntentSeen, *, looked_at: datetime) -> None:
    """The same for a renewal's charge, which has no page of its own."""
    payment = session.get_one(Payment, payment_id, with_for_update=True)
    if intent.paid:
        settle(payment, on=paid_on(intent), rail=rail_of(intent))
    apply_money_back(payment, intent)
    answered(payment.id, until=looked_at)


def rail_of(intent: IntentSeen | None) -> Method:
    return Method(intent.method) if intent and intent.method else Method.CARD


def paid_on(intent: IntentSeen | None) -> date:
    """The New Zealand day on which money was paid, never a day to come. A debit is paid when its bank has answered: Stripe
    keeps only the day on which it was sent, so it is the day on which we see it."""
    if intent is None or intent.paid_at is None or intent.method == Method.DEBIT:
        return clock.today()
    return min(clock.day_of(intent.paid_at), clock.today())


def _is_on_its_way(payment: Payment) -> None:
    """A debit was agreed to and its bank has not answered: nothing is paid, and nobody should pay again."""
    if payment.processing_at is None:
        payment.processing_at = clock.now()
        audit.record(Action.PAYMENT_UNDERWAY, audit.of("payment", payment.id), by="stripe")


def close(payment: Payment, *, because: str, by: str) -> None:
    """Nobody will pay this attempt any more. One that has settled or is closed stays as it is."""
    if payment.is_open:
        payment.closed_at, payment.closed_because, payment.frozen = clock.now(), because, None
        audit.record(Action.PAYMENT_CLOSED, audit.of("payment", payment.id), by=by, because=because)


def close_transfers() -> int:
    """Wait no longer for transfers that were promised more than TRANSFER_WAITS ago. One that comes all the same settles."""
    before = clock.now() - TRANSFER_WAITS
    promised = session.scalars(
        select(Payment).where(
            Payment.method == Method.BANK, Payment.settled_at.is_(None), Payment.closed_at.is_(None), Payment.begun_at < before
        )
    ).all()
    for payment in promised:
        close(payment, because="no transfer came", by="system")
    return len(promised)


def close_soon(payment_id: UUID) -> None:
    """Have an attempt that was replaced closed at Stripe, too."""
    jobs.enqueue("payments.close", payment=payment_id, priority=5)
