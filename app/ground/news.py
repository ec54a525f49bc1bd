"""What public pages show has changed: told to every web worker when the transaction is kept."""

from __future__ import annotations

from sqlalchemy import text

from .db import session

CHANNEL = "hustings_pages"


def tell() -> None:
    """Have every web worker forget the pages it keeps, if this transaction is kept."""
    session.execute(text("select pg_notify(:channel, '')"), {"channel": CHANNEL})
