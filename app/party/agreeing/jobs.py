"""Chores: what two people agreed to is begun."""

from __future__ import annotations

from uuid import UUID

from app.ground.db import transaction

from . import services


def carry_out(agreement: str) -> None:
    with transaction():
        services.carry_out(UUID(agreement))
