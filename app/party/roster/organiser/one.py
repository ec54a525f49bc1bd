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
from app.party.branches.doorkeeper import offices_now
from app.party.branches.models import Branch
from app.party.people import queries as people
from app.web.rights import officer

from .. import queries, rules, services
from ..forms import PlaceForm, ShowForm
from ..models import OnRoster
from ..rules import Reason
from .door import door, in_scope, scope_now, seen_branches


@door.get("/<uuid:person>")
@officer("look at people")
@in_scope
def one(person: UUID) -> ResponseReturnValue:
    """The whole story. That it was opened is written down first. A record that is part of somebody leads to them."""
    if (whole := people.root_of(person)) != person:
        return redirect(url_for(".one", person=whole))
    _get(person)
    with transaction():
        services.look_at(person, scope_now(), by=current_user.by)
    return _show(person, ShowForm(formdata=None))


@door.post("/<uuid:person>/show")
@officer("look at people")
@in_scope
def show(person: UUID) -> ResponseReturnValue:
    """Email, phone, address and birth date, once: who asked and why is written down first."""
    _get(person)
    form = ShowForm()
    if not form.validate():
        return _show(person, form), 422
    with transaction():
        details = services.show_details(person, scope_now(), why=Reason(form.why.data), by=current_user.by)
    return _show(person, form, details=details)


@door.route("/<uuid:person>/branch", methods=["GET", "POST"])
@officer("place members", fresh=True)
@in_scope
def place(person: UUID) -> ResponseReturnValue:
    """Which branch somebody belongs to, whatever their electorate."""
    row = _get(person)
    form = PlaceForm(data={"branch": str(row.branch_id or "")}, branches=seen_branches())
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                branch_services.place(person, _branch(form.branch.data), by=current_user.by, on=clock.today())
            return redirect(url_for(".one", person=person), 303)
        except Refusal as refusal:
            form.refuse(refusal)
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


def _get(person_id: UUID) -> OnRoster:
    """Who is outside of one’s scope is not there."""
    return queries.find(person_id, scope_now()) or abort(404)


def _show(person_id: UUID, form: ShowForm, **more: object) -> str:
    row = _get(person_id)
    held = [office.office for office in offices_now()]
    return render_template(
        "roster/one.html",
        **{"details": None, **more},
        form=form,
        story=queries.story(row, on=clock.today()),
        row=row,
        name=queries.names_of([row]).get(person_id, ""),
        stands=rules.STANDS,
        may_place=rights.may(held, "place members"),
        may_merge=rights.may(held, "merge people"),
        others=len(people.records_of(person_id)) - 1,
        today=clock.today(),
    )
