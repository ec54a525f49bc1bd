"""One person’s story, in the order in which it happened. It opens nothing that is sealed: names and details come from a press
that is written down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from app.ground import audit, clock
from app.ground.audit import Action, AuditEntry
from app.ground.db import session
from app.ground.mail import Letter
from app.law.membership import Financial, Standing, is_current_financial
from app.law.money import Money
from app.party.belonging.queries.owned import payments_of
from app.party.branches import queries as branches
from app.party.dues import queries as dues
from app.party.electorates import queries as electorates
from app.party.joining.models import Declaration
from app.party.membership import queries as memberships
from app.party.membership.models import Membership, MembershipMove
from app.party.payments.models import Payment
from app.party.people import queries as people
from app.party.people.models import Consent
from app.party.receipts import queries as receipts

from ..models import OnRoster

MOST_LETTERS, MOST_LOOKS = 200, 10


@dataclass(frozen=True)
class Event:
    """Something that happened. `kind` is a word of ours; `at` orders what fell on one day."""

    on: date
    kind: str
    words: str
    amount: Money | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class EvidenceShown:
    """That a declaration was signed: when, to which wording, and the digest that proves it unchanged."""

    signed_on: date
    admitted_on: date
    wording: str
    digest: str


@dataclass(frozen=True)
class Story:
    """One person, as officers may see them without opening what is sealed."""

    row: OnRoster
    standing: Standing | None
    financial: Financial | None
    electorate: str
    branch: str
    because: str
    events: list[Event]
    evidence: list[EvidenceShown]
    owed: Money | None
    paid: Money
    has_proof: bool


def story(row: OnRoster, *, on: date) -> Story:
    """The whole of it, of every record of theirs. The row was found in somebody’s scope."""
    records = people.records_of(row.person_id)
    held = held_by(records)
    latest = held[-1] if held else None
    last = branches.last_move(latest.id) if latest else None
    lives = electorates.residence_of(row.person_id, on=on)
    payments = [payment for payment in payments_of_all(records) if payment.settled_at]
    events = [event for record in records for event in _of_person(record, alone=record == row.person_id)]
    events += [event for membership in held for event in _of_membership(membership)]
    events += [
        Event(payment.paid_on or clock.day_of(payment.settled_at), "money", f"Paid, reference {payment.reference}",
              payment.amount, payment.settled_at)
        for payment in payments if payment.settled_at
    ]  # fmt: skip
    return Story(
        row=row,
        standing=row.standing(on=on),
        financial=is_current_financial(dues.history_of(latest), on=on) if latest else None,
        electorate=lives.name if lives else "",
        branch=last.branch.name if last and last.branch else "",
        because=last.because if last else "",
        events=sorted(events, key=lambda event: (event.on, event.at or clock.start_of(event.on))),
        evidence=[piece for record in records for piece in _evidence(record)],
        owed=dues.owed(latest, on=on) if latest and latest.ended_on is None else None,
        paid=Money(sum(payment.cents for payment in payments)),
        has_proof=people.can_prove(row.person_id),
    )


def held_by(records: Sequence[UUID]) -> list[Membership]:
    """Every membership of these records, the one in force last, else the latest."""
    held = [membership for record in records for membership in memberships.memberships_of(record)]
    return sorted(held, key=lambda membership: (membership.ended_on is None, membership.id))


def payments_of_all(records: Sequence[UUID]) -> list[Payment]:
    """Every attempt to pay of these records, each once, newest first."""
    found = {payment.id: payment for record in records for payment in payments_of(record)}
    return sorted(found.values(), key=lambda payment: payment.id, reverse=True)


_DECIDED = {
    Standing.GOOD: "Admitted",
    Standing.LAPSED: "Lapsed: dues stayed unpaid",
    Standing.RESIGNED: "Resigned",
    Standing.SUSPENDED: "Suspended",
    Standing.EXPELLED: "Expelled",
}


def _of_membership(membership: Membership) -> Iterator[Event]:
    yield Event(membership.opened_on, "membership", f"Applied; member’s number {membership.number}")
    theirs = select(MembershipMove).where(MembershipMove.membership_id == membership.id)
    before = False
    for move in session.scalars(theirs.order_by(MembershipMove.on, MembershipMove.id)):
        words = "Restored" if before and move.to == Standing.GOOD else _DECIDED.get(Standing(move.to), move.to)
        yield Event(move.on, "membership", words, at=move.at)
        before = True
    for charge in dues.charges_of(membership):
        yield Event(
            clock.day_of(charge.raised_at), "dues", f"Dues asked for, payable from {_day(charge.payable_on)}",
            charge.amount, charge.raised_at,
        )  # fmt: skip
    for moved in branches.branch_moves_of(membership.id):
        where = f"Belongs to the branch {moved.branch.name}" if moved.branch else "Belongs to no branch"
        why = "where they live" if moved.because == "electorate" else "an officer said so"
        yield Event(moved.on, "branch", f"{where}: {why}", at=moved.at)


def _of_person(person_id: UUID, *, alone: bool) -> Iterator[Event]:
    person = people.get_person(person_id)
    first = "First known" if alone else "First known under another record"
    yield Event(clock.day_of(person.created_at), "person", first, at=person.created_at)
    if person.same_as and person.same_since:
        yield Event(clock.day_of(person.same_since), "person", "Another record became part of this one", at=person.same_since)
    if person.email_confirmed_at:
        yield Event(clock.day_of(person.email_confirmed_at), "person", "Email confirmed", at=person.email_confirmed_at)
    for said, seat in electorates.residences_of(person_id):
        yield Event(clock.day_of(said.said_at), "person", f"Lives in {seat.name} ({said.set_code})", at=said.said_at)
    for consent in session.scalars(select(Consent).where(Consent.person_id == person_id).order_by(Consent.id)):
        words = f"{'Allowed' if consent.given else 'Withdrew'}: {consent.kind} ({consent.source})"
        yield Event(clock.day_of(consent.at), "consent", words, at=consent.at)
    for held in branches.offices_of(person_id):
        yield Event(held.since, "office", f"Became {branches.words(held.office, held.branch)}")
        if held.until:
            yield Event(held.until, "office", f"No longer {branches.words(held.office, held.branch)}")
    letters = select(Letter.template, Letter.queued_at).where(Letter.person_id == person_id)
    for template, queued_at in session.execute(letters.order_by(Letter.id.desc()).limit(MOST_LETTERS)):
        yield Event(clock.day_of(queued_at), "letter", f"Letter: {_letter(template)}", at=queued_at)
    for bounce in people.bounces_of(person):
        words = (
            "A letter came back for good: nobody reads at their address" if bounce.for_good else "A letter came back for now"
        )
        yield Event(clock.day_of(bounce.at), "letter", f"{words} ({bounce.code})", at=bounce.at)
    for receipt in receipts.listed(person_id, one_record=True):
        yield Event(receipt.received_on, "money", f"Receipt {receipt.number}", receipt.amount)
    for look in branches.looks_at(person_id, most=MOST_LOOKS):
        what = look.what.replace("your ", "their ", 1)  # the phrase is made for the person’s own page
        yield Event(clock.day_of(look.at), "look", f"Looked at by the {look.office}: {what}", at=look.at)
    proofs = select(AuditEntry).where(
        AuditEntry.subject == audit.of("person", person_id), AuditEntry.action == Action.TOOK_EVERYTHING
    )
    for line in session.scalars(proofs):
        yield Event(clock.day_of(line.at), "person", "Took everything we hold", at=line.at)


def _letter(template: str) -> str:
    """`dues/reminder` as words: what the letter was about, not what it said."""
    return template.replace("/", ", ").replace("_", " ")


def _evidence(person_id: UUID) -> list[EvidenceShown]:
    rows = session.scalars(select(Declaration).where(Declaration.person_id == person_id).order_by(Declaration.signed_at))
    return [EvidenceShown(clock.day_of(row.signed_at), clock.day_of(row.admitted_at), row.wording, row.digest) for row in rows]


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
