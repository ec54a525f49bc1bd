"""Money: whole cents of one currency. It refuses everything else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import total_ordering

SYMBOLS = {"NZD": "$", "AUD": "A$", "GBP": "£"}


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """`Money(2000)` is twenty dollars. `Money(7.5)`, `Money(True)` and NZD + AUD raise TypeError."""

    cents: int
    currency: str = "NZD"

    def __post_init__(self) -> None:
        if type(self.cents) is not int:
            raise TypeError(f"money is whole cents, not {self.cents!r}")

    def _same(self, other: object) -> Money:
        if not isinstance(other, Money) or other.currency != self.currency:
            raise TypeError(f"{self!r} and {other!r} do not mix")
        return other

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + self._same(other).cents, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - self._same(other).cents, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.cents, self.currency)

    def __mul__(self, times: int) -> Money:
        if type(times) is not int:
            raise TypeError(f"money is multiplied by whole numbers, not {times!r}")
        return Money(self.cents * times, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.cents < self._same(other).cents

    def __bool__(self) -> bool:
        return self.cents != 0

    def exceeds(self, threshold: Money) -> bool:
        """The statute's word: strictly more than."""
        return self > threshold

    def typed(self) -> str:
        """As a person types it into a form: “12.50”. `read_money` reads it back."""
        whole, part = divmod(self.cents, 100)
        return f"{whole}.{part:02}"

    def __str__(self) -> str:
        sign = "−" if self.cents < 0 else ""
        whole, part = divmod(abs(self.cents), 100)
        return f"{sign}{SYMBOLS.get(self.currency, self.currency + ' ')}{whole:,}.{part:02}"


def total(amounts: Iterable[Money], currency: str = "NZD") -> Money:
    """The sum, zero of `currency` for none. Raises TypeError on a mix."""
    return sum(amounts, Money(0, currency))


_TYPED = re.compile(r"(?:NZ)?\$?\s*(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.(\d{1,2}))?", re.ASCII)


def read_money(text: str, currency: str = "NZD") -> Money:
    """What a person typed: “20”, “$20.50”, “1,000”. Raises ValueError for anything else, negative or finer than a cent."""
    found = _TYPED.fullmatch(text.strip())
    if not found:
        raise ValueError(f"not an amount: {text!r}")
    whole, part = found.groups()
    return Money(int(whole.replace(",", "")) * 100 + int((part or "0").ljust(2, "0")), currency)
