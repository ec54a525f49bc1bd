"""Chores of this room. Each bears being done twice."""

from __future__ import annotations

from app.ground.db import transaction

from .services import endorsing


def forget_unconfirmed() -> None:
    """Daily: erase endorsements that nobody confirmed."""
    with transaction():
        endorsing.forget_unconfirmed()
