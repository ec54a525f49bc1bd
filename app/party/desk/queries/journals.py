"""The ledger as the accountant’s software takes it: manual journals, as Xero imports them. No name is in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select

from app.ground.db import no_hurry, session
from app.law.money import Money
from app.party.payments.models import Account, LedgerEntry, LedgerLine, reference_of
from app.party.payments.rules import XERO

HEADER = ("*Narration", "*Date", "Description", "*AccountCode", "*TaxRate", "*Amount", "TrackingName1", "TrackingOption1",
          "TrackingName2", "TrackingOption2")  # fmt: skip


def count_lines(*, since: date, until: date, currency: str = "NZD") -> int:
    """How many lines of the ledger a span has."""
    return session.scalar(
        select(func.count())
        .select_from(LedgerLine)
        .join(LedgerEntry, LedgerEntry.id == LedgerLine.entry_id)
        .where(LedgerEntry.day >= since, LedgerEntry.day < until, LedgerLine.currency == currency)
    ) or 0  # fmt: skip


def journals(*, since: date, until: date, currency: str = "NZD") -> Iterator[list[str]]:
    """Every line of the ledger with a day in the span, under the names of the columns. Each entry is a journal of its own
    narration, whose amounts come to nothing; debits are positive."""
    yield list(HEADER)
    no_hurry()
    rows = session.execute(
        select(
            LedgerEntry.source, LedgerEntry.external_id, LedgerEntry.kind, LedgerEntry.day, LedgerEntry.payment_id,
            LedgerLine.account, LedgerLine.cents,
        )
        .join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
        .where(LedgerEntry.day >= since, LedgerEntry.day < until, LedgerLine.currency == currency)
        .order_by(LedgerEntry.day, LedgerEntry.id, LedgerLine.position)
        .execution_options(yield_per=1000)
    )  # fmt: skip
    for row in rows:
        code, tax = XERO[Account(row.account)]
        told = f"Payment {reference_of(row.payment_id)}" if row.payment_id else row.kind.capitalize()
        yield [
            f"{row.source}: {row.kind} {row.external_id}",
            f"{row.day:%d/%m/%Y}",
            f"{told}, {row.account}",
            code,
            tax,
            _signed(Money(row.cents, currency)),
            "", "", "", "",
        ]  # fmt: skip


def _signed(amount: Money) -> str:
    return f"-{(-amount).typed()}" if amount.cents < 0 else amount.typed()
