"""Questions about dues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from app.ground import clock
from app.ground.db import session
from app.law.membership import History
from app.law.money import Money, total
from app.law.party_rules import DUES, Rhythm
from app.party.membership import queries as memberships
from app.party.membership.models import Membership
from app.party.payments.models import LineKind, Payment

from ..models import Charge, DuesPaid, Plan


def charges_of(membership: Membership) -> list[Charge]:
    """The charges that stand (not withdrawn), oldest term first."""
    return list(
        session.scalars(
            select(Charge).where(Charge.membership_id == membership.id, Charge.withdrawn_at.is_(None)).order_by(Charge.since)
        )
    )


@dataclass(frozen=True)
class Chosen:
    """What a member has chosen for the terms to come."""

    rhythm: Rhythm
    rate: str


def plan_of(membership: Membership, *, charges: Sequence[Charge] | None = None) -> Chosen:
    """The latest choice, or that of the last term; from the charges, where they are at hand."""
    plan = session.scalar(select(Plan).where(Plan.membership_id == membership.id).order_by(Plan.id.desc()).limit(1))
    return _chosen(plan, charges if charges is not None else charges_of(membership))


def _chosen(plan: Plan | None, charges: Sequence[Charge]) -> Chosen:
    if plan and (not charges or plan.chosen_at >= charges[-1].raised_at):
        return Chosen(Rhythm(plan.rhythm), plan.rate)
    return Chosen(Rhythm(charges[-1].rhythm), charges[-1].rate) if charges else Chosen(Rhythm.YEARLY, "standard")


def amount_of(plan: Chosen, *, on: date) -> Money:
    """What a term costs by the rules of `on`."""
    return DUES.on(on).value.for_rhythm(plan.rhythm).dues(plan.rate)


def dues_of(payment: Payment) -> Money:
    """The part of a payment that is dues."""
    return payment.amount_for(LineKind.DUES)


def history_of(membership: Membership, *, charges: Sequence[Charge] | None = None) -> History:
    """All that the law needs to say how a membership stands on any day; from its charges, where they are at hand."""
    found = charges_of(membership) if charges is None else charges
    return History(
        own_application=membership.own_application,
        moves=tuple(memberships.moves_of(membership)),
        fees=tuple(charge.as_fee() for charge in found),
        rhythm=plan_of(membership, charges=found).rhythm,
    )


def histories_of(many: Sequence[Membership]) -> dict[UUID, tuple[History, list[Charge]]]:
    """The same of many memberships, by their ids, each with its charges, oldest term first: four questions however many."""
    ids = [membership.id for membership in many]
    charges: dict[UUID, list[Charge]] = {one: [] for one in ids}
    standing = (Charge.membership_id.in_(ids), Charge.withdrawn_at.is_(None))
    for charge in session.scalars(select(Charge).where(*standing).order_by(Charge.since)):
        charges[charge.membership_id].append(charge)
    newest = select(Plan).where(Plan.membership_id.in_(ids)).order_by(Plan.id)
    plans = {plan.membership_id: plan for plan in session.scalars(newest)}
    moves = memberships.moves_of_many(ids)
    return {
        membership.id: (
            History(
                own_application=membership.own_application,
                moves=tuple(moves[membership.id]),
                fees=tuple(charge.as_fee() for charge in charges[membership.id]),
                rhythm=_chosen(plans.get(membership.id), charges[membership.id]).rhythm,
            ),
            charges[membership.id],
        )
        for membership in many
    }


def unpaid(membership: Membership) -> list[Charge]:
    """Charges that are raised and not wholly paid, oldest first."""
    return [charge for charge in charges_of(membership) if not charge.is_paid]


def paid_until(charges: Sequence[Charge]) -> date:
    """The first day that no paid term covers, of charges oldest first."""
    unmet = next((charge.since for charge in charges if not charge.is_paid), None)
    return unmet or charges[-1].until


def owed(membership: Membership, *, on: date) -> Money | None:
    """What a member can pay now: what is missing of every raised charge, payable yet or not. None if nothing is."""
    amounts = [charge.outstanding for charge in unpaid(membership)]
    return total(amounts, amounts[0].currency) if amounts else None


def met_by(payment: Payment) -> list[Charge]:
    """The charges that a payment was set against, oldest term first."""
    met = select(DuesPaid.charge_id).where(DuesPaid.payment_id == payment.id)
    return list(session.scalars(select(Charge).where(Charge.id.in_(met)).order_by(Charge.since)))


def memberships_met_by(payment: Payment) -> list[Membership]:
    """The memberships whose charges a payment has met."""
    met = select(Charge.membership_id).join(DuesPaid, DuesPaid.charge_id == Charge.id).where(DuesPaid.payment_id == payment.id)
    return list(session.scalars(select(Membership).where(Membership.id.in_(met))))


def debit_underway(membership: Membership) -> bool:
    """Whether a debit for these dues was sent and its bank has not answered."""
    sent = select(Payment.id).where(
        Payment.purpose == "dues",
        Payment.purpose_id == membership.id,
        Payment.processing_at.is_not(None),
        Payment.settled_at.is_(None),
        Payment.closed_at.is_(None),
    )
    return session.scalar(sent.limit(1)) is not None


def payment_underway(membership: Membership, *, amount: Money, renews: bool = False) -> Payment | None:
    """An attempt to pay these dues that was begun in the last hours and may still be paid; before it one whose debit is on its
    way, whatever its age and amount: nobody should pay again until its bank has answered."""
    on_its_way = session.scalar(
        select(Payment)
        .where(
            Payment.purpose == "dues",
            Payment.purpose_id == membership.id,
            Payment.processing_at.is_not(None),
            Payment.settled_at.is_(None),
            Payment.closed_at.is_(None),
        )
        .limit(1)
    )
    if on_its_way:
        return on_its_way
    return session.scalar(
        select(Payment)
        .where(
            Payment.purpose == "dues",
            Payment.purpose_id == membership.id,
            Payment.cents == amount.cents,
            Payment.renewal_id.is_not(None) if renews else Payment.renewal_id.is_(None),
            Payment.frozen.is_not(None),
            Payment.settled_at.is_(None),
            Payment.closed_at.is_(None),
            Payment.begun_at > clock.ago(hours=20),
        )
        .order_by(Payment.begun_at.desc())
        .limit(1)
    )


def faults() -> list[str]:
    """Charges whose stored `met_on` is not what the money set against them says. Empty when all is well."""
    met = select(DuesPaid.charge_id, func.sum(DuesPaid.cents).label("cents")).group_by(DuesPaid.charge_id).subquery()
    rows = session.scalars(
        select(Charge.id)
        .outerjoin(met, met.c.charge_id == Charge.id)
        .where(
            Charge.withdrawn_at.is_(None),
            (func.coalesce(met.c.cents, 0) >= Charge.cents) != Charge.met_on.is_not(None),
        )
    )
    return [f"Charge {charge} is not as paid as it says." for charge in rows]
