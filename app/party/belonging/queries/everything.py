"""Everything we hold about a person: every row of every table that is about them, opened, and nothing of anybody else."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import inspect, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute

from app.ground import audit, mail
from app.ground.audit import AuditEntry
from app.ground.db import Base, looking_as, session
from app.ground.mail import Letter
from app.party.bank import queries as bank
from app.party.bank.models import BankLine, BankMatch
from app.party.branches import queries as branches
from app.party.casework import queries as casework
from app.party.casework.models import Note, Task
from app.party.dues.models import Charge, DuesPaid, Plan
from app.party.electorates import queries as electorates
from app.party.electorates.models import ResidenceAsking
from app.party.giving.models import Contribution, Donation, DonationMove, Donor, Duty, Loan, LoanRepayment
from app.party.joining.models import Application, Declaration
from app.party.membership.models import MembershipMove
from app.party.payments import queries as payment_questions
from app.party.payments.models import (
    Difference,
    Dispute,
    HeardEvent,
    LedgerEntry,
    LedgerLine,
    Payment,
    Refund,
    Renewal,
)
from app.party.people import queries as people
from app.party.people.models import (
    Authenticator,
    Bounce,
    Consent,
    Likeness,
    NameBuckets,
    OneTimeLink,
    Passkey,
    Person,
    SignIn,
)
from app.party.policy.queries import record
from app.party.receipts import queries as receipts
from app.party.receipts.models import Receipt, ReceiptPaper

from .owned import memberships_of, payments_of

# Which table is told under which heading. A test walks the database and fails on a table about people that is missing.
COVERED = {
    "people": "details",
    "people_name_buckets": "search_index",
    "people_likenesses": "likeness",
    "likely_pairs": "alike",
    "merges": "other_records",
    "residences": "electorates",
    "residence_askings": "asked_where_you_live",
    "consents": "consents",
    "memberships": "memberships",
    "membership_moves": "decisions",
    "declarations": "declarations",
    "applications": "applications",
    "dues_charges": "dues",
    "dues_paid": "dues_paid",
    "dues_plans": "dues_plans",
    "payments": "payments",
    "payment_lines": "payments",
    "renewals": "renewals",
    "refunds": "refunds",
    "disputes": "disputes",
    "differences": "differences",
    "stripe_events": "payment_events",
    "bank_lines": "statement_lines",
    "bank_matches": "statement_lines",
    "donors": "donors",
    "donations": "donations",
    "contributions": "contributions",
    "donation_moves": "donation_moves",
    "donation_duties": "donation_duties",
    "loans": "loans",
    "loan_repayments": "loan_repayments",
    "receipts": "receipts",
    "receipt_papers": "receipt_papers",
    "receipt_notes": "receipt_notes",
    "ledger_entries": "ledger",
    "ledger_lines": "ledger",
    "sign_ins": "sessions",
    "passkeys": "passkeys",
    "authenticators": "authenticators",
    "policy_endorsements": "endorsements",
    "policy_comments": "comments",
    "policy_amendments": "amendments",
    "amendment_supports": "amendments_supported",
    "amendment_decisions": "decided_about_amendments",
    "offices": "offices",
    "branch_moves": "branches",
    "pages_of_names": "looks_through_lists",
    "files_of_names": "files_you_are_in",
    "names_in_files": "files_you_are_in",
    "exports": "files_you_asked_for",
    "agreements": "acts_for_two_people",
    "erasings": "erasings_you_asked_for",
    "erasing_people": "to_be_erased",
    "roster": "register",
    "registration_lines": "registration_packs",
    "import_rows": "imports",
    "taggings": "tags",
    "notes": "notes",
    "tasks": "tasks",
    "api_keys": "keys",
    "hooks": "hooks",
    "hook_events": "told_to_systems",
    "hook_deliveries": "told_to_systems",
    "one_time_links": "links",
    "letters": "letters",
    "mailing_parts": "letters_to_come",
    "bounces": "letters_that_came_back",
    "audit_entries": "log",
}

NOUNS = {
    "memberships": "membership",
    "payments": "payment",
    "applications": "application",
    "renewals": "renewal",
    "refunds": "refund",
    "disputes": "dispute",
    "receipts": "receipt",
    "donations": "donation",
    "bank_lines": "bank_line",
    "policy_endorsements": "endorsement",
    "policy_comments": "comment",
    "policy_amendments": "amendment",
}


def everything_of(person_id: UUID) -> dict[str, Any]:
    """All of it, as plain JSON values, a heading a kind. Sealed values are opened."""
    person = people.get_person(person_id)
    memberships = memberships_of(person_id)
    payments = payments_of(person_id)
    charges = _all(Charge, Charge.membership_id, memberships)
    applications = _applications(person)
    donors = _theirs(Donor, person_id)
    donations = _all(Donation, Donation.donor_id, donors)
    loans = _all(Loan, Loan.lender_id, donors)
    renewals = _renewals([*memberships, *applications, *donations], payments)
    refunds, disputes = _all(Refund, Refund.payment_id, payments), _all(Dispute, Dispute.payment_id, payments)
    matches = [*_all(BankMatch, BankMatch.payment_id, payments), *_all(BankMatch, BankMatch.refund_id, refunds)]
    lines = _wholly_theirs(matches)
    given = receipts.receipts_of(person_id, one_record=True)
    endorsements = record.endorsements_of(person)
    comments, amendments = record.comments_of(person_id), record.amendments_of(person_id)
    said = [*endorsements, *comments, *amendments]
    return {
        "details": {
            **_row(person, leave=("sealed", "email_index")),
            **_plain(people.details_of(person).as_json()),
            "email_index": _plain(person.email_index),
        },
        "search_index": [_row(row) for row in _theirs(NameBuckets, person_id)],
        "likeness": [_row(row) for row in _theirs(Likeness, person_id)],
        "alike": _alike(person_id),
        "other_records": _other_records(person_id),
        "electorates": [
            {**_row(said), "electorate": seat.name, "kind": seat.kind} for said, seat in electorates.residences_of(person_id)
        ],
        "asked_where_you_live": [_row(row) for row in _theirs(ResidenceAsking, person_id)],
        "consents": [_row(row) for row in _theirs(Consent, person_id)],
        "memberships": [_row(row) for row in memberships],
        "decisions": [_row(row) for row in _all(MembershipMove, MembershipMove.membership_id, memberships)],
        "declarations": [_opened(row) for row in _theirs(Declaration, person_id)],
        "applications": [_opened(row) for row in applications],
        "dues": [_row(row) for row in charges],
        "dues_paid": [_row(row) for row in _all(DuesPaid, DuesPaid.charge_id, charges)],
        "dues_plans": [_row(row) for row in _all(Plan, Plan.membership_id, memberships)],
        "payments": [_payment(row) for row in payments],
        "renewals": [_renewal(row) for row in renewals],
        "refunds": [_row(row) for row in refunds],
        "disputes": [_row(row) for row in disputes],
        "differences": [_row(row) for row in _differences([*payments, *renewals, *refunds, *disputes, *lines])],
        "statement_lines": [_statement_line(match, lines) for match in matches],
        "payment_events": [_row(row) for row in _events(payments, renewals)],
        "donors": [_opened(row) for row in donors],
        "donations": [_opened(row) for row in donations],
        "contributions": [_opened(row) for row in _all(Contribution, Contribution.donation_id, donations)],
        "donation_moves": [_opened(row) for row in _all(DonationMove, DonationMove.donation_id, donations)],
        "donation_duties": [_row(row) for row in _all(Duty, Duty.donation_id, donations)],
        "loans": [_opened(row) for row in loans],
        "loan_repayments": [_row(row) for row in _all(LoanRepayment, LoanRepayment.loan_id, loans)],
        "receipts": [_receipt(row) for row in given],
        "receipt_papers": [_paper(row) for row in receipts.papers_of(given)],
        "receipt_notes": [
            {**_row(row, leave=("sealed",)), "reason": receipts.reason_of(row)} for row in receipts.notes_on(given)
        ],
        "ledger": _ledger(payments),
        "sessions": [_row(row, leave=("token_hash",)) for row in _theirs(SignIn, person_id)],
        "passkeys": [_row(row) for row in _theirs(Passkey, person_id)],
        "authenticators": [_row(row, leave=("sealed",)) for row in _theirs(Authenticator, person_id)],
        "endorsements": [_opened(row) for row in endorsements],
        "comments": [_row(row) for row in comments],
        "amendments": [_row(row) for row in amendments],
        "amendments_supported": [_row(row) for row in record.supports_of(person_id)],
        "decided_about_amendments": [_row(row) for row in record.decisions_about(amendments)],
        "branches": [
            {**_row(move), "branch": move.branch.name if move.branch else None}
            for membership in memberships
            for move in branches.branch_moves_of(membership.id)
        ],
        "registration_packs": _in_packs(person_id),
        "imports": _imported(person_id),
        **_kept_by_officers(person_id),
        "looks_through_lists": [
            {"id": str(page.id), "at": page.at.isoformat(), "office": page.office, "what": page.what}
            for page in branches.pages_with(person_id)
        ],
        "files_you_are_in": [_row(file) for file in branches.files_with(person_id)],
        **{name: _from_above(table, whose, person_id) for name, (table, whose) in _ABOVE.items()},
        "keys": _in_rooms_above(_KEYS, person_id),
        "hooks": [{**row, "said": _address(row)} for row in _in_rooms_above(_HOOKS, person_id)],
        "told_to_systems": _told_to_systems(person_id),
        "offices": [{**_row(row), "branch": row.branch.name if row.branch else None} for row in branches.offices_of(person_id)],
        "links": [
            {**_row(row, leave=("sealed",)), "said": _plain(people.link_details(row))}
            for row in _theirs(OneTimeLink, person_id)
        ],
        "letters": [_letter(row) for row in _theirs(Letter, person_id)],
        "letters_to_come": _letters_to_come(person_id),
        "letters_that_came_back": [_row(row) for row in _theirs(Bounce, person_id)],
        "log": [
            _row(row)
            for row in _log(person, [*memberships, *payments, *applications, *renewals, *donations, *given, *lines, *said])
        ],
    }


# Tables of rooms that stand above this one: which rows are the person’s.
_ABOVE = {
    "register": ("roster", "person_id = :person"),
    "files_you_asked_for": ("exports", "asked_by_id = :person"),
    "acts_for_two_people": ("agreements", ":person in (asked_by_id, agreed_by_id, refused_by_id)"),
    "erasings_you_asked_for": ("erasings", "asked_by_id = :person"),
    "to_be_erased": ("erasing_people", "person_id = :person"),
}


def _from_above(table: str, whose: str, person_id: UUID) -> list[dict[str, Any]]:
    """The person’s rows of a table of a room above, as it lies; what opens a file, or tells who is in it, is none of theirs."""
    with looking_as(f"self:{person_id}"):
        asked = text(f"select to_jsonb(r) - 'sealed' - 'sketch' from {table} r where {whose}")  # noqa: S608  (words of our own)
        return [dict(row) for row in session.scalars(asked, {"person": person_id})]


def _in_packs(person_id: UUID) -> list[dict[str, Any]]:
    """In which packs for the Electoral Commission they were (the room of registration stands above this one, too)."""
    asked = text(
        "select to_jsonb(l) || jsonb_build_object('for_day', p.on, 'filed_on', p.filed_on)"
        " from registration_lines l join registration_packs p on p.id = l.pack_id where l.person_id = :person order by l.id"
    )
    return [dict(row) for row in session.scalars(asked, {"person": person_id})]


def _letters_to_come(person_id: UUID) -> list[dict[str, Any]]:
    """Letters to many that are being sent and have the person on their list (the room of mailings stands above this one). The
    lists go when a mailing has ended: what was sent is among the letters."""
    asked = text(
        "select mailing_id, kind, confirmed_at from mailing_parts join mailings on id = mailing_id"
        " where :person = any (person_ids) order by mailing_id"
    )
    return [
        {name: _plain(value) for name, value in row.items()} for row in session.execute(asked, {"person": person_id}).mappings()
    ]


def _alike(person_id: UUID) -> list[dict[str, Any]]:
    """That somebody was found who may be the same person: not who (the room of merging stands above this one)."""
    found = text("""
        select jsonb_build_object('why', why, 'found_at', found_at, 'apart_at', apart_at, 'apart_by', apart_by)
          from likely_pairs where a_id = :person or b_id = :person order by found_at
    """)
    with looking_as(f"self:{person_id}"):
        return [dict(row) for row in session.scalars(found, {"person": person_id})]


def _other_records(person_id: UUID) -> list[dict[str, Any]]:
    """What was said about records that are one person. A record is in it whole once its own mailbox has said that it is one
    with this; until then whoever signs in may be somebody else who made a copy."""
    asked = text("select * from merges where kept_id = :person or gone_id = :person order by id")
    told = []
    for row in session.execute(asked, {"person": person_id}).mappings().all():
        shown = row["kept_id"] == person_id and row["proven_at"] and row["undone_at"] is None
        opened = mail.office().seal.open(row["sealed"], table="merges", row=row["id"]) if shown and row["sealed"] else None
        plain = {name: value for name, value in row.items() if name != "sealed"}
        told.append({**_plain(plain), "said": _plain(opened), "record": everything_of(row["gone_id"]) if shown else None})
    return told


def _imported(person_id: UUID) -> list[dict[str, Any]]:
    """The rows of lists that brought or changed them (the room of imports stands above this one), with what is kept of each."""
    asked = text("""
        select r.id, r.import_id, i.sent_at, i.system, r.line, r.verdict, r.changes, r.outcome, r.done_at, r.undone, r.sealed
          from import_rows r join people_imports i on i.id = r.import_id where r.person_id = :person order by r.id
    """)
    seal = mail.office().seal
    return [
        {
            **{name: _plain(value) for name, value in row.items() if name != "sealed"},
            "said": _plain(seal.open(row["sealed"], table="import_rows", row=row["id"])) if row["sealed"] else None,
        }
        for row in session.execute(asked, {"person": person_id}).mappings()
    ]


def _kept_by_officers(person_id: UUID) -> dict[str, Any]:
    """What officers keep about a person: shown by the database to who sees the person, and to the person."""
    with looking_as(f"self:{person_id}"):
        tagged = casework.taggings_of(person_id)
        notes, tasks = _theirs(Note, person_id), _theirs(Task, person_id)
    names = casework.tag_names([row.tag_id for row in tagged])
    return {
        "tags": [{**_row(row), "tag": names[row.tag_id]} for row in tagged],
        "notes": [_opened(row) for row in notes],
        "tasks": [_opened(row) for row in tasks],
    }


# Rooms that stand above this one: their keys and secrets are left out, for they would let somebody in.
_KEYS = "select to_jsonb(k) - 'secret_hash' from api_keys k where person_id = :person order by id"
_HOOKS = "select to_jsonb(h) from hooks h where person_id = :person order by id"
_TOLD = """
    select to_jsonb(e) - 'tx' || jsonb_build_object('accepted_at', (
        select jsonb_agg(d.accepted_at order by d.id) from hook_deliveries d
         where d.event_id = e.id and d.accepted_at is not null
    )) from hook_events e where person_id = :person order by at, id
"""


def _in_rooms_above(question: str, person_id: UUID) -> list[dict[str, Any]]:
    return [dict(row) for row in session.scalars(text(question), {"person": person_id})]


def _address(hook: dict[str, Any]) -> dict[str, Any]:
    """Where a hook of theirs leads, opened; its row has it sealed no longer."""
    sealed = bytes.fromhex(hook.pop("sealed").removeprefix("\\x"))
    return {"address": mail.office().seal.open(sealed, table="hooks", row=UUID(hook["id"]))["address"]}


def _told_to_systems(person_id: UUID) -> list[dict[str, Any]]:
    """That something about them was told to another system, by id, and when it was accepted there."""
    with looking_as(f"self:{person_id}"):
        return _in_rooms_above(_TOLD, person_id)


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


def _opened(row: Any) -> dict[str, Any]:
    """A row with what is sealed in it."""
    said = mail.office().seal.open(row.sealed, table=row.__tablename__, row=row.id) if row.sealed else None
    return {**_row(row, leave=("sealed",)), "said": _plain(said)}


def _payment(row: Payment) -> dict[str, Any]:
    asked = _plain(payment_questions.frozen_params(row)) if row.frozen else None
    return {
        **_row(row, leave=("frozen",)),
        "reference": row.reference,
        "asked_of_provider": asked,
        "lines": [_row(line) for line in row.lines],
    }


def _renewals(theirs: Iterable[Any], payments: Iterable[Payment]) -> Sequence[Renewal]:
    """Renewals for their memberships and applications, and those that made their payments."""
    made = [payment.renewal_id for payment in payments if payment.renewal_id]
    ids = [row.id for row in theirs]
    return session.scalars(
        select(Renewal).where(or_(Renewal.purpose_id.in_(ids), Renewal.id.in_(made))).order_by(Renewal.id)
    ).all()


def _renewal(row: Renewal) -> dict[str, Any]:
    asked = mail.office().seal.open(row.frozen, table="renewals", row=row.id) if row.frozen else None
    return {**_row(row, leave=("frozen",)), "asked_of_provider": _plain(asked)}


def _subjects(rows: Iterable[Any]) -> list[str]:
    """How rows are named in the log and on the work list."""
    return [f"{NOUNS[row.__tablename__]}:{row.id}" for row in rows]


def _differences(rows: Iterable[Any]) -> Sequence[Difference]:
    return session.scalars(
        select(Difference).where(Difference.subject.in_(_subjects(rows))).order_by(Difference.found_at)
    ).all()


def _events(payments: Sequence[Payment], renewals: Sequence[Renewal]) -> Sequence[HeardEvent]:
    """What the provider told about their payments and renewals, by our ids or by its own."""
    about = _subjects(renewals) + [f"intent:{payment.intent_id}" for payment in payments if payment.intent_id]
    about += [f"invoice:{payment.invoice_id}" for payment in payments if payment.invoice_id]
    about += [f"customer:{renewal.customer_id}" for renewal in renewals if renewal.customer_id]
    theirs = HeardEvent.payment_id.in_([payment.id for payment in payments])
    return session.scalars(select(HeardEvent).where(or_(theirs, HeardEvent.about.in_(about))).order_by(HeardEvent.id)).all()


def _wholly_theirs(matches: Sequence[BankMatch]) -> list[BankLine]:
    """Lines of bank statements on which nothing but money of theirs came or went: what stands on another names others, too."""
    ids = {match.id for match in matches}
    lines = {match.line_id: session.get_one(BankLine, match.line_id) for match in matches}
    return [line for line in lines.values() if {match.id for match in line.matches} <= ids]


def _statement_line(match: BankMatch, lines: Sequence[BankLine]) -> dict[str, Any]:
    """What of a line of a statement was theirs; and all that the bank wrote on it, if all of it was."""
    line = next((line for line in lines if line.id == match.line_id), None)
    words = bank.words_of(line) if line else None
    return {
        **_row(match),
        "line": _row(line, leave=("sealed", "identity_index")) if line else None,
        "the_bank_wrote": [text for text in words.texts if text] if words else None,
    }


def _receipt(row: Receipt) -> dict[str, Any]:
    return {**_row(row, leave=("sealed",)), "printed_number": row.name, "said": _plain(receipts.facts_of(row))}


def _paper(row: ReceiptPaper) -> dict[str, Any]:
    return {**_row(row, leave=("sealed",)), "pdf": _plain(receipts.pdf_of(row))}


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
    them = audit.of("person", person.id)
    subjects = [them, *_subjects(others)]
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
