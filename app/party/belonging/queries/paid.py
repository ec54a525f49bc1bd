"""What a person's own page shows of money: what came, what of it went back, and what comes by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.ground import clock
from app.law.money import Money
from app.party.membership.models import Membership
from app.party.payments import queries as payments
from app.party.payments.models import Dispute, Method, Payment, Refund

RAILS = {Method.CARD: "Card", Method.DEBIT: "Bank account", Method.BANK: "Bank transfer", Method.CASH: "Cash"}


@dataclass(frozen=True)
class PaymentShown:
    """A payment that has settled; `back`: a sentence for each time that money of it moved again, oldest first."""

    on: date
    amount: Money
    lines: list[tuple[str, Money]]
    method: str
    reference: str
    back: list[str]


@dataclass(frozen=True)
class RenewalShown:
    """How dues renew by themselves, or that they do not: `failing` asks for something to be done."""

    word: str
    sentence: str
    running: bool
    failing: bool


def shown(attempts: Sequence[Payment]) -> list[PaymentShown]:
    """Those of these attempts to pay that settled."""
    ids = [payment.id for payment in attempts if payment.settled_at]
    refunds, disputes = payments.refunds_of(ids), payments.disputes_of(ids)
    return [
        PaymentShown(
            payment.paid_on or clock.day_of(payment.settled_at),
            payment.amount,
            payments.lines_of(payment),
            RAILS[Method(payment.rail or payment.method)],
            payment.reference,
            [_refund(one) for one in refunds if one.payment_id == payment.id]
            + [_dispute(one) for one in disputes if one.payment_id == payment.id],
        )
        for payment in attempts
        if payment.settled_at
    ]


def _refund(refund: Refund) -> str:
    if refund.failed_at:
        return f"A refund of {refund.amount} could not be paid out: the money is with us."
    if refund.made_at:
        return f"{refund.amount} was paid back on {_day(clock.day_of(refund.made_at))}."
    return f"{refund.amount} is on its way back."


def _dispute(dispute: Dispute) -> str:
    if dispute.withdrawn_at is None:
        return f"Your bank asked about it on {_day(clock.day_of(dispute.opened_at))}; no money has moved."
    taken = f"Your bank took {dispute.amount} back on {_day(clock.day_of(dispute.withdrawn_at))}"
    if dispute.won is None:
        return f"{taken}; it has not decided yet."
    return f"{taken}, and gave it to us again." if dispute.won else f"{taken}."


def renewal_of(membership: Membership) -> RenewalShown:
    found = payments.renewal_of("dues", membership.id)
    if found is None:
        return RenewalShown("Off", "Nothing renews by itself. We write to you before your dues run out.", False, False)
    method = found.method_label or "card"
    if found.failing_invoice_id and found.ended_at is None:
        return RenewalShown("Needs you", f"A charge of {found.amount} to your {method} failed.", found.is_running, True)
    if found.is_running:
        when = f" on {_day(found.next_charge_on)}" if found.next_charge_on else ""
        return RenewalShown(
            "On", f"{found.amount} is taken from your {method}{when}, and so on until you stop it.", True, False
        )
    return RenewalShown("Stopped", "Nothing more is taken by itself. We write to you before your dues run out.", False, False)


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
