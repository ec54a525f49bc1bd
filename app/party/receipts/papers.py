"""Papers: a receipt and a year’s statement as PDF. Template and facts; nothing is decided here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from app.ground import clock
from app.ground.mail import office
from app.ground.paper import typeset
from app.law.money import Money

from . import queries, rules
from .models import NoteKind, Receipt, ReceiptNote


def receipt(held: Receipt, *, facts: dict[str, Any], notes: Sequence[ReceiptNote], reissued_on: date | None = None) -> bytes:
    """The PDF of a receipt with what has been noted on it; marked DUPLICATE if it is handed out again."""
    currency = facts["currency"]
    refunds = [note for note in notes if note.kind == NoteKind.REFUND]
    void = next((note for note in notes if note.kind == NoteKind.VOID), None)
    kept = held.cents - sum(note.cents for note in refunds)
    said = {
        **_frame(facts["party"], facts["promoter"], facts["accent"], held.issued_at.astimezone(clock.NEW_ZEALAND).date()),
        "title": f"Receipt {facts['number']}",
        "number": facts["number"],
        "total": rules.written(Money(facts["cents"], currency)),
        "lines": [[label, rules.written(Money(cents, currency))] for label, cents in facts["lines"]],
        "rows": _rows(
            ("Received from", facts["name"] or "name not recorded"),
            ("", facts["address"]),
            ("Received on", _told(facts["received_on"])),
            ("Paid by", rules.method(facts["method"])),
            ("For", facts["period"]),
            ("Reference", facts["reference"]),
            ("Receipt issued on", _told(facts["issued_on"])),
            ("Replaces receipt", facts["replaces"]),
        ),
        "duplicate": rules.day(reissued_on) if reissued_on else "",
        "void": {"on": rules.day(void.on), "reason": queries.reason_of(void)} if void else None,
        "refunds": [[_refund(note), rules.written(-note.amount)] for note in refunds],
        "kept": rules.written(Money(kept, currency)),
        "digest": held.digest,
    }
    return typeset("receipts/receipt", said, made_at=held.issued_at)


def statement(held: queries.Statement, *, on: date) -> bytes:
    """The PDF of a year’s statement, as things stand on day `on`."""
    us = office()
    said = {
        **_frame(us.party_name, us.promoter, us.accent, on),
        "title": f"Statement for {held.year}",
        "year": str(held.year),
        "until": rules.day(min(on, date(held.year, 12, 31))),
        "rows": _rows(
            ("For", held.name or "name not recorded"),
            ("", held.address),
            ("Money received", f"{rules.day(date(held.year, 1, 1))} to {rules.day(date(held.year, 12, 31))}"),
            ("As it stands on", rules.day(on)),
        ),
        "receipts": [
            [rules.day(row.received_on), row.name, "void" if void else rules.written(row.amount)] for row, void in held.receipts
        ],
        "refunds": [[rules.day(note.on), number, rules.written(-note.amount)] for note, number in held.refunds],
        "received": rules.written(held.received),
        "returned": rules.written(-held.returned),
        "total": rules.written(held.balance),
    }
    return typeset("receipts/statement", said, made_at=clock.start_of(on))


def _frame(party: str, promoter: str, accent: str, on: date) -> dict[str, Any]:
    return {
        "party": party,
        "promoter": promoter,
        "accent": accent,
        "date": [on.year, on.month, on.day],
        "no_credit": rules.NO_CREDIT,
    }


def _rows(*rows: tuple[str, str]) -> list[list[str]]:
    """Those that have something to say. One without a name goes on with the row above."""
    return [[name, text] for name, text in rows if text]


def _told(day: str) -> str:
    return rules.day(date.fromisoformat(day))


def _refund(note: ReceiptNote) -> str:
    reason = queries.reason_of(note)
    what = "Refunded" if note.cents > 0 else "A refund came back to us"
    return f"{what} on {rules.day(note.on)}{': ' + reason if reason else ''}"
