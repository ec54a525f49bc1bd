"""Doors: what members and others wrote is let through, hidden or removed, with a reason that stands in its place."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import read_id
from app.law.clauses import Refusal
from app.web.rights import officer

from .. import queries, rules
from ..forms import HideForm
from ..services import amending, commenting, endorsing
from .door import door


@door.get("/comments")
@officer("edit policies")
def comments() -> ResponseReturnValue:
    """What waits to be let through or answered, oldest first; and the newest of what is shown."""
    return _comments()


def _comments(problem: str = "") -> ResponseReturnValue:
    on = clock.today()
    newest, more = queries.work.newest_comments(before=read_id(request.args.get("before", "")), on=on)
    page = render_template(
        "policy/moderating.html",
        held=queries.work.held_comments(on=on), voices=queries.work.held_voices(on=on),
        unanswered=queries.work.unanswered(on=on),
        newest=newest, more=newest[-1].said.id if more else None, hide_form=HideForm(formdata=None),
        waiting=queries.work.waiting(on=on), rule=rules.rule_on(on), problem=problem,
    )  # fmt: skip
    return page, 422 if problem else 200


@door.post("/comments/<uuid:comment>/let-through")
@officer("edit policies")
def let_through(comment: UUID) -> ResponseReturnValue:
    try:
        with transaction():
            commenting.let_through(commenting.hold_comment(comment) or abort(404), by=current_user.by)
    except Refusal as refusal:
        return _comments(str(refusal))
    return redirect(url_for(".comments"), 303)


@door.post("/comments/<uuid:comment>/hide")
@officer("edit policies")
def hide(comment: UUID) -> ResponseReturnValue:
    """Hide it; or (`remove`) erase what it said for ever."""
    form = HideForm()
    if not form.validate():
        return _comments(str(form.because.errors[0]) if form.because.errors else "")
    act = commenting.remove if "remove" in request.form else commenting.hide
    try:
        with transaction():
            act(commenting.hold_comment(comment) or abort(404), because=form.because.data, by=current_user.by)
    except Refusal as refusal:
        return _comments(str(refusal))
    return redirect(url_for(".comments"), 303)


@door.post("/endorsements/<uuid:endorsement>/let-through")
@officer("edit policies")
def let_words_through(endorsement: UUID) -> ResponseReturnValue:
    try:
        with transaction():
            there = endorsing.let_through(endorsement, by=current_user.by)
    except Refusal as refusal:
        return _comments(str(refusal))
    return redirect(url_for(".comments"), 303) if there else abort(404)


@door.post("/endorsements/<uuid:endorsement>/hide")
@officer("edit policies")
def hide_words(endorsement: UUID) -> ResponseReturnValue:
    """Hide the name and the reason; the endorsement counts as before."""
    form = HideForm()
    if not form.validate():
        return _comments(str(form.because.errors[0]) if form.because.errors else "")
    with transaction():
        there = endorsing.hide(endorsement, because=form.because.data, by=current_user.by)
    return redirect(url_for(".comments"), 303) if there else abort(404)


@door.post("/amendments/<uuid:amendment>/open")
@officer("edit policies")
def open_amendment(amendment: UUID) -> ResponseReturnValue:
    """Let a proposal be supported, from today."""
    try:
        with transaction():
            found = amending.hold_amendment(amendment) or abort(404)
            amending.open_for_support(found, by=current_user.by, on=clock.today())
    except Refusal as refusal:
        return redirect(url_for(".amendments", problem=type(refusal).__name__), 303)
    return redirect(url_for(".amendments"), 303)


@door.post("/amendments/<uuid:amendment>/refuse")
@officer("edit policies")
def refuse_amendment(amendment: UUID) -> ResponseReturnValue:
    """Do not let it be supported, or no longer, for what may not stand here."""
    form = HideForm()
    if not form.validate():
        return redirect(url_for(".amendment", amendment=amendment, problem="reason"), 303)
    try:
        with transaction():
            found = amending.hold_amendment(amendment) or abort(404)
            amending.refuse(found, because=form.because.data, by=current_user.by, on=clock.today())
    except Refusal:
        return redirect(url_for(".amendment", amendment=amendment, problem="closed"), 303)
    return redirect(url_for(".amendments"), 303)
