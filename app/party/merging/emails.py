"""Letters of this room."""

from __future__ import annotations

from app.ground import mail
from app.ground.mail import Kind
from app.party.people import emails as links
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.people.models import Person, Purpose

from .models import Merge


def ask_the_mailbox(made: Merge, gone: Person) -> None:
    """Tell the mailbox of a record that is part of somebody now, and ask it whether that is so. None for a record without."""
    to = people.details_of(gone).email
    if not to:
        return
    link = person_services.write_link(Purpose.SAME, person_id=gone.id, subject_id=made.id)
    mail.post(
        "merging/same",
        to=to,
        key=links.key_of(link.purpose, link.id),
        kind=Kind.SERVICE,
        person_id=gone.id,
        url=mail.address(people.link_path(link)),
    )
