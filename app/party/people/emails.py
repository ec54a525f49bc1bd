"""Letters of this room."""

from __future__ import annotations

from uuid import UUID

from app.ground import clock, mail
from app.ground.ids import new_id
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


def second_step(person: Person, details: Details, *, what: str, added: bool) -> None:
    """A passkey or an authenticator app came or went."""
    mail.post(
        "people/second_step",
        to=details.email,
        key=f"second-step:{new_id()}",
        kind=Kind.SERVICE,
        person_id=person.id,
        what=what,
        added=added,
        at=clock.now(),
        url=mail.address("/me"),
    )
