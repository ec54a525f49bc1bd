"""Verbs around a message: it is claimed, and noted as accepted or not. The message itself goes between two transactions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, select

from app.ground import clock, jobs
from app.ground.db import session
from app.party.branches.scope import Scope

from .. import queries, rules
from ..models import Delivery, HookEvent
from ..queries.hooks import is_claimed
from ..rules import Paused
from .hooks import pause


@dataclass(frozen=True)
class Claimed:
    """A message that is ours to send."""

    delivery_id: int
    event_id: UUID
    address: str
    body: bytes
    signature: str


def claim(hook_id: UUID, scope: Scope) -> Claimed | None:
    """Take the oldest message that is due; None where there is none, the hook is held, or another worker is at it.

    The hook’s row is held meanwhile, so that one is at it at a time. A worker that dies lets go when its claim runs out, and
    the message is sent again: at least once, under the same event id. What is about somebody who is out of the officer’s sight
    by now is dropped.
    """
    now = clock.now()
    hook = queries.get_hook(hook_id, hold=True)
    is_held = hook.held_until is not None and hook.held_until > now
    if not hook.is_open or is_held or is_claimed(hook_id, at=now):
        return None
    _drop_unseen(hook_id)
    found = queries.due(hook_id, scope, at=now)
    if found is None:
        return None
    found.claimed_until, found.first_tried_at = now + rules.CLAIMED_FOR, found.first_tried_at or now
    found.attempts += 1
    opened, body = queries.secrets_of(hook), queries.message(found)
    signature = rules.sign(body, at=int(clock.wall().timestamp()), secrets=opened.signing(at=now))
    return Claimed(found.id, found.event_id, opened.address, body, signature)


def _drop_unseen(hook_id: UUID) -> None:
    """Behind the second wall an event out of sight is not there."""
    seen = select(HookEvent.id).where(HookEvent.id == Delivery.event_id).exists()
    session.execute(delete(Delivery).where(Delivery.hook_id == hook_id, Delivery.next_try_at.is_not(None), ~seen))


def note_accepted(delivery_id: int, status: int) -> None:
    """The other side has it."""
    if row := _held(delivery_id):
        now = clock.now()
        row.accepted_at = row.tried_at = now
        row.next_try_at = row.claimed_until = row.trouble = None
        row.status = status
        hook = queries.get_hook(row.hook_id, hold=True)
        hook.refused_in_a_row, hook.held_until = 0, None


def note_refused(delivery_id: int, status: int | None, trouble: str) -> None:
    """The other side does not have it: it is tried again later, for three days; then the hook is paused, with a letter. Where
    three in a row were not accepted the others wait, too: a system that is down costs one attempt a turn, whatever it has
    missed."""
    if (row := _held(delivery_id)) is None:
        return
    now = clock.now()
    row.tried_at, row.claimed_until, row.status, row.trouble = now, None, status, trouble
    row.next_try_at = now + rules.wait_after(row.attempts)
    hook = queries.get_hook(row.hook_id, hold=True)
    hook.refused_in_a_row += 1
    if hook.refused_in_a_row >= rules.HELD_AFTER:
        hook.held_until = now + min(rules.wait_after(hook.refused_in_a_row - rules.HELD_AFTER + 1), rules.HELD_AT_MOST)
    if row.first_tried_at and now - row.first_tried_at >= rules.TRIED_FOR:
        row.next_try_at = None
        pause(hook, because=Paused.UNHEARD, by="system")


def _held(delivery_id: int) -> Delivery | None:
    """A delivery, until the end of the transaction. None if its hook went with its officer."""
    return session.get(Delivery, delivery_id, with_for_update=True)


def wake(hook_id: UUID) -> None:
    """Come back to a hook when there is something to do for it."""
    if at := queries.next_wake(hook_id):
        jobs.enqueue("api.deliver", at=max(at, clock.now() + timedelta(seconds=1)), once=True, priority=-5, hook=hook_id)


def forget_some_old() -> bool:
    """Forget what happened, and what was told of it, after thirty days: some of it, for one statement may take only so long.
    Returns whether there may be more."""
    old = select(HookEvent.id).where(HookEvent.at < clock.ago(days=rules.KEPT_FOR.days)).order_by(HookEvent.at)
    gone = session.execute(delete(HookEvent).where(HookEvent.id.in_(old.limit(rules.FORGOTTEN_AT_ONCE))))
    return cast("CursorResult[Any]", gone).rowcount == rules.FORGOTTEN_AT_ONCE
