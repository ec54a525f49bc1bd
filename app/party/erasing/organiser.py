"""Doors for officers: have many supporters erased, see the bin, take out of it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.law.clauses import Refusal
from app.party.branches import services as branch_services
from app.party.branches.scope import looking_as
from app.party.roster import queries as roster
from app.party.roster.organiser.door import in_scope, people_form
from app.party.roster.rules import Stands, read_asked
from app.web.rights import officer

from . import queries, rules, services
from .forms import EraseForm
from .rules import Why

door = Blueprint("erasing", __name__, url_prefix="/org/erasing")


@door.get("")
@officer("care for people")
@in_scope
def erasing() -> ResponseReturnValue:
    """How many supporters whom the address asks for would be erased, the first of them by name, and what lies in the bin. Whose
    names are shown is written down first."""
    return _show(EraseForm(formdata=None))


@door.post("")
@officer("care for people", fresh=True)
@in_scope
def ask() -> ResponseReturnValue:
    form = EraseForm()
    if form.validate():
        me, on = current_user.person_id, clock.today()
        scope, asked = queries.scope_of(me, on=on), read_asked(request.args)
        try:
            with looking_as(scope), transaction():
                services.ask(
                    asked, scope, whom=_whom(), why=Why(form.why.data), person_id=me, by=current_user.by, on=on
                )  # fmt: skip
            return redirect(url_for(".erasing", done="asked"), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return _show(form), 422


def _whom() -> str:
    """What was asked for, as the list of people says it."""
    return ", ".join(people_form(read_asked(request.args)).told())


def _show(form: EraseForm, *, problem: Refusal | None = None) -> str:
    asked, on = read_asked(request.args), clock.today()
    scope = queries.scope_of(current_user.person_id, on=on)
    names: dict[UUID, str] = {}
    with looking_as(scope), transaction():
        count, kept = queries.count(asked, scope, on=on) if asked.stands is Stands.SUPPORTER else (0, 0)
        if count:
            names = roster.names_of(queries.first_of(asked, scope, on=on, known=count))
            branch_services.look_through(list(names), by=current_user.by, what=rules.AMONG_THEM)
        bins = queries.bins(scope)
    return render_template(
        "erasing/bin.html",
        form=form, count=count, kept=kept, names=list(names.values()), chosen=asked.spell(),
        supporters=asked.stands is Stands.SUPPORTER,
        bins=bins, whys=rules.WHYS, problem=problem, done=request.args.get("done", ""),
        is_fresh=current_user.is_strong(fresh=True),
    )  # fmt: skip


@door.post("/<uuid:erasing>/take-back")
@officer("care for people")
@in_scope
def take_back(erasing: UUID) -> ResponseReturnValue:
    """All of them, out of the bin."""
    scope = queries.scope_of(current_user.person_id, on=clock.today())
    if not scope.everyone or queries.find(erasing) is None:
        abort(404)
    try:
        with looking_as(scope), transaction():
            services.take_back(erasing, by=current_user.by)
    except Refusal as refusal:
        return _show(EraseForm(formdata=None), problem=refusal), 422
    return redirect(url_for(".erasing", done="back"), 303)
