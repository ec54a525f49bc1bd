"""Everything we hold about a person: every row of every table that is about them, opened, and nothing of anybody else."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.ground import audit, mail
from app.ground.audit import AuditEntry
from app.ground.db import Base, session
from app.ground.mail import Letter
from app.party.branches import queries as branches
from app.party.dues.models import Charge, DuesPaid
from app.party.electorates import queries as electorates
from app.party.joining import queries as joining
from app.party.joining.models import Application, Declaration
from app.party.membership.models import MembershipMove
from app.party.payments import queries as payment_questions
from app.party.payments.models import HeardEvent, LedgerEntry, LedgerLine, Payment
from app.party.people import queries as people
from app.party.people.models import Authenticator, Consent, NameBuckets, OneTimeLink, Passkey, Person, SignIn

from .owned import memberships_of, payments_of

# Which table is told under which heading. A test walks the database and fails on a table about people that is missing.
COVERED = {
    "people": "details",
    "people_name_buckets": "search_index",
    "residences": "electorates",
    "consents": "consents",
    "memberships": "memberships",
    "membership_moves": "decisions",
    "declarations": "declarations",
    "applications": "applications",
    "dues_charges": "dues",
    "dues_paid": "dues_paid",
    "payments": "payments",
    "payment_lines": "payments",
    "stripe_events": "payment_events",
    "ledger_entries": "ledger",
    "ledger_lines": "ledger",
    "sign_ins": "sessions",
    "passkeys": "passkeys",
    "authenticators": "authenticators",
    "offices": "offices",
    "one_time_links": "links",
    "letters": "letters",
    "audit_entries": "log",
}


def everything_of(person_id: UUID) -> dict[str, Any]:
    """All of it, as plain JSON values, a heading a kind. Sealed values are opened."""
    person = people.get_person(person_id)
    memberships = memberships_of(person_id)
    payments = payments_of(person_id)
    charges = _all(Charge, Charge.membership_id, memberships)
    applications = _applications(person)
    return {
        "details": {
            **_row(person, leave=("sealed", "email_index")),
            **_plain(people.details_of(person).as_json()),
            "email_index": _plain(person.email_index),
        },
        "search_index": [_row(row) for row in _theirs(NameBuckets, person_id)],
        "electorates": [
            {**_row(said), "electorate": seat.name, "kind": seat.kind} for said, seat in electorates.residences_of(person_id)
        ],
        "consents": [_row(row) for row in _theirs(Consent, person_id)],
        "memberships": [_row(row) for row in memberships],
        "decisions": [_row(row) for row in _all(MembershipMove, MembershipMove.membership_id, memberships)],
        "declarations": [_declaration(row) for row in _theirs(Declaration, person_id)],
        "applications": [{**_row(row, leave=("sealed",)), "said": _plain(joining.opened(row))} for row in applications],
        "dues": [_row(row) for row in charges],
        "dues_paid": [_row(row) for row in _all(DuesPaid, DuesPaid.charge_id, charges)],
        "payments": [_payment(row) for row in payments],
        "payment_events": [_row(row) for row in _all(HeardEvent, HeardEvent.payment_id, payments)],
        "ledger": _ledger(payments),
        "sessions": [_row(row, leave=("token_hash",)) for row in _theirs(SignIn, person_id)],
        "passkeys": [_row(row) for row in _theirs(Passkey, person_id)],
        "authenticators": [_row(row, leave=("sealed",)) for row in _theirs(Authenticator, person_id)],
        "offices": [{**_row(row), "branch": row.branch.name if row.branch else None} for row in branches.offices_of(person_id)],
        "links": [
            {**_row(row, leave=("sealed",)), "said": _plain(people.link_details(row))}
            for row in _theirs(OneTimeLink, person_id)
        ],
        "letters": [_letter(row) for row in _theirs(Letter, person_id)],
        "log": [_row(row) for row in _log(person, [*memberships, *payments, *applications])],
    }


def _theirs(noun: type[Any], person_id: UUID) -> Sequence[Any]:
    """Rows that carry the person’s id, in the order they were written."""
    key = inspect(noun).primary_key[0]
    return session.scalars(select(noun).where(noun.person_id == person_id).order_by(key)).all()


def _all(noun: type[Any], column: InstrumentedAttribute[Any], of: Iterable[Any]) -> Sequence[Any]:
    """Rows that point at these, in the order they were written."""
    key = inspect(noun).primary_key[0]
    return session.scalars(select(noun).where(column.in_([row.id for row in of])).order_by(key)).all()


def _applications(person: Person) -> Sequence[Application]:
    """Applications under the person’s email, once it is proven to be theirs."""
    if person.email_confirmed_at is None:
        return ()
    return session.scalars(select(Application).where(Application.email_index == person.email_index)).all()


def _declaration(row: Declaration) -> dict[str, Any]:
    opened = mail.office().seal.open(row.sealed, table="declarations", row=row.id)
    return {**_row(row, leave=("sealed",)), "said": _plain(opened)}


def _payment(row: Payment) -> dict[str, Any]:
    asked = _plain(payment_questions.frozen_params(row)) if row.frozen else None
    return {
        **_row(row, leave=("frozen",)),
        "reference": row.reference,
        "asked_of_provider": asked,
        "lines": [_row(line) for line in row.lines],
    }


def _ledger(payments: Iterable[Payment]) -> list[dict[str, Any]]:
    entries = _all(LedgerEntry, LedgerEntry.payment_id, payments)
    lines = _all(LedgerLine, LedgerLine.entry_id, entries)
    return [{**_row(entry), "lines": [_row(line) for line in lines if line.entry_id == entry.id]} for entry in entries]


def _letter(row: Letter) -> dict[str, Any]:
    held = _row(row, leave=("sealed",))
    if row.sealed is None:
        return held
    opened = mail.open_letter(row)
    return {**held, "to": opened.to, "subject": opened.subject, "text": opened.text, "html": opened.html}


def _log(person: Person, others: Iterable[Any]) -> Sequence[AuditEntry]:
    """Lines whose subject is the person or something of theirs, and lines about what they did."""
    nouns = {"memberships": "membership", "payments": "payment", "applications": "application"}
    them = audit.of("person", person.id)
    subjects = [them, *(audit.of(nouns[row.__tablename__], row.id) for row in others)]
    return session.scalars(
        select(AuditEntry).where(or_(AuditEntry.subject.in_(subjects), AuditEntry.actor == them)).order_by(AuditEntry.seq)
    ).all()


def _row(row: Base, *, leave: tuple[str, ...] = ()) -> dict[str, Any]:
    """All columns of a row as JSON values, but for those that are told opened or would let somebody in."""
    return {name: _plain(getattr(row, name)) for name in _columns(type(row)) if name not in leave}


def _columns(noun: type[Base]) -> list[str]:
    return [attribute.key for attribute in inspect(noun).column_attrs]


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, dict):
        return {key: _plain(held) for key, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(held) for held in value]
    return value
