"""Chores: what was tallied apart is added up, and pages of names go after a year."""

from __future__ import annotations

from app.ground.db import transaction

from . import services


def fold() -> None:
    with transaction():
        services.fold()


def forget_pages() -> None:
    with transaction():
        services.forget_pages()
