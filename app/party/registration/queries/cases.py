"""All that is held of members whose evidence is checked or printed: a few questions however many they are. What leaves here is
opened: whoever asks has it written down (services.opening)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.ground import clock
from app.ground.db import session
from app.ground.mail import office
from app.party.dues import queries as dues
from app.party.dues.models import Charge
from app.party.joining.models import Declaration
from app.party.joining.rules import WORDINGS
from app.party.membership.models import Membership
from app.party.payments.models import reference_of
from app.party.people import queries as people
from app.party.people.models import Person

from ..rules import Case, Fee, Signed


def cases_of(membership_ids: Sequence[UUID], *, on: date) -> dict[UUID, Case]:
    """What is held of these memberships, as of day `on`, by their ids."""
    many = list(session.scalars(select(Membership).where(Membership.id.in_(membership_ids))))
    persons = {
        person.id: person for person in session.scalars(select(Person).where(Person.id.in_({m.person_id for m in many})))
    }
    declared = _declarations(membership_ids)
    histories = dues.histories_of(many)
    found = {}
    for membership in many:
        person, (history, charges) = persons[membership.person_id], histories[membership.id]
        there = person.sealed is not None and membership.ended_on is None
        found[membership.id] = Case(
            number=membership.number,
            details=people.details_of(person) if there else None,
            can_enrol=person.can_enrol,
            history=history,
            signed=declared.get(membership.id),
            fee=_fee(charges, on=on),
        )
    return found


def _declarations(membership_ids: Sequence[UUID]) -> dict[UUID, Signed]:
    """The newest declaration of each membership, opened."""
    theirs = select(Declaration).where(Declaration.membership_id.in_(membership_ids)).order_by(Declaration.signed_at)
    newest = {row.membership_id: row for row in session.scalars(theirs)}
    return {
        membership_id: Signed(
            office().seal.open(row.sealed, table="declarations", row=row.id),
            row.digest,
            clock.day_of(row.signed_at),
            row.wording in WORDINGS,
        )
        for membership_id, row in newest.items()
    }


def _fee(charges: Sequence[Charge], *, on: date) -> Fee | None:
    """What paid for the term that runs on day `on` (or for the last before it) by then; None where it was not paid whole."""
    due = [charge for charge in charges if charge.payable_on <= on]
    running = [charge for charge in due if charge.since <= on < charge.until] or due
    if not running:
        return None
    charge = running[-1]
    paid = [part for part in charge.paid if part.on <= on]
    cents = sum(part.cents for part in paid)
    if not paid or cents < charge.cents:
        return None
    came = [part for part in paid if part.cents > 0]
    references = tuple(dict.fromkeys(reference_of(part.payment_id) for part in came))
    return Fee(cents, charge.currency, max(part.on for part in came), references)
