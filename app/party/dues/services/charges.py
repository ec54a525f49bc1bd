"""Verbs: a charge is raised, met, lightened again, rated anew; the rhythm is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import structlog

from app.ground import audit, clock, jobs
from app.ground.audit import Action
from app.ground.db import attempt, lock_for_now, session
from app.ground.ids import new_id
from app.law.membership import Standing, standing
from app.law.money import Money
from app.law.party_rules import DUES, Rhythm, payable_on, term_from
from app.party.membership.models import Membership
from app.party.payments import services as payments
from app.party.payments.models import Payment
from app.party.payments.rules import is_astray

from .. import queries, rules
from ..models import Charge, DuesPaid, Plan

log = structlog.get_logger()


def charge_first_term(membership: Membership, *, rate: str, on: date, by: str, rhythm: Rhythm = Rhythm.YEARLY) -> Charge:
    """Raise the dues of the term that begins today, payable today."""
    return _raise(membership, since=on, rate=rate, rhythm=rhythm, first=True, on=on, by=by)


def charge_next_term(
    membership: Membership, *, on: date, by: str, rate: str | None = None, rhythm: Rhythm | None = None
) -> Charge:
    """Raise the dues of the term after the last, as the member has chosen unless another rate or rhythm is given."""
    charges = queries.charges_of(membership)
    plan = queries.plan_of(membership, charges=charges)
    return _raise(
        membership, since=charges[-1].until, rate=rate or plan.rate, rhythm=rhythm or plan.rhythm, first=False, on=on, by=by
    )


def _raise(membership: Membership, *, since: date, rate: str, rhythm: Rhythm, first: bool, on: date, by: str) -> Charge:
    ruling = DUES.on(on)
    fees = ruling.value.for_rhythm(rhythm)
    rhythm = rhythm if rhythm in ruling.value.fees else Rhythm.YEARLY
    start, until = term_from(since, joined=membership.opened_on, rhythm=rhythm)
    amount = fees.dues(rate)
    charge = Charge(
        id=new_id(),
        membership_id=membership.id,
        since=start,
        until=until,
        payable_on=payable_on(start, first=first, fees=fees),
        rhythm=rhythm,
        rate=rate,
        cents=amount.cents,
        currency=amount.currency,
        cites=ruling.cites,
        raised_at=clock.now(),
        withdrawn_at=None,
        met_on=None if amount else on,
    )
    charge.paid = []
    session.add(charge)
    session.flush()  # the money that meets it points at it
    audit.record(Action.CHARGED, audit.of("membership", membership.id), by=by, charge=str(charge.id), cents=charge.cents)
    return charge


def put_against(charge: Charge, payment: Payment, amount: Money, *, cause: str, on: date) -> None:
    """Set money against a charge, or take it from it (negative), once a cause. The stored day on which it was met follows."""
    charge.paid.append(
        DuesPaid(
            id=new_id(), charge_id=charge.id, payment_id=payment.id, cause=cause, on=on, cents=amount.cents, at=clock.now()
        )
    )
    weigh(charge)
    audit.record(
        Action.DUES_PAID if amount > Money(0, amount.currency) else Action.DUES_TAKEN_BACK,
        audit.of("membership", charge.membership_id),
        by=audit.of("payment", payment.id),
        charge=str(charge.id),
        cents=amount.cents,
    )


def weigh(charge: Charge) -> None:
    """Derive `met_on` from the money set against a charge: the only place that writes it."""
    charge.met_on = max((part.on for part in charge.paid), default=clock.today()) if charge.is_paid else None


def meet_first(charge: Charge, payment: Payment, *, on: date) -> None:
    """Set the dues of a joining payment against the first term's charge, raised at the amount that was signed and paid."""
    paid = queries.dues_of(payment)
    if not paid:
        return
    charge = charge if charge.amount == paid else raise_anew(charge, amount=paid, on=on)
    put_against(charge, payment, paid, cause=f"payment:{payment.id}", on=on)


def raise_anew(charge: Charge, *, amount: Money, on: date, rate: str | None = None, rhythm: Rhythm | None = None) -> Charge:
    """Withdraw a charge that nothing was set against, and raise the same term's again: at another amount, rate or rhythm."""
    membership = session.get_one(Membership, charge.membership_id)
    charge.withdrawn_at = clock.now()
    session.flush()
    first = charge.payable_on == charge.since
    again = Charge(
        id=new_id(),
        membership_id=charge.membership_id,
        since=charge.since,
        until=charge.until if rhythm is None else term_from(charge.since, joined=membership.opened_on, rhythm=rhythm)[1],
        payable_on=charge.payable_on
        if rhythm is None
        else payable_on(charge.since, first=first, fees=DUES.on(on).value.for_rhythm(rhythm)),
        rhythm=rhythm or charge.rhythm,
        rate=rate or charge.rate,
        cents=amount.cents,
        currency=amount.currency,
        cites=charge.cites,
        raised_at=clock.now(),
        withdrawn_at=None,
        met_on=None,
    )
    again.paid = []
    session.add(again)
    session.flush()
    return again


def choose_plan(membership: Membership, *, rhythm: Rhythm, rate: str, on: date, by: str) -> None:
    """Choose rhythm and rate for the terms to come. A charge for one that nothing was set against yet is raised anew; a renewal
    at the provider follows (errands.apply_plan). Raises ChargeFails while one is being tried, and KeyError for a rate or rhythm
    the rules do not offer."""
    lock_for_now(f"membership:{membership.id}")
    for renewal in payments.running_for("dues", membership.id):
        if renewal.failing_invoice_id:
            raise rules.ChargeFails(amount=renewal.amount)
    amount = DUES.on(on).value.dues(rate, rhythm)
    plan = queries.plan_of(membership)
    if (plan.rhythm, plan.rate) != (rhythm, rate):
        session.add(Plan(id=new_id(), membership_id=membership.id, rhythm=rhythm, rate=rate, chosen_at=clock.now(), by=by))
        session.flush()
        audit.record(Action.PLAN_CHOSEN, audit.of("membership", membership.id), by=by, rhythm=rhythm, rate=rate)
    for charge in queries.unpaid(membership):
        if not charge.paid and charge.payable_on > on and (charge.rhythm, charge.rate) != (rhythm, rate):
            raise_anew(charge, amount=amount, on=on, rate=rate, rhythm=rhythm)
    apply_plan_soon(membership)


def raise_charges(membership_ids: Sequence[UUID], *, on: date) -> int:
    """Raise the next dues of these memberships, unless they have lapsed. Returns how many were raised. One that fails does not
    stop the others: the night after tries it again."""
    raised = 0
    for membership_id in membership_ids:
        try:
            with attempt():
                raised += _raise_next(session.get_one(Membership, membership_id), on=on)
        except Exception as error:
            log.error("charge_not_raised", id=str(membership_id), kind=type(error).__name__)
    return raised


def _raise_next(membership: Membership, *, on: date) -> bool:
    lock_for_now(f"membership:{membership.id}")
    charges = queries.charges_of(membership)
    owes = standing(queries.history_of(membership, charges=charges), on=on) in (Standing.GOOD, Standing.BEHIND)
    if not owes or not queries.asks_for_next(charges[-1], rhythm=queries.plan_of(membership, charges=charges).rhythm, on=on):
        return False
    charge_next_term(membership, on=on, by="system")
    apply_plan_soon(membership)
    return True


def keep_in_step(membership: Membership) -> None:
    """Have the next charge of a renewal moved to the end of what is paid for, where it is not: nobody is charged for a term
    that they paid another way, nor long after one has begun."""
    paid_until = queries.paid_until(queries.charges_of(membership))
    running = payments.running_for("dues", membership.id)
    days = [one.next_charge_on for one in running]
    if any(day is None or is_astray(day, paid_until=paid_until, today=clock.today()) for day in days):
        jobs.enqueue("dues.apply_plan", membership=membership.id, once=True)


def apply_plan_soon(membership: Membership) -> None:
    """Have a renewal at the provider follow what the member has chosen, where there is one."""
    if payments.running_for("dues", membership.id):
        jobs.enqueue("dues.apply_plan", membership=membership.id, once=True)
