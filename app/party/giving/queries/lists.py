"""Donations as officers see them: the newest, and one of them. They name nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.ground.db import session
from app.law.books import Duty as Found
from app.law.donations import Form
from app.law.money import Money
from app.law.received import counts_as_received
from app.party.payments import queries as payments
from app.party.payments.models import Account, LedgerEntry, LedgerLine, Payment
from app.party.receipts import queries as receipts

from ..models import Donation, DonationMove
from .books import as_law
from .due import Clock, as_the_law_has_it, clock_of, duties_of

A_PAGE = 50
CHANNELS = {
    "card": "By card",
    "debit": "By direct debit",
    "bank": "By bank transfer",
    "cash": "In cash",
    "cheque": "By cheque",
    "kind": "Not in money",
}
FORMS = {
    Form.MONEY: "Money",
    Form.GOODS: "Goods, free",
    Form.SERVICES: "Services, free",
    Form.UNDER_PRICE: "Supplied to the party below its worth",
    Form.OVER_PRICE: "Sold by the party above its worth",
    Form.CREDIT: "Credit on soft terms, or a loan forgiven",
}


@dataclass(frozen=True)
class Listed:
    """A donation in a list."""

    id: UUID
    words: str
    channel: str
    amount: Money
    on: date
    state: tuple[str, str]


def newest(*, before: UUID | None) -> tuple[list[Listed], bool]:
    """Donations that have come or that a transmitter holds, the last written first, and whether more follow."""
    there = Donation.received_on.is_not(None) | Donation.sent_on.is_not(None)
    asked = select(Donation).where(there).order_by(Donation.id.desc()).limit(A_PAGE + 1)
    rows = session.scalars(asked.where(Donation.id < before) if before else asked).all()
    return [
        Listed(row.id, FORMS[Form(row.form)], CHANNELS[row.channel], row.amount, row.received_on or row.offered_on, state(row))
        for row in rows[:A_PAGE]
    ], len(rows) > A_PAGE


def state(donation: Donation) -> tuple[str, str]:
    """What became of a donation, in words, and their tone."""
    if donation.received_on is None:
        return ("Not with the party yet", "warning") if donation.sent_on else ("Reserved", "info")
    if not donation.kept:
        return "Nothing of it kept", "info"
    return ("Partly kept", "info") if donation.moves else ("Kept", "success")


@dataclass(frozen=True)
class OneDonation:
    """A donation as its page shows it. `counts`: whether, and why, the annual return counts it as received. `lawful`: every
    duty about it as the law finds it, done and late ones too."""

    donation: Donation
    words: str
    channel: str
    state: tuple[str, str]
    counts: str
    payment: Payment | None
    receipt: str | None
    clocks: list[Clock]
    lawful: list[Found]
    moves: Sequence[DonationMove]
    entries: list[tuple[date, str, str, Money]]

    @property
    def is_anonymous(self) -> bool:
        return self.donation.donor_id is None


def one(donation_id: UUID, *, on: date) -> OneDonation | None:
    donation = session.get(Donation, donation_id)
    if donation is None:
        return None
    session.refresh(donation, ["moves", "contributions"])
    payment = payments.find_payment(donation.payment_id) if donation.payment_id else None
    receipt = receipts.receipt_for(payment.id) if payment else None
    return OneDonation(
        donation=donation,
        words=FORMS[Form(donation.form)],
        channel=CHANNELS[donation.channel],
        state=state(donation),
        counts=counts_as_received(as_law(donation), on).sentence if donation.received_on or donation.sent_on else "",
        payment=payment,
        receipt=receipt.name if receipt else None,
        clocks=[clock_of(duty, on=on) for duty in duties_of(donation.id)],
        lawful=as_the_law_has_it(donation, on=on) if donation.received_on or donation.sent_on else [],
        moves=donation.moves,
        entries=_entries(donation),
    )


def _entries(donation: Donation) -> list[tuple[date, str, str, Money]]:
    """What the ledger has of it: its payment’s entries, and its own."""
    names = [str(donation.id), *(str(move.id) for move in donation.moves)]
    mine = (LedgerEntry.source == "giving") & LedgerEntry.external_id.in_(names)
    if donation.payment_id:
        mine = mine | (LedgerEntry.payment_id == donation.payment_id)
    rows = session.execute(
        select(LedgerEntry.day, LedgerEntry.kind, LedgerLine.account, LedgerLine.cents, LedgerLine.currency)
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .where(mine)
        .order_by(LedgerEntry.id, LedgerLine.position)
    )
    return [(row.day, row.kind, str(Account(row.account)), Money(row.cents, row.currency)) for row in rows]
