"""Doors: the tags there are."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import read_id
from app.law.clauses import Refusal
from app.party.casework import queries as casework
from app.party.casework import services
from app.web.rights import officer

from ..forms import OwnedForm
from .door import door, in_scope, scope_now, seen_branches


@door.route("/tags", methods=["GET", "POST"])
@officer("care for people")
@in_scope
def tags() -> ResponseReturnValue:
    """The tags that can be given, how many have each of those one sees, and a form for one more."""
    form = OwnedForm(branches=seen_branches(), sees_all=scope_now().everyone)
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                services.make_tag(
                    form.name.data or "", read_id(form.branch.data or ""), scope_now(), by=current_user.by, on=clock.today()
                )
            return redirect(url_for(".tags"), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    there = casework.tags(scope_now(), on=clock.today())
    page = render_template(
        "roster/tags.html", form=form, tags=there, counts=casework.how_many(there),
        yours={tag.id for tag in there if scope_now().everyone or tag.branch_id in scope_now().branches},
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@door.post("/tags/<uuid:tag>/retire")
@officer("care for people")
@in_scope
def retire_tag(tag: UUID) -> ResponseReturnValue:
    found = casework.find_tag(tag, scope_now()) or abort(404)
    try:
        with transaction():
            services.retire_tag(found, scope_now(), by=current_user.by, on=clock.today())
    except Refusal:
        abort(404)  # nobody is offered the button who may not
    return redirect(url_for(".tags"), 303)
