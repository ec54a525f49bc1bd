"""Chores about statements. Each bears being done twice."""

from __future__ import annotations

from app.ground import clock
from app.ground.db import transaction

from . import services


def forget() -> None:
    """Hourly: empty files that nobody confirmed within a day."""
    with transaction():
        services.forget(on=clock.today())


def watch() -> None:
    """Nightly: put money that nobody was credited with for days on the work list."""
    with transaction():
        services.watch(on=clock.today())
