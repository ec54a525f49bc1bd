"""Letters about hooks."""

from __future__ import annotations

from urllib.parse import urlsplit

from app.ground import mail
from app.ground.mail import Kind
from app.party.people import queries as people

from . import queries
from .models import Hook


def paused(hook: Hook) -> None:
    """A hook is told nothing more, and why. Nobody is written to who was erased."""
    person = people.get_person(hook.person_id)
    if person.sealed is None:
        return
    details = people.details_of(person)
    mail.post(
        "api/paused",
        to=details.email,
        key=f"hook-paused:{hook.id}:{hook.paused_at}",
        kind=Kind.SERVICE,
        person_id=person.id,
        name=details.name,
        host=urlsplit(queries.secrets_of(hook).address).hostname,
        because=hook.paused_because,
        url=mail.address(f"/org/hooks/{hook.id}"),
    )
