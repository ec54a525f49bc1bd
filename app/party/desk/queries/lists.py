"""The lists about money, fifty at a time, and a payment by what is quoted of it. They name nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select

from app.ground import clock
from app.ground.db import session
from app.ground.ids import read_id
from app.law.money import Money, total
from app.party.branches import queries as branches
from app.party.joining.models import Declaration
from app.party.membership.models import Membership
from app.party.payments import queries as payments
from app.party.payments.models import Account, Difference, Dispute, LedgerEntry, LedgerLine, Method, Payment, Refund
from app.party.payments.rules import DIFFERENCES, WHY_BACK
from app.party.receipts import rules as receipt_rules
from app.party.receipts.models import Receipt

from .. import rules
from .one_payment import state_of

Row = TypeVar("Row")


def _page(rows: Sequence[Row]) -> tuple[list[Row], bool]:
    """Fifty rows, and whether more follow."""
    return list(rows[: rules.A_PAGE]), len(rows) > rules.A_PAGE


@dataclass(frozen=True)
class WorkItem:
    """Something about money that a person must look at. `owner`: the office of whoever took it up, None for nobody."""

    id: UUID
    words: str
    amount: Money | None
    days: int
    owner: str | None
    payment_id: UUID | None
    line_id: UUID | None


def work(*, after: UUID | None, on: date) -> tuple[list[WorkItem], bool]:
    """The open items of the work list, oldest first, and whether more follow."""
    asked = select(Difference).where(Difference.closed_at.is_(None)).order_by(Difference.id).limit(rules.A_PAGE + 1)
    rows, more = _page(session.scalars(asked.where(Difference.id > after) if after else asked).all())
    offices = {owner: _office_of(owner, on) for owner in {row.owner_id for row in rows if row.owner_id}}
    return [
        WorkItem(
            row.id,
            DIFFERENCES[row.kind],
            Money(row.cents) if row.cents is not None else None,
            (on - clock.day_of(row.found_at)).days,
            offices[row.owner_id] if row.owner_id else None,
            _payment_in(row.subject),
            UUID(row.subject.partition(":")[2]) if row.kind == "bank line" else None,
        )
        for row in rows
    ], more


def _office_of(person_id: UUID, on: date) -> str:
    held = branches.held_by(person_id, on=on)
    return ", ".join(branches.words(office.office, office.branch) for office in held) or "an officer who is none any more"


def _payment_in(subject: str) -> UUID | None:
    """The payment that an item of the work list is about, if it is about one."""
    noun, _, name = subject.partition(":")
    if noun == "payment":
        return UUID(name)
    if noun == "refund":
        return session.scalar(select(Refund.payment_id).where(Refund.id == UUID(name)))
    return session.scalar(select(Dispute.payment_id).where(Dispute.id == name)) if noun == "dispute" else None


@dataclass(frozen=True)
class Waited:
    """A bank transfer that is waited for."""

    id: UUID
    reference: str
    amount: Money
    days: int


def waited_for(*, after: UUID | None, on: date) -> tuple[list[Waited], bool]:
    """Attempts by bank transfer that nobody has recorded, oldest first, and whether more follow."""
    asked = (
        select(Payment)
        .where(Payment.settled_at.is_(None), Payment.closed_at.is_(None), Payment.method == Method.BANK)
        .order_by(Payment.id)
        .limit(rules.A_PAGE + 1)
    )
    rows, more = _page(session.scalars(asked.where(Payment.id > after) if after else asked).all())
    return [Waited(row.id, row.reference, row.amount, (on - clock.day_of(row.begun_at)).days) for row in rows], more


@dataclass(frozen=True)
class Came:
    """A payment in a list: `at` is its place in it."""

    at: UUID
    id: UUID
    reference: str
    amount: Money
    rail: str
    paid_on: date | None
    state: tuple[str, str]


def came(*, before: UUID | None) -> tuple[list[Came], bool]:
    """Money that came, the last that was posted first, and whether more follow. Walks the ledger's own key backwards."""
    asked = (
        select(LedgerEntry.id, Payment)
        .join(Payment, Payment.id == LedgerEntry.payment_id)
        .where(LedgerEntry.kind == "payment")
        .order_by(LedgerEntry.id.desc())
        .limit(rules.A_PAGE + 1)
    )
    rows, more = _page(session.execute(asked.where(LedgerEntry.id < before) if before else asked).all())
    return _listed([(row[0], row[1]) for row in rows]), more


@dataclass(frozen=True)
class ToConfirm:
    """A refund that waits for a second officer: how much of which payment, why, since when, and who asked, by their office."""

    refund: Refund
    payment: Payment
    why: str
    asked_by: str


def to_confirm(*, on: date) -> list[ToConfirm]:
    """What waits for a second officer, oldest first."""
    rows = payments.refunds_to_confirm()
    there = {payment.id: payment for payment in payments.payments_of([row.payment_id for row in rows])}
    found = []
    for row in rows:
        asker = read_id(row.asked_by.removeprefix("person:"))
        found.append(
            ToConfirm(row, there[row.payment_id], WHY_BACK.get(row.why, row.why), _office_of(asker, on) if asker else "")
        )
    return found


def _listed(rows: list[tuple[UUID, Payment]]) -> list[Came]:
    ids = [payment.id for _, payment in rows]
    refunds, disputes = payments.refunds_of(ids), payments.disputes_of(ids)
    return [
        Came(
            at,
            payment.id,
            payment.reference,
            payment.amount,
            rules.RAILS[payment.rail or payment.method],
            payment.paid_on,
            state_of(
                payment,
                [refund for refund in refunds if refund.payment_id == payment.id],
                [dispute for dispute in disputes if dispute.payment_id == payment.id],
            ),
        )
        for at, payment in rows
    ]


def payments_of_member(number: int) -> list[Came]:
    """The last fifty payments for the membership with this number, newest first: what it joined with, and its dues since."""
    membership = session.scalar(select(Membership.id).where(Membership.number == number))
    if membership is None:
        return []
    joined = select(Declaration.payment_id).where(Declaration.membership_id == membership)
    rows = session.scalars(
        select(Payment)
        .where(Payment.purpose_id.in_(select(Declaration.id).where(Declaration.membership_id == membership)) |
               (Payment.purpose_id == membership) | Payment.id.in_(joined))
        .order_by(Payment.begun_at.desc())
        .limit(rules.A_PAGE)
    )  # fmt: skip
    return _listed([(payment.id, payment) for payment in rows])


def find_by_reference(typed: str) -> UUID | None:
    """The payment whose reference or receipt number this is, on any rail; None for a slip or nobody's."""
    spelt = receipt_rules.read_number(typed.strip())
    if spelt:
        year, number = spelt
        return session.scalar(select(Receipt.payment_id).where(Receipt.year == year, Receipt.number == number))
    signs = rules.read_reference(typed).payment
    return payments.find_by_reference(signs) if signs else None


def accounts(currency: str = "NZD") -> tuple[list[tuple[str, Money]], Money]:
    """The sum of every account of the ledger, debits positive, and all of them together, which is nothing. Reads all lines."""
    sums = {
        str(account): Money(int(cents), currency)
        for account, cents in session.execute(
            select(LedgerLine.account, func.sum(LedgerLine.cents))
            .where(LedgerLine.currency == currency)
            .group_by(LedgerLine.account)
        )
    }
    return [(account, sums[account]) for account in Account if account in sums], total(sums.values(), currency)
