"""Chores about money. Each bears being done twice."""

from __future__ import annotations

from uuid import UUID

from . import errands


def follow(payment: str) -> None:
    errands.follow(UUID(payment))


def close(payment: str) -> None:
    errands.close(UUID(payment))


def look_into(about: str) -> None:
    errands.look_into(about)


def stop_renewal(renewal: str) -> None:
    errands.stop_renewal(UUID(renewal))


def send_refund(refund: str) -> None:
    errands.send_refund(UUID(refund))


def paid_elsewhere(renewal: str) -> None:
    errands.paid_elsewhere(UUID(renewal))


def try_failing(renewal: str) -> None:
    errands.try_failing(UUID(renewal))


def sweep() -> None:
    errands.sweep()


def reconcile() -> None:
    """Nightly: the last week against the ledger, and the renewals that need a look; what does not agree waits for a person."""
    errands.reconcile(days=7, every=False)
