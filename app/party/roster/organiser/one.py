"""Doors: one person. Their story is open to whoever may see them; what reaches them is shown after a press, with a reason."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import read_id
from app.law.clauses import Refusal
from app.party.branches import queries as branches
from app.party.branches import rules as rights
from app.party.branches import services as branch_services
from app.party.branches.models import Branch
from app.party.casework import queries as casework
from app.party.casework.rules import KINDS
from app.party.people import queries as people
from app.web.rights import officer

from .. import queries, rules, services
from ..forms import NoteForm, PlaceForm, ShowForm, TagForm, TaskForm
from ..models import OnRoster
from ..rules import Reason
from .door import door, in_scope, may_for, offered_officers, offered_tags, scope_now, seen_branches


@door.get("/<uuid:person>")
@officer("look at people")
@in_scope
def one(person: UUID) -> ResponseReturnValue:
    """The whole story. That it was opened is written down first. A record that is part of somebody leads to them."""
    if (whole := people.root_of(person)) != person:
        return redirect(url_for(".one", person=whole))
    get_row(person)
    with transaction():
        services.look_at(person, scope_now(), by=current_user.by)
    return show_one(person)


@door.post("/<uuid:person>/show")
@officer("look at people")
@in_scope
def show(person: UUID) -> ResponseReturnValue:
    """Email, phone, address and birth date, once: who asked and why is written down first."""
    get_row(person)
    form = ShowForm()
    if not form.validate():
        return show_one(person, form), 422
    with transaction():
        details = services.show_details(person, scope_now(), why=Reason(form.why.data), by=current_user.by)
    return show_one(person, form, details=details)


@door.route("/<uuid:person>/branch", methods=["GET", "POST"])
@officer("place members", fresh=True)
@in_scope
def place(person: UUID) -> ResponseReturnValue:
    """Which branch somebody belongs to, whatever their electorate."""
    row = get_row(person)
    form = PlaceForm(data={"branch": str(row.branch_id or "")}, branches=seen_branches())
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                branch_services.place(person, _branch(form.branch.data), by=current_user.by, on=clock.today())
            return redirect(url_for(".one", person=person), 303)
        except Refusal as refusal:
            form.refuse(refusal)
            row = get_row(person)
    page = render_template("roster/place.html", form=form, row=row, name=queries.names_of([row]).get(person, ""))
    return page, 422 if form.is_submitted() else 200


def _branch(typed: str | None) -> Branch | None:
    """The open branch this id spells; None for none. Raises WhichBranch."""
    if not typed:
        return None
    found = next((one for one in branches.open_branches(on=clock.today()) if one.id == read_id(typed)), None)
    if found is None:
        raise rights.WhichBranch()
    return found


def get_row(person_id: UUID) -> OnRoster:
    """Who is outside of one’s scope is not there."""
    return queries.find(person_id, scope_now()) or abort(404)


def show_one(person_id: UUID, form: ShowForm | None = None, **more: object) -> str:
    """The page of one person; `more` has a form that was filled in, or what was opened for once."""
    row = get_row(person_id)
    return render_template(
        "roster/one.html",
        **{"details": None, "problem": form, **_kept(row), **more},
        form=form or ShowForm(formdata=None),
        story=queries.story(row, on=clock.today()),
        row=row,
        name=queries.names_of([row]).get(person_id, ""),
        stands=rules.STANDS,
        may_place=may_for("place members", row.branch_id),
        may_merge=may_for("merge people", row.branch_id),
        others=len(people.records_of(person_id)) - 1,
        today=clock.today(),
    )


def _kept(row: OnRoster) -> dict[str, object]:
    """What officers keep about a person, as the page tells it, with an empty form for more of each."""
    if not may_for("care for people", row.branch_id):
        return {"may_care": False}
    tags = casework.tags_on(row.person_id)
    offered = [tag for tag in offered_tags(right="care for people") if tag.id not in {had.tag_id for had in tags}]
    officers = offered_officers(row.branch_id)
    return {
        "may_care": True,
        "tags": tags,
        "tag_form": TagForm(formdata=None, tags=offered),
        "notes": casework.notes_about(row.person_id),
        "note_form": NoteForm(formdata=None, on=clock.today()),
        "kinds": KINDS,
        "tasks": casework.tasks_about(row.person_id),
        "task_form": TaskForm(formdata=None, officers=officers),
        "officers": {officer.id: officer.name for officer in officers},
        "opened": None,
    }
