"""Letters of this room: what the Commission must be told, and where somebody lives."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.ground import mail
from app.party.electorates.models import Electorate, ElectorateSet
from app.party.people import queries as people
from app.party.people.models import Person

from .models import RegistrationDuty


def to_tell(person: Person, duties: Sequence[RegistrationDuty], *, on: date) -> None:
    """To whoever may prepare a registration: what the Commission must be told, and by when. Names nobody."""
    if person.erased_at:
        return
    details = people.details_of(person)
    about = ",".join(str(duty.id) for duty in duties)
    mail.post(
        "registration/to_tell",
        to=details.email,
        key=f"registration:{on}:{about}:{person.id}",
        kind=mail.Kind.STATUTORY,
        person_id=person.id,
        name=details.name,
        duties=[{"sentence": duty.sentence, "cites": duty.cites, "due_on": duty.due_on} for duty in duties],
        url=mail.address("/org/registration"),
    )


def where_you_live(person: Person, *, old: Electorate, now: ElectorateSet) -> None:
    """To a member: the boundaries of electorates have changed, and where do you live now? Nothing is taken from the old
    name."""
    if person.erased_at:
        return
    details = people.details_of(person)
    mail.post(
        "registration/where_you_live",
        to=details.email,
        key=f"electorate:{now.code}:{person.id}",
        kind=mail.Kind.SERVICE,
        person_id=person.id,
        name=details.name,
        old=old.name,
        since=now.since,
        url=mail.address("/me#details"),
    )
