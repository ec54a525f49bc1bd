"""Chores: those whose thirty days in the bin are over are erased, some at a time. Bears being done twice."""

from __future__ import annotations

from app.ground import clock
from app.ground.db import transaction
from app.party.branches.scope import HOUSE, looking_as

from . import queries, services


def erase() -> None:
    """Nightly."""
    with looking_as(HOUSE):
        with transaction():
            waiting = list(queries.due(on=clock.today()))
        for erasing_id in waiting:
            left = True
            while left:
                with transaction():
                    left = services.erase_some(erasing_id, on=clock.today())
