"""Questions about receipts. Their facts come out of their seal here and nowhere else."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select

from app.ground.db import session
from app.ground.mail import office
from app.law.money import Money, total
from app.party.payments.models import Payment
from app.party.people import queries as people

from . import rules
from .models import NoteKind, Receipt, ReceiptCounter, ReceiptNote, ReceiptPaper, number_of


def _theirs(person_id: UUID) -> ColumnElement[bool]:
    """Of the person, and of records of theirs whose own mailbox has said that they are one."""
    return Receipt.person_id.in_(people.records_of(person_id, proven=True))


def receipts_of(person_id: UUID, *, one_record: bool = False) -> list[Receipt]:
    """Every receipt of a person, newest first; or of this one record of theirs."""
    theirs = Receipt.person_id == person_id if one_record else _theirs(person_id)
    return list(session.scalars(select(Receipt).where(theirs).order_by(Receipt.year.desc(), Receipt.number.desc())))


def find_own(person_id: UUID, text: str) -> Receipt | None:
    """The receipt with this number, if it is this person’s."""
    spelt = rules.read_number(text)
    if spelt is None:
        return None
    year, number = spelt
    return session.scalar(select(Receipt).where(Receipt.year == year, Receipt.number == number, _theirs(person_id)))


def receipt_for(payment_id: UUID) -> Receipt | None:
    """The receipt that stands for a payment: the first, or what replaced it last."""
    return session.scalar(
        select(Receipt).where(Receipt.payment_id == payment_id).order_by(Receipt.issued_at.desc(), Receipt.id.desc()).limit(1)
    )


def first_for(payment_id: UUID) -> Receipt | None:
    return session.scalar(select(Receipt).where(Receipt.payment_id == payment_id, Receipt.replaces_id.is_(None)))


def facts_of(receipt: Receipt) -> dict[str, Any] | None:
    """What a receipt says, as it was sealed at issue; None once its time is over."""
    return office().seal.open(receipt.sealed, table="receipts", row=receipt.id) if receipt.sealed else None


def find_paper(receipt: Receipt) -> ReceiptPaper | None:
    return session.scalar(select(ReceiptPaper).where(ReceiptPaper.receipt_id == receipt.id))


def papers_of(receipts: Sequence[Receipt]) -> list[ReceiptPaper]:
    return list(
        session.scalars(
            select(ReceiptPaper).where(ReceiptPaper.receipt_id.in_([held.id for held in receipts])).order_by(ReceiptPaper.id)
        )
    )


def pdf_of(paper: ReceiptPaper) -> bytes | None:
    """The very bytes that were handed out first; None once its time is over."""
    if paper.sealed is None:
        return None
    return b64decode(office().seal.open(paper.sealed, table="receipt_papers", row=paper.id)["pdf"])


def notes_on(receipts: Sequence[Receipt]) -> list[ReceiptNote]:
    """What was noted on these, in the order it happened."""
    return list(
        session.scalars(
            select(ReceiptNote)
            .where(ReceiptNote.receipt_id.in_([receipt.id for receipt in receipts]))
            .order_by(ReceiptNote.on, ReceiptNote.id)
        )
    )


def reason_of(note: ReceiptNote) -> str:
    """Why, as it was written; empty once its time is over."""
    return office().seal.open(note.sealed, table="receipt_notes", row=note.id)["reason"] if note.sealed else ""


def is_void(receipt: Receipt) -> bool:
    return any(note.kind == NoteKind.VOID for note in notes_on([receipt]))


@dataclass(frozen=True)
class Listed:
    """A receipt in a list: what a page says of it without opening it."""

    number: str
    path: str
    received_on: date
    amount: Money
    refunded: Money
    void: bool


def listed(person_id: UUID, *, one_record: bool = False) -> list[Listed]:
    """A person’s receipts for their own page, newest first; or those of this one record of theirs."""
    receipts = receipts_of(person_id, one_record=one_record)
    notes = notes_on(receipts) if receipts else []
    return [
        Listed(
            receipt.name,
            receipt.path,
            receipt.received_on,
            receipt.amount,
            _refunded(receipt, notes),
            any(note.kind == NoteKind.VOID and note.receipt_id == receipt.id for note in notes),
        )
        for receipt in receipts
    ]


def _refunded(receipt: Receipt, notes: Sequence[ReceiptNote]) -> Money:
    return total((note.amount for note in notes if note.receipt_id == receipt.id), receipt.currency)


@dataclass(frozen=True)
class Statement:
    """What a person paid and got back in one calendar year, New Zealand days."""

    year: int
    name: str
    address: str
    receipts: list[tuple[Receipt, bool]]  # and whether it is void
    refunds: list[tuple[ReceiptNote, str]]  # and the number of its receipt
    currency: str

    @property
    def received(self) -> Money:
        return total((receipt.amount for receipt, void in self.receipts if not void), self.currency)

    @property
    def returned(self) -> Money:
        return total((note.amount for note, _ in self.refunds), self.currency)

    @property
    def balance(self) -> Money:
        return self.received - self.returned


def statement_of(person_id: UUID, year: int) -> Statement | None:
    """The receipts of money that came in a year, and the refunds that were made in it (on receipts of any year).

    A receipt that is void counts nothing, nor does a refund noted on one. None if the year has neither.
    """
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    noted = select(ReceiptNote.receipt_id).where(
        ReceiptNote.receipt_id == Receipt.id,
        ReceiptNote.kind == NoteKind.REFUND,
        ReceiptNote.on >= start,
        ReceiptNote.on < end,
    )
    came = (Receipt.received_on >= start) & (Receipt.received_on < end)
    receipts = session.scalars(
        select(Receipt)
        .where(_theirs(person_id), or_(came, noted.exists()))
        .order_by(Receipt.received_on, Receipt.year, Receipt.number)
    ).all()
    if not receipts:
        return None
    notes = notes_on(receipts)
    void = {note.receipt_id for note in notes if note.kind == NoteKind.VOID}
    names = {receipt.id: receipt.name for receipt in receipts if receipt.id not in void}
    whom = next((held for held in map(facts_of, reversed(receipts)) if held), {"name": "", "address": ""})
    return Statement(
        year=year,
        name=whom["name"],
        address=whom["address"],
        receipts=[(receipt, receipt.id in void) for receipt in receipts if start <= receipt.received_on < end],
        refunds=[
            (note, names[note.receipt_id])
            for note in notes
            if note.kind == NoteKind.REFUND and note.receipt_id in names and start <= note.on < end
        ],
        currency=receipts[0].currency,
    )


def years_of(receipts: Sequence[Listed]) -> list[int]:
    """The calendar years a person may take a statement of, newest first."""
    return sorted({receipt.received_on.year for receipt in receipts}, reverse=True)


def verify() -> list[str]:
    """Every place where receipts do not hold: a gap in a year’s numbers, an amount that is not its payment’s. Reads all."""
    numbers = (
        select(ReceiptCounter.year, ReceiptCounter.last, func.count(Receipt.id), func.max(Receipt.number))
        .outerjoin(Receipt, Receipt.year == ReceiptCounter.year)
        .group_by(ReceiptCounter.year, ReceiptCounter.last)
    )
    faults = [
        f"Receipts of {year}: {last} numbers were given and {count} receipts are there."
        for year, last, count, most in session.execute(numbers)
        if not last == count == most
    ]
    others = (
        select(Receipt.year, Receipt.number)
        .join(Payment, Payment.id == Receipt.payment_id)
        .where((Payment.cents != Receipt.cents) | (Payment.currency != Receipt.currency) | Payment.settled_at.is_(None))
    )
    faults += [f"Receipt {number_of(year, number)} is not over what was paid." for year, number in session.execute(others)]
    return faults
