"""One payment: what it is, what it did, what became of it, and what giving it back would do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from app.ground.db import session
from app.law.money import Money, total
from app.party.bank import queries as bank
from app.party.bank.models import BankLine
from app.party.dues.models import Charge, DuesPaid
from app.party.joining.models import Declaration
from app.party.membership.models import Membership
from app.party.payments import queries as payments
from app.party.payments import services as money
from app.party.payments.models import Dispute, HeardEvent, LedgerEntry, LedgerLine, LineKind, Method, Payment, Refund
from app.party.receipts import queries as receipts
from app.party.receipts.models import Receipt

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Term:
    """A term that a payment was set against: how much of it, and what is still missing of the term's dues."""

    since: date
    last_day: date
    payable_on: date
    put: Money
    missing: Money
    rate: str


@dataclass(frozen=True)
class Outcome:
    """What a payment has done. `number`: of the membership it was credited to; None if it was credited to nobody."""

    told: bool
    admitted_on: date | None
    number: int | None
    terms: list[Term]
    above: Money
    receipt: str | None


def outcome_of(payment: Payment) -> Outcome:
    rows = [(charge, put) for charge, put in _set_against(payment) if put]
    memberships = {charge.membership_id for charge, _ in rows}
    membership = session.get_one(Membership, memberships.pop()) if memberships else _declared(payment)
    receipt = receipts.receipt_for(payment.id)
    joined = any(membership and charge.since == membership.opened_on for charge, _ in rows)
    signed = session.scalar(select(Declaration.id).where(Declaration.payment_id == payment.id).limit(1)) is not None
    return Outcome(
        told=payment.told_at is not None,
        admitted_on=membership.opened_on if membership and joined and signed else None,
        number=membership.number if membership else None,
        terms=[_term(charge, put) for charge, put in reversed(rows)],
        above=payment.amount_for(LineKind.ABOVE),
        receipt=receipt.name if receipt else None,
    )


def _declared(payment: Payment) -> Membership | None:
    """Whose a payment is that has met no dues: all of it was above them, or it has gone back."""
    if payment.purpose == "dues":
        return session.get(Membership, payment.purpose_id)
    if payment.purpose == "giving":
        return None
    return session.scalar(
        select(Membership)
        .join(Declaration, Declaration.membership_id == Membership.id)
        .where(Declaration.id == payment.purpose_id)
    )


def _set_against(payment: Payment) -> list[tuple[Charge, Money]]:
    """The charges a payment met and what of it is set against each now, the newest term first (as it is taken from them)."""
    put = (
        select(DuesPaid.charge_id, func.sum(DuesPaid.cents).label("cents"))
        .where(DuesPaid.payment_id == payment.id)
        .group_by(DuesPaid.charge_id)
        .subquery()
    )
    rows = session.execute(
        select(Charge, put.c.cents).join(put, put.c.charge_id == Charge.id).order_by(Charge.since.desc(), Charge.id)
    )
    return [(row[0], Money(int(row[1]), payment.currency)) for row in rows]


def _term(charge: Charge, put: Money) -> Term:
    missing = charge.outstanding if not charge.is_paid else Money(0, charge.currency)
    return Term(charge.since, charge.last_day, charge.payable_on, put, missing, charge.rate)


def state_of(payment: Payment, refunds: Sequence[Refund], disputes: Sequence[Dispute]) -> tuple[str, str]:
    """Where a payment is, in words, and their tone."""
    nothing = Money(0, payment.currency)
    back = total((refund.amount for refund in refunds if refund.made_at and not refund.failed_at), payment.currency)
    if payment.settled_at is None:
        if payment.closed_at:
            return "Closed", "info"
        if payment.processing_at:
            return "On its way", "info"
        return ("Refused so far", "warning") if payment.declined_at else ("Waited for", "info")
    if any(dispute.withdrawn_at and not dispute.won for dispute in disputes):
        return "Taken back by the payer’s bank", "error"
    if back >= payment.amount:
        return "Given back", "info"
    if back > nothing:
        return "Partly given back", "info"
    if any(refund.made_at is None and refund.failed_at is None for refund in refunds):
        return "Going back", "warning"
    return ("Arrived", "success") if payment.told_at else ("Credited to nobody", "error")


@dataclass(frozen=True)
class Entry:
    """One line of an entry of the ledger."""

    day: date
    kind: str
    account: str
    amount: Money


@dataclass(frozen=True)
class Shown:
    """A payment as its page shows it. Names nobody."""

    payment: Payment
    lines: list[tuple[str, Money]]
    state: tuple[str, str]
    outcome: Outcome
    left: Money
    refunds: list[Refund]
    disputes: list[Dispute]
    entries: list[Entry]
    receipt: Receipt | None
    notes: list[tuple[str, date, Money]]
    events: list[tuple[str, datetime, bool]]
    line: BankLine | None

    @property
    def by_hand(self) -> bool:
        """Money that goes back by hand, not by Stripe."""
        return self.payment.rail in (Method.BANK, Method.CASH)


def shown(payment_id: UUID) -> Shown | None:
    payment = payments.find_payment(payment_id)
    if payment is None:
        return None
    refunds, disputes = payments.refunds_of([payment.id]), payments.disputes_of([payment.id])
    receipt = receipts.receipt_for(payment.id)
    return Shown(
        payment=payment,
        lines=payments.lines_of(payment),
        state=state_of(payment, refunds, disputes),
        outcome=outcome_of(payment),
        left=money.left_of(payment) if payment.settled_at else Money(0, payment.currency),
        refunds=refunds,
        disputes=disputes,
        entries=_entries(payment),
        receipt=receipt,
        notes=[(note.kind, note.on, note.amount) for note in receipts.notes_on([receipt])] if receipt else [],
        events=_events(payment.id),
        line=bank.line_of_payment(payment.id),
    )


def _entries(payment: Payment) -> list[Entry]:
    rows = session.execute(
        select(LedgerEntry.day, LedgerEntry.kind, LedgerLine.account, LedgerLine.cents, LedgerLine.currency)
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .where(LedgerEntry.payment_id == payment.id)
        .order_by(LedgerEntry.id, LedgerLine.position)
    )
    return [Entry(row.day, row.kind, row.account, Money(row.cents, row.currency)) for row in rows]


def _events(payment_id: UUID) -> list[tuple[str, datetime, bool]]:
    """What Stripe has told about an attempt, oldest first: its type, when, and whether it was looked into."""
    rows = session.execute(
        select(HeardEvent.type, HeardEvent.received_at, HeardEvent.handled_at)
        .where(HeardEvent.payment_id == payment_id)
        .order_by(HeardEvent.received_at)
    )
    return [(row.type, row.received_at, row.handled_at is not None) for row in rows]


@dataclass(frozen=True)
class Effect:
    """What giving an amount back does: how much of it was above the dues, and what it takes from which terms."""

    above: Money
    taken: list[tuple[Term, Money]]

    def unpays(self, *, on: date) -> list[Term]:
        """The terms whose dues are payable on a day and would be unpaid: the member is behind, and no current financial
        member, until they are paid again."""
        return [term for term, _ in self.taken if term.payable_on <= on]

    def lightens(self, *, on: date) -> list[Term]:
        """The terms to come that would be paid no more: nothing changes on that day."""
        return [term for term, _ in self.taken if term.payable_on > on]


def effect_of(payment: Payment, amount: Money) -> Effect:
    """What giving `amount` back would do, after everything that is wished back already: first from what is above the dues,
    then from the dues, the newest term first (as payments.split and dues.moved do it)."""
    before = payment.amount - money.left_of(payment)
    made = total((r.amount for r in payments.refunds_of([payment.id]) if r.made_at and not r.failed_at), payment.currency)
    taken_by_bank = total(
        (d.amount for d in payments.disputes_of([payment.id]) if d.withdrawn_at and d.won is not True), payment.currency
    )
    parts = money.split(payment, before=before, amount=amount)
    done = made + taken_by_bank
    wished = money.split(payment, before=done, amount=before - done)[LineKind.DUES]
    return Effect(parts[LineKind.ABOVE], list(_take(_set_against(payment), skip=wished, amount=parts[LineKind.DUES])))


def _take(held: list[tuple[Charge, Money]], *, skip: Money, amount: Money) -> Iterator[tuple[Term, Money]]:
    for charge, put in held:
        gone = min(skip, put)
        skip, put = skip - gone, put - gone
        part = min(amount, put)
        if part:
            amount -= part
            yield _term(charge, put), part
