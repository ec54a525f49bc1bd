"""Rate limits shared by every worker: fixed windows counted in PostgreSQL, under keys that name nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, DateTime, Integer, LargeBinary, Table, text

from .db import Base, at_once, session

# Unlogged: counts may be lost in a crash, and writing them costs no disk flush.
RATE_COUNTS = Table(
    "rate_counts",
    Base.metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("hits", Integer, nullable=False),
    Column("window_ends", DateTime(timezone=True), nullable=False),
    prefixes=["UNLOGGED"],
)

_TAKE = text("""
    insert into rate_counts as c (key, hits, window_ends)
    select key, 1, clock_timestamp() + make_interval(secs => seconds)
      from unnest(cast(:keys as bytea[]), cast(:seconds as int[])) as wanted (key, seconds) order by key
    on conflict (key) do update
       set hits = case when c.window_ends < clock_timestamp() then 1 else c.hits + 1 end,
           window_ends = case when c.window_ends < clock_timestamp() then excluded.window_ends else c.window_ends end
    returning key, hits, window_ends
""")


@dataclass(frozen=True)
class Limit:
    """At most `hits` in `seconds` for one `key` (a blind index: no address or email is stored)."""

    key: bytes
    hits: int
    seconds: int


def take(limits: list[Limit]) -> datetime | None:
    """Count one try against each limit, at once: it counts whatever becomes of it. None if all allow it, else the UTC moment
    at which to try again."""
    by_key = {limit.key: limit for limit in limits}
    rows = at_once(_TAKE, {"keys": list(by_key), "seconds": [limit.seconds for limit in by_key.values()]})
    over = [row.window_ends for row in rows if row.hits > by_key[bytes(row.key)].hits]
    return max(over, default=None)


def sweep() -> None:
    """Forget windows that have ended."""
    session.execute(text("delete from rate_counts where window_ends < clock_timestamp()"))
