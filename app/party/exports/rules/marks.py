"""Marks that nobody sees: which file a row was taken from, told by its spaces.

A name ends in a space or does not; of the spaces between the words of an address each of the first six is a plain one or one that
does not break (U+00A0). Which, a keyed hash of that very text says, under a key of the file’s own: so each row speaks for itself,
whatever was sorted, filtered, cut off or put beside it. A wrong file’s key fits half of the marks, the right one’s all.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

NBSP = "\u00a0"
GAPS = 6  # of an address
SURE = 1e-9  # how likely a wrong file may fit as well by chance, among all that are asked about


def _bits(key: bytes, kind: bytes, text: str) -> int:
    return blake2b(text.encode(), digest_size=1, key=key, person=kind).digest()[0]


def mark_name(key: bytes, name: str) -> str:
    return f"{name} " if name and _bits(key, b"name", name) & 1 else name


def mark_address(key: bytes, address: str) -> str:
    bits = _bits(key, b"address", address)
    parts = address.split(" ", GAPS)
    marked = parts[0]
    for part in parts[1:]:
        marked += (NBSP if bits & 1 else " ") + part
        bits >>= 1
    return marked


@dataclass(frozen=True)
class Mark:
    """What one cell says: of which text, and the bits it shows."""

    kind: bytes
    text: str
    shown: tuple[int, ...]

    def fits(self, key: bytes) -> int:
        """How many of its bits are those of this key."""
        bits = _bits(key, self.kind, self.text)
        return sum((bits >> place & 1) == bit for place, bit in enumerate(self.shown))


def read_name(cell: str) -> Mark | None:
    text = cell.strip()
    return Mark(b"name", text, (int(cell != cell.rstrip()),)) if text else None


def read_address(cell: str) -> Mark | None:
    text = cell.strip().replace(NBSP, " ")
    gaps = [int(sign == NBSP) for sign in cell.strip() if sign in (" ", NBSP)][:GAPS]
    return Mark(b"address", text, tuple(gaps)) if gaps else None


def chance(fitting: int, among: int) -> float:
    """How likely so many of these bits, or more, fit a key that has nothing to do with them (each fits by a half). By the bound
    of Hoeffding, which never says too little."""
    more = fitting - among / 2
    return math.exp(-2 * more * more / among) if among and more > 0 else 1.0


def fitting(key: bytes, marks: Iterable[Mark]) -> int:
    return sum(mark.fits(key) for mark in marks)
