"""Chores: hooks are told, and what was told is forgotten."""

from __future__ import annotations

from uuid import UUID

from app.ground.db import transaction
from app.party.branches.scope import HOUSE, looking_as

from . import errands, services


def deliver(hook: str) -> None:
    errands.deliver(UUID(hook))


def forget_old() -> None:
    more = True
    with looking_as(HOUSE):
        while more:
            with transaction():
                more = services.forget_some_old()
