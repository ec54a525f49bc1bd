"""Letters to whoever may agree."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.ground import mail
from app.ground.mail import Kind
from app.party.people import queries as people

from . import queries
from .models import Agreement


def asked(act: Agreement, *, to: UUID, on: date) -> None:
    """Another officer asks for something that needs two. The letter names nobody but officers."""
    details = people.details_of(people.get_person(to))
    mail.post(
        "agreeing/asked",
        to=details.email,
        key=f"agreement:{act.id}:{to}",
        kind=Kind.SERVICE,
        person_id=to,
        name=details.name,
        who=queries.who(act.asked_by_id, on=on),
        sentence=act.sentence,
        until=act.expires_at,
        url=mail.address("/org/agreeing"),
    )
