"""Doors: something is done for many people. It is looked at first, with the count; then confirmed; then the worker does it, and
it can be taken back. Nothing of it leaves the house and all of it can be undone, so it asks for no fresh proof."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import read_id
from app.law.clauses import Refusal
from app.party.branches import services as branch_services
from app.party.roster import queries as roster
from app.party.roster.organiser.door import in_scope, offered_officers, offered_tags, people_form, scope_now
from app.party.roster.rules import A_PAGE, Asked, read_asked
from app.web.forms import HouseForm
from app.web.rights import officer

from . import queries, rules, services
from .forms import ManyForm
from .models import Act
from .queries import Whom

door = Blueprint("bulk", __name__, url_prefix="/org/people/bulk")


@door.route("", methods=["GET", "POST"])
@officer("care for people")
@in_scope
def choose() -> ResponseReturnValue:
    """What is to be done for all whom the address asks for, or for those who were ticked (`pick`)."""
    people = _whom()
    officers = offered_officers(None, anybody=True)
    form = ManyForm(tags=offered_tags(), officers=officers)
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                act = services.look(people, form.wish(), scope_now(), asked_by=current_user.person_id, on=clock.today())
            return redirect(url_for(".act", act=act.id), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    count = queries.count(people, scope_now(), on=clock.today()).people
    page = render_template("bulk/choose.html", form=form, count=count, told=_told(people), back=people.asked.spell())
    return page, 422 if form.is_submitted() else 200


def _whom() -> Whom:
    picked = [found for typed in request.args.getlist("pick")[:A_PAGE] if (found := read_id(typed))]
    if picked:
        return Whom(Asked(), tuple(picked))
    if "pick" in request.args:
        return Whom(Asked(), (UUID(int=0),))  # what was ticked is nobody
    return Whom(read_asked(request.args))


def _told(people: Whom) -> list[str]:
    return people_form(people.asked).told()


@door.get("/acts")
@officer("care for people")
@in_scope
def acts() -> ResponseReturnValue:
    there = queries.acts(current_user.person_id, scope_now())
    return render_template("bulk/acts.html", acts=there, kinds=rules.KINDS)


@door.get("/<uuid:act>")
@officer("care for people")
@in_scope
def act(act: UUID) -> ResponseReturnValue:
    """Before it is confirmed: whom it is for, and what will happen. After that: how far it is."""
    return _show(_get(act))


@door.post("/<uuid:act>/confirm")
@officer("care for people")
@in_scope
def confirm(act: UUID) -> ResponseReturnValue:
    row = _get(act)
    if row.asked_by != current_user.person_id:
        abort(404)
    form = HouseForm()
    try:
        with transaction():
            same = services.confirm(_get(act), scope_now(), on=clock.today())
        return redirect(url_for(".act", act=act, changed=None if same else "y"), 303)
    except Refusal as refusal:
        form.refuse(refusal)
    return _show(_get(act), problem=form), 422


@door.post("/<uuid:act>/undo")
@officer("care for people")
@in_scope
def undo(act: UUID) -> ResponseReturnValue:
    _get(act)
    form = HouseForm()
    try:
        with transaction():
            services.undo(_get(act), by=current_user.person_id)
        return redirect(url_for(".act", act=act), 303)
    except Refusal as refusal:
        form.refuse(refusal)
    return _show(_get(act), problem=form), 422


def _get(act_id: UUID) -> Act:
    return queries.find_act(act_id, current_user.person_id, scope_now()) or abort(404)


def _show(row: Act, **more: object) -> str:
    shown: dict[UUID, str] = {}
    mine = row.asked_by == current_user.person_id
    if row.confirmed_at is None and mine:
        with transaction():
            first = queries.first_of(queries.whom(row), scope_now(), on=clock.today())
            shown = roster.names_of(first)
            branch_services.look_through(list(shown), by=current_user.by, what=rules.AMONG_MANY)
    officers = {officer.id: officer.name for officer in offered_officers(None, anybody=True)}
    return render_template(
        "bulk/act.html",
        **{"problem": None, **more},
        act=row, names=list(shown.values()), kinds=rules.KINDS, because=rules.BECAUSE, told=_told(queries.whom(row)), mine=mine,
        words=queries.words_of(row), officer=officers.get(row.assigned_to) if row.assigned_to else "",
        changed="changed" in request.args,
    )  # fmt: skip
