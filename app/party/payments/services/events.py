"""Verbs: what Stripe tells is kept, once, and looked into."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from app.gateways.stripe import Hint
from app.ground import clock, jobs
from app.ground.db import session

from ..models import HeardEvent

_KEEP_EVENT = insert(HeardEvent.__table__).on_conflict_do_nothing().returning(HeardEvent.id)  # type: ignore[arg-type]  # a Table


def hear(hint: Hint) -> bool:
    """Keep an event, once, and have what it is about looked at. False for one heard before. Stripe may tell us five times."""
    now = clock.now()
    heard = session.scalar(
        _KEEP_EVENT,
        {
            "id": hint.event_id,
            "type": hint.type,
            "object_id": hint.object_id,
            "payment_id": hint.payment_id,
            "about": hint.about,
            "received_at": now,
            "handled_at": None if hint.payment_id or hint.about else now,
        },
    )
    if heard is None:
        return False
    if hint.payment_id:
        follow_soon(hint.payment_id)
    elif hint.about:
        look_into_soon(hint.about)
    return True


def follow_soon(payment_id: UUID, *, at: datetime | None = None) -> None:
    """Have an attempt looked at; many wishes are one look."""
    jobs.enqueue("payments.follow", payment=payment_id, at=at, once=True, priority=5)


def look_into_soon(about: str, *, at: datetime | None = None) -> None:
    """Have what an event was about looked at: `renewal:…`, `intent:…` and the like; many wishes are one look."""
    jobs.enqueue("payments.look_into", about=about, at=at, once=True, priority=5)


def answered(payment_id: UUID, *, until: datetime) -> None:
    """Mark the events of an attempt that were received by `until` as dealt with."""
    _handled(HeardEvent.payment_id == payment_id, until=until)


def looked_into(about: str, *, until: datetime) -> None:
    """Mark the events about something that were received by `until` as dealt with."""
    _handled(HeardEvent.about == about, until=until)


def _handled(which: object, *, until: datetime) -> None:
    session.execute(
        update(HeardEvent)
        .where(which, HeardEvent.handled_at.is_(None), HeardEvent.received_at <= until)  # type: ignore[arg-type]
        .values(handled_at=clock.now())
    )
