"""Chores about files of people. Each bears being done twice, and goes on where a killed one stopped."""

from __future__ import annotations

from uuid import UUID

from app.ground.db import transaction

from . import errands, services


def check(batch: str) -> None:
    errands.check(UUID(batch))


def apply(batch: str) -> None:
    errands.apply(UUID(batch))


def undo(batch: str) -> None:
    errands.undo(UUID(batch))


def empty_old() -> None:
    """Hourly: delete what nobody confirmed, and what was kept to take an import back."""
    with transaction():
        services.empty_old()
