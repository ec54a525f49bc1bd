"""How a person stands, what they owe and paid, and everything their own page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app.ground import clock, mail
from app.law.clauses import Finding
from app.law.membership import (
    WORDS,
    CanEnrol,
    Elector,
    Financial,
    History,
    Standing,
    counts_toward_500,
    is_current_financial,
    standing,
)
from app.law.money import Money
from app.law.party_rules import DUES
from app.party.branches import queries as branches
from app.party.dues import queries as dues
from app.party.dues.models import Charge
from app.party.electorates import queries as electorates
from app.party.electorates.models import Electorate
from app.party.giving import queries as giving
from app.party.membership.models import Membership
from app.party.people import queries as people
from app.party.people import rules as people_rules
from app.party.people.models import Authenticator, Details, Passkey, Person, SignIn
from app.party.policy.queries import record
from app.party.receipts import queries as receipts

from .owned import memberships_of, payments_of
from .paid import PaymentShown, RenewalShown, renewal_of, shown

MOST_LETTERS = 30
_ONE_DAY = timedelta(days=1)
_NO_MEMBERSHIP = Financial(
    False, "Not a current financial member: there is no membership.", "Electoral Act 1993 s 3(1), “current financial member”"
)
_OTHERWISE = {
    Standing.APPLIED: ("info", "Your application is here, and you are a member as soon as your dues are."),
    Standing.LAPSED: ("error", "Your membership lapsed because dues stayed unpaid. You can join again whenever you like."),
    Standing.SUSPENDED: ("warning", "Your membership is suspended. You have a letter that says why, and until when."),
    Standing.RESIGNED: ("info", "You have left the party. You can join again whenever you like."),
    Standing.EXPELLED: ("error", "Your membership was ended by a decision of the party. You have a letter that says why."),
}


@dataclass(frozen=True)
class Whom:
    """The person as their page names them. `name` is the email for a supporter who gave no name."""

    name: str
    email: str
    phone: str
    address: str
    born_on: date | None
    number: int | None


@dataclass(frozen=True)
class Stand:
    word: str
    tone: str
    sentence: str
    until: date | None = None


@dataclass(frozen=True)
class ChargeShown:
    label: str
    payable_on: date
    amount: Money
    paid_on: date | None
    missing: Money | None  # of dues that are paid in part


@dataclass(frozen=True)
class ConsentShown:
    key: str
    label: str
    given: bool
    since: date | None


@dataclass(frozen=True)
class LetterShown:
    at: datetime
    subject: str


@dataclass(frozen=True)
class OfficeShown:
    words: str
    since: date
    until: date | None


@dataclass(frozen=True)
class Todo:
    text: str
    url: str


_COMES_BACK = Todo(
    "A letter to you came back for good, so you get only what the law requires. If you have another address, write to us; if "
    "yours works, sign in by a letter once",
    "/sign-in",
)


@dataclass(frozen=True)
class Me:
    """A person’s own page."""

    person: Whom
    details: Details
    electorate: Electorate | None
    is_member: bool
    standing: Stand
    financial: Financial
    counts: Finding
    owed: Money | None
    todo: list[Todo]
    dues_path: str | None
    renewal: RenewalShown | None
    charges: list[ChargeShown]
    payments: list[PaymentShown]
    receipts: list[receipts.Listed]
    years: list[int]
    underway: list[UUID]
    gifts: list[tuple[Money, date | None, str]]
    consents: list[ConsentShown]
    sessions: list[SignIn]
    passkeys: list[Passkey]
    authenticators: list[Authenticator]
    offices: list[OfficeShown]
    looks: list[branches.Looks]
    record: record.Record
    letters: list[LetterShown]


def me(person_id: UUID, *, on: date) -> Me:
    """Everything the person’s own page shows, as it stands on day `on`. Works for members, supporters and former members."""
    person = people.get_person(person_id)
    details = people.details_of(person)
    memberships = memberships_of(person_id)
    latest = memberships[-1] if memberships else None
    current = latest if latest and latest.ended_on is None else None
    charges = dues.charges_of(latest) if latest else []
    history = dues.history_of(latest, charges=charges) if latest else None
    unpaid = [charge for charge in charges if not charge.is_paid] if current else []
    financial = is_current_financial(history, on=on) if history else _NO_MEMBERSHIP
    electorate = electorates.residence_of(person_id, on=on)
    old = electorates.asked_again(person_id, on=on) if electorate is None else None
    payments = payments_of(person_id)
    given = receipts.listed(person_id)
    return Me(
        person=_whom(details, current),
        details=details,
        electorate=electorate,
        is_member=current is not None,
        standing=_stand(history, unpaid, financial, on=on),
        financial=financial,
        counts=_counts(person, details, history, on=on),
        owed=unpaid[0].outstanding if unpaid and unpaid[0].amount else None,  # what pressing the button asks for: the oldest
        dues_path=dues.path_of(current) if current else None,
        renewal=renewal_of(current) if current else None,
        todo=[
            *_todo(details, electorate, unpaid, old=old, is_member=current is not None, on=on),
            *([_COMES_BACK] if people.is_undeliverable(person) else []),
        ],
        charges=[_charge(charge) for charge in reversed(charges)],
        payments=shown(payments),
        receipts=given,
        years=receipts.years_of(given),
        gifts=giving.running_gifts(person_id),
        underway=[payment.id for payment in payments if payment.is_open and payment.checkout_id],
        consents=[
            ConsentShown(said.kind, _words(said), said.given, clock.day_of(said.since) if said.since else None)
            for said in people.consents_of(person_id)
        ],
        sessions=people.sign_ins_of(person_id),
        passkeys=people.passkeys_of(person_id),
        authenticators=people.authenticators_of(person_id),
        offices=[
            OfficeShown(branches.words(held.office, held.branch), held.since, held.until)
            for held in branches.offices_of(person_id)
            if held.until is None or held.until > on
        ],
        looks=branches.looks_by_day(person_id),
        record=record.record_of(person_id, on=on),
        letters=[LetterShown(letter.queued_at, letter.subject) for letter in mail.letters_to(person_id, most=MOST_LETTERS)],
    )


def _whom(details: Details, current: Membership | None) -> Whom:
    number = current.number if current else None
    return Whom(details.name or details.email, details.email, details.phone, details.address, details.born_on, number)


def _words(said: people.Said) -> str:
    """What they said yes to; for a no, what we would ask today."""
    wordings = people_rules.CONSENTS[said.kind]
    return (wordings.get(said.wording) if said.given else None) or people_rules.wording_of(said.kind)[1]


def _stand(history: History | None, unpaid: list[Charge], financial: Financial, *, on: date) -> Stand:
    if history is None:
        return Stand("Supporter", "info", "You hear from us. You are not a member; joining takes two minutes.")
    now = standing(history, on=on)
    if now is Standing.GOOD:
        until = financial.until
        paid = [fee.until for fee in history.fees if fee.is_paid(on)]
        sentence = (
            f"You are a member. Your dues cover you to {_day(max(paid) - _ONE_DAY)}; the next become payable on {_day(until)}."
            if until and paid
            else "You are a member."
        )
        return Stand(WORDS[now], "success", sentence, until)
    if now is Standing.BEHIND:
        if not unpaid:  # owed by the rules, and the nightly chore has not raised it yet
            return Stand(WORDS[now], "warning", financial.sentence)
        first = unpaid[0]
        lapses = first.payable_on + DUES.on(on).value.lapse_days * _ONE_DAY
        sentence = (
            f"Dues of {first.amount} have been payable since {_day(first.payable_on)}. "
            f"If they stay unpaid, your membership lapses on {_day(lapses)}."
        )
        return Stand(WORDS[now], "warning", sentence)
    return Stand(WORDS[now], *_OTHERWISE[now])


def _counts(person: Person, details: Details, history: History | None, *, on: date) -> Finding:
    if history is None:
        return Finding(False, "Does not count toward 500: a supporter is not a member.", "Electoral Act 1993 s 3(1)")
    elector = Elector(CanEnrol(person.can_enrol) if person.can_enrol else CanEnrol.UNSURE, details.born_on)
    return counts_toward_500(elector, history, on=on)


def _charge(charge: Charge) -> ChargeShown:
    paid_on = charge.paid[-1].on if charge.is_paid and charge.paid else None
    rate = {"concession": ", concession"}.get(charge.rate, "")
    label = f"{_day(charge.since)} to {_day(charge.until - _ONE_DAY)}{rate}"
    in_part = charge.outstanding != charge.amount and not charge.is_paid
    return ChargeShown(label, charge.payable_on, charge.amount, paid_on, charge.outstanding if in_part else None)


def _todo(
    details: Details, electorate: Electorate | None, unpaid: list[Charge], *, old: Electorate | None, is_member: bool, on: date
) -> list[Todo]:
    """`old`: where they had said they live, in a set of electorates that is not in force any more."""
    todo = []
    if not is_member:
        todo.append(Todo("Join, to have a vote in the party", "/join"))
    if any(charge.payable_on <= on for charge in unpaid):
        todo.append(Todo(f"Pay your dues of {unpaid[0].amount}", "#main"))
    if is_member and electorate is None:
        before = f". You had said {old.name}, by the boundaries of before; they have changed" if old else ""
        todo.append(Todo(f"Say which electorate you live in{before}", "#details"))
    if is_member and details.born_on is None:
        todo.append(Todo("Add your date of birth, if you like: it shows that you may enrol", "#details"))
    return todo


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
