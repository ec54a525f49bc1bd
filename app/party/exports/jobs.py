"""Chores: a file is written, and removed after a day. Each bears being done twice."""

from __future__ import annotations

from uuid import UUID

from app.ground.db import transaction

from . import errands, services


def write(export: str) -> None:
    errands.write(UUID(export))


def remove() -> None:
    errands.remove()


def forget_who_was_in() -> None:
    """Nightly: forget who was in files that were written more than a year ago; the database decides which."""
    with transaction():
        services.forget_who_was_in()
