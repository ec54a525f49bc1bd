"""Chores: records are made comparable, and compared."""

from __future__ import annotations

from app.ground.db import transaction
from app.party.people import services as people

from . import rules, services

A_BATCH = 1000


def liken() -> None:
    """Chore: have records that were written before there was a likeness, or by COPY, be comparable; some each time."""
    for _batch in range(0, rules.MOST_LIKENED, A_BATCH):
        with transaction():
            made = people.liken(most=A_BATCH)
        if made < A_BATCH:
            return


def find() -> None:
    """Chore: look for pairs among all records. Two that were written at the same moment did not see each other then."""
    after = None
    while True:
        with transaction():
            after = services.find_pairs(after=after)
        if after is None:
            return
