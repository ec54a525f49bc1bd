"""Verbs about one person, and about tags themselves. That the person is in sight was asked where the door is (the roster); the
database asks again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import lock_for_now, looking_as, session
from app.ground.ids import new_id
from app.ground.mail import office as house_office
from app.party.branches import queries as branches
from app.party.branches import services as branch_services
from app.party.branches.models import Office
from app.party.branches.scope import EVERYONE, Scope, of_offices
from app.party.people import queries as people

from .. import queries, rules
from ..models import Note, Tag, Tagging, Task
from ..rules import Kind
from .many import end_tag_for, give_tag_to


def make_tag(name: str, branch_id: UUID | None, scope: Scope, *, by: str, on: date) -> Tag:
    """Have a tag that can be given from today on. Raises NotYours, TagThere."""
    rules.check_may_make(branch_id, scope)
    lock_for_now("tags")
    there = select(Tag.name).where(Tag.branch_id.is_not_distinct_from(branch_id), Tag.until.is_(None))
    if name.casefold() in {known.casefold() for known in session.scalars(there)}:
        raise rules.TagThere()
    tag = Tag(id=new_id(), name=name, branch_id=branch_id, since=on, until=None, made_by=by)
    session.add(tag)
    audit.record(Action.TAG_MADE, audit.of("tag", tag.id), by=by)
    return tag


def party_tags_named(names: Iterable[str], *, by: str, on: date) -> dict[str, UUID]:
    """The tags of the whole party, by `rules.key` of their names; those of these names are made where none is offered. For what
    was confirmed by who may make them."""
    wanted, there = {rules.key(name): name for name in names}, queries.party_tags(on=on)
    if wanted.keys() - there.keys():
        lock_for_now("tags")
        there = queries.party_tags(on=on)  # somebody may have made them meanwhile
    for key in sorted(wanted.keys() - there.keys()):
        there[key] = make_tag(wanted[key], None, EVERYONE, by=by, on=on).id
    return there


def retire_tag(tag: Tag, scope: Scope, *, by: str, on: date) -> None:
    """Have nobody given a tag any more; who has it keeps it, and lists and segments go on to find them. Raises NotYours."""
    rules.check_may_make(tag.branch_id, scope)
    if tag.until is None:
        tag.until = on
        audit.record(Action.TAG_RETIRED, audit.of("tag", tag.id), by=by)


def give_tag(person_id: UUID, tag_id: UUID | None, scope: Scope, *, by: str, on: date) -> None:
    """Mark a person with a tag; who has it already keeps it as it is. Raises NoSuchTag, TagRetired."""
    tag = queries.find_tag(tag_id, scope)
    if tag is None:
        raise rules.NoSuchTag()
    rules.check_offered(tag, on=on)
    if give_tag_to([person_id], tag.id, batch_id=None, by=by):
        audit.record(Action.TAGGED, audit.of("person", person_id), by=by, tag=str(tag.id))


def end_tagging(tagging: Tagging, *, by: str) -> None:
    """Take a tag off a person, off each of their records. Done twice, it is done once."""
    if end_tag_for([person_id := people.root_of(tagging.person_id)], tagging.tag_id, batch_id=None, by=by):
        audit.record(Action.UNTAGGED, audit.of("person", person_id), by=by, tag=str(tagging.tag_id))


def note(person_id: UUID, words: str, *, kind: Kind, happened_on: date, held: list[Office], by: str, on: date) -> Note:
    """Keep what was said with a person, sealed, under the office of whoever notes it. Raises NotYet for a day to come."""
    if happened_on > on:
        raise rules.NotYet()
    row_id, looking = new_id(), [one for one in held if of_offices([one], right=rules.RIGHT)]
    sealed = house_office().seal.close({"words": words}, table="notes", row=row_id)
    office = branches.words(looking[0].office, looking[0].branch) if looking else ""
    row = Note(
        id=row_id, person_id=person_id, kind=kind, on=happened_on, at=clock.now(), by=by, office=office, sealed=sealed
    )  # fmt: skip
    session.add(row)
    audit.record(Action.NOTED, audit.of("person", person_id), by=by, note=str(row_id))
    return row


def look_at_notes(person_id: UUID, *, by: str) -> dict[UUID, str]:
    """What was noted about a person, opened; that an officer looked is written down, and the person sees it. Raises
    NoOffice."""
    branch_services.look(person_id, by=by, what=rules.THEIR_NOTES, why=rules.TO_READ)
    return {row.id: queries.words_of(row) for row in queries.notes_about(person_id)}


def set_task(
    person_id: UUID, branch_id: UUID | None, words: str, *, due_on: date | None, assigned_to: UUID | None, by: str, on: date
) -> Task:
    """Have an officer do something about a person of a branch (None: of none). Raises NotAssignable, OverAlready."""
    rules.check_ahead(due_on, on=on)
    if assigned_to is None or not queries.scope_to_care(assigned_to, on=on).sees(branch_id):
        raise rules.NotAssignable()
    row_id = new_id()
    sealed = house_office().seal.close({"words": words}, table="tasks", row=row_id)
    row = Task(
        id=row_id, person_id=person_id, due_on=due_on, assigned_to=assigned_to, set_at=clock.now(), set_by=by, sealed=sealed
    )  # fmt: skip
    session.add(row)
    audit.record(Action.TASK_SET, audit.of("person", person_id), by=by, task=str(row_id), to=str(assigned_to))
    return row


def finish(task: Task, *, by: str) -> None:
    """A task is done. Done twice, it is done once."""
    if task.is_open:
        task.done_at, task.done_by = clock.now(), by
        audit.record(Action.TASK_DONE, audit.of("person", task.person_id), by=by, task=str(task.id))


def forget_tags(people: Sequence[UUID]) -> None:
    """Erase the taggings of people who go. To be called before their rows go."""
    session.flush()
    tagged = session.scalars(select(Tagging.person_id).where(Tagging.person_id.in_(people)).distinct()).all()
    for person_id in tagged:  # the database lets each go as themselves only
        with looking_as(f"self:{person_id}"):
            session.execute(delete(Tagging).where(Tagging.person_id == person_id))


def forget(person_id: UUID) -> None:
    """Erase what officers kept of a person who leaves: tags, notes, tasks about them. To be called before their row goes."""
    session.flush()
    with looking_as(f"self:{person_id}"):
        for noun in (Tagging, Note, Task):
            session.execute(delete(noun).where(noun.person_id == person_id))
