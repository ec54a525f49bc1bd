"""Questions about tags, notes and tasks. What says something about a person is shown by the database to whoever sees the person
now (migration 0029); what a tag is called, to whoever sees its branch. What is kept of a record that is part of a person is of
that person: nothing is moved by a merge (the room `merging`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, and_, any_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import joinedload

from app.ground.db import session
from app.ground.mail import office as house_office
from app.party.branches import rules as rights
from app.party.branches.models import Office
from app.party.branches.scope import Scope, of_offices
from app.party.membership.models import Membership
from app.party.people import queries as people
from app.party.people.models import Person

from .models import Note, Tag, Tagging, Task
from .rules import RIGHT, key

A_PAGE_OF_TASKS = 50

# Tags


def find_tag(tag_id: UUID | None, scope: Scope) -> Tag | None:
    """A tag, retired or not, if it is the whole party’s or of a branch that the scope sees."""
    if tag_id is None:
        return None
    return session.scalar(select(Tag).where(Tag.id == tag_id, _theirs(scope)))


def tags(scope: Scope, *, on: date) -> list[Tag]:
    """The tags that can be given on a day: the whole party’s first, then by branch and name."""
    offered = (_theirs(scope), Tag.since <= on, or_(Tag.until.is_(None), Tag.until > on))
    found = session.scalars(select(Tag).where(*offered).options(joinedload(Tag.branch)))
    return sorted(found, key=lambda tag: (tag.branch.name if tag.branch else "", tag.name.casefold()))


def _theirs(scope: Scope) -> ColumnElement[bool]:
    return or_(Tag.branch_id.is_(None), scope.where(Tag.branch_id))


def has_tag(person: Any, tag_id: UUID) -> ColumnElement[bool]:
    """The condition that a person (a column of their ids) has a tag now, on any of their records. Who has it on another record
    is looked up first: they are few, and where there are none the question is plain."""
    live = (Tagging.tag_id == tag_id, Tagging.ended_at.is_(None))
    # Looked up one by one along their own index: joined, whoever sees a branch would have every tagging held to the wall.
    it = select(literal(True)).where(Tagging.person_id == Person.id, *live).limit(1).scalar_subquery()
    others = list(session.scalars(select(Person.same_as).where(Person.same_as.is_not(None), it).distinct()))
    own = exists().where(Tagging.person_id == person, *live)
    return or_(own, person.in_(others)) if others else own


def party_tags(*, on: date) -> dict[str, UUID]:
    """The tags of the whole party that can be given on a day, by `rules.key` of their names."""
    offered = (Tag.branch_id.is_(None), Tag.since <= on, or_(Tag.until.is_(None), Tag.until > on))
    return {key(name): tag_id for tag_id, name in session.execute(select(Tag.id, Tag.name).where(*offered))}


def names_on(people: Collection[UUID]) -> dict[UUID, set[str]]:
    """What each of these people is tagged with now, on any record, by `rules.key` of the names; all by one question."""
    found: dict[UUID, set[str]] = {}
    if people:
        whose_of = func.coalesce(Person.same_as, Person.id)
        asked = select(whose_of, Tag.name).join(Tagging, Tagging.person_id == Person.id).join(Tag, Tag.id == Tagging.tag_id)
        ids = cast(list(people), ARRAY(Uuid()))
        theirs = or_(Person.id == any_(ids), Person.same_as == any_(ids))
        for person_id, name in session.execute(asked.where(theirs, Tagging.ended_at.is_(None))):
            found.setdefault(person_id, set()).add(key(name))
    return found


def whose() -> ColumnElement[UUID]:
    """The person whose a tagging of `live_taggings` is: looked up by its key, one by one, which no estimate leads astray."""
    part = select(Person.same_as).where(Person.id == Tagging.person_id, Person.same_as.is_not(None)).correlate(Tagging)
    return func.coalesce(part.scalar_subquery(), Tagging.person_id)


def live_taggings(*columns: Any) -> Select[Any]:
    """The taggings that are on now."""
    return select(*columns).select_from(Tagging).where(Tagging.ended_at.is_(None))


def how_many(tags: Sequence[Tag]) -> dict[UUID, int]:
    """How many of the people in sight have each of these tags now."""
    live = live_taggings(Tagging.tag_id, func.count(whose().distinct())).where(Tagging.tag_id.in_([tag.id for tag in tags]))
    return {tag_id: int(count) for tag_id, count in session.execute(live.group_by(Tagging.tag_id))}


@dataclass(frozen=True)
class Tagged:
    """A tag somebody has or had, as far as whoever asks knows the tag."""

    id: UUID
    tag_id: UUID
    name: str
    at: datetime
    ended_at: datetime | None


def tagged(person_id: UUID) -> list[Tagged]:
    """Every tag a person has or had, oldest first. Tags of branches that are out of sight are left out."""
    asked = select(Tagging, Tag.name).join(Tag, Tag.id == Tagging.tag_id).where(_about(Tagging, person_id))
    return [
        Tagged(row.id, row.tag_id, name, row.at, row.ended_at)
        for row, name in session.execute(asked.order_by(Tagging.at, Tagging.id))
    ]


def tags_on(person_id: UUID) -> list[Tagged]:
    """The tags a person has now, each once, whichever of their records it is on."""
    return list({tag.tag_id: tag for tag in tagged(person_id) if tag.ended_at is None}.values())


def find_tagging(tagging_id: UUID, person_id: UUID) -> Tagging | None:
    """A tagging of this person, with a tag that is in sight."""
    asked = select(Tagging).join(Tag, Tag.id == Tagging.tag_id)
    return session.scalar(asked.where(Tagging.id == tagging_id, _about(Tagging, person_id)))


def _about(noun: type[Note] | type[Tagging] | type[Task], person_id: UUID) -> ColumnElement[bool]:
    """The condition that a row is about a person: about any of their records."""
    return noun.person_id.in_(people.records_of(person_id))


# Notes and tasks


def notes_about(person_id: UUID) -> list[Note]:
    """What was noted about a person, newest first; sealed."""
    return list(session.scalars(select(Note).where(_about(Note, person_id)).order_by(Note.on.desc(), Note.id.desc())))


def words_of(row: Note | Task) -> str:
    """What a note or a task says, opened. That somebody looks is written down by whoever asks."""
    opened = house_office().seal.open(row.sealed, table=row.__tablename__, row=row.id)
    return str(opened["words"])


def tasks_about(person_id: UUID) -> list[Task]:
    """What is or was to be done about a person: what is open first, by its day."""
    found = session.scalars(select(Task).where(_about(Task, person_id)).order_by(Task.id))
    return sorted(found, key=lambda task: (not task.is_open, task.due_on or date.max, task.id))


def find_task(task_id: UUID, person_id: UUID) -> Task | None:
    return session.scalar(select(Task).where(Task.id == task_id, _about(Task, person_id)))


def tasks_of(officer: UUID, *, most: int = A_PAGE_OF_TASKS) -> list[Task]:
    """What an officer is to do about people in sight, by its day."""
    theirs = (Task.assigned_to == officer, Task.done_at.is_(None), Task.dropped_at.is_(None))
    asked = select(Task).where(*theirs).order_by(Task.due_on.nulls_last(), Task.id)
    return list(session.scalars(asked.limit(most)))


def due_for(officer: UUID, *, on: date) -> int:
    """How many tasks of an officer are due by a day, about people in sight."""
    theirs = (Task.assigned_to == officer, Task.done_at.is_(None), Task.dropped_at.is_(None), Task.due_on <= on)
    return session.scalar(select(func.count()).select_from(Task).where(*theirs)) or 0


# Who cares


def carers(*, on: date) -> list[Office]:
    """The offices held on a day that care for people, the whole party’s first."""
    names = [name for name in rights.OfficeName if rights.may([name], RIGHT)]
    there = (Membership.person_id == Office.person_id, Membership.ended_on.is_(None), Membership.opened_on <= Office.since)
    held = (Office.since <= on, or_(Office.until.is_(None), Office.until > on), Office.office.in_(names))
    asked = select(Office).join(Membership, and_(*there)).where(*held).options(joinedload(Office.branch))
    return sorted(session.scalars(asked), key=lambda held: (held.branch.name if held.branch else "", held.office))


def scope_to_care(person_id: UUID, *, on: date) -> Scope:
    """Whom a person cares for on a day: nobody, without an office that may."""
    return of_offices(held for held in carers(on=on) if held.person_id == person_id)


# Everything we hold about one person


def taggings_of(person_id: UUID) -> Sequence[Tagging]:
    return session.scalars(select(Tagging).where(Tagging.person_id == person_id).order_by(Tagging.id)).all()


def tag_names(ids: Sequence[UUID]) -> dict[UUID, str]:
    """What these tags are called, of whichever branch they are."""
    return {tag_id: str(name) for tag_id, name in session.execute(select(Tag.id, Tag.name).where(Tag.id.in_(ids)))}
