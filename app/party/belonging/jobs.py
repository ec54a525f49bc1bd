"""Chores of the top room."""

from __future__ import annotations

from uuid import UUID

from app.ground.db import transaction

from . import services


def forget_last_letter(person: str) -> None:
    """Chore: a day after somebody left, forget the letter that told them so."""
    with transaction():
        services.forget_last_letter(UUID(person))
