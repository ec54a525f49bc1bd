"""Chores: what was tallied apart is added up, and pages of names go after a year."""

from __future__ import annotations

from app.ground.db import transaction
from app.party.membership import services as memberships

from . import services


def fold() -> None:
    with transaction():
        services.fold()
    with transaction():
        memberships.fold_tallies()


def forget_pages() -> None:
    with transaction():
        services.forget_pages()
