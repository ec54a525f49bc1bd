"""Members by the hundred, each with what the Commission asks for, as the services leave them; written as rows, as joining takes
a twentieth of a second each."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.ground.mail import office
from app.ground.seal import digest
from app.law.membership import CanEnrol, Standing
from app.law.party_rules import add_years
from app.party.dues.models import Charge, DuesPaid
from app.party.electorates.models import Residence
from app.party.joining.models import Declaration
from app.party.joining.rules import CURRENT
from app.party.membership.models import Membership, MembershipMove
from app.party.payments.models import LineKind, Payment, PaymentLine
from app.party.people import queries as people
from app.party.people.models import Details, Person

_numbers = count(1)
FAMILIES = ("Tūhoro", "Ngāpō", "Whitfield", "O’Hara", "Nguyễn", "van der Berg", "Fa’alogo", "Žižek")
NO_ELECTORATE = ""
ORDER = (Person, Membership, Residence, MembershipMove, Charge, Payment, PaymentLine, DuesPaid, Declaration)


def make(
    many: int = 1,
    *,
    joined: date | None = None,
    name: str = "",
    address: str = "",
    born_on: date | None = None,
    can_enrol: str = CanEnrol.YES,
    electorate: str = NO_ELECTORATE,
    set_code: str = "2026",
    cents: int = 2000,
    own: bool = True,
    paid: bool = True,
    **evidence: Any,
) -> list[UUID]:
    """So many members who joined on a day (a month ago) and paid for a year; their ids. What they signed is what they are, but
    for what `evidence` says."""
    on = joined or clock.today() - timedelta(days=30)
    made: list[UUID] = []
    rows: list[Any] = []
    with transaction():
        for _ in range(many):
            number = next(_numbers)
            details = Details(
                name=name or f"Rere {FAMILIES[number % len(FAMILIES)]} {_word(number)}",
                email=f"crowd-{number}@people.example",
                address=address or f"{number} Kea Road, Nelson 7010",
                born_on=born_on,
            )
            theirs = _one(
                details, on, can_enrol, electorate, set_code, cents=cents, own=own, paid=paid, evidence=dict(evidence)
            )
            made.append(theirs[0].id)
            rows += theirs
        session.execute(text("select set_config('hustings.roster', 'later', true)"))  # as whoever writes many at once does
        for noun in ORDER:
            session.add_all([row for row in rows if isinstance(row, noun)])
            session.flush()
        session.execute(text("select roster_write(:ids)"), {"ids": made})
    return made


def _word(number: int) -> str:
    """A second name that no other has: digits are no letters."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number)).title()


def _one(
    details: Details, on: date, can_enrol: str, electorate: str, set_code: str, *, cents: int, own: bool, paid: bool,
    evidence: dict[str, Any],
) -> list[Any]:  # fmt: skip
    at, seal = clock.start_of(on, time(12)), office().seal
    person = Person(
        id=new_id(), email_index=people.email_index(details.email), can_enrol=can_enrol, created_at=at, email_confirmed_at=at,
        erased_at=None,
    )  # fmt: skip
    person.sealed = seal.close(details.as_json(), table="people", row=person.id)
    membership = Membership(id=new_id(), person_id=person.id, own_application=own, opened_on=on, ended_on=None)
    key = new_id()
    charge = Charge(
        id=new_id(), membership_id=membership.id, since=on, until=add_years(on, 1), payable_on=on, rhythm="yearly",
        rate="standard", cents=cents, currency="NZD", cites="Party rule 5", raised_at=at, withdrawn_at=None,
        met_on=on if paid or not cents else None,
    )  # fmt: skip
    rows: list[Any] = [person, membership, charge]
    if electorate:
        rows.append(Residence(id=new_id(), person_id=person.id, set_code=set_code, electorate_code=electorate, said_at=at))
    rows.append(MembershipMove(id=new_id(), membership_id=membership.id, on=on, to=Standing.GOOD, by="system", at=at))
    if paid and cents:
        payment = Payment(
            id=new_id(), purpose="joining", purpose_id=key, cents=cents, currency="NZD", method="cash", begun_at=at,
            settled_at=at, told_at=at, paid_on=on, rail="cash", attempts=0,
        )  # fmt: skip
        rows.append(payment)
        rows.append(PaymentLine(payment_id=payment.id, position=1, kind=LineKind.DUES, cents=cents))
        rows.append(
            DuesPaid(
                id=new_id(),
                charge_id=charge.id,
                payment_id=payment.id,
                cause=f"payment:{payment.id}",
                on=on,
                cents=cents,
                at=at,
            )
        )
    said = {
        "name": details.name, "email": details.email, "address": details.address, "can_enrol": can_enrol,
        "signature": details.name, "drawing": "", "wording": CURRENT.version, "answer": CURRENT.answers[CanEnrol(can_enrol)],
        "sentences": CURRENT.sentences(party="The Open Line Party"), "signed_at": at.isoformat(), "signed_on": on.isoformat(),
        "dues_cents": cents, "currency": "NZD", "salt": "00",
    }  # fmt: skip
    wrong = evidence.pop("digest", None)
    unsigned = evidence.pop("unsigned", False)
    said |= evidence
    if not unsigned:
        rows.append(
            Declaration(
                id=key, person_id=person.id, membership_id=membership.id, payment_id=None, wording=said["wording"],
                signed_at=at, admitted_at=at, sealed=seal.close(said, table="declarations", row=key),
                digest=wrong or digest(said),
            )
        )  # fmt: skip
    return rows
