"""Doors for officers: who holds which office; the party secretary gives and ends them."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.law.clauses import Refusal
from app.party.people import queries as people
from app.web.rights import officer

from . import queries, rules, services
from .doorkeeper import offices_now
from .forms import AppointForm, BranchForm, ElectoratesForm, EndForm
from .models import Branch, Office
from .rules import OfficeName

door = Blueprint("offices", __name__, url_prefix="/org/offices")


@door.get("")
@officer("read only")
def offices() -> ResponseReturnValue:
    now, before = queries.offices(on=clock.today())
    mine = [held.office for held in offices_now()]
    return render_template(
        "branches/offices.html",
        mine=[queries.words(held.office, held.branch) for held in offices_now()],
        rights=rules.rights_of(mine),
        may_give=rules.may_give_office(mine),
        now=now,
        before=before,
        branches=queries.open_branches(on=clock.today()),
        electorates=queries.electorate_names(on=clock.today()),
        today=clock.today(),
    )


@door.route("/appoint", methods=["GET", "POST"])
@officer("give office", fresh=True)
def appoint() -> ResponseReturnValue:
    form = AppointForm()
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                _appoint(form)
            return redirect(url_for(".offices"), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("branches/appoint.html", form=form), 422 if form.is_submitted() else 200


def _appoint(form: AppointForm) -> None:
    person = people.find_by_email(form.email.data or "")
    if person is None:
        raise rules.NotAMember()
    services.appoint(
        person,
        OfficeName(form.office.data),
        by=current_user.by,
        on=clock.today(),
        since=form.since.data,
        branch=queries.find_branch(form.branch.data) if form.branch.data else None,
    )


@door.route("/<uuid:office>/end", methods=["GET", "POST"])
@officer("give office", fresh=True)
def end(office: UUID) -> ResponseReturnValue:
    held = _get(office)
    shown = {
        "words": queries.words(held.office, held.branch),
        "name": people.details_of(people.get_person(held.person_id)).name,
    }
    form = EndForm()
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                services.end_office(_get(office), by=current_user.by, on=clock.today(), until=form.until.data)
            return redirect(url_for(".offices"), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("branches/end.html", form=form, **shown), 422 if form.is_submitted() else 200


@door.post("/<uuid:office>/forget-proofs")
@officer("give office", fresh=True)
def forget_proofs(office: UUID) -> ResponseReturnValue:
    """For an officer who lost what they confirm with: they sign in by letter and set up another."""
    held = _get(office)
    with transaction():
        services.forget_proofs(held.person_id, by=current_user.by, on=clock.today())
    return redirect(url_for(".offices"), 303)


@door.route("/branch", methods=["GET", "POST"])
@officer("give office", fresh=True)
def branch() -> ResponseReturnValue:
    form = BranchForm()
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                services.add_branch(form.name.data or "", by=current_user.by, on=clock.today())
            return redirect(url_for(".offices"), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("branches/branch.html", form=form), 422 if form.is_submitted() else 200


@door.route("/branch/<uuid:branch>/electorates", methods=["GET", "POST"])
@officer("give office", fresh=True)
def electorates(branch: UUID) -> ResponseReturnValue:
    """Which electorates’ members fall to a branch."""
    there = _branch(branch)
    held = [row.electorate_code for row in queries.electorates_held(on=clock.today()) if row.branch_id == there.id]
    form = ElectoratesForm(data={"electorates": held})
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                services.hold_electorates(_branch(branch), form.electorates.data or [], by=current_user.by, on=clock.today())
            return redirect(url_for(".offices"), 303)
        except Refusal as refusal:
            form.refuse(refusal)
            there = _branch(branch)  # what was read before is not what is there after a refusal
    page = render_template("branches/electorates.html", form=form, name=there.name)
    return page, 422 if form.is_submitted() else 200


def _branch(branch_id: UUID) -> Branch:
    """A branch that has not closed."""
    return next((one for one in queries.open_branches(on=clock.today()) if one.id == branch_id), None) or abort(404)


def _get(office_id: UUID) -> Office:
    """An office that has not ended."""
    found = queries.find_office(office_id)
    if found is None or (found.until is not None and found.until <= clock.today()):
        abort(404)
    return found
