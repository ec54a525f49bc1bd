"""Marks that nobody sees: which file a row was taken from, told by its spaces.

A name ends in a space or does not. Of an address the first none, one, two or three spaces between its words do not
break (U+00A0). Which, a keyed hash of that very text says, under a key of the file’s own: so each cell speaks for itself,
whatever was sorted, filtered, cut off or put beside it. A wrong file’s key fits a half of the names and a quarter of the
addresses by chance, the right one’s all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

NBSP = "\u00a0"
GAPS = 3  # of an address that can be marked
SURE = 1e-9  # how likely a wrong file may fit as well by chance, among all that are asked about
NAME, ADDRESS = b"name", b"address"


def _hash(key: bytes, kind: bytes) -> Callable[[str], int]:
    """One byte of a keyed hash, of one text after another."""
    begun = blake2b(digest_size=1, key=key, person=kind)

    def of(text: str) -> int:
        under_way = begun.copy()
        under_way.update(text.encode())
        return under_way.digest()[0]

    return of


def marker(key: bytes) -> tuple[Callable[[str], str], Callable[[str], str]]:
    """What marks a name, and what marks an address."""
    of_name, of_address = _hash(key, NAME), _hash(key, ADDRESS)

    def name(text: str) -> str:
        return f"{text} " if text and of_name(text) & 1 else text

    def address(text: str) -> str:
        return text.replace(" ", NBSP, of_address(text) & GAPS) if text else text

    return name, address


@dataclass(frozen=True)
class Mark:
    """What one cell shows, of which text, and how likely another key would have shown the same."""

    kind: bytes
    text: str
    shown: int
    odds: float


def read_name(cell: str) -> Mark | None:
    text = cell.strip()
    return Mark(NAME, text, int(cell != cell.rstrip()), 0.5) if text else None


def read_address(cell: str) -> Mark | None:
    """None for what has fewer than three spaces, which says less than it could, or has some where a file puts none."""
    text = cell.strip()
    gaps = "".join(sign for sign in text if sign in (" ", NBSP))
    shown = len(gaps) - len(gaps.lstrip(NBSP))
    if len(gaps) < GAPS or shown > GAPS or NBSP in gaps[shown:]:
        return None
    return Mark(ADDRESS, text.replace(NBSP, " "), shown, 0.25)


def fitting(key: bytes, found: Sequence[Mark]) -> int:
    """How many of these marks are those of a key."""
    of = {NAME: _hash(key, NAME), ADDRESS: _hash(key, ADDRESS)}
    most = {NAME: 1, ADDRESS: GAPS}
    return sum(of[mark.kind](mark.text) & most[mark.kind] == mark.shown for mark in found)


def chance(fits: int, found: Sequence[Mark]) -> float:
    """How likely so many of these marks, or more, fit a key that has nothing to do with them: exactly where all fit, else by
    the bound of Hoeffding, which never says too little."""
    if fits == len(found):
        return math.exp(sum(math.log(mark.odds) for mark in found))
    more = fits - sum(mark.odds for mark in found)
    return math.exp(-2 * more * more / len(found)) if more > 0 else 1.0
