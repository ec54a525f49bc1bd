"""Verbs: an authenticator app is set up, proves, is removed (RFC 6238: SHA-1, six digits, 30 seconds)."""

from __future__ import annotations

import hmac
from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy import delete, update

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id
from app.ground.mail import office

from .. import queries, rules
from ..models import Authenticator
from .proofs import check_may_change_proofs, tell_change
from .sign_ins import Entry, prove


def begin_authenticator(
    person_id: UUID, *, label: str, proved_at: datetime | None = None, secret: str | None = None
) -> Authenticator:
    """Make the secret of an app that is to be set up; an earlier one that was never confirmed goes.

    `secret` (base32) is given only by the demo. Raises ProofNeeded of an officer who did not prove just now, and
    TooManyAuthenticators.
    """
    check_may_change_proofs(person_id, proved_at=proved_at)
    if len(queries.authenticators_of(person_id)) >= rules.MOST_AUTHENTICATORS:
        raise rules.TooManyAuthenticators()
    unconfirmed = (Authenticator.person_id == person_id, Authenticator.confirmed_at.is_(None))
    session.execute(delete(Authenticator).where(*unconfirmed))
    authenticator_id = new_id()
    begun = Authenticator(
        id=authenticator_id,
        person_id=person_id,
        sealed=office().seal.close({"secret": secret or pyotp.random_base32()}, table="authenticators", row=authenticator_id),
        label=label,
        added_at=clock.now(),
        confirmed_at=None,
        last_step=0,
        last_used_at=None,
    )
    session.add(begun)
    session.flush()
    return begun


def confirm_authenticator(
    person_id: UUID, code: str, *, sign_in_id: UUID, by: str, proved_at: datetime | None = None, to: str | None = None
) -> Entry:
    """Keep the app that is being set up: its first code shows that it has the secret, and proves this session.

    Raises CodeRefused, and ProofNeeded of an officer who did not prove just now.
    """
    check_may_change_proofs(person_id, proved_at=proved_at)
    begun = queries.find_unconfirmed(person_id)
    if begun is None or not _use(begun, code):
        raise rules.CodeRefused()
    begun.confirmed_at = clock.now()
    tell_change(person_id, "authenticator app", added=True)
    audit.record(Action.AUTHENTICATOR_ADDED, audit.of("person", person_id), by=by, authenticator=str(begun.id))
    entry = prove(sign_in_id, how="authenticator", to=to)
    if entry is None:
        raise rules.CodeRefused()
    return entry


def confirm_by_code(person_id: UUID, code: str, *, sign_in_id: UUID, to: str | None) -> Entry:
    """Prove with a code from one of one’s own apps that one still sits at this session. Raises CodeRefused."""
    if any(_use(app, code) for app in queries.authenticators_of(person_id)):
        entry = prove(sign_in_id, how="authenticator", to=to)
        if entry:
            return entry
    raise rules.CodeRefused()


def remove_authenticator(authenticator_id: UUID, *, person_id: UUID, by: str, proved_at: datetime | None = None) -> bool:
    """Forget one of a person’s own apps. False for one that is not theirs. Raises ProofNeeded, as above."""
    check_may_change_proofs(person_id, proved_at=proved_at)
    theirs = (Authenticator.id == authenticator_id, Authenticator.person_id == person_id)
    gone = session.scalar(delete(Authenticator).where(*theirs).returning(Authenticator.id))
    if gone:
        tell_change(person_id, "authenticator app", added=False)
        audit.record(Action.AUTHENTICATOR_REMOVED, audit.of("person", person_id), by=by, authenticator=str(authenticator_id))
    return gone is not None


def _use(app: Authenticator, code: str) -> bool:
    """Whether `code` is one of this app’s, of now or one step beside it, and later than the last one used. It is used up."""
    otp = pyotp.TOTP(queries.secret_of(app), interval=rules.CODE_LIVES)
    now = int(clock.wall().timestamp()) // rules.CODE_LIVES  # the app is in the world outside
    for step in range(now - rules.DRIFT, now + rules.DRIFT + 1):
        if hmac.compare_digest(otp.generate_otp(step).encode(), code.encode()):
            used = session.scalar(
                update(Authenticator)
                .where(Authenticator.id == app.id, Authenticator.last_step < step)
                .values(last_step=step, last_used_at=clock.now())
                .returning(Authenticator.id)
            )
            if used:
                return True
    return False
