"""Doors for officers: ask for a file of people, see where it is, take it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock, strongroom
from app.ground.db import transaction
from app.law.clauses import Refusal
from app.party.branches.scope import looking_as
from app.party.roster import queries as roster
from app.party.roster.organiser.door import in_scope
from app.party.roster.rules import read_asked
from app.web.rights import officer

from . import queries, rules, services
from .forms import AskForm
from .models import Export
from .rules import Why

door = Blueprint("exports", __name__, url_prefix="/org/exports")


@door.get("")
@officer("export people")
@in_scope
def exports() -> ResponseReturnValue:
    """Who would be in a file of the people whom the address asks for, exactly how many; and the files there are."""
    return _show(AskForm(formdata=None))


@door.post("")
@officer("export people", fresh=True)
@in_scope
def ask() -> ResponseReturnValue:
    form = AskForm()
    if form.validate():
        person, on = current_user.person_id, clock.today()
        scope = queries.scope_of(person, on=on)
        try:
            with looking_as(scope), transaction():
                file = services.ask(
                    read_asked(request.args), scope, why=Why(form.why.data), bom=form.bom.data, person_id=person,
                    by=current_user.by, on=on,
                )  # fmt: skip
            return redirect(url_for(".one", export=file.id), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    return _show(form), 422


def _show(form: AskForm) -> str:
    asked, on, me = read_asked(request.args), clock.today(), current_user.person_id
    scope = queries.scope_of(me, on=on)
    with looking_as(scope):
        count = roster.count(asked, scope, on=on)
    return render_template(
        "exports/ask.html",
        form=form,
        count=count,
        whom=queries.whom(asked, scope, on=on),
        chosen=asked.spell(),
        columns=rules.COLUMNS,
        second=rules.needs_second(asked, scope, people=count, taken_lately=queries.taken_lately(me)),
        alone=rules.ALONE,
        files=[queries.shown(file) for file in queries.of_person(me)],
        is_fresh=current_user.is_strong(fresh=True),
    )


@door.get("/<uuid:export>")
@officer("export people")
@in_scope
def one(export: UUID) -> ResponseReturnValue:
    """Where a file is, to whoever asked for it."""
    return _one(_get(export))


def _one(file: Export, *, problem: Refusal | None = None, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "exports/one.html", shown=queries.shown(file), why=rules.WHYS[Why(file.why)], states=rules.State, problem=problem
    )
    return page, status


@door.get("/<uuid:export>/file")
@officer("export people", fresh=True)
@in_scope
def file(export: UUID) -> ResponseReturnValue:
    """The file, to whoever asked for it; the log has it before the first byte is sent."""
    try:
        with transaction():
            taken = services.take(export, person_id=current_user.person_id, by=current_user.by, on=clock.today())
        parts = strongroom.reading(taken.file_id, taken.kept)
    except rules.NotThere:
        abort(404)
    except rules.Gone as refusal:
        return _one(_get(export), problem=refusal, status=410)
    except Refusal as refusal:
        return _one(_get(export), problem=refusal, status=422)
    except strongroom.FileBroken:
        return _one(_get(export), problem=rules.Gone(), status=410)
    answer = Response(parts, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{taken.name}"'
    answer.headers["Content-Length"] = str(taken.kept.size)  # who gets less knows that it was cut
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _get(export_id: UUID) -> Export:
    """One’s own. Somebody else’s is not there."""
    found = queries.find(export_id)
    return found if found and found.asked_by_id == current_user.person_id else abort(404)
