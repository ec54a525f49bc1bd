"""Doors: what officers keep about one person. What was noted, and what is to be done, is opened after a press that is written
down, as details are: the person sees it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import read_id
from app.law.clauses import Refusal
from app.party.branches import services as branch_services
from app.party.branches.doorkeeper import offices_now
from app.party.casework import queries as casework
from app.party.casework import rules, services
from app.party.casework.rules import Kind
from app.party.people import queries as people
from app.web.forms import HouseForm
from app.web.rights import officer

from .. import queries
from ..forms import NoteForm, TagForm, TaskForm
from .door import door, in_scope, offered_officers, offered_tags, scope_now
from .one import get_row, show_one


@door.post("/<uuid:person>/tags")
@officer("care for people")
@in_scope
def add_tag(person: UUID) -> ResponseReturnValue:
    get_row(person)
    form = TagForm(tags=offered_tags())

    def give() -> None:
        services.give_tag(person, read_id(form.tag.data or ""), scope_now(), by=current_user.by, on=clock.today())

    return _done(person, form, "tag_form", give, at="tags")


@door.post("/<uuid:person>/tags/<uuid:tagging>/end")
@officer("care for people")
@in_scope
def end_tagging(person: UUID, tagging: UUID) -> ResponseReturnValue:
    get_row(person)
    with transaction():
        services.end_tagging(casework.find_tagging(tagging, person) or abort(404), by=current_user.by)
    return redirect(url_for(".one", person=person, _anchor="tags"), 303)


@door.post("/<uuid:person>/notes")
@officer("care for people")
@in_scope
def add_note(person: UUID) -> ResponseReturnValue:
    get_row(person)
    form = NoteForm()

    def note() -> None:
        services.note(
            person, form.said.data or "", kind=Kind(form.kind.data), happened_on=form.on.data or clock.today(),
            held=offices_now(), by=current_user.by, on=clock.today(),
        )  # fmt: skip

    return _done(person, form, "note_form", note, at="notes")


@door.post("/<uuid:person>/notes/show")
@officer("care for people")
@in_scope
def show_notes(person: UUID) -> ResponseReturnValue:
    """What was noted and what is to be done, opened once: that somebody looked is written down first."""
    get_row(person)
    with transaction():
        opened = services.look_at_notes(person, by=current_user.by)
    opened |= {task.id: casework.words_of(task) for task in casework.tasks_about(person)}
    return show_one(person, opened=opened)


@door.post("/<uuid:person>/tasks")
@officer("care for people")
@in_scope
def add_task(person: UUID) -> ResponseReturnValue:
    row = get_row(person)
    form = TaskForm(officers=offered_officers(row.branch_id))

    def put() -> None:
        services.set_task(
            person, row.branch_id, form.task.data or "", due_on=form.due_on.data,
            assigned_to=read_id(form.assigned_to.data or ""), by=current_user.by, on=clock.today(),
        )  # fmt: skip

    return _done(person, form, "task_form", put, at="tasks")


@door.post("/<uuid:person>/tasks/<uuid:task>/done")
@officer("care for people")
@in_scope
def finish(person: UUID, task: UUID) -> ResponseReturnValue:
    """Done; back to the list of tasks for who came from there. A page may be older than that two records are one person."""
    person = people.root_of(person)
    get_row(person)
    with transaction():
        services.finish(casework.find_task(task, person) or abort(404), by=current_user.by)
    if request.form.get("back") == "tasks":
        return redirect(url_for(".tasks"), 303)
    return redirect(url_for(".one", person=person, _anchor="tasks"), 303)


@door.get("/tasks")
@officer("care for people")
@in_scope
def tasks() -> ResponseReturnValue:
    """What whoever asks is to do about people they see. Whose names are shown is written down first."""
    with transaction():
        mine = casework.tasks_of(current_user.person_id)
        persons = people.roots_of({task.person_id for task in mine})
        names = queries.names_by_id(set(persons.values()))
        branch_services.look_through(list(names), by=current_user.by, what=rules.IN_TASKS, held=offices_now())
        words = {task.id: casework.words_of(task) for task in mine}
    return render_template("roster/tasks.html", tasks=mine, persons=persons, names=names, words=words, today=clock.today())


def _done(person: UUID, form: HouseForm, name: str, act: Callable[[], None], *, at: str) -> ResponseReturnValue:
    """Do what a form asks for, and go back to its place on the page; or show the page with what is wrong."""
    if form.validate():
        try:
            with transaction():
                act()
            return redirect(url_for(".one", person=person, _anchor=at), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return show_one(person, problem=form, **{name: form}), 422
