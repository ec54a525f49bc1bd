"""Letters about files."""

from __future__ import annotations

from app.ground import mail
from app.ground.mail import Kind
from app.party.people import queries as people

from .models import Export


def ready(file: Export) -> None:
    """The file that somebody asked for is there, for a day. The letter says how many are in it and names none of them."""
    person = people.get_person(file.asked_by_id)
    if person.sealed is None:
        return
    details = people.details_of(person)
    mail.post(
        "exports/ready",
        to=details.email,
        key=f"export-ready:{file.id}",
        kind=Kind.SERVICE,
        person_id=person.id,
        name=details.name,
        whom=file.whom,
        rows=file.rows or 0,
        until=file.expires_at,
        url=mail.address(f"/org/exports/{file.id}"),
    )
