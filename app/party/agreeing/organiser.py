"""Doors for the second officer: what is asked for, agree, refuse."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.law.clauses import Refusal
from app.party.branches import queries as branches
from app.party.payments import queries as books
from app.web.rights import officer

from . import queries, rules, services
from .forms import RefuseForm

door = Blueprint("agreeing", __name__, url_prefix="/org/agreeing")


@door.get("")
@officer("agree as second")
def waiting() -> ResponseReturnValue:
    """What one officer asks for and another must agree to. Names nobody but officers."""
    return _show()


def _show(*, problem: Refusal | None = None, status: int = 200) -> ResponseReturnValue:
    me, on = current_user.person_id, clock.today()
    page = render_template(
        "agreeing/waiting.html",
        waiting=queries.shown(queries.waiting(), to=me, on=on),
        decided=queries.shown(queries.decided(), to=me, on=on),
        words_of=services.words_of,
        whys=rules.WHYS,
        refunds=len(books.refunds_to_confirm()) if branches.may(me, "confirm refunds", on=on) else 0,
        problem=problem,
        done=request.args.get("done", ""),
        is_fresh=current_user.is_strong(fresh=True),
    )
    return page, status


@door.post("/<uuid:agreement>/agree")
@officer("agree as second", fresh=True)
def agree(agreement: UUID) -> ResponseReturnValue:
    try:
        with transaction():
            services.agree(agreement, second_id=current_user.person_id, by=current_user.by, on=clock.today())
    except Refusal as refusal:
        return _refused(refusal)
    return redirect(url_for(".waiting", done="agreed"), 303)


@door.route("/<uuid:agreement>/refuse", methods=["GET", "POST"])
@officer("agree as second")
def refuse(agreement: UUID) -> ResponseReturnValue:
    form, me = RefuseForm(), current_user.person_id
    act = queries.find(agreement) or abort(404)
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                because = rules.Why(form.because.data)
                services.refuse(agreement, because=because, second_id=me, by=current_user.by, on=clock.today())
        except Refusal as refusal:
            return _refused(refusal)
        return redirect(url_for(".waiting", done="refused"), 303)
    (shown,) = queries.shown([act], to=me, on=clock.today())
    return render_template("agreeing/refuse.html", form=form, shown=shown), 422 if form.errors else 200


def _refused(refusal: Refusal) -> ResponseReturnValue:
    if isinstance(refusal, rules.NotThere):
        abort(404)
    return _show(problem=refusal, status=422)
