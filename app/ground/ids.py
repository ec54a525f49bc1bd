"""Row ids, and names in addresses. An id is made here, not by the database: a row must know its own before it is sealed."""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

from .seal import fold

_giving, _given = threading.Lock(), 0  # the last moment that was given to an id, and who gives the next


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562, 5.7 and 6.2, method 3): 48 bits of milliseconds, 12 of their parts, then 62 random bits.
    Sorts by age, within a process also where two are made in one millisecond or the clock is set back; cannot be guessed."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[UUID]:
    """As many ids of one moment, in the order they sort in. Their random bits are drawn together: each draw lets go of the
    interpreter, and many at a time waited for it at every one."""
    drawn, moment = os.urandom(8 * count), _next_moment()
    head = (moment >> 12) << 80 | 0x7 << 76 | (moment & 0xFFF) << 64 | 0x2 << 62
    tails = sorted(int.from_bytes(drawn[at : at + 8]) >> 2 for at in range(0, len(drawn), 8))
    return [UUID(int=head | tail) for tail in tails]


def _next_moment() -> int:
    """Now, in parts of 1/4096 of a millisecond; later than any that this process was given before."""
    global _given
    now = (time.time_ns() << 12) // 1_000_000
    with _giving:
        _given = max(now, _given + 1)
        return _given


def _begin_anew() -> None:
    """In a process that was forked off: whoever held the lock is not in it."""
    global _giving
    _giving = threading.Lock()


os.register_at_fork(after_in_child=_begin_anew)


def read_id(text: str) -> UUID | None:
    """The id that `text` spells, or None. Only the canonical spelling counts, so an id has one address."""
    try:
        found = UUID(text)
    except ValueError:
        return None
    return found if str(found) == text else None


def slug(title: str) -> str:
    """The name of a thing in its address: “Ngā Kaupapa Here, 2026” is `nga-kaupapa-here-2026`. Macrons go, as in search.

    Raises ValueError when no letter is left that an address can show.
    """
    plain = "".join(letter if letter.isascii() else " " for letter in fold(title))
    if not plain.strip():
        raise ValueError(f"no letters for an address: {title!r}")
    return "-".join(plain.split())
