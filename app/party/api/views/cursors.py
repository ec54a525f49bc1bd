"""A place in the roster, spelt so that nobody takes it apart."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

from app.party.roster.queries import START, read_place


def spell_cursor(way: str, row: str) -> str | None:
    """`way`: after or before; `row`: as the roster spells it, empty for none."""
    return urlsafe_b64encode(f"{way}:{row}".encode()).decode().rstrip("=") if row else None


def read_cursor(cursor: str) -> dict[str, str] | None:
    """What `read_place` takes; None for what is none of ours."""
    try:
        way, _, row = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(":")
    except ValueError:
        return None
    if way not in ("after", "before"):
        return None
    place = {"after": "", "before": "", way: row}
    return place if read_place(**place) != START else None
