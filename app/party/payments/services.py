"""Verbs: a payment is begun, heard of, settled, closed; the ledger is posted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert

from app.gateways.stripe import BalanceMove, Checkout, Hint, Seen, checkout_params
from app.ground import audit, clock, jobs
from app.ground.audit import Action
from app.ground.db import attempt, session
from app.ground.ids import new_id
from app.ground.mail import address, office
from app.law.money import Money, total

from .models import Account, HeardEvent, LedgerEntry, LedgerLine, LineKind, Payment, PaymentLine

log = structlog.get_logger()

CHECKOUT_LIVES = timedelta(hours=23)  # Stripe's most is 24, and remembers idempotency keys for 24
INCOME = {LineKind.DUES: Account.DUES, LineKind.ABOVE: Account.ABOVE_DUES}

Listener = Callable[..., None]
_listeners: dict[str, Listener] = {}


class Mismatch(Exception):
    """What Stripe has is not what we asked for: another attempt, or another amount. A person must look."""


@dataclass(frozen=True)
class Line:
    kind: LineKind
    label: str
    amount: Money


def when_settled(purpose: str, listener: Listener) -> None:
    """Have `listener(payment, on=day)` called, in the transaction that settles a payment for `purpose`."""
    _listeners[purpose] = listener


def begin(
    *,
    purpose: str,
    purpose_id: UUID,
    lines: Sequence[Line],
    email: str,
    back_to: str,
    cancel_to: str,
    by: str,
    method: str = "card",
) -> Payment:
    """Write down an attempt to pay, before anybody is asked for money. Lines of nothing are left out; the sum is positive.

    `back_to` and `cancel_to` are paths of ours. The provider is asked later, outside this transaction (errands.open_checkout).
    """
    now, payment_id = clock.now(), new_id()
    real = [line for line in lines if line.amount]
    amount = total((line.amount for line in real), real[0].amount.currency)
    frozen = checkout_params(
        payment_id=payment_id,
        lines=[(line.label, line.amount) for line in real],
        email=email,
        success_url=address(back_to),
        cancel_url=address(cancel_to),
        expires_at=now + CHECKOUT_LIVES,
    )
    payment = Payment(
        id=payment_id,
        purpose=purpose,
        purpose_id=purpose_id,
        cents=amount.cents,
        currency=amount.currency,
        method=method,
        begun_at=now,
        frozen=office().seal.close(frozen, table="payments", row=payment_id) if method == "card" else None,
        checkout_id=None,
        settled_at=None,
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


_KEEP_EVENT = insert(HeardEvent.__table__).on_conflict_do_nothing().returning(HeardEvent.id)  # type: ignore[arg-type]  # a Table


def hear(hint: Hint) -> bool:
    """Keep an event, once, and have its attempt looked at. False for one heard before. Stripe may tell us five times."""
    ours = hint.payment_id is not None
    now = clock.now()
    heard = session.scalar(
        _KEEP_EVENT,
        {
            "id": hint.event_id,
            "type": hint.type,
            "object_id": hint.object_id,
            "payment_id": hint.payment_id,
            "received_at": now,
            "handled_at": None if ours else now,
        },
    )
    if heard is None:
        return False
    if hint.payment_id:
        follow_soon(hint.payment_id)
    return True


def follow_soon(payment_id: UUID, *, at: datetime | None = None) -> None:
    """Have an attempt looked at; many wishes are one look."""
    jobs.enqueue("payments.follow", payment=payment_id, at=at, once=True, priority=5)


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
    if seen.intent_id and payment.intent_id is None:
        payment.intent_id = seen.intent_id
    if seen.paid:
        _settle(payment)
    elif seen.decline_code and payment.decline_code != seen.decline_code:
        payment.decline_code, payment.declined_at = seen.decline_code, clock.now()
        audit.record(Action.PAYMENT_DECLINED, audit.of("payment", payment.id), by="stripe", code=seen.decline_code)
    if seen.expired:
        close(payment, because="expired", by="stripe")
    if seen.balance_move:
        _post_balance_move(payment, seen.balance_move)
    answered(payment.id, until=looked_at)
    return payment


def answered(payment_id: UUID, *, until: datetime) -> None:
    """Mark the events of an attempt that were received by `until` as dealt with."""
    session.execute(
        update(HeardEvent)
        .where(HeardEvent.payment_id == payment_id, HeardEvent.handled_at.is_(None), HeardEvent.received_at <= until)
        .values(handled_at=clock.now())
    )


def close(payment: Payment, *, because: str, by: str) -> None:
    """Nobody will pay this attempt any more. One that has settled or is closed stays as it is."""
    if payment.is_open:
        payment.closed_at, payment.closed_because, payment.frozen = clock.now(), because, None
        audit.record(Action.PAYMENT_CLOSED, audit.of("payment", payment.id), by=by, because=because)


def close_soon(payment_id: UUID) -> None:
    """Have an attempt that was replaced closed at Stripe, too."""
    jobs.enqueue("payments.close", payment=payment_id, priority=5)


def take_cash(payment: Payment, *, by: str) -> None:
    """Settle an attempt begun with method `cash`: the money is in hand."""
    _settle(payment, source="cash", into=Account.CASH, by=by)


def _settle(payment: Payment, *, source: str = "stripe", into: Account = Account.STRIPE_UNSETTLED, by: str = "stripe") -> None:
    """The money has come: income is posted once, and the room it is for acts in the same transaction.

    If that room fails, the money is kept all the same; the attempt stays untold, is counted, and is tried again.
    """
    today = clock.today()
    if payment.settled_at is None:
        payment.settled_at, payment.frozen = clock.now(), None
        gross = payment.amount
        post(
            source=source,
            external_id=payment.intent_id or payment.checkout_id or str(payment.id),
            kind="payment",
            day=today,
            payment_id=payment.id,
            lines=[
                (into, gross),
                *((INCOME[LineKind(line.kind)], -Money(line.cents, payment.currency)) for line in payment.lines),
            ],
        )
        audit.record(Action.PAYMENT_SETTLED, audit.of("payment", payment.id), by=by, cents=payment.cents)
    if payment.told_at is None:
        try:
            with attempt():
                _listeners[payment.purpose](payment, on=today)
                payment.told_at = clock.now()
        except Exception as error:
            log.error("settled_but_not_told", payment=str(payment.id), kind=type(error).__name__)
            follow_soon(payment.id, at=clock.now() + timedelta(minutes=1))


def _post_balance_move(payment: Payment, move: BalanceMove) -> None:
    post(
        source="stripe",
        external_id=move.id,
        kind="balance",
        day=clock.today(),
        payment_id=payment.id,
        lines=[
            (Account.STRIPE_BALANCE, move.net),
            (Account.STRIPE_FEES, move.fee),
            (Account.STRIPE_UNSETTLED, -move.gross),
        ],
    )


def post(
    *,
    source: str,
    external_id: str,
    kind: str,
    day: date,
    lines: Sequence[tuple[Account, Money]],
    payment_id: UUID | None = None,
) -> bool:
    """Write one journal entry: debits positive, credits negative, zero in sum (the database refuses anything else).

    False, and nothing written, for a fact that is posted already: (source, external_id, kind) is its identity.
    """
    entry = session.execute(
        insert(LedgerEntry)
        .values(
            id=new_id(),
            source=source,
            external_id=external_id,
            kind=kind,
            day=day,
            posted_at=clock.now(),
            payment_id=payment_id,
        )
        .on_conflict_do_nothing()
        .returning(LedgerEntry.id)
    ).scalar()
    if entry is None:
        return False
    session.execute(
        insert(LedgerLine),
        [
            {
                "entry_id": entry,
                "position": place,
                "account": account,
                "cents": amount.cents,
                "currency": amount.currency,
            }
            for place, (account, amount) in enumerate([line for line in lines if line[1]], 1)
        ],
    )
    return True
