"""Who gives: the same donor, found again on every channel."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, union

from app.ground.db import session
from app.ground.mail import office
from app.ground.seal import fold
from app.party.people import queries as people

from ..models import Donor, Who


def identity_index(who: Who) -> bytes:
    """A blind index of what a return would print: kind, name and address, however they are spelt."""
    return office().seal.index("donor", f"{who.ties.kind}|{_plain(who.name)}|{_plain(who.address)}")


def email_index(who: Who) -> bytes | None:
    return people.email_index(who.email) if who.email else None


def _plain(text: str) -> str:
    return " ".join("".join(sign if sign.isalnum() else " " for sign in fold(text)).split())


def find_donors(who: Who, *, person_id: UUID | None) -> Sequence[Donor]:
    """Every donor who may be this one: by sign-in, by mailbox, by name and address. Oldest first. They count together."""
    email = email_index(who)
    found = [select(Donor.id).where(Donor.identity_index == identity_index(who))]
    if email:
        found.append(select(Donor.id).where(Donor.email_index == email, Donor.kind == who.ties.kind))
    if person_id:
        found.append(select(Donor.id).where(Donor.person_id == person_id, Donor.kind == who.ties.kind))
    return session.scalars(select(Donor).where(Donor.id.in_(union(*found))).order_by(Donor.id)).all()


def donors_of(person_id: UUID) -> Sequence[Donor]:
    """Whom a person signs in for: themselves, perhaps a body."""
    return session.scalars(select(Donor).where(Donor.person_id == person_id)).all()


def who_is(donor: Donor) -> Who:
    """Raises ValueError for one whose details are gone."""
    if donor.sealed is None:
        raise ValueError("this donor was forgotten")
    return Who.from_json(office().seal.open(donor.sealed, table="donors", row=donor.id))


def same_donor(donors: Sequence[Donor], who: Who, *, person_id: UUID | None) -> Donor | None:
    """Of those who count together, the one that is this donor in the return: the same name, by mailbox or sign-in; or the same
    name and address."""
    identity, email = identity_index(who), email_index(who)
    for donor in donors:
        if donor.sealed is None:
            continue
        named_alike = _plain(who_is(donor).name) == _plain(who.name)
        if donor.identity_index == identity:
            return donor
        if named_alike and ((email and donor.email_index == email) or (person_id and donor.person_id == person_id)):
            return donor
    return None


def may_be_told(donors: Sequence[Donor], who: Who, *, person_id: UUID | None) -> bool:
    """Whether whoever asks may learn what these donors gave: signed in as them, or knowing all that they said of themselves."""
    identity, email = identity_index(who), email_index(who)
    return all(
        (person_id is not None and donor.person_id == person_id)
        or (donor.identity_index == identity and donor.email_index == email)
        for donor in donors
    )
