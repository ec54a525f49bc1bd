"""Verbs: a key is given, used, revoked."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import session
from app.party.branches import queries as branches

from .. import queries, rules
from ..models import Key
from ..queries.keys import hash_of

USED_AGAIN = timedelta(minutes=10)  # how often it is noted that a key is in use


@dataclass(frozen=True)
class Given:
    """A key as it is shown, once."""

    key: Key
    whole: str


def give(person_id: UUID, *, key_id: UUID, label: str, opens: Collection[str], lasts: int, by: str) -> Given | None:
    """Give a program of an officer’s a key. `key_id` is the page’s own: sent twice, it is one key, and None is returned, since
    its secret is nowhere any more. Raises MayNotGiveKeys, OpensNothing, TooManyKeys."""
    now = clock.now()
    if not branches.may(person_id, rules.RIGHT, on=clock.today()):
        raise rules.MayNotGiveKeys()
    rules.check_chosen(opens, tuple(rules.Opens), rules.OpensNothing)
    if queries.find_key(key_id):
        return None
    if len([key for key in queries.keys_of(person_id) if key.is_good(at=now)]) >= rules.MOST_KEYS:
        raise rules.TooManyKeys()
    prefix, secret = f"{rules.KEY_PREFIX}{secrets.token_hex(4)}", secrets.token_hex(32)
    key = Key(
        id=key_id, person_id=person_id, label=label, prefix=prefix, secret_hash=hash_of(secret),
        scopes=[scope.value for scope in rules.Opens if scope in opens], made_at=now, expires_at=now + timedelta(days=lasts),
    )  # fmt: skip
    session.add(key)
    session.flush()
    audit.record(Action.KEY_GIVEN, audit.of("key", key.id), by=by, opens=" ".join(key.scopes), days=lasts)
    return Given(key, f"{prefix}_{secret}")


def revoke(key: Key, *, by: str) -> None:
    """Make a key worthless, at once. Twice is once."""
    if key.revoked_at is None:
        key.revoked_at, key.revoked_by = clock.now(), by
        audit.record(Action.KEY_REVOKED, audit.of("key", key.id), by=by)


def note_used(key: Key, *, at: datetime) -> None:
    """Note, every few minutes, that a key is in use."""
    if key.used_at is None or at - key.used_at >= USED_AGAIN:
        session.execute(update(Key).where(Key.id == key.id).values(used_at=at))
