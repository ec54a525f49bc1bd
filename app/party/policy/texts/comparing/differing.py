"""Two runs of words: what stays, what goes, what comes; how much alike they are; and how much work that may be.

The work is counted in steps of the innermost loop, not in milliseconds: the same two texts give the same comparison on every
machine, however busy it is. A step takes about a quarter of a microsecond.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from enum import StrEnum
from functools import cached_property

TOKEN = re.compile(r"\d+(?:[.,]\d+)+|\w+|\s+|[^\w\s]")  # 250,000 is one word: half a number changed reads as another number
WORD = re.compile(r"\w+|[^\w\s]")
ALIKE = 0.6  # from here on two blocks are one that was changed
NEAR = 3  # edits with fewer unchanged letters between them are read as one
SHORT = 160  # blocks up to here are likened by letters, since one figure is half the words of a row; longer ones by words


class Spent(Exception):
    """The work that may be done is done."""


class Budget:
    """So many steps of work."""

    def __init__(self, steps: int):
        self.left = steps

    def spend(self, steps: int) -> None:
        """Raises Spent when that is more than there is left."""
        if steps > self.left:
            raise Spent
        self.left -= steps


class Edit(StrEnum):
    KEPT = "kept"
    DELETED = "deleted"
    INSERTED = "inserted"


@dataclass(frozen=True)
class Run:
    """Words that share one fate."""

    edit: Edit
    words: str


class _Counted(SequenceMatcher[str]):
    """difflib’s matcher, which pays for each pass before it makes it: at worst its work grows with the cube of the length."""

    def __init__(self, budget: Budget, old: Sequence[str], new: Sequence[str], junk: Callable[[str], bool] | None = None):
        budget.spend(len(old) + len(new) + 100)
        self.budget, self.old = budget, old
        self.times = Counter(one for one in new if junk is None or not junk(one))
        super().__init__(junk, old, new, autojunk=False)

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        part = self.old[alo:ahi]
        self.budget.spend(20 + len(part) + sum(map(self.times.__getitem__, part)))
        return super().find_longest_match(alo, ahi, blo, bhi)


def same_at_start(one: Sequence[object], other: Sequence[object]) -> int:
    """How many things at the beginning are the same."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def replaced(old: str, new: str) -> tuple[Run, ...]:
    """All of it goes, all of it comes."""
    return tuple(run for run in (Run(Edit.DELETED, old), Run(Edit.INSERTED, new)) if run.words)


def runs(old: str, new: str, budget: Budget) -> tuple[Run, ...]:
    """What became of the words. Kept and deleted runs together are `old`, kept and inserted ones `new`. Raises Spent."""
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    start = same_at_start(before, after)
    end = same_at_start(before[start:][::-1], after[start:][::-1])
    a, b = before[start : len(before) - end], after[start : len(after) - end]
    # Spaces are no ground to call two passages the same; they are kept beside words that are.
    pieces = [(True, "".join(before[:start]), "".join(before[:start]))]
    for tag, a1, a2, b1, b2 in _Counted(budget, a, b, str.isspace).get_opcodes():
        pieces.append((tag == "equal", "".join(a[a1:a2]), "".join(b[b1:b2])))
    last = "".join(before[len(before) - end :])
    pieces.append((True, last, last))
    found: list[Run] = []
    for same, gone, come in _merged([piece for piece in pieces if piece[1] or piece[2]]):
        found += [Run(Edit.KEPT, gone)] if same else replaced(gone, come)
    return tuple(found)


def _merged(pieces: list[tuple[bool, str, str]]) -> list[tuple[bool, str, str]]:
    """Neighbours of one kind are one piece, and so are edits with hardly anything between them."""
    found: list[tuple[bool, str, str]] = []
    for at, (same, gone, come) in enumerate(pieces):
        between = 0 < at < len(pieces) - 1 and len(gone) < NEAR and not found[-1][0]
        kept = same and not between
        if found and found[-1][0] == kept:
            _, earlier_gone, earlier_come = found.pop()
            gone, come = earlier_gone + gone, earlier_come + come
        found.append((kept, gone, come))
    return found


class Measured:
    """Words made ready to be likened to many others: small letters, single spaces."""

    def __init__(self, words: str):
        self.letters = words.casefold()

    @cached_property
    def words(self) -> list[str]:
        return WORD.findall(self.letters)

    @cached_property
    def distinct(self) -> frozenset[str]:
        return frozenset(self.words)

    @cached_property
    def repeated(self) -> int:
        return len(self.words) - len(self.distinct)


def likeness(old: Measured, new: Measured, budget: Budget) -> float:
    """difflib’s ratio, from ALIKE to 1, or 0 for what is less alike. Raises Spent."""
    short = max(len(old.letters), len(new.letters)) <= SHORT
    a: Sequence[str] = old.letters if short else old.words
    b: Sequence[str] = new.letters if short else new.words
    budget.spend(1)
    most = min(len(a), len(b))
    if not short:  # as many words as the two can have in common, found without looking at their order
        budget.spend((len(old.distinct) + len(new.distinct)) // 32)
        most = min(most, len(old.distinct & new.distinct) + min(old.repeated, new.repeated))
    if 2 * most < ALIKE * (len(a) + len(b)):
        return 0
    matcher = _Counted(budget, a, b)
    if matcher.quick_ratio() < ALIKE:
        return 0
    ratio = matcher.ratio()
    return ratio if ratio >= ALIKE else 0
