"""Doors for officers: pairs that may be one person, both side by side, what was merged and that it is taken back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import read_id
from app.law.clauses import Refusal
from app.party.branches.doorkeeper import offices_now
from app.party.people import queries as people
from app.party.roster import queries as roster
from app.party.roster import services as roster_services
from app.party.roster.organiser.door import in_scope, scope_now
from app.party.roster.rules import STANDS, Asked, NotANumber
from app.web.rights import officer
from app.web.words import day

from . import queries, rules, services
from .forms import FindForm, MergeForm, UndoForm

door = Blueprint("merging", __name__, url_prefix="/org/duplicates")


@door.get("")
@officer("merge people")
@in_scope
def duplicates() -> ResponseReturnValue:
    """Pairs to decide. Whose names are shown is written down first."""
    after = tuple(read_id(part) for part in request.args.get("after", "").split("."))
    begin = (after[0], after[1]) if len(after) == 2 and after[0] and after[1] else None
    with transaction():
        found, more = queries.pairs(scope_now(), after=begin)
        services.show_pairs(found, by=current_user.by, held=offices_now())
        count = queries.waiting(scope_now())
    return render_template("merging/duplicates.html", pairs=found, more=more, count=count, like=rules.LIKE)


@door.route("/<uuid:a>/<uuid:b>", methods=["GET", "POST"])
@officer("merge people", fresh=True)
@in_scope
def pair(a: UUID, b: UUID) -> ResponseReturnValue:
    """Both side by side. The first press says what would become of them, the second does it."""
    if a == b:
        abort(404)
    if (whole := people.root_of(a)) == people.root_of(b):  # pressed twice
        return redirect(url_for("roster.one", person=whole), 303)
    try:
        with transaction():
            sides = [services.show_side(record, by=current_user.by, on=clock.today()) for record in (a, b)]
            likely = queries.find_pair(a, b)
    except rules.NotBoth:
        abort(404)
    form = MergeForm(*sides, day=day)
    if form.is_submitted() and "change" not in request.form and form.validate():
        try:
            if form.seen.data:
                return _merge(form)
            before, after = _try(form)
            return render_template(
                "merging/confirm.html", form=form, kept=form.kept, gone=form.gone, before=before, after=after
            )
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template("merging/pair.html", form=form, sides=sides, likely=likely, like=rules.LIKE, stands=STANDS)
    return page, 422 if form.errors or form.form_errors else 200


def _try(form: MergeForm) -> tuple[queries.Money, queries.Money]:
    """Do it and leave it: what is refused is refused before anybody confirms. Returns the money of both before, and of the one
    person after. Raises a Refusal."""
    try:
        with transaction():
            before = queries.money_of([*form.kept.records, *form.gone.records])
            _do(form)
            after = queries.money_of(people.records_of(form.kept.id))
            raise _OnlyTried()
    except _OnlyTried:
        return before, after


class _OnlyTried(Exception):
    """Nothing of it is kept."""


def _merge(form: MergeForm) -> ResponseReturnValue:
    with transaction():
        _do(form)
    return redirect(url_for("roster.one", person=form.kept.id), 303)


def _do(form: MergeForm) -> None:
    services.merge(form.kept.id, form.gone.id, take=form.taken(), ends=form.ending(), by=current_user.by, on=clock.today())


@door.post("/<uuid:a>/<uuid:b>/apart")
@officer("merge people", fresh=True)
@in_scope
def apart(a: UUID, b: UUID) -> ResponseReturnValue:
    """They are two people, and are not asked about again."""
    try:
        with transaction():
            services.set_apart(a, b, by=current_user.by, on=clock.today())
    except Refusal:
        abort(404)
    return redirect(url_for(".duplicates"), 303)


@door.get("/of/<uuid:person>")
@officer("merge people")
@in_scope
def of_one(person: UUID) -> ResponseReturnValue:
    """What is part of a person, and the search for another record of theirs."""
    row = roster.find(person, scope_now()) or abort(404)
    form = FindForm(request.args)
    found = None
    with transaction():
        roster_services.look_at(person, scope_now(), by=current_user.by)
        if form.find.data and form.validate():
            try:
                found = roster.find_people(form.find.data, Asked(), scope_now(), on=clock.today())
                others = [other for other, _name in found.rows]
                roster_services.look_through([o.person_id for o in others], by=current_user.by, found=True, held=offices_now())
            except NotANumber as refusal:
                form.refuse(refusal)
        name, merged = roster.names_of([row]).get(person, ""), queries.merged_into(person)
    page = render_template("merging/of_one.html", form=form, row=row, name=name, merged=merged, found=found)
    return page, 422 if form.errors else 200


@door.route("/undo/<uuid:merge>", methods=["GET", "POST"])
@officer("merge people", fresh=True)
@in_scope
def undo(merge: UUID) -> ResponseReturnValue:
    """A record stands by itself again."""
    form = UndoForm()
    made = queries.find_merge(merge) or abort(404)
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                services.undo(merge, by=current_user.by, on=clock.today())
            return redirect(url_for("roster.one", person=made.kept_id), 303)
        except rules.NotBoth:
            abort(404)
        except Refusal as refusal:
            form.refuse(refusal)
            made = queries.find_merge(merge) or abort(404)
    whole = roster.find(made.kept_id, scope_now())
    name = roster.names_of([whole]).get(made.kept_id, "") if whole else ""
    page = render_template("merging/undo.html", form=form, made=made, name=name, reopens=queries.reopens(made))
    return page, 422 if form.is_submitted() else 200
