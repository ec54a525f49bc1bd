"""Chores about receipts. Each bears being done twice."""

from __future__ import annotations

from app.ground.db import transaction

from . import services


def expire() -> None:
    """Nightly: let go of what receipts say once the law lets us."""
    with transaction():
        services.expire()
