"""Row ids, and names in addresses. An id is made here, not by the database: a row must know its own before it is sealed."""

from __future__ import annotations

import os
import time
from uuid import UUID

from .seal import fold


def new_id() -> UUID:
    """A UUID version 7 (RFC 9562, 5.7): 48 bits of milliseconds, then 74 random bits. Sorts by age; cannot be guessed."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[UUID]:
    """As many ids of one moment, in the order they sort in. Their random bits are drawn together: each draw lets go of the
    interpreter, and many at a time waited for it at every one."""
    drawn, moment = os.urandom(10 * count), (time.time_ns() // 1_000_000) << 80
    values = [moment | int.from_bytes(drawn[at : at + 10]) for at in range(0, len(drawn), 10)]
    values = [(value & ~(0xF << 76) | 0x7 << 76) & ~(0x3 << 62) | 0x2 << 62 for value in values]
    return [UUID(int=value) for value in sorted(values)]


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
