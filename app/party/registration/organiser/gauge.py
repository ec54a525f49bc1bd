"""Door: how many count, why it moved, what the Commission must be told, and who was asked again where they live."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.law.clauses import Refusal
from app.party.roster.organiser.door import in_scope
from app.web.rights import officer

from .. import queries, services
from ..forms import StepForm
from .door import door


@door.get("")
@officer("prepare registration")
@in_scope
def overview() -> ResponseReturnValue:
    """Figures that name nobody."""
    on = clock.today()
    return render_template(
        "registration/overview.html",
        gauge=queries.gauge(on=on),
        registered=queries.registered(),
        duties=queries.open_duties(),
        closed=queries.closed_duties(),
        sent=queries.sent(),
        packs=[(pack, queries.counts_of(pack)) for pack in queries.packs()],
        freeze=queries.freeze_on(on),
        next_freeze=queries.next_freeze(on),
        unanswered=queries.unanswered(on=on),
        today=on,
    )


@door.route("/registered", methods=["GET", "POST"])
@officer("prepare registration", fresh=True)
def registered() -> ResponseReturnValue:
    """Note that the party was registered, or its registration cancelled: what must be told the Commission follows from it."""
    form = StepForm()
    if form.is_submitted() and form.validate():
        step, on = form.noted()
        try:
            with transaction():
                services.note_registration(step, on=on, by=current_user.by)
            return redirect(url_for(".overview"), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template("registration/registered.html", form=form, registered=queries.registered())
    return page, 422 if form.errors else 200
