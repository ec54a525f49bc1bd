"""Verbs: a member pays what is owed, has dues renew by themselves, stops that; an officer records money."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.ground import clock
from app.ground.db import lock_for_now, session
from app.law.money import Money
from app.law.party_rules import MONTHS, Rhythm
from app.party.membership.models import Membership
from app.party.payments import services as payments
from app.party.payments.models import LineKind, Method, Payment, Renewal
from app.party.people import queries as people

from .. import emails, queries, rules
from .charges import charge_next_term

LABEL = "Membership dues"


def pay_owed(
    membership: Membership, *, by: str, renews: bool = False, back_to: str = "/me?paid=1", cancel_to: str = "/me"
) -> Payment | None:
    """Begin a payment of the oldest dues that are owed, or of what is still missing of them; None if nothing is.

    One that is open already is the same payment. `renews`: the same amount is taken by itself for every term after.
    """
    lock_for_now(f"membership:{membership.id}")
    waiting = [charge for charge in queries.unpaid(membership) if charge.amount]
    if not waiting or membership.ended_on:
        return None
    charge = waiting[0]
    renews = renews and charge.outstanding == charge.amount  # a part of the dues is no rhythm
    underway = queries.payment_underway(membership, amount=charge.outstanding, renews=renews)
    if underway:
        return underway
    person = people.get_person(membership.person_id)
    return payments.begin(
        purpose="dues",
        purpose_id=membership.id,
        lines=[payments.Line(LineKind.DUES, label_of(charge.rhythm, renews=renews), charge.outstanding)],
        email=people.details_of(person).email,
        back_to=back_to,
        cancel_to=cancel_to,
        months=MONTHS[Rhythm(charge.rhythm)] if renews else None,
        by=by,
    )


def label_of(rhythm: str, *, renews: bool) -> str:
    """What dues in a rhythm are called at the checkout; where they renew, the provider says how often itself."""
    return LABEL if renews else f"{LABEL}, {rules.TERM[Rhythm(rhythm)]}"


def renew_from_next(membership: Membership, *, on: date, by: str, back_to: str, cancel_to: str) -> Renewal:
    """Begin a renewal for one who owes nothing: its first charge is on the day after what is paid for ends.

    Raises TooFarAhead where that is more than two years off, TooSoon where it is tomorrow or today.
    """
    lock_for_now(f"membership:{membership.id}")
    charges = queries.charges_of(membership)
    plan = queries.plan_of(membership, charges=charges)
    first = rules.check_first_charge(queries.paid_until(charges), on=on)
    person = people.get_person(membership.person_id)
    return payments.agree_later(
        purpose="dues",
        purpose_id=membership.id,
        label=LABEL,
        amount=queries.amount_of(plan, on=on),
        months=MONTHS[plan.rhythm],
        first_charge_at=clock.start_of(first, rules.CHARGED_AT),
        email=people.details_of(person).email,
        back_to=back_to,
        cancel_to=cancel_to,
        by=by,
    )


def stop_renewing(membership: Membership, *, by: str, now: bool = False) -> int:
    """Have nothing more taken by itself: after what is paid for, or at once. Returns how many renewals that stopped."""
    running = payments.running_for("dues", membership.id, held=True)
    for renewal in running:
        # A charge that is failing would be tried again, though nothing is paid for: then it stops at once.
        payments.want_stopped(renewal, now=now or renewal.failing_invoice_id is not None, by=by)
        emails.renewal_stopped(membership, renewal)
    return len(running)


def record(
    membership: Membership, *, amount: Money, above: Money, method: Method, on: date, by: str, payment_id: UUID
) -> Payment:
    """An officer has seen money for a membership come by bank transfer or in cash on day `on`; `above` of it is more than dues.

    `payment_id` is the form's key: sent twice, it is one payment. Raises NothingCame, DayToCome, MoreAboveThanAll.
    """
    rules.check_recorded(amount, above=above, on=on, today=clock.today())
    known = session.get(Payment, payment_id)
    if known:
        return known
    payment = payments.begin(
        purpose="dues",
        purpose_id=membership.id,
        lines=[
            payments.Line(LineKind.DUES, LABEL, amount - above),
            payments.Line(LineKind.ABOVE, "Above the dues", above),
        ],
        email="",
        back_to="/me",
        cancel_to="/me",
        method=method,
        payment_id=payment_id,
        by=by,
    )
    session.flush()
    payments.record_payment(payment, method=method, on=on, by=by)
    return payment


def pay_ahead(membership: Membership, *, on: date, by: str) -> None:
    """Raise the dues of the next term now, for one who wants to pay them early."""
    lock_for_now(f"membership:{membership.id}")
    if not queries.unpaid(membership):
        charge_next_term(membership, on=on, by=by)
