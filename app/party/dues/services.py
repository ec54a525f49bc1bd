"""Verbs: a charge is raised, met, rated anew; dues are paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id
from app.law.membership import Standing, standing
from app.law.money import Money
from app.law.party_rules import DUES, payable_on, term_from
from app.party.membership import queries as memberships
from app.party.membership.models import Membership
from app.party.payments import services as payments
from app.party.payments.models import LineKind, Payment
from app.party.people import queries as people
from app.party.people.models import Details
from app.party.receipts import services as receipts
from app.party.receipts.models import Receipt
from app.party.receipts.rules import span

from . import emails, queries
from .models import Charge, DuesPaid


class NobodyToCredit(Exception):
    """Dues came in for somebody who has left."""


def charge_first_term(membership: Membership, *, rate: str, on: date, by: str) -> Charge:
    """Raise the dues of the term that begins today, payable today."""
    return _raise(membership, since=on, rate=rate, first=True, on=on, by=by)


def charge_next_term(membership: Membership, *, on: date, by: str, rate: str | None = None) -> Charge:
    """Raise the dues of the term after the last, at the last one's rate unless another is given."""
    last = queries.charges_of(membership)[-1]
    return _raise(membership, since=last.until, rate=rate or last.rate, first=False, on=on, by=by)


def _raise(membership: Membership, *, since: date, rate: str, first: bool, on: date, by: str) -> Charge:
    ruling = DUES.on(on)
    start, until = term_from(since, joined=membership.opened_on, rule=ruling.value)
    amount = ruling.value.dues(rate)
    charge = Charge(
        id=new_id(),
        membership_id=membership.id,
        since=start,
        until=until,
        payable_on=payable_on(start, first=first, rule=ruling.value),
        rate=rate,
        cents=amount.cents,
        currency=amount.currency,
        cites=ruling.cites,
        raised_at=clock.now(),
        withdrawn_at=None,
    )
    charge.paid = []
    session.add(charge)
    session.flush()  # the money that meets it points at it
    audit.record(Action.CHARGED, audit.of("membership", membership.id), by=by, charge=str(charge.id), cents=charge.cents)
    return charge


def meet(charge: Charge, payment: Payment, *, on: date) -> None:
    """Set the dues of a payment against a charge of the same amount."""
    charge.paid.append(
        DuesPaid(id=new_id(), charge_id=charge.id, payment_id=payment.id, on=on, cents=charge.cents, at=clock.now())
    )
    audit.record(
        Action.DUES_PAID,
        audit.of("membership", charge.membership_id),
        by=audit.of("payment", payment.id),
        charge=str(charge.id),
        cents=charge.cents,
    )


def meet_first(charge: Charge, payment: Payment, *, on: date) -> None:
    """Set the dues of a joining payment against the first term's charge, raised at the amount that was signed and paid."""
    paid = payment.amount_for(LineKind.DUES)
    meet(charge if charge.amount == paid else _rate_anew(charge, paid=paid, on=on), payment, on=on)


def receive(membership: Membership, payment: Payment, *, on: date) -> Charge:
    """Set dues that came in against the oldest unpaid charge, at the rate that was paid; or against the next term, in advance.

    The member gets a letter that says what it paid for. Money for a membership that has ended goes to the one in force.
    Raises NobodyToCredit if there is none: the money is kept, stays unacted on, and is counted until a person looks.
    """
    lock_for_now(f"membership:{membership.id}")
    if membership.ended_on:
        current = memberships.current_of(membership.person_id)
        if current is None:
            raise NobodyToCredit(f"payment {payment.id} is for membership {membership.id}, which has ended")
        return receive(current, payment, on=on)
    paid = payment.amount_for(LineKind.DUES)
    waiting = queries.unpaid(membership)
    charge = waiting[0] if waiting else charge_next_term(membership, on=on, by="system", rate=_rate_of(paid, on=on))
    if charge.amount != paid:
        charge = _rate_anew(charge, paid=paid, on=on)
    meet(charge, payment, on=on)
    session.flush()
    emails.received(membership, payment, charge=charge, receipt=give_receipt(membership, payment), on=on)
    return charge


def give_receipt(membership: Membership, payment: Payment) -> Receipt:
    """The receipt for a payment that has met its charge, in the name of the member it is for; once a payment.

    Call it last, right before the letter that names it (receipts.issue says why).
    """
    person = people.get_person(membership.person_id)
    details = people.details_of(person) if person.sealed else Details(name="", email="")
    charge = queries.met_by(payment)
    return receipts.issue(
        payment,
        person_id=person.id,
        name=details.name,
        address=details.address,
        lines=emails.lines_of(payment),
        period=span(charge.since, charge.until) if charge else "",
        reference=payment.reference,
        by=audit.of("payment", payment.id),
    )


def _rate_anew(charge: Charge, *, paid: Money, on: date) -> Charge:
    """Withdraw an unpaid charge and raise the same term's again at the amount that was paid."""
    charge.withdrawn_at = clock.now()
    session.flush()
    again = Charge(
        id=new_id(),
        membership_id=charge.membership_id,
        since=charge.since,
        until=charge.until,
        payable_on=charge.payable_on,
        rate=_rate_of(paid, on=on) or charge.rate,
        cents=paid.cents,
        currency=paid.currency,
        cites=charge.cites,
        raised_at=clock.now(),
        withdrawn_at=None,
    )
    again.paid = []
    session.add(again)
    session.flush()
    return again


def _rate_of(amount: Money, *, on: date) -> str | None:
    rule = DUES.on(on).value
    return next((rate for rate in ("standard", "concession") if rule.dues(rate) == amount), None)


def settle(payment: Payment, *, on: date) -> None:
    """Told by payments: dues of a membership have been paid (purpose `dues`)."""
    receive(session.get_one(Membership, payment.purpose_id), payment, on=on)


def pay_owed(membership: Membership, *, by: str) -> Payment | None:
    """Begin a payment of the oldest charge that is owed; None if nothing is. One that is open already is the same payment."""
    lock_for_now(f"membership:{membership.id}")
    waiting = queries.unpaid(membership)
    if not waiting:
        return None
    underway = queries.payment_underway(membership, amount=waiting[0].amount)
    if underway:
        return underway
    person = people.get_person(membership.person_id)
    return payments.begin(
        purpose="dues",
        purpose_id=membership.id,
        lines=[payments.Line(LineKind.DUES, "Membership dues", waiting[0].amount)],
        email=people.details_of(person).email,
        back_to="/me?paid=1",
        cancel_to="/me",
        by=by,
    )


def raise_charges(membership_ids: Sequence[UUID], *, on: date) -> int:
    """Raise the next dues of these memberships, unless they have lapsed. Returns how many were raised."""
    raised = 0
    for membership_id in membership_ids:
        membership = session.get_one(Membership, membership_id)
        if standing(queries.history_of(membership), on=on) in (Standing.GOOD, Standing.BEHIND):
            charge_next_term(membership, on=on, by="system")
            raised += 1
    return raised
