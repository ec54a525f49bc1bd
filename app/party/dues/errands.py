"""Trips to the provider about dues: ask outside any transaction, then do one verb in one."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.ground import clock
from app.ground.db import session, transaction
from app.law.party_rules import MONTHS
from app.party.membership.models import Membership
from app.party.payments import errands as payments
from app.party.payments import services as payment_services

from . import queries, rules, services


def apply_plan(membership_id: UUID) -> None:
    """Have the renewal at the provider take what the member has chosen: at once, or, where that is more than two years ahead,
    when the next dues are raised."""
    on = clock.today()
    with transaction():
        membership = session.get_one(Membership, membership_id)
        running = payment_services.running_for("dues", membership_id)
        charges = queries.charges_of(membership)
        plan = queries.plan_of(membership, charges=charges)
        amount = queries.amount_of(plan, on=on)
        paid_until = clock.start_of(queries.paid_until(charges), rules.CHARGED_AT)
    for renewal in running:
        payments.change_renewal(
            renewal.id,
            amount=amount,
            months=MONTHS[plan.rhythm],
            paid_until=paid_until,
            by=f"membership:{membership_id}",
        )


def lapse(membership_id: UUID, *, on: date) -> bool:
    """End a membership whose dues stayed unpaid: first at the provider, so that nothing is charged afterwards, then here. Each
    half bears being done again; one that was paid meanwhile stays. Raises Away: the night after goes on where this stopped."""
    with transaction():
        if not services.has_lapsed(membership_id, on=on):
            return False
        running = payment_services.running_for("dues", membership_id)
        for renewal in running:
            payment_services.want_stopped(renewal, now=True, by="system")
    for renewal in running:
        payments.stop_renewal(renewal.id)
    with transaction():
        return services.lapse(membership_id, on=on)
