"""Verbs: a person is enrolled, corrected, allows something, and is forgotten."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from app.ground import audit, clock, mail
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id
from app.ground.mail import office

from .. import queries, rules
from ..models import Authenticator, Consent, Details, Likeness, NameBuckets, OneTimeLink, Passkey, Person, SignIn
from .bounces import forget_bounces, forget_bounces_of


def hold_email(email: str) -> None:
    """Wait for, and hold until the end of this transaction, the right to enrol or find the person with this email."""
    lock_for_now(f"email:{queries.email_index(email).hex()}")


def enrol(details: Details, *, by: str, can_enrol: str | None = None) -> Person:
    """Write down a new person, sealed. The caller holds the lock on the email; a second one breaks uq_people_email_index. Who
    has no email cannot sign in: a donor whose receipt is on paper."""
    person = Person(
        id=new_id(),
        email_index=queries.email_index(details.email) if details.email else None,
        can_enrol=can_enrol,
        created_at=clock.now(),
        email_confirmed_at=None,
        erased_at=None,
    )
    _seal(person, details)
    session.add(person)
    audit.record(Action.ENROLLED, audit.of("person", person.id), by=by)
    return person


def correct(person: Person, details: Details, *, by: str, can_enrol: str | None = None) -> None:
    """Change what we hold about a person. The log says which details changed, not what they were or are."""
    before = queries.details_of(person)
    changed = sorted(key for key, value in details.as_json().items() if before.as_json()[key] != value)
    if can_enrol and can_enrol != person.can_enrol:
        person.can_enrol = can_enrol
        changed.append("can_enrol")
    if not changed:
        return
    if "email" in changed:
        person.email_index = queries.email_index(details.email)
        person.email_confirmed_at = None
        # Letters to the old mailbox open nothing any more.
        session.execute(delete(OneTimeLink).where(OneTimeLink.person_id == person.id))
    _seal(person, details)
    audit.record(Action.CORRECTED, audit.of("person", person.id), by=by, changed=" ".join(changed))


def _seal(person: Person, details: Details) -> None:
    seal = office().seal
    person.sealed = seal.close(details.as_json(), table="people", row=person.id)
    buckets = {"person_id": person.id, "buckets": seal.search_buckets(details.name, details.phone)}
    session.add(person)
    session.flush()  # the buckets point at the person
    session.execute(
        insert(NameBuckets)
        .values(buckets)
        .on_conflict_do_update(index_elements=["person_id"], set_={"buckets": buckets["buckets"]})
    )
    like = queries.likeness(details)
    session.execute(
        insert(Likeness).values(person_id=person.id, **like).on_conflict_do_update(index_elements=["person_id"], set_=like)
    )
    if queries.records_of(person.id) != [person.id]:
        be_found(person.id)


def be_found(person_id: UUID) -> None:
    """Have a person be found by the names and phone numbers of all their records."""
    seal, found = office().seal, set()
    for record in queries.records_of(person_id):
        details = queries.details_of(queries.get_person(record))
        found.update(seal.search_buckets(details.name, details.phone))
    session.execute(update(NameBuckets).where(NameBuckets.person_id == person_id).values(buckets=sorted(found)))


def liken(*, most: int) -> int:
    """Make the likeness of some who have none: they were known before there were any. Returns how many."""
    without = ~select(Likeness.person_id).where(Likeness.person_id == Person.id).exists()
    some = session.execute(select(Person.id, Person.sealed).where(Person.sealed.is_not(None), without).limit(most)).all()
    rows = []
    for person_id, sealed in some:
        assert sealed is not None
        details = Details.from_json(office().seal.open(sealed, table="people", row=person_id))
        rows.append({"person_id": person_id, **queries.likeness(details)})
    if rows:
        session.execute(insert(Likeness).on_conflict_do_nothing(), rows)
    return len(rows)


def say_consent(person_id: UUID, *, kind: str, given: bool, wording: str, source: str, by: str) -> None:
    """Add a yes or a no. Nothing is overwritten: the latest of its kind holds."""
    session.add(
        Consent(id=new_id(), person_id=person_id, kind=kind, given=given, wording=wording, source=source, at=clock.now())
    )
    audit.record(Action.CONSENTED if given else Action.WITHDREW, audit.of("person", person_id), by=by, kind=kind, source=source)


def erase(person: Person, *, by: str) -> None:
    """Forget who this is: details, email, search buckets, what letters said, and every way in. The id stays, for what the law
    keeps."""
    for noun in (NameBuckets, Likeness, OneTimeLink, SignIn, Passkey, Authenticator):
        session.execute(delete(noun).where(noun.person_id == person.id))
    mail.forget(person.id)
    forget_bounces_of(person.id)
    person.sealed, person.email_index, person.can_enrol, person.erased_at = None, None, None, clock.now()
    audit.record(Action.LEFT, audit.of("person", person.id), by=by)


def confirm_email(person: Person) -> None:
    """Note that whoever reads the mailbox has used a link sent to it. The first time counts; what came back from it is past."""
    forget_bounces(person)
    if person.email_confirmed_at is None:
        person.email_confirmed_at = clock.now()


def change_consent(person_id: UUID, *, kind: str, given: bool, source: str, by: str) -> None:
    """Say yes or no to the wording asked for now. Saying what holds already adds nothing. Raises KeyError for another kind."""
    wording, _words = rules.wording_of(kind)
    held = next(said for said in queries.consents_of(person_id) if said.kind == kind)
    if held.given != given:
        say_consent(person_id, kind=kind, given=given, wording=wording, source=source, by=by)
