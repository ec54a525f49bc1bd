"""Whom a reference belongs to. A name leaves this file only together with a look that is written down (services)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.ground.db import session
from app.party.dues.queries import bank_reference
from app.party.giving import queries as giving
from app.party.giving.models import Donor
from app.party.joining import queries as joining
from app.party.joining.models import Declaration
from app.party.membership import queries as memberships
from app.party.membership.models import Membership
from app.party.payments import queries as payments
from app.party.payments.models import Payment
from app.party.people import queries as people
from app.party.people.models import Person

from .. import rules


@dataclass(frozen=True)
class Found:
    """What a reference is of: a membership, or an attempt to pay that waits for a transfer. One of the two."""

    membership: Membership | None = None
    attempt: Payment | None = None


def find_for(typed: str) -> Found:
    """Raises a WrongReference that says which slip, Nobodys, or TwoThings."""
    spelt = rules.read_reference(typed)
    membership = (
        session.scalar(select(Membership).where(Membership.number == spelt.number)) if spelt.number is not None else None
    )
    attempt = payments.find_by_bank_reference(spelt.payment) if spelt.payment else None
    if membership and attempt:
        raise rules.TwoThings()
    if membership is None and attempt is None:
        raise rules.Nobodys()
    return Found(membership, attempt)


@dataclass(frozen=True)
class Whose:
    """Whom money is for. `name` is None for somebody who was erased. `person_id`: whose record has been looked at;
    None for somebody who is nobody's row yet: an applicant, whose application it is then, or who offered a donation."""

    name: str | None
    person_id: UUID | None
    application_id: UUID | None
    number: int | None
    reference: str | None
    donation_id: UUID | None = None


def whose(payment_or_membership: Payment | Membership) -> Whose | None:
    """Whom a membership or a payment belongs to; None where nothing is left that says so."""
    if isinstance(payment_or_membership, Membership):
        return _member(payment_or_membership)
    payment = payment_or_membership
    if payment.purpose == "dues":
        return _member(session.get_one(Membership, payment.purpose_id))
    if payment.purpose == "giving":
        return _donor(payment)
    declaration = session.get(Declaration, payment.purpose_id)
    if declaration:
        return _member(session.get_one(Membership, declaration.membership_id))
    application = joining.find_application(payment.purpose_id)
    if application is None:
        return None
    person = people.find_by_email_index(application.email_index)
    current = memberships.current_of(person.id) if person else None
    evidence = joining.opened(application).get("evidence") or {}
    return Whose(
        evidence.get("name") or None,
        person.id if person else None,
        application.id,
        current.number if current else None,
        bank_reference(current.number) if current else None,
    )


def _donor(payment: Payment) -> Whose | None:
    donation = giving.find_donation(payment.purpose_id)
    said = giving.opened(donation) if donation else None
    if donation is None or said is None or said["donor"] is None:
        return None
    donor = session.get(Donor, donation.donor_id) if donation.donor_id else None
    current = memberships.current_of(donor.person_id) if donor and donor.person_id else None
    number = current.number if current else None
    person_id = donor.person_id if donor else None
    slip = bank_reference(number) if number else None
    return Whose(said["donor"]["name"], person_id, None, number, slip, donation_id=donation.id)


def _member(membership: Membership) -> Whose:
    person: Person = people.get_person(membership.person_id)
    name = people.details_of(person).name if person.sealed else None
    return Whose(name, person.id, None, membership.number, bank_reference(membership.number))
