"""Guards: how a receipt is numbered and worded, and which year it belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from app.law.money import Money, total

from .models import number_of

ABROAD = {"NZD": "NZ$", "AUD": "A$", "GBP": "£"}
METHODS = {
    "card": "Card",
    "bank": "Bank transfer",
    "cash": "Cash",
    "cheque": "Cheque",
    "debit": "Direct debit",
    "direct_debit": "Direct debit",
}
NO_CREDIT = "Membership dues and donations to a political party give no tax credit in New Zealand."
_NUMBER = re.compile(r"(\d{4})-(\d{6,12})", re.ASCII)


class NotThePayment(Exception):
    """The lines of a receipt are not the payment it is for, or the payment has not settled."""


def check_lines(lines: Sequence[tuple[str, Money]], amount: Money) -> None:
    """Raises NotThePayment unless the lines sum to what was paid."""
    if not lines or total((held for _, held in lines), amount.currency) != amount:
        raise NotThePayment(f"lines of {len(lines)} do not sum to {amount}")


def read_number(text: str) -> tuple[int, int] | None:
    """The year and the place that a number spells, or None. One receipt has one spelling."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    year, number = int(found[1]), int(found[2])
    return (year, number) if number_of(year, number) == text else None


def written(amount: Money) -> str:
    """Money for somebody who may read it abroad: “NZ$20.00”, “−NZ$5.00”."""
    whole, part = divmod(abs(amount.cents), 100)
    return f"{'−' if amount.cents < 0 else ''}{ABROAD.get(amount.currency, amount.currency + ' ')}{whole:,}.{part:02}"


def day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"


def span(since: date, until: date) -> str:
    """A term as its first and its last day (`until` is excluded): “3 November 2026 to 2 November 2027”."""
    return f"{day(since)} to {day(until - timedelta(days=1))}"


def method(kind: str) -> str:
    """How money came, in words."""
    return METHODS.get(kind) or kind.replace("_", " ").capitalize()
