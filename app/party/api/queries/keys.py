"""Which key a program shows, and the keys there are."""

from __future__ import annotations

import hmac
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.ground.db import session
from app.ground.mail import office
from app.party.people.models import Person

from .. import rules
from ..models import Key


def key_of(shown: str, *, at: datetime) -> Key | None:
    """The key that a program shows, if it is whole and good at a moment. What is compared is a keyed index, in constant time;
    a prefix that nobody has takes as long as a wrong secret, but for a row that is not there."""
    prefix, _, secret = shown.rpartition("_")
    found = session.scalar(select(Key).where(Key.prefix == prefix)) if prefix.startswith(rules.KEY_PREFIX) else None
    is_theirs = hmac.compare_digest(hash_of(secret), found.secret_hash if found else b"\0" * 16)
    return found if found and is_theirs and found.is_good(at=at) else None


def hash_of(secret: str) -> bytes:
    """What is kept of the secret half of a key."""
    return office().seal.index("api key", secret)


def keys_of(person_id: UUID) -> list[Key]:
    """An officer’s keys, newest first."""
    return list(session.scalars(select(Key).where(Key.person_id == person_id).order_by(Key.id.desc())))


def keys_of_others(person_id: UUID, *, at: datetime) -> list[tuple[Key, Person]]:
    """The keys of other officers that are good at a moment, newest first, with whose they are."""
    good = (Key.person_id != person_id, Key.revoked_at.is_(None), Key.expires_at > at)
    rows = session.execute(select(Key, Person).join(Person, Person.id == Key.person_id).where(*good).order_by(Key.id.desc()))
    return [(key, person) for key, person in rows]


def find_key(key_id: UUID) -> Key | None:
    return session.get(Key, key_id)
