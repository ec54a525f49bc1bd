"""Chores about money. Each bears being done twice."""

from __future__ import annotations

from uuid import UUID

from . import errands


def follow(payment: str) -> None:
    errands.follow(UUID(payment))


def close(payment: str) -> None:
    errands.close(UUID(payment))


def sweep() -> None:
    errands.sweep()
