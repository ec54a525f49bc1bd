"""Verbs: a person signs in, is seen, signs out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update

from app.ground import audit, clock, jobs
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id

from .. import emails, queries, rules
from ..models import OneTimeLink, Person, Purpose, SignIn
from .links import use_link, write_link
from .persons import confirm_email


@dataclass(frozen=True)
class Entry:
    """A session that has just begun. `token` is for its cookie and stands nowhere else; `to` is where the person was going."""

    sign_in_id: UUID
    person_id: UUID
    token: str = field(repr=False)
    to: str = "/me"
    strong_at: datetime | None = None


def ask_to_sign_in(email: str, *, to: str | None = None) -> None:
    """Have a link sent if the email is one we know. Nobody is looked up here: the rows and the work are the same either way."""
    link = write_link(Purpose.SIGN_IN, details={"email": email, "to": rules.safe_next(to)})
    jobs.enqueue("people.send_sign_in_link", link=link.id)


def send_sign_in_link(link: OneTimeLink) -> None:
    """Post the letter with a sign-in link, if its email is somebody’s; else the link lapses. Twice, it is one letter. Asked for
    with the email of another record of theirs, it goes to the person’s own mailbox."""
    person = queries.find_by_email(queries.link_details(link)["email"])
    if person is None or link.used_at or link.expires_at < clock.now():
        return
    if link.person_id is None:
        link.person_id = person.id
        audit.record(Action.LINK_SENT, audit.of("person", person.id), by="system", link=str(link.id))
    emails.sign_in(person, queries.details_of(person), link)


def sign_in_by_link(text: str, *, device: str) -> Entry:
    """Use up a sign-in link and begin a session. The mailbox is confirmed by it. Raises LinkSpent."""
    link = use_link(Purpose.SIGN_IN, text)
    person = session.get(Person, link.person_id) if link.person_id else None
    if person is None or person.erased_at or person.same_as:
        raise rules.LinkSpent()
    confirm_email(person)
    return begin_session(person.id, how="link", device=device, to=queries.link_details(link).get("to"))


def begin_session(person_id: UUID, *, how: str, device: str, to: str | None = None, strong: bool = False) -> Entry:
    """Begin a session of 30 days at most. Its token has 256 random bits; the row keeps only the token’s SHA-256.

    `strong`: it begins with a proof (a passkey that verified its user), not with a letter alone.
    """
    now, sign_in_id, token = clock.now(), new_id(), secrets.token_urlsafe(32)
    session.add(
        SignIn(
            id=sign_in_id,
            person_id=person_id,
            token_hash=queries.token_hash(token),
            how=how,
            device=device,
            signed_in_at=now,
            last_seen_at=now,
            expires_at=now + rules.SESSION_LIVES,
            strong_at=now if strong else None,
        )
    )
    person = audit.of("person", person_id)
    audit.record(Action.SIGNED_IN, person, by=person, how=how, sign_in=str(sign_in_id))
    return Entry(sign_in_id, person_id, token, rules.safe_next(to) or "/me", now if strong else None)


def prove(sign_in_id: UUID, *, how: str, to: str | None = None) -> Entry | None:
    """Note that whoever sits at this session has just proved a second step, and give the session a new token: a cookie that
    was copied before does not grow strong with it. None if the session has ended meanwhile."""
    now, token = clock.now(), secrets.token_urlsafe(32)
    person_id = session.scalar(
        update(SignIn)
        .where(SignIn.id == sign_in_id)
        .values(strong_at=now, last_seen_at=now, token_hash=queries.token_hash(token))
        .returning(SignIn.person_id)
    )
    if person_id is None:
        return None
    person = audit.of("person", person_id)
    audit.record(Action.PROVED, person, by=person, how=how, sign_in=str(sign_in_id))
    return Entry(sign_in_id, person_id, token, rules.safe_next(to) or "/me", now)


def see(sign_in_id: UUID) -> None:
    """Note that a session was used just now. One that was revoked meanwhile stays revoked."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=clock.now()))


def sign_out(sign_in_id: UUID, *, by: str) -> None:
    """End a session: its cookie is dead from now on."""
    _end(sign_in_id, Action.SIGNED_OUT, by=by)


def revoke(sign_in_id: UUID, *, person_id: UUID, by: str) -> bool:
    """End one of a person’s own sessions from another. False for one that is not theirs or has ended."""
    return _end(sign_in_id, Action.SESSION_REVOKED, SignIn.person_id == person_id, by=by)


def _end(sign_in_id: UUID, action: Action, *only: object, by: str) -> bool:
    person_id = session.scalar(delete(SignIn).where(SignIn.id == sign_in_id, *only).returning(SignIn.person_id))  # type: ignore[arg-type]
    if person_id:
        audit.record(action, audit.of("person", person_id), by=by, sign_in=str(sign_in_id))
    return person_id is not None
