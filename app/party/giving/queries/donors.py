"""Who gives: the same donor, found again on every channel."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, union

from app.ground.db import session
from app.ground.mail import office
from app.ground.seal import fold
from app.law.donations import Contribution
from app.party.people import queries as people

from ..models import Behind, Donor, Who


def identity_index(who: Who) -> bytes:
    """A blind index of what a return would print: kind, name and address, however they are spelt."""
    return office().seal.index("donor", f"{who.ties.kind}|{_plain(who.name)}|{_plain(who.address)}")


def email_index(who: Who) -> bytes | None:
    return people.email_index(who.email) if who.email else None


def _plain(text: str) -> str:
    return " ".join("".join(sign if sign.isalnum() else " " for sign in fold(text)).split())


def find_donors(who: Who, *, person_id: UUID | None, held: bool = False) -> Sequence[Donor]:
    """Every donor who may be this one: by sign-in, by mailbox, by name and address; and whoever may be one of those in turn.
    Oldest first. They count together. `held`: until the end of this transaction nobody else gives as any of them, by whichever
    of these they are known there."""
    identities: set[bytes | None] = {identity_index(who)}
    emails, persons = {email_index(who)}, {person_id}
    known: set[UUID] = set()
    while True:
        found = union(
            select(Donor.id).where(Donor.identity_index.in_(identities - {None})),
            select(Donor.id).where(Donor.email_index.in_(emails - {None}), Donor.kind == who.ties.kind),
            select(Donor.id).where(Donor.person_id.in_(_every_record(persons)), Donor.kind == who.ties.kind),
        )
        asked = select(Donor).where(Donor.id.in_(found)).order_by(Donor.id)
        if held:  # asked again until it brings nobody new: who was waited for may have written somebody down
            asked = asked.with_for_update().execution_options(populate_existing=True)
        donors = session.scalars(asked).all()
        if known == (known := {donor.id for donor in donors}):
            return donors
        for donor in donors:
            identities.add(donor.identity_index)
            emails.add(donor.email_index)
            persons.add(donor.person_id)


def _every_record(persons: set[UUID | None]) -> set[UUID]:
    """These people under every record they have: what one gives, all of them gave."""
    roots = {people.root_of(person_id) for person_id in persons if person_id}
    return {record for root in roots for record in people.records_of(root)}


def contribution_of(behind: Behind) -> Contribution:
    """Money behind a donation, as the law is told of it."""
    return Contribution(identity_index(behind.who).hex(), behind.amount, behind.overseas)


def donors_of(person_id: UUID) -> Sequence[Donor]:
    """Whom a person signs in for: themselves, perhaps a body."""
    return session.scalars(select(Donor).where(Donor.person_id == person_id)).all()


def who_is(donor: Donor) -> Who:
    """Raises ValueError for one whose details are gone."""
    if donor.sealed is None:
        raise ValueError("this donor was forgotten")
    return Who.from_json(office().seal.open(donor.sealed, table="donors", row=donor.id))


def same_donor(donors: Sequence[Donor], who: Who, *, person_id: UUID | None, by_officer: bool = False) -> Donor | None:
    """Of those who count together, the one that is this donor in the return: the same name, by mailbox or sign-in. An officer
    who writes it down may know no mailbox: then by name and address. Anybody can say those: who gives online under them from
    another mailbox is another donor, so that neither learns what the other gave. Who has left is nobody’s donor any more."""
    identity, email = identity_index(who), email_index(who)
    for donor in donors:
        if donor.sealed is None or (donor.person_id and people.get_person(donor.person_id).erased_at):
            continue
        theirs = (email is not None and donor.email_index == email) or (person_id is not None and donor.person_id == person_id)
        if theirs and _plain(who_is(donor).name) == _plain(who.name):
            return donor
        if by_officer and donor.identity_index == identity and (email is None or donor.email_index is None):
            return donor
    return None


def is_named_as(person_id: UUID, who: Who) -> bool:
    """Whether somebody gives under the name they sign in with, from whichever mailbox."""
    return _plain(people.details_of(people.get_person(person_id)).name) == _plain(who.name)


def may_be_told(donors: Sequence[Donor], who: Who, *, person_id: UUID | None) -> bool:
    """Whether whoever asks may learn what these donors gave: signed in as them, or knowing all that they said of themselves."""
    identity, email = identity_index(who), email_index(who)
    return all(
        (person_id is not None and donor.person_id == person_id)
        or (donor.identity_index == identity and donor.email_index == email)
        for donor in donors
    )
