"""Chores about letters to many. Each bears being done twice."""

from __future__ import annotations

from uuid import UUID

from app.ground.db import transaction

from . import errands, services


def send(mailing: str) -> None:
    """The next turn of one mailing."""
    errands.send(UUID(mailing))


def tell(mailing: str, what: str, moment: str) -> None:
    """Write to the officers whom something about a letter concerns."""
    with transaction():
        services.write_to_officers(UUID(mailing), services.Told(what), moment)


def wake() -> None:
    """Every ten minutes: what is being sent goes on, whatever became of its chore."""
    with transaction():
        services.wake()


def forget_stopped() -> None:
    """Nightly: what was stopped a week ago is called off."""
    with transaction():
        services.forget_stopped()
