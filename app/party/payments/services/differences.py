"""Verbs: something about money is put before a person, taken up by one, and closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id

from ..models import Difference


def note_difference(kind: str, subject: str, *, cents: int | None = None) -> None:
    """Put something before a person, once while it is open: `kind` from rules.DIFFERENCES, `subject` as `noun:id`."""
    is_new = session.scalar(
        insert(Difference)
        .values(id=new_id(), kind=kind, subject=subject, cents=cents, found_at=clock.now())
        .on_conflict_do_update(
            index_elements=["kind", "subject"], index_where=Difference.closed_at.is_(None), set_={"cents": cents}
        )
        .returning(literal_column("xmax = 0"))
    )
    if is_new:
        audit.record(Action.DIFFERENCE_FOUND, subject, by="system", kind=kind, cents=cents)


def close_differences(kind: str, subject: str, *, by: str, because: str) -> None:
    """It is found no more: close what was open about it."""
    session.execute(
        update(Difference)
        .where(Difference.kind == kind, Difference.subject == subject, Difference.closed_at.is_(None))
        .values(closed_at=clock.now(), closed_by=by, closed_because=because)
    )


def close_all_but(kind: str, subjects: Iterable[str], *, found_before: datetime) -> None:
    """After a look at everything of a kind: what was open and was not found again has gone by itself."""
    session.execute(
        update(Difference)
        .where(
            Difference.kind == kind,
            Difference.closed_at.is_(None),
            Difference.subject.not_in(list(subjects)),
            Difference.found_at < found_before,
        )
        .values(closed_at=clock.now(), closed_by="system", closed_because="found no more")
    )


def take_up(difference_id: UUID, *, owner_id: UUID, by: str) -> bool:
    """Make an officer the owner of an open difference. False for one that is closed."""
    difference = session.scalar(
        select(Difference).where(Difference.id == difference_id, Difference.closed_at.is_(None)).with_for_update()
    )
    if difference is None:
        return False
    difference.owner_id = owner_id
    audit.record(Action.DIFFERENCE_TAKEN_UP, audit.of("difference", difference_id), by=by)
    return True


def resolve(difference_id: UUID, *, because: str, by: str) -> bool:
    """Close a difference by a person's decision, `because` one of rules.RESOLUTIONS. False for one that is closed."""
    difference = session.scalar(
        select(Difference).where(Difference.id == difference_id, Difference.closed_at.is_(None)).with_for_update()
    )
    if difference is None:
        return False
    difference.closed_at, difference.closed_by, difference.closed_because = clock.now(), by, because
    audit.record(Action.DIFFERENCE_CLOSED, audit.of("difference", difference_id), by=by)
    return True
