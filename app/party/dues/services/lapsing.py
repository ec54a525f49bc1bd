"""Verbs: what is due is written about; a membership whose dues stay unpaid lapses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from uuid import UUID

import structlog

from app.ground.db import attempt, lock_for_now, session
from app.law.membership import Standing, standing
from app.party.branches import services as branches
from app.party.membership import services as membership_services
from app.party.membership.models import Membership
from app.party.payments import queries as payment_queries
from app.party.payments import services as payments
from app.party.payments.models import Method, Renewal

from .. import emails, queries, rules
from ..models import Charge

log = structlog.get_logger()


def remind(charge_ids: Sequence[UUID], *, on: date) -> int:
    """Write about charges that are unpaid: before their term, when they have become payable, before the membership lapses.

    Each letter once; a night that was missed is made good with the letter that fits today. Returns how many were written. One
    that fails does not stop the others: the night after tries it again.
    """
    return sum(_each(charge_ids, lambda charge_id: _remind(charge_id, on=on)))


def _each(ids: Sequence[UUID], do: Callable[[UUID], bool]) -> Iterator[bool]:
    for one in ids:
        try:
            with attempt():
                done = do(one)
        except Exception as error:
            log.error("not_written", id=str(one), kind=type(error).__name__)
        else:
            yield done


def _remind(charge_id: UUID, *, on: date) -> bool:
    charge = session.get_one(Charge, charge_id)
    membership = session.get_one(Membership, charge.membership_id)
    if charge.is_paid or charge.withdrawn_at or membership.ended_on:
        return False
    renewal = payment_queries.renewal_of("dues", membership.id)
    running = renewal if renewal and renewal.is_running else None
    debit = running is not None and running.method == Method.DEBIT
    letter = rules.letter_for(charge.as_fee(), rhythm=charge.rhythm, renews=running is not None, debit=debit, on=on)
    if letter:
        emails.about_charge(membership, charge, letter, renewal=renewal, on=on)
    return letter is not None


def has_lapsed(membership_id: UUID, *, on: date) -> bool:
    """Whether a membership in force stands as lapsed: its dues have stayed unpaid past the rules' limit, and no bank has yet to
    answer about a debit that would pay them."""
    membership = session.get_one(Membership, membership_id)
    stands = standing(queries.history_of(membership), on=on)
    return membership.ended_on is None and stands is Standing.LAPSED and not queries.debit_underway(membership)


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


def warn_of_expiry(renewal_ids: Sequence[UUID]) -> int:
    """Write to members whose card ends before their dues are taken again. Each card once."""
    return sum(_each(renewal_ids, _warn_of_expiry))


def _warn_of_expiry(renewal_id: UUID) -> bool:
    renewal = session.get_one(Renewal, renewal_id)
    membership = session.get_one(Membership, renewal.purpose_id)
    if membership.ended_on:
        return False
    emails.card_expires(membership, renewal)
    return True


def stop_for_nobody(membership_ids: Sequence[UUID]) -> None:
    """Stop what is taken for memberships that have ended."""
    for membership_id in membership_ids:
        payments.stop_all("dues", membership_id, by="system")
