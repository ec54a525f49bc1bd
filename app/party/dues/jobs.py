"""Chores about dues. Each bears being done twice."""

from __future__ import annotations

from app.ground import clock
from app.ground.db import transaction

from . import queries, services

BATCH = 500


def raise_charges() -> None:
    """Nightly: raise the next term's dues where the rules ask for them now."""
    today, after = clock.today(), None
    while True:
        with transaction():
            due = queries.due_for_next_charge(on=today, after=after, limit=BATCH)
            services.raise_charges(due, on=today)
        if len(due) < BATCH:
            return
        after = due[-1]
