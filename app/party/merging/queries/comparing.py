"""One half of a pair, opened, as the page of both shows it; and the money of some records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from app.ground import clock
from app.ground.db import session
from app.law import money as law
from app.law.membership import Standing
from app.party.belonging.queries.owned import payments_of
from app.party.branches import queries as branches
from app.party.branches.models import Branch
from app.party.electorates import queries as electorates
from app.party.giving import queries as giving
from app.party.membership import queries as memberships
from app.party.membership.models import Membership
from app.party.payments.models import LedgerEntry, LedgerLine
from app.party.people import queries as people
from app.party.people.models import Details
from app.party.roster.models import OnRoster


@dataclass(frozen=True)
class Money:
    """What came in for some records, in cents: payments that settled, donations that were received, the ledger by account."""

    paid: int
    given: int
    ledger: tuple[tuple[str, int], ...]

    @property
    def shown(self) -> tuple[law.Money, law.Money]:
        return law.Money(self.paid), law.Money(self.given)


def money_of(records: Iterable[UUID]) -> Money:
    """The money of these records together, each payment and donation once."""
    each = list(records)
    payments = {payment.id: payment for record in each for payment in payments_of(record)}
    donations = {donation.id: donation for record in each for donation in giving.donations_of(record)}
    booked: Counter[str] = Counter()
    lines = select(LedgerLine.account, func.sum(LedgerLine.cents)).join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
    for account, cents in session.execute(lines.where(LedgerEntry.payment_id.in_(payments)).group_by(LedgerLine.account)):
        booked[account] += int(cents)
    return Money(
        sum(payment.cents for payment in payments.values() if payment.settled_at),
        sum(donation.cents for donation in donations.values() if donation.received_on),
        tuple(sorted(booked.items())),
    )


@dataclass(frozen=True)
class Side:
    """One record and everything that is part of it, opened. Who looks is written down by whoever shows it.

    `news`: whether they let us write with news; None where they were never asked.
    """

    row: OnRoster
    details: Details
    known_on: date
    standing: Standing | None
    branch: str
    electorate: str
    in_force: Membership | None
    money: Money
    passkeys: int
    confirmed: bool
    holds_office: bool
    news: bool | None
    records: list[UUID]

    @property
    def id(self) -> UUID:
        return self.row.person_id


def side(row: OnRoster, *, on: date) -> Side:
    person = people.get_person(row.person_id)
    records = people.records_of(row.person_id)
    branch = session.get(Branch, row.branch_id) if row.branch_id else None
    lives = electorates.residence_of(row.person_id, on=on)
    return Side(
        row=row,
        details=people.details_of(person),
        known_on=clock.day_of(person.created_at),
        standing=row.standing(on=on),
        branch=branch.name if branch else "",
        electorate=lives.name if lives else "",
        in_force=memberships.current_of(row.person_id),
        money=money_of(records),
        passkeys=len(people.passkeys_of(row.person_id)),
        confirmed=person.email_confirmed_at is not None,
        holds_office=branches.has_or_will_have_office(row.person_id, on=on),
        news=next((said.given for said in people.consents_of(row.person_id) if said.kind == "news" and said.since), None),
        records=records,
    )
