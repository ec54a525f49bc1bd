"""An officer’s hooks, what is to be told to them, and what was."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager

from app.ground import clock
from app.ground.db import session
from app.ground.mail import office
from app.party.branches.scope import Scope

from ..models import Delivery, Hook, HookEvent

SHOWN = 50


@dataclass(frozen=True)
class Secrets:
    """What is sealed of a hook, opened. `before` signs, too, until a moment."""

    address: str
    secret: str
    before: str = ""
    before_until: datetime | None = None

    def signing(self, *, at: datetime) -> list[str]:
        """What a message is signed with at a moment, the newest first."""
        both = self.before and self.before_until and at < self.before_until
        return [self.secret, self.before] if both else [self.secret]


def secrets_of(hook: Hook) -> Secrets:
    said = office().seal.open(hook.sealed, table="hooks", row=hook.id)
    until = datetime.fromisoformat(said["before_until"]) if said.get("before_until") else None
    return Secrets(said["address"], said["secret"], said.get("before", ""), until)


def hooks_of(person_id: UUID) -> list[Hook]:
    """An officer’s hooks that have not ended, newest first."""
    theirs = select(Hook).where(Hook.person_id == person_id, Hook.ended_at.is_(None))
    return list(session.scalars(theirs.order_by(Hook.id.desc())))


def find_hook(hook_id: UUID) -> Hook | None:
    return session.get(Hook, hook_id)


def get_hook(hook_id: UUID, *, hold: bool = False) -> Hook:
    """The hook, which must exist; with `hold`, it is this transaction’s until its end. Raises NoResultFound."""
    return session.get_one(Hook, hook_id, with_for_update=hold, populate_existing=hold)


def find_delivery(hook_id: UUID, delivery_id: int, scope: Scope) -> Delivery | None:
    """A delivery of a hook, about somebody whom a scope sees."""
    return session.scalar(_deliveries(hook_id, scope).where(Delivery.id == delivery_id))


def _deliveries(hook_id: UUID, scope: Scope) -> Select[Delivery]:
    """A hook’s deliveries whose events a scope sees, with their events. The first wall; the second is in the database."""
    seen = or_(
        HookEvent.person_id.is_(None), scope.where(HookEvent.branch_id),
        HookEvent.was_branch_id.is_not(None) & scope.where(HookEvent.was_branch_id),
    )  # fmt: skip
    whole = select(Delivery).join(Delivery.event).options(contains_eager(Delivery.event))
    return whole.where(Delivery.hook_id == hook_id, seen)


def due(hook_id: UUID, scope: Scope, *, at: datetime) -> Delivery | None:
    """The oldest delivery that is due at a moment."""
    waits = _deliveries(hook_id, scope).where(Delivery.next_try_at <= at)
    return session.scalar(waits.order_by(Delivery.id).limit(1))


def next_wake(hook_id: UUID) -> datetime | None:
    """When there is something to do for a hook; None if nothing waits, or it is paused or ended."""
    hook_is_open = (Hook.paused_at.is_(None), Hook.ended_at.is_(None))
    first = func.min(func.greatest(Delivery.next_try_at, Delivery.claimed_until, Hook.held_until))
    waits = select(first).join(Hook, Hook.id == Delivery.hook_id).where(Delivery.next_try_at.is_not(None), *hook_is_open)
    found: datetime | None = session.scalar(waits.where(Delivery.hook_id == hook_id))
    return found


def is_claimed(hook_id: UUID, *, at: datetime) -> bool:
    """Whether somebody is telling this hook something at a moment."""
    held = select(Delivery.id).where(Delivery.hook_id == hook_id, Delivery.claimed_until > at)
    return session.scalar(held.limit(1)) is not None


def message(delivery: Delivery) -> bytes:
    """What a hook is told: ids and a kind, never a name. The same bytes at every attempt."""
    event = delivery.event
    said = {
        "id": str(event.id),
        "kind": event.kind,
        "at": event.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "person": str(event.person_id) if event.person_id else None,
    }
    return json.dumps(said, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Told:
    """A line of a hook’s log. `state`: accepted, waits, or given up."""

    id: int
    event_id: UUID
    kind: str
    person_id: UUID | None
    state: str
    status: int | None
    trouble: str
    attempts: int
    age: timedelta
    at: datetime
    next_try_at: datetime | None

    @property
    def words(self) -> str:
        """Its age, as far as it matters: “3 s”, “12 min”, “5 h”, “2 d”."""
        seconds = max(0, int(self.age.total_seconds()))
        for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
            if seconds >= 2 * length:
                return f"{seconds // length} {unit}"
        return f"{seconds} s"


def told(hook_id: UUID, scope: Scope) -> list[Told]:
    """What a hook was told last, or is to be, newest first, at most fifty."""
    rows = session.scalars(_deliveries(hook_id, scope).order_by(Delivery.id.desc()).limit(SHOWN))
    return [_told(row) for row in rows]


def _told(row: Delivery) -> Told:
    state = "accepted" if row.accepted_at else "waits" if row.next_try_at else "given up"
    return Told(
        id=row.id, event_id=row.event_id, kind=row.event.kind, person_id=row.event.person_id, state=state,
        status=row.status, trouble=row.trouble or "", attempts=row.attempts, at=row.event.at,
        age=(row.accepted_at or clock.wall()) - row.event.at, next_try_at=row.next_try_at,
    )  # fmt: skip
