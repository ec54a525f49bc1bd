"""Verbs: what is due is written about; a membership whose dues stay unpaid lapses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from app.ground.db import lock_for_now, session
from app.law.membership import Standing, standing
from app.party.branches import services as branches
from app.party.membership import services as membership_services
from app.party.membership.models import Membership
from app.party.payments import queries as payment_queries
from app.party.payments.models import Method, Renewal

from .. import emails, queries, rules
from ..models import Charge


def remind(charge_ids: Sequence[UUID], *, on: date) -> int:
    """Write about charges that are unpaid: before their term, when they have become payable, before the membership lapses.

    Each letter once; a night that was missed is made good with the letter that fits today. Returns how many were written.
    """
    written = 0
    for charge_id in charge_ids:
        charge = session.get_one(Charge, charge_id)
        membership = session.get_one(Membership, charge.membership_id)
        if charge.is_paid or charge.withdrawn_at or membership.ended_on:
            continue
        renewal = payment_queries.renewal_of("dues", membership.id)
        running = renewal if renewal and renewal.is_running else None
        debit = running is not None and running.method == Method.DEBIT
        letter = rules.letter_for(charge.as_fee(), rhythm=charge.rhythm, renews=running is not None, debit=debit, on=on)
        if letter:
            emails.about_charge(membership, charge, letter, renewal=renewal, on=on)
            written += 1
    return written


def has_lapsed(membership_id: UUID, *, on: date) -> bool:
    """Whether a membership in force stands as lapsed: its dues have stayed unpaid past the rules' limit."""
    membership = session.get_one(Membership, membership_id)
    return membership.ended_on is None and standing(queries.history_of(membership), on=on) is Standing.LAPSED


def lapse(membership_id: UUID, *, on: date) -> bool:
    """End a membership that has lapsed, with a letter that says how to come back. False for one that was paid meanwhile.

    The caller has stopped its renewal at the provider first, so that nobody is charged for what they are not any more.
    """
    lock_for_now(f"membership:{membership_id}")
    if not has_lapsed(membership_id, on=on):
        return False
    membership = session.get_one(Membership, membership_id)
    membership_services.end_lapsed(membership, on=on, by="system")
    branches.end_offices_of(membership.person_id, by="system", on=on)
    emails.lapsed(membership, on=on)
    return True


def warn_of_expiry(renewal_ids: Sequence[UUID], *, on: date) -> int:
    """Write to members whose card ends before their dues are taken again. Each card once."""
    for renewal_id in renewal_ids:
        renewal = session.get_one(Renewal, renewal_id)
        membership = session.get_one(Membership, renewal.purpose_id)
        if membership.ended_on is None:
            emails.card_expires(membership, renewal)
    return len(renewal_ids)
