"""How common a part of a name is, as the database’s own statistics of the search buckets have it. Nobody is read for it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import text

from app.ground.db import session

KEPT = 600  # seconds
_ASKED = text("""
    select greatest(c.reltuples, 0), s.most_common_elems::text::int[], s.most_common_elem_freqs
      from pg_class c
      left join pg_stats s on s.schemaname = 'public' and s.tablename = c.relname and s.attname = 'buckets'
     where c.oid = 'people_name_buckets'::regclass
""")


@dataclass(frozen=True)
class Statistics:
    """Of so many people, what share has a bucket; one that is not listed has at most `least`."""

    people: float
    shares: Mapping[int, float]
    least: float
    read_at: float


_known: WeakKeyDictionary[Any, Statistics] = WeakKeyDictionary()  # by database


def about(buckets: Sequence[int]) -> float:
    """About how many people have a name with all of these prefixes; rather too many than too few for one that is rare."""
    known = _statistics()
    return known.people * prod(known.shares.get(bucket, known.least) for bucket in set(buckets))


def _statistics() -> Statistics:
    bind = session.get_bind()
    known = _known.get(bind)
    if known is None or time.monotonic() - known.read_at > KEPT:
        people, listed, shares = session.execute(_ASKED).one()
        listed, shares = listed or [], shares or []
        # PostgreSQL lists the shares of these, and after them the least of all, the most of all, and that of none.
        least = shares[len(listed)] if len(shares) > len(listed) else 1.0
        known = _known[bind] = Statistics(people, dict(zip(listed, shares, strict=False)), least, time.monotonic())
    return known
