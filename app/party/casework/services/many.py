"""Verbs for many people at once, a slice at a time. `batch_id` is the act on many that does it: taking it back takes back what
bears its id, and nothing that anybody did since.

Whoever calls has asked who of the slice is in sight; the database refuses a row about anybody else. No line of the log is
written for each person: the room `bulk` writes one for the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CursorResult, Uuid, cast, column, exists, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from app.ground import clock
from app.ground.db import session
from app.ground.ids import new_id
from app.ground.mail import office as house_office
from app.party.people.models import Person

from ..models import Tagging, Task

_ADDED = ("id", "tag_id", "person_id", "batch_id", "at", "by")


def give_tag_to(people: Sequence[UUID], tag_id: UUID, *, batch_id: UUID | None, by: str) -> int:
    """Mark these with a tag. Returns how many did not have it, on any of their records."""
    return give_tags([(person_id, tag_id) for person_id in people], batch_id=batch_id, by=by)


def give_tags(given: Sequence[tuple[UUID, UUID]], *, batch_id: UUID | None, by: str) -> int:
    """Mark each person with the tag beside them, all by one statement. Returns how many of these were not so, on any record of
    the person."""
    people, tags = ([pair[place] for pair in given] for place in (0, 1))
    pair = (
        func.unnest(cast(people, ARRAY(Uuid())), cast(tags, ARRAY(Uuid())))
        .table_valued(column("person", Uuid()), column("tag", Uuid()))
        .render_derived("given")
    )
    part, live = aliased(Person), (Tagging.tag_id == pair.c.tag, Tagging.ended_at.is_(None))
    elsewhere = exists().where(part.same_as == pair.c.person, part.id == Tagging.person_id, *live)
    rows = select(
        func.uuidv7(), pair.c.tag, pair.c.person, literal(batch_id, Uuid()), literal(clock.now()), literal(by)
    ).where(~elsewhere)  # fmt: skip
    return _changed(
        insert(Tagging)
        .from_select(_ADDED, rows)
        .on_conflict_do_nothing(index_elements=["tag_id", "person_id"], index_where=Tagging.ended_at.is_(None))
    )


def end_tag_for(people: Sequence[UUID], tag_id: UUID, *, batch_id: UUID | None, by: str) -> int:
    """Take a tag off these, off each of their records. Returns off how many records."""
    parts = select(Person.id).where(Person.same_as.in_(people))
    theirs = or_(Tagging.person_id.in_(people), Tagging.person_id.in_(parts))
    live = (Tagging.tag_id == tag_id, theirs, Tagging.ended_at.is_(None))
    return _changed(update(Tagging).where(*live).values(ended_at=clock.now(), ended_by=by, ended_batch_id=batch_id))


def set_tasks_about(
    people: Sequence[UUID], words: str, *, due_on: date | None, assigned_to: UUID, batch_id: UUID, by: str
) -> int:
    """Have an officer do something about each of these. Returns how many tasks there are now for this act, of this slice."""
    seal, now = house_office().seal, clock.now()
    for person_id in people:
        row_id = new_id()
        sealed = seal.close({"words": words}, table="tasks", row=row_id)
        session.add(
            Task(
                id=row_id, person_id=person_id, due_on=due_on, assigned_to=assigned_to, batch_id=batch_id, set_at=now,
                set_by=by, sealed=sealed,
            )
        )  # fmt: skip
    session.flush()
    return len(people)


def take_back_tags(batch_id: UUID, *, after: UUID, size: int, by: str) -> tuple[UUID | None, int]:
    """Of the taggings an act made, the next after an id: take off those that are still on. Returns where it ended (None: there
    are no more), and how many it took off."""
    ids = _next(Tagging.id, Tagging.batch_id == batch_id, after, size)
    live = (Tagging.id.in_(ids), Tagging.ended_at.is_(None))
    return _last(ids), _changed(update(Tagging).where(*live).values(ended_at=clock.now(), ended_by=by)) if ids else 0


def take_back_tags_of(people: Sequence[UUID], batch_id: UUID, *, by: str) -> int:
    """Of the taggings an act made of these, take off those that are still on. Returns how many."""
    theirs = (Tagging.batch_id == batch_id, Tagging.person_id.in_(people), Tagging.ended_at.is_(None))
    return _changed(update(Tagging).where(*theirs).values(ended_at=clock.now(), ended_by=by))


def take_back_untagged(batch_id: UUID, *, after: UUID, size: int, by: str) -> tuple[UUID | None, int]:
    """Of the taggings an act ended, the next after an id: put on again those that nobody put on (or off) since."""
    ids = _next(Tagging.id, Tagging.ended_batch_id == batch_id, after, size)
    if not ids:
        return None, 0
    since = aliased(Tagging)
    touched = exists().where(
        since.tag_id == Tagging.tag_id, since.person_id == Tagging.person_id, since.at >= Tagging.ended_at
    )  # fmt: skip
    rows = select(func.uuidv7(), Tagging.tag_id, Tagging.person_id, literal(batch_id), literal(clock.now()), literal(by)).where(
        Tagging.id.in_(ids), ~touched
    )
    return _last(ids), _changed(insert(Tagging).from_select(_ADDED, rows))


def take_back_tasks(batch_id: UUID, *, after: UUID, size: int, by: str) -> tuple[UUID | None, int]:
    """Of the tasks an act set, the next after an id: drop those that are not done."""
    ids = _next(Task.id, Task.batch_id == batch_id, after, size)
    undone = (Task.id.in_(ids), Task.done_at.is_(None), Task.dropped_at.is_(None))
    return _last(ids), _changed(update(Task).where(*undone).values(dropped_at=clock.now(), dropped_by=by)) if ids else 0


def _next(key: Any, of_act: Any, after: UUID, size: int) -> list[UUID]:
    return list(session.scalars(select(key).where(of_act, key > after).order_by(key).limit(size)))


def _last(ids: list[UUID]) -> UUID | None:
    return ids[-1] if ids else None


def _changed(statement: Any) -> int:
    done = session.execute(statement, execution_options={"synchronize_session": False, "preserve_rowcount": True})
    assert isinstance(done, CursorResult)
    return done.rowcount
