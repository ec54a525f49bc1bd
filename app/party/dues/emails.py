"""Letters about dues."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from app.ground import clock, mail
from app.law.membership import is_current_financial
from app.law.money import Money
from app.law.party_rules import DUES
from app.party.membership.models import Membership
from app.party.payments import queries as payment_queries
from app.party.payments.models import Payment, Renewal
from app.party.payments.rules import is_astray, reason_of
from app.party.people import queries as people
from app.party.receipts.models import Receipt

from . import queries, rules
from .models import Charge
from .rules import Letter

_ONE_DAY = timedelta(days=1)


def _post(template: str, membership: Membership, *, key: str, kind: mail.Kind = mail.Kind.SERVICE, **data: Any) -> None:
    """Write to a member, unless they were erased."""
    person = people.get_person(membership.person_id)
    if person.sealed is None:
        return
    details = people.details_of(person)
    mail.post(
        template,
        to=details.email,
        key=key,
        kind=kind,
        person_id=person.id,
        name=details.name,
        pay_url=mail.address(queries.path_of(membership)),
        bank_reference=queries.bank_reference(membership.number),
        **data,
    )


def _sentence(membership: Membership, on: date) -> str:
    return is_current_financial(queries.history_of(membership), on=on).sentence


def _dates(charge: Charge, on: date) -> dict[str, Any]:
    """The days of a charge as a letter says them; `until` is its last day."""
    fee = charge.as_fee()
    return {
        "amount": charge.outstanding if charge.outstanding else charge.amount,
        "since": charge.since,
        "until": charge.until - _ONE_DAY,
        "payable_on": charge.payable_on,
        "lapses_on": fee.unpaid_since(on) + timedelta(days=DUES.on(on).value.lapse_days),
    }


def received(membership: Membership, payment: Payment, *, met: Sequence[Charge], receipt: Receipt, on: date) -> None:
    """Dues arrived: which terms they paid, until when the member is financial now, and how the next are paid."""
    paid = [charge for charge in met if charge.is_paid]
    renewal = payment_queries.renewal_of("dues", membership.id)
    _post(
        "dues/received",
        membership,
        key=f"received:{payment.id}",
        lines=payment_queries.lines_of(payment),
        total=payment.amount,
        until=paid[-1].until - _ONE_DAY if paid else None,
        missing=None if met and met[-1].is_paid else (met[-1].outstanding if met else None),
        sentence=_sentence(membership, on),
        reference=payment.reference,
        renews=_next_charge(membership, renewal) if renewal and renewal.is_running else None,
        receipt=receipt.name,
        receipt_url=mail.address(receipt.path),
        joined_again=payment.purpose != "dues",
    )


def _next_charge(membership: Membership, renewal: Renewal) -> tuple[Money, date]:
    """What a running renewal takes next, and when: at the end of what is paid for, if it is moved there (keep_in_step)."""
    paid_until = queries.paid_until(queries.charges_of(membership))
    known = renewal.next_charge_on
    moves = known is None or is_astray(known, paid_until=paid_until, today=clock.today())
    return renewal.amount, paid_until if known is None or moves else known


def about_charge(membership: Membership, charge: Charge, letter: str, *, renewal: Renewal | None, on: date) -> None:
    """The letter that rules.letter_for has chosen, once."""
    name = letter.partition(":")[0]
    key, days = f"dues:{charge.id}:{letter}", _dates(charge, on)
    if name == Letter.RENEWS and renewal:
        _post(
            "dues/renews",
            membership,
            key=key,
            charge_on=renewal.next_charge_on or charge.since,
            method=renewal.method_label or "card",
            **days,
        )
    elif name == Letter.ASKED:
        left = (charge.since - on).days
        _post("dues/asked", membership, key=key, days="one day" if left == 1 else f"{left} days", **days)
    else:
        _post("dues/behind", membership, key=key, kind=mail.Kind.STATUTORY, sentence=_sentence(membership, on), **days)


def declined(membership: Membership, payment: Payment, renewal: Renewal, *, next_try_on: date | None, on: date) -> None:
    """A charge was refused: why, when it is tried again, and the one link that mends it."""
    waiting = queries.unpaid(membership)
    days = (
        _dates(waiting[0], on)
        if waiting
        else {"payable_on": renewal.next_charge_on or on, "lapses_on": on + timedelta(days=DUES.on(on).value.lapse_days)}
    )
    _post(
        "dues/declined",
        membership,
        key=f"declined:{payment.id}:{payment.attempts}",
        reason=reason_of(payment.decline_code),
        method=renewal.method_label or "card",
        next_try_on=next_try_on,
        **{**days, "amount": payment.amount},
    )


def debit_failed(membership: Membership, payment: Payment, *, on: date) -> None:
    _post(
        "dues/debit_failed",
        membership,
        key=f"debit-failed:{payment.id}",
        amount=payment.amount,
        reason=reason_of(payment.decline_code),
        sentence=_sentence(membership, on),
    )


def moved(membership: Membership, payment: Payment, changed: Sequence[Charge], *, cause: str, on: date) -> None:
    """Money went back or was taken, or came again: what it does to the member's standing."""
    charge, key = changed[0], f"moved:{cause}"
    cents = sum(part.cents for row in changed for part in row.paid if part.cause == cause)
    common: dict[str, Any] = {
        "refunded": Money(abs(cents), payment.currency),
        "paid_on": payment.paid_on or on,
        "reference": payment.reference,
        "sentence": _sentence(membership, clock.today()),
    }
    if cents > 0:
        _post("dues/restored", membership, key=key, **common)
    elif cause.startswith("refund:"):
        effect = (
            "It had paid dues for a time that is still to come, so nothing changes today."
            if charge.payable_on > clock.today()
            else "Your membership had ended before, and nothing else changes."
            if membership.ended_on
            else common["sentence"]
        )
        _post("dues/refunded", membership, key=key, effect=effect, **common)
    else:
        _post(
            "dues/taken_back",
            membership,
            key=key,
            kind=mail.Kind.STATUTORY,
            why_taken=f"Your bank has taken back {common['refunded']} that you paid us on {rules.day(payment.paid_on or on)}.",
            owes=charge.payable_on <= on,
            **common,
            **_dates(charge, on),
        )


def lapsed(membership: Membership, *, on: date) -> None:
    """The membership has ended for want of dues, and how to come back."""
    waiting = queries.unpaid(membership)
    amount = waiting[0].outstanding if waiting else queries.amount_of(queries.plan_of(membership), on=on)
    _post(
        "dues/lapsed",
        membership,
        key=f"lapsed:{membership.id}",
        kind=mail.Kind.STATUTORY,
        amount=amount,
        on=on,
        cites=DUES.on(on).cites,
        back_url=mail.address(f"/join/again/{queries.return_link_of(membership)}"),
    )


def card_expires(membership: Membership, renewal: Renewal) -> None:
    """The card from which dues renew ends before it is needed again."""
    assert renewal.method_expires_on is not None
    _post(
        "dues/card_expires",
        membership,
        key=f"card:{renewal.id}:{renewal.method_expires_on}",
        method=renewal.method_label or "card",
        expires=renewal.method_expires_on - _ONE_DAY,
        charge_on=renewal.next_charge_on or renewal.method_expires_on,
    )


def renewal_stopped(membership: Membership, renewal: Renewal) -> None:
    _post(
        "dues/renewal_stopped",
        membership,
        key=f"renewal-stopped:{renewal.id}",
        method=renewal.method_label or "card",
        until=queries.paid_until(queries.charges_of(membership)) - _ONE_DAY,
    )
