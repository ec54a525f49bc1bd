"""What the columns of New Zealand banks’ files are called: ANZ, ASB, BNZ, Kiwibank, TSB, Westpac, and what people rename."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

TEXTS = ("payee", "particulars", "code", "reference", "memo", "kind")
NAMES = {
    "on": "date, transaction date, date of transaction, trans date, posted date, date posted, value date, entry date",
    "amount": "amount, amount nzd, nzd amount, transaction amount, value",
    "credit": "credit, credits, amount credit, credit amount, deposit, deposits, money in, paid in, in",
    "debit": "debit, debits, amount debit, debit amount, withdrawal, withdrawals, money out, paid out, out",
    "balance": "balance, running balance, account balance, closing balance, available balance, balance nzd",
    "payee": "payee, payer, other party, other party name, op name, details, name, from, paid by, counterparty, "
    "tp other party name",
    "particulars": "particulars, op part, part",
    "code": "code, analysis code, op code",
    "reference": "reference, op ref, ref, payment reference",
    "memo": "memo, description, memo description, narrative, narration, transaction details, transaction description",
    "kind": "type, tran type, transaction type, source code payment type, source code",
    "account": "account number, this party account, account, our account",
}
# What may differ between two exports of one line, or says nothing about it.
PASSED_OVER = {
    "processed date", "date processed", "foreigncurrencyamount", "foreign currency amount", "conversioncharge",
    "conversion charge", "",
}  # fmt: skip
_FIELD = {name.strip(): field for field, names in NAMES.items() for name in names.split(",")}


@dataclass(frozen=True)
class Columns:
    """Where in a row each field stands. `more`: every other column with words, by its name."""

    at: dict[str, int]
    more: tuple[tuple[str, int], ...]
    width: int


def find_columns(row: Sequence[str]) -> Columns | None:
    """The columns that a row names, if it is the row of names: a day, and an amount or money in and out."""
    at: dict[str, int] = {}
    more: list[tuple[str, int]] = []
    for place, cell in enumerate(row):
        name = spelt(cell)
        field = _FIELD.get(name)
        if field and field not in at:
            at[field] = place
        elif name not in PASSED_OVER and field not in ("on", "amount", "credit", "debit", "balance", "account"):
            more.append((name, place))
    if "on" not in at or not ("amount" in at or {"credit", "debit"} & set(at)):
        return None
    return Columns(at, tuple(sorted(more)), len(row))


def spelt(cell: str) -> str:
    """A column’s name without case and signs: `Amount (credit)` is `amount credit`."""
    return " ".join(re.sub(r"[^\w]+|_", " ", cell.casefold()).split())
