"""Questions about people. Details come out of their seal here and nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from app.ground import clock
from app.ground.db import session
from app.ground.ids import read_id
from app.ground.mail import office
from app.ground.seal import Seal, fold

from . import rules
from .models import Authenticator, Bounce, Consent, Details, NameBuckets, OneTimeLink, Passkey, Person, Purpose, SignIn

MOST_CANDIDATES = 1000


def email_key(email: str) -> str:
    """One spelling for one mailbox: case folded. (Dots and plus signs are left: they are different mailboxes elsewhere.)"""
    return email.strip().casefold()


def email_index(email: str) -> bytes:
    return office().seal.index("email", email_key(email))


def find_by_email(email: str) -> Person | None:
    return find_by_email_index(email_index(email))


def find_by_email_index(index: bytes) -> Person | None:
    """The person who has this email, or whose other record has it."""
    found = find_record(index)
    return session.get(Person, found.same_as) if found and found.same_as else found


def find_record(index: bytes) -> Person | None:
    """The record that has this email, whether or not it is a person by itself."""
    return session.scalar(select(Person).where(Person.email_index == index))


# Records that are one person


def root_of(person_id: UUID) -> UUID:
    """The person a record is part of: itself where it stands alone."""
    return session.scalar(select(func.coalesce(Person.same_as, Person.id)).where(Person.id == person_id)) or person_id


def roots_of(records: Collection[UUID]) -> dict[UUID, UUID]:
    """The person each of these records is part of, of those that are there."""
    asked = select(Person.id, func.coalesce(Person.same_as, Person.id).label("root")).where(Person.id.in_(records))
    return {row.id: row.root for row in session.execute(asked)}


def records_of(person_id: UUID, *, proven: bool = False) -> list[UUID]:
    """Every record of one person, their own first. `proven`: only those whose own mailbox has said that they are one, which is
    what a person who signs in is shown and may do something about."""
    parts = select(Person.id).where(Person.same_as == person_id).order_by(Person.same_since, Person.id)
    return [person_id, *session.scalars(parts.where(Person.same_proven.is_(True)) if proven else parts)]


def get_person(person_id: UUID) -> Person:
    """The person, who must exist. Raises sqlalchemy.exc.NoResultFound."""
    return session.get_one(Person, person_id)


def details_of(person: Person) -> Details:
    """What names a person. Raises ValueError for one who was erased."""
    if person.sealed is None:
        raise ValueError("this person was erased")
    return Details.from_json(office().seal.open(person.sealed, table="people", row=person.id))


def search_by_name(typed: str, *, limit: int = 50) -> list[tuple[Person, Details]]:
    """People whose name has, for every word typed, a word that begins with it; macrons and case do not matter.

    Buckets find candidates (at most 1,000); each is unsealed and compared, so collisions never show.
    """
    words = fold(typed).split()
    buckets = [office().seal.bucket(word) for word in words if len(word) >= 2]
    if not buckets:
        return []
    candidates = session.execute(
        select(Person.id, Person.sealed)
        .join(NameBuckets, NameBuckets.person_id == Person.id)
        .where(NameBuckets.buckets.contains(buckets), Person.sealed.is_not(None))
        .limit(MOST_CANDIDATES)
    )
    seal, matching = office().seal, []
    for person_id, sealed in candidates:
        assert sealed is not None
        name = fold(seal.open(sealed, table="people", row=person_id)["name"])
        if all(any(part.startswith(word) for part in name.split()) for word in words):
            matching.append((name, person_id))
    shown = [person_id for _, person_id in sorted(matching)[:limit]]
    found = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(shown)))}
    return [(found[person_id], details_of(found[person_id])) for person_id in shown]


def likeness(details: Details, seal: Seal | None = None) -> dict[str, int | None]:
    """What another record of the same person would share: keyed numbers, None where there is nothing to compare. The words of
    a name in any order with the birth date; the phone number; the mailbox, as the large providers spell it (no dots, nothing
    after a plus); the address with the first letters of the first name."""
    seal, name = seal or office().seal, fold(details.name)
    address, (local, _at, host) = fold(details.address), email_key(details.email).rpartition("@")
    born = details.born_on.isoformat() if details.born_on and name else ""
    said = {
        "name_born": f"{' '.join(sorted(name.split()))}|{born}" if born else "",
        "phone": details.phone,
        "mailbox": f"{local.partition('+')[0].replace('.', '')}@{host}" if local else "",
        "home": f"{name.split()[0][:3]}|{address}" if name and address else "",
    }
    return {kind: seal.likeness(kind, value) if value else None for kind, value in said.items()}


# Links


def link_path(link: OneTimeLink) -> str:
    """The address of a one-time link on our own site, with its secret."""
    return f"{rules.LINK_PATHS[link.purpose]}{link.id}.{office().seal.token(link.purpose, link.id)}"


def read_link(purpose: Purpose, text: str) -> UUID | None:
    """The id of the link that `text` (`<id>.<secret>`) spells, if we made it for this purpose. Asks no database."""
    spelt, _, secret = text.partition(".")
    link_id = read_id(spelt)
    if link_id is None or not office().seal.is_token(secret, purpose, link_id):
        return None
    return link_id


def find_link(purpose: Purpose, text: str) -> OneTimeLink | None:
    """The link that `text` spells, if it is ours, for this purpose, unused and not too old. Looking uses nothing up."""
    link_id = read_link(purpose, text)
    if link_id is None:
        return None
    return session.scalar(
        select(OneTimeLink).where(
            OneTimeLink.id == link_id,
            OneTimeLink.purpose == purpose,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > clock.now(),
        )
    )


def link_details(link: OneTimeLink) -> dict[str, Any]:
    """What was sealed into a link when it was made; empty if nothing was."""
    return office().seal.open(link.sealed, table="one_time_links", row=link.id) if link.sealed else {}


# Sessions and passkeys


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def find_sign_in(token: str) -> SignIn | None:
    """The session this cookie’s token belongs to: neither revoked, idle for 7 days nor 30 days old, of a person who is
    neither erased nor part of another."""
    now = clock.now()
    return session.scalar(
        select(SignIn)
        .join(Person, Person.id == SignIn.person_id)
        .where(
            SignIn.token_hash == token_hash(token),
            SignIn.expires_at > now,
            SignIn.last_seen_at > now - rules.SESSION_IDLES,
            Person.erased_at.is_(None),
            Person.same_as.is_(None),  # a record that is part of another person is nobody’s way in
        )
    )


def sign_ins_of(person_id: UUID) -> list[SignIn]:
    """Where a person is signed in now, last seen first."""
    now = clock.now()
    living = (SignIn.expires_at > now, SignIn.last_seen_at > now - rules.SESSION_IDLES)
    return list(
        session.scalars(select(SignIn).where(SignIn.person_id == person_id, *living).order_by(SignIn.last_seen_at.desc()))
    )


def passkeys_of(person_id: UUID) -> list[Passkey]:
    """A person’s passkeys, oldest first."""
    return list(session.scalars(select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.id)))


def find_passkey(credential_id: bytes) -> Passkey | None:
    return session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def authenticators_of(person_id: UUID) -> list[Authenticator]:
    """A person’s authenticator apps that have shown a first code, oldest first."""
    theirs = (Authenticator.person_id == person_id, Authenticator.confirmed_at.is_not(None))
    return list(session.scalars(select(Authenticator).where(*theirs).order_by(Authenticator.id)))


def find_unconfirmed(person_id: UUID) -> Authenticator | None:
    """The authenticator app a person is setting up just now; it must be done within 15 minutes."""
    return session.scalar(
        select(Authenticator)
        .where(
            Authenticator.person_id == person_id,
            Authenticator.confirmed_at.is_(None),
            Authenticator.added_at > clock.now() - rules.SETTING_UP_LIVES,
        )
        .order_by(Authenticator.id.desc())
        .limit(1)
    )


def secret_of(authenticator: Authenticator) -> str:
    """The secret of an app, in base32: to show while it is set up, and to compute codes from."""
    opened = office().seal.open(authenticator.sealed, table="authenticators", row=authenticator.id)
    return str(opened["secret"])


def can_prove(person_id: UUID) -> bool:
    """Whether a person has anything to prove a second step with."""
    return bool(passkeys_of(person_id) or authenticators_of(person_id))


# Consents


@dataclass(frozen=True)
class Said:
    """What a person last said about one kind of consent. `since` is None for a person who was never asked."""

    kind: str
    given: bool
    wording: str
    since: datetime | None


def consents_of(person_id: UUID) -> list[Said]:
    """What holds for each kind we ask for: the latest yes or no. Of several records the most restrictive (rules.holding)."""
    theirs = or_(Person.id == person_id, Person.same_as == person_id)
    rows = session.execute(
        select(Consent, Person.same_since).join(Person, Person.id == Consent.person_id).where(theirs).order_by(Consent.id)
    )
    latest = rules.holding([(row, since) for row, since in rows], person_id)
    return [
        Said(kind, latest[kind].given, latest[kind].wording, latest[kind].at)
        if kind in latest
        else Said(kind, False, rules.wording_of(kind)[0], None)
        for kind in rules.CONSENTS
    ]


# Letters that came back


def bounces_of(person: Person) -> list[Bounce]:
    """What came back from the mailbox a person has now, the latest first."""
    if person.email_index is None:
        return []
    return list(session.scalars(select(Bounce).where(Bounce.email_index == person.email_index).order_by(Bounce.at.desc())))


def is_undeliverable(person: Person) -> bool:
    """Whether a letter to the mailbox a person has now came back for good."""
    return any(bounce.for_good for bounce in bounces_of(person))
