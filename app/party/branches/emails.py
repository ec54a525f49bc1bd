"""Letters about offices."""

from __future__ import annotations

from app.ground import clock, mail
from app.ground.mail import Kind
from app.party.people import queries as people
from app.party.people.models import Person

from . import queries, rules
from .models import Office


def appointed(person: Person, office: Office) -> None:
    """An office was given: what it may do, what it needs, and what the person can prove themselves with already."""
    details = people.details_of(person)
    mail.post(
        "branches/appointed",
        to=details.email,
        key=f"appointed:{office.id}",
        kind=Kind.SERVICE,
        person_id=person.id,
        name=details.name,
        office=queries.words(office.office, office.branch),
        since=office.since,
        rights=[sentence for _right, sentence in rules.rights_of([office.office])],
        proofs=[
            *(("passkey", key.label, clock.day_of(key.added_at)) for key in people.passkeys_of(person.id)),
            *(("authenticator app", app.label, clock.day_of(app.added_at)) for app in people.authenticators_of(person.id)),
        ],
        url=mail.address("/org/offices"),
    )


def ended(office: Office) -> None:
    """An office ended, or is to. Nobody is written to who was erased."""
    person = people.get_person(office.person_id)
    if person.sealed is None:
        return
    details = people.details_of(person)
    assert office.until is not None
    mail.post(
        "branches/ended",
        to=details.email,
        key=f"office-ended:{office.id}:{office.until}",
        kind=Kind.SERVICE,
        person_id=person.id,
        name=details.name,
        office=queries.words(office.office, office.branch),
        until=office.until,
    )
