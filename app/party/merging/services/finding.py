"""Verbs: pairs are looked for among records that were written many at once, or before there were pairs."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from app.ground.db import session
from app.party.people.models import Likeness

EACH = 2000


def find_pairs(*, after: UUID | None = None, most: int = EACH) -> UUID | None:
    """Look for the pairs of the next records in the order of their ids. Returns the last of them, None at the end."""
    asked = select(Likeness.person_id).order_by(Likeness.person_id).limit(most)
    some = list(session.scalars(asked.where(Likeness.person_id > after) if after else asked))
    if some:
        session.execute(select(func.likely_pairs_find(some)))
    return some[-1] if some else None
