"""Letters of this room."""

from __future__ import annotations

from uuid import UUID

from app.ground import mail
from app.ground.mail import Kind

from . import queries, rules
from .models import Details, OneTimeLink, Person


def key_of(purpose: str, link_id: UUID) -> str:
    """What a letter with a link is known by: one letter a link."""
    return f"{purpose}:{link_id}"


def sign_in(person: Person, details: Details, link: OneTimeLink) -> None:
    mail.post(
        "people/sign_in",
        to=details.email,
        key=key_of(link.purpose, link.id),
        kind=Kind.ANSWER,
        person_id=person.id,
        url=mail.address(queries.link_path(link)),
        minutes=int(rules.LINK_LIVES["sign-in"].total_seconds() // 60),
    )


def confirm_support(link: OneTimeLink, *, to: str, words: str) -> None:
    mail.post(
        "people/confirm_support",
        to=to,
        key=key_of(link.purpose, link.id),
        kind=Kind.ANSWER,
        url=mail.address(queries.link_path(link)),
        wording=words,
    )
