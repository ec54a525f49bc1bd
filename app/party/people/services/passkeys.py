"""Verbs: a passkey is added, signs its person in, is removed (WebAuthn level 2, discoverable, with user verification)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import options_to_json_dict, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id

from .. import queries, rules
from ..models import Details, Passkey, Person
from ..rules import PasskeyRefused
from .proofs import check_may_change_proofs, tell_change
from .sign_ins import Entry, begin_session, prove


@dataclass(frozen=True)
class Party:
    """Who a passkey is for: the host and the origin people know us by (settings, never a Host header), and our name."""

    rp_id: str
    origin: str
    name: str


def options_to_add(person: Person, details: Details, *, party: Party) -> tuple[dict[str, Any], bytes]:
    """What the browser needs to make a passkey, and the challenge to remember. The one it has already is not made twice."""
    options = generate_registration_options(
        rp_id=party.rp_id,
        rp_name=party.name,
        user_id=person.id.bytes,
        user_name=details.email,
        user_display_name=details.name or details.email,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=key.credential_id) for key in queries.passkeys_of(person.id)],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return options_to_json_dict(options), options.challenge


def options_to_confirm(person_id: UUID, *, party: Party) -> tuple[dict[str, Any], bytes]:
    """What the browser needs to find one of this person’s passkeys."""
    options = generate_authentication_options(
        rp_id=party.rp_id,
        allow_credentials=[PublicKeyCredentialDescriptor(id=key.credential_id) for key in queries.passkeys_of(person_id)],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options), options.challenge


def options_to_sign_in(*, party: Party) -> tuple[dict[str, Any], bytes]:
    """What the browser needs to find a passkey for us. It names nobody: the passkey says whose it is."""
    options = generate_authentication_options(rp_id=party.rp_id, user_verification=UserVerificationRequirement.REQUIRED)
    return options_to_json_dict(options), options.challenge


def add_passkey(
    person_id: UUID, answer: Any, *, challenge: bytes, party: Party, label: str, by: str, proved_at: datetime | None = None
) -> None:
    """Keep the passkey a browser has made. Raises PasskeyRefused; ProofNeeded of an officer who did not prove just now."""
    check_may_change_proofs(person_id, proved_at=proved_at)
    if len(queries.passkeys_of(person_id)) >= rules.MOST_PASSKEYS:
        raise PasskeyRefused()
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except _BROKEN:
        raise PasskeyRefused() from None
    passkey_id = new_id()
    kept = session.scalar(
        insert(Passkey)
        .values(
            id=passkey_id,
            person_id=person_id,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            label=label,
            added_at=clock.now(),
        )
        .on_conflict_do_nothing()
        .returning(Passkey.id)
    )
    if kept is None:
        raise PasskeyRefused()
    tell_change(person_id, "passkey", added=True)
    audit.record(Action.PASSKEY_ADDED, audit.of("person", person_id), by=by, passkey=str(passkey_id))


def sign_in_by_passkey(answer: Any, *, challenge: bytes, party: Party, device: str) -> Entry:
    """Begin a session, strong from the start, for the person a passkey belongs to. Raises PasskeyRefused."""
    passkey = _proven(answer, challenge=challenge, party=party)
    if queries.root_of(passkey.person_id) != passkey.person_id:
        raise PasskeyRefused()
    return begin_session(passkey.person_id, how="passkey", device=device, strong=True)


def confirm_by_passkey(
    answer: Any, *, challenge: bytes, party: Party, person_id: UUID, sign_in_id: UUID, to: str | None
) -> Entry:
    """Prove with a passkey of one’s own that one still sits at this session. Raises PasskeyRefused."""
    passkey = _proven(answer, challenge=challenge, party=party)
    entry = prove(sign_in_id, how="passkey", to=to) if passkey.person_id == person_id else None
    if entry is None:
        raise PasskeyRefused()
    return entry


def _proven(answer: Any, *, challenge: bytes, party: Party) -> Passkey:
    """The passkey that gave this answer, counted. A copy of it, betrayed by its count, is refused. Raises PasskeyRefused."""
    try:
        said = parse_authentication_credential_json(answer)
        passkey = queries.find_passkey(said.raw_id)
        if passkey is None or (said.response.user_handle or passkey.person_id.bytes) != passkey.person_id.bytes:
            raise PasskeyRefused()
        proven = verify_authentication_response(
            credential=said,
            expected_challenge=challenge,
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except _BROKEN:
        raise PasskeyRefused() from None
    counted = session.scalar(
        update(Passkey)
        .where(Passkey.id == passkey.id, Passkey.sign_count == passkey.sign_count)
        .values(sign_count=proven.new_sign_count, last_used_at=clock.now())
        .returning(Passkey.id)
    )
    if counted is None:
        raise PasskeyRefused()
    return passkey


def remove_passkey(passkey_id: UUID, *, person_id: UUID, by: str, proved_at: datetime | None = None) -> bool:
    """Forget one of a person’s own passkeys. False for one that is not theirs. Raises ProofNeeded, as above."""
    check_may_change_proofs(person_id, proved_at=proved_at)
    gone = session.scalar(delete(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == person_id).returning(Passkey.id))
    if gone:
        tell_change(person_id, "passkey", added=False)
        audit.record(Action.PASSKEY_REMOVED, audit.of("person", person_id), by=by, passkey=str(passkey_id))
    return gone is not None


# What the library raises on garbage, besides its own.
_BROKEN = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)
