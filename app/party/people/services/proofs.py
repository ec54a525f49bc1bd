"""Verbs about second steps of either kind: who may change them, who is told, and forgetting all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import session

from .. import emails, queries, rules
from ..models import Authenticator, Passkey, SignIn

_guards: list[Callable[[UUID], bool]] = []


def guard_proofs_of(holds_office: Callable[[UUID], bool]) -> None:
    """Told once, by the wiring: of whom second steps may be changed only after proving one just now."""
    if holds_office not in _guards:
        _guards.append(holds_office)


def check_may_change_proofs(person_id: UUID, *, proved_at: datetime | None) -> None:
    """Raises ProofNeeded if the person holds an office, has a second step, and did not prove it within five minutes.

    The first one is set up from a session by letter alone: there is nothing to prove with yet.
    """
    if rules.is_strong(proved_at, now=clock.now(), fresh=True):
        return
    if queries.can_prove(person_id) and any(guard(person_id) for guard in _guards):
        raise rules.ProofNeeded()


def tell_change(person_id: UUID, what: str, *, added: bool) -> None:
    """Write to the person that a second step (`passkey`, `authenticator app`) came or went: it may not have been them."""
    person = queries.get_person(person_id)
    if person.sealed:
        emails.second_step(person, queries.details_of(person), what=what, added=added)


def forget_proofs(person_id: UUID, *, by: str) -> None:
    """Remove every second step of somebody who lost theirs, and end their sessions.

    They sign in by letter and set up another.
    """
    for noun in (Authenticator, Passkey, SignIn):
        session.execute(delete(noun).where(noun.person_id == person_id))
    tell_change(person_id, "second step", added=False)
    audit.record(Action.PROOFS_FORGOTTEN, audit.of("person", person_id), by=by)
