"""The page of one's dues, as it stands today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from app.ground.db import session
from app.law.membership import WORDS, Financial, Standing, is_current_financial, standing
from app.law.money import Money
from app.law.party_rules import MONTHS, Rhythm, add_months
from app.party.membership.models import Membership
from app.party.payments import queries as payments
from app.party.payments.models import Payment, Renewal
from app.party.payments.rules import is_astray

from ..models import Charge
from .charges import Chosen, amount_of, charges_of, history_of, paid_until, plan_of
from .links import bank_reference, link_of

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class DuesPage:
    """How dues stand and what can be done about them. Names nobody: a letter may be passed on."""

    membership_id: UUID
    number: int
    has_ended: bool
    word: str
    sentence: str
    owed: Money | None
    owed_for: Charge | None
    covered_to: date
    plan: Chosen
    next_amount: Money
    renewal: Renewal | None
    running: bool
    failing: bool
    bank_reference: str
    charge_today: date
    charge_then: date
    first_renewal_charge: date
    underway: list[UUID]
    link: str


def dues_page(membership: Membership, *, on: date) -> DuesPage:
    charges = charges_of(membership)
    history = history_of(membership, charges=charges)
    financial: Financial = is_current_financial(history, on=on)
    stands: Standing = standing(history, on=on)
    plan = plan_of(membership, charges=charges)
    renewal = payments.renewal_of("dues", membership.id)
    waiting = [charge for charge in charges if not charge.is_paid] if membership.ended_on is None else []
    covered = paid_until(charges)
    then = add_months(on, MONTHS[Rhythm(waiting[0].rhythm)] if waiting else MONTHS[plan.rhythm])
    return DuesPage(
        membership_id=membership.id,
        number=membership.number,
        has_ended=membership.ended_on is not None,
        word=WORDS[stands],
        sentence=financial.sentence,
        owed=waiting[0].outstanding if waiting and waiting[0].outstanding else None,
        owed_for=waiting[0] if waiting else None,
        covered_to=covered - _ONE_DAY,
        plan=plan,
        next_amount=amount_of(plan, on=on),
        renewal=renewal,
        running=bool(renewal and renewal.is_running),
        failing=bool(renewal and renewal.failing_invoice_id and renewal.ended_at is None),
        bank_reference=bank_reference(membership.number),
        charge_today=on,
        charge_then=waiting[0].until if waiting and is_astray(then, paid_until=waiting[0].until, today=on) else then,
        first_renewal_charge=covered,
        underway=_underway(membership),
        link=link_of(membership),
    )


def _underway(membership: Membership) -> list[UUID]:
    """Attempts to pay these dues that may still be paid, at a page that has been opened."""
    rows = session.scalars(
        select(Payment.id).where(
            Payment.purpose_id == membership.id,
            Payment.settled_at.is_(None),
            Payment.closed_at.is_(None),
            Payment.checkout_id.is_not(None),
        )
    )
    return list(rows)
