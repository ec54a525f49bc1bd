"""Chores about dues. Each bears being done twice, and a night that was missed is made good by the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

import structlog

from app.ground import clock
from app.ground.db import transaction

from . import errands, queries, services

BATCH = 500
log = structlog.get_logger()


def raise_charges() -> None:
    """Nightly: raise the next term's dues where the rules ask for them now."""
    today = clock.today()
    _by_batches(
        lambda after: queries.due_for_next_charge(on=today, after=after, limit=BATCH),
        lambda found: services.raise_charges([membership_id for _, membership_id in found], on=today),
    )


def remind() -> None:
    """Nightly: write about dues that are unpaid, and about cards that expire before they are needed."""
    today = clock.today()
    _by_batches(
        lambda after: queries.to_write_about(on=today, after=after, limit=BATCH), lambda found: services.remind(found, on=today)
    )
    _by_batches(
        lambda after: queries.cards_expiring(on=today, after=after, limit=BATCH),
        services.warn_of_expiry,
    )


Found = TypeVar("Found")


def _by_batches(find: Callable[[Found | None], Sequence[Found]], do: Callable[[Sequence[Found]], object]) -> None:
    """Do a chore for all that `find` finds, so many a transaction, each batch after the last of the one before."""
    after: Found | None = None
    while True:
        with transaction():
            found = find(after)
            do(found)
        if len(found) < BATCH:
            return
        after = found[-1]


def lapse() -> None:
    """Nightly: end memberships whose dues stayed unpaid past the rules' limit. One that fails is tried the night after. And
    nothing goes on being taken for a membership that has ended, however it ended."""
    _by_batches(lambda after: queries.renewing_for_nobody(after=after, limit=BATCH), services.stop_for_nobody)
    today, after = clock.today(), None
    while True:
        with transaction():
            found = queries.may_have_lapsed(on=today, after=after, limit=BATCH)
        for membership_id in found:
            try:
                errands.lapse(membership_id, on=today)
            except Exception as reason:
                log.error("not_lapsed_yet", id=str(membership_id), kind=type(reason).__name__)
        if len(found) < BATCH:
            return
        after = found[-1]


def apply_plan(membership: str) -> None:
    errands.apply_plan(UUID(membership))
