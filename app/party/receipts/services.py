"""Verbs: a receipt is issued, handed out, noted on, replaced."""

from __future__ import annotations

import hashlib
import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id
from app.ground.mail import office
from app.ground.seal import digest
from app.law.money import Money
from app.party.payments.models import Payment

from . import papers, queries, rules
from .models import NoteKind, Receipt, ReceiptNote, ReceiptPaper, number_of


class NothingToReplace(Exception):
    """A receipt that was replaced already, is void, or whose time is over, cannot be replaced."""


@dataclass(frozen=True)
class Handed:
    """A PDF as it is handed out. `duplicate`: it was handed out before."""

    pdf: bytes
    duplicate: bool


def issue(
    payment: Payment,
    *,
    person_id: UUID,
    name: str,
    address: str,
    lines: Sequence[tuple[str, Money]],
    period: str = "",
    reference: str,
    by: str,
    method: str | None = None,
) -> Receipt:
    """Give the receipt for a payment that has settled. One a payment: asked again, it is the same receipt.

    Call it last: from here to the end of the transaction the year’s counter is held, so that numbers have no gap and stand in
    the order of issue. `method`: how it came, where the rail does not say it all: a cheque. Raises NotThePayment if the lines
    are not what was paid, or it has not settled.
    """
    if payment.settled_at is None:
        raise rules.NotThePayment(f"payment {payment.id} has not settled")
    rules.check_lines(lines, payment.amount)
    lock_for_now(f"receipt:{payment.id}")
    before = queries.first_for(payment.id)
    if before is not None:
        return before
    said = {
        "name": name,
        "address": address,
        "lines": [[label, amount.cents] for label, amount in lines],
        "cents": payment.cents,
        "currency": payment.currency,
        "received_on": (payment.paid_on or clock.day_of(payment.settled_at)).isoformat(),
        "method": method or payment.rail or payment.method,
        "period": period,
        "reference": reference,
        "payment": str(payment.id),
        "replaces": "",
    }
    return _write(said, payment_id=payment.id, person_id=person_id, replaces=None, by=by)


def correct(receipt: Receipt, *, name: str, address: str, reason: str, by: str, on: date) -> Receipt:
    """Replace a receipt that names the wrong person or address by a new one that says which it replaces; the old one is void.

    Raises NothingToReplace.
    """
    lock_for_now(f"receipt:{receipt.payment_id}")
    facts = queries.facts_of(receipt)
    if facts is None or queries.is_void(receipt):
        raise NothingToReplace(receipt.name)
    void(receipt, reason=reason, by=by, on=on)
    said = {**facts, "name": name, "address": address, "replaces": receipt.name}
    return _write(said, payment_id=receipt.payment_id, person_id=receipt.person_id, replaces=receipt.id, by=by)


def _write(said: dict[str, Any], *, payment_id: UUID, person_id: UUID, replaces: UUID | None, by: str) -> Receipt:
    us, receipt_id = office(), new_id()
    session.flush()  # whatever waits goes first: the counter is held from the next line on
    year = clock.today().year
    number = session.execute(select(func.next_receipt_number(year))).scalar_one()
    now = clock.now()
    facts = {
        **said,
        "number": number_of(year, number),
        "issued_on": clock.day_of(now).isoformat(),
        "party": us.party_name,
        "promoter": us.promoter,
        "accent": us.accent,
        "salt": secrets.token_hex(16),
    }
    receipt = Receipt(
        id=receipt_id,
        year=year,
        number=number,
        payment_id=payment_id,
        person_id=person_id,
        replaces_id=replaces,
        cents=said["cents"],
        currency=said["currency"],
        received_on=date.fromisoformat(said["received_on"]),
        issued_at=now,
        sealed=us.seal.close(facts, table="receipts", row=receipt_id),
        digest=digest(facts),
    )
    session.add(receipt)
    session.flush()
    audit.record(
        Action.RECEIPT_ISSUED,
        audit.of("receipt", receipt_id),
        by=by,
        number=receipt.name,
        payment=str(payment_id),
        cents=receipt.cents,
        digest=receipt.digest,
        replaces=str(replaces) if replaces else None,
    )
    return receipt


def hand_out(receipt: Receipt, *, by: str, on: date) -> Handed | None:
    """The PDF of a receipt for its owner. The first is the original, and is kept sealed with its SHA-256; every later one is
    made from the same facts with DUPLICATE and its day on it. Each is logged. None once the receipt’s time is over.
    """
    lock_for_now(f"receipt-paper:{receipt.id}")
    facts = queries.facts_of(receipt)
    if facts is None:
        return None
    notes = queries.notes_on([receipt])
    if queries.find_paper(receipt):
        pdf = papers.receipt(receipt, facts=facts, notes=notes, reissued_on=on)
        audit.record(Action.RECEIPT_REISSUED, audit.of("receipt", receipt.id), by=by, sha256=_sha256(pdf))
        return Handed(pdf, duplicate=True)
    pdf, paper_id = papers.receipt(receipt, facts=facts, notes=notes), new_id()
    session.add(
        ReceiptPaper(
            id=paper_id,
            receipt_id=receipt.id,
            sealed=office().seal.close({"pdf": b64encode(pdf).decode()}, table="receipt_papers", row=paper_id),
            sha256=_sha256(pdf),
            rendered_at=clock.now(),
        )
    )
    audit.record(Action.RECEIPT_PRINTED, audit.of("receipt", receipt.id), by=by, sha256=_sha256(pdf))
    return Handed(pdf, duplicate=False)


def void(receipt: Receipt, *, reason: str, by: str, on: date) -> None:
    """Say that a receipt counts no more, and why. It keeps its number. Said again, the first reason stands."""
    if _note(receipt, NoteKind.VOID, key="void", amount=Money(0, receipt.currency), reason=reason, on=on):
        audit.record(Action.RECEIPT_VOIDED, audit.of("receipt", receipt.id), by=by, number=receipt.name)


def note_refund(receipt: Receipt, amount: Money, *, key: str, reason: str = "", by: str, on: date) -> None:
    """Note on a receipt that money went back: every copy made from now on says so. A negative amount is a refund that did not
    arrive. `key` names the refund; noted again under the same key, it is the same refund."""
    if _note(receipt, NoteKind.REFUND, key=f"refund:{key}", amount=amount, reason=reason, on=on):
        audit.record(
            Action.RECEIPT_REFUNDED, audit.of("receipt", receipt.id), by=by, number=receipt.name, key=key, cents=amount.cents
        )


def _note(receipt: Receipt, kind: NoteKind, *, key: str, amount: Money, reason: str, on: date) -> bool:
    note_id = new_id()
    written = session.execute(
        insert(ReceiptNote)
        .values(
            id=note_id,
            receipt_id=receipt.id,
            kind=kind,
            key=key,
            cents=amount.cents,
            currency=amount.currency,
            on=on,
            at=clock.now(),
            sealed=office().seal.close({"reason": reason}, table="receipt_notes", row=note_id),
        )
        .on_conflict_do_nothing(index_elements=["receipt_id", "key"])
        .returning(ReceiptNote.id)
    ).first()
    return written is not None


def expire() -> int:
    """Empty the receipts of people who left longer ago than the law makes us keep records: number, amount, day and digest stay,
    names and papers go. Returns how many receipts were emptied. The database decides which (its function of the same name)."""
    return session.scalar(select(func.expire_receipts())) or 0


def _sha256(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()
