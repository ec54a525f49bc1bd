"""Doors: donations are written down and looked at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.ids import read_id
from app.law.clauses import Refusal
from app.party.branches import rules as rights
from app.party.branches.doorkeeper import offices_now
from app.web.rights import officer

from .. import queries, services
from ..forms import KINDS, RecordForm, TellForm
from ..models import Donation
from .door import door


@door.get("/donations")
@officer("record money")
def newest() -> ResponseReturnValue:
    """The newest donations, and what may be written down."""
    rows, more = queries.newest(before=read_id(request.args.get("before", "")))
    kinds = [(kind, called) for kind, (_form, _channel, called) in KINDS.items()]
    return render_template("giving/donations.html", rows=rows, more=more, kinds=kinds, duties=queries.open_count())


@door.route("/donations/record/<kind>", methods=["GET", "POST"])
@officer("record money", fresh=True)
def record(kind: str) -> ResponseReturnValue:
    if kind not in KINDS:
        abort(404)
    form = RecordForm(kind)
    if form.is_submitted() and "change" not in request.form and form.validate():
        try:
            return _record(form, kind)
        except Refusal as refusal:
            form.refuse(refusal)
    form.seen.data = ""
    return render_template("giving/record.html", form=form, kind=kind), 422 if form.errors or form.form_errors else 200


def _record(form: RecordForm, kind: str) -> ResponseReturnValue:
    """The first press looks, the second writes. Raises a Refusal."""
    noted, on = form.noted(), clock.today()
    if form.seen.data:
        with transaction():
            recorded = services.record(noted, by=current_user.by, on=on).id
        return redirect(url_for(".donation", donation=recorded, done="recorded"), 303)
    form.renew_key(queries.find_donation(form.own_key) is not None)
    noted = form.noted()
    with transaction():
        preview = services.look_before_recording(noted, on=on)
    return render_template("giving/confirm_record.html", form=form, kind=kind, noted=noted, preview=preview)


@door.get("/donations/<uuid:donation>")
@officer("record money")
def donation(donation: UUID) -> ResponseReturnValue:
    return page(donation, done=request.args.get("done", ""))


@door.post("/donations/<uuid:donation>/whose")
@officer("record money")
def whose(donation: UUID) -> ResponseReturnValue:
    """Who gave it. A look, which is written down before it is shown."""
    found = queries.find_donation(donation) or abort(404)
    with transaction():
        who = services.show_who_gave(found, by=current_user.by)
    return page(donation, who=who, asked=True)


def page(donation_id: UUID, **more: Any) -> ResponseReturnValue:
    """One donation: what it is, what must be done, what became of it."""
    on = clock.today()
    shown = queries.one(donation_id, on=on) or abort(404)
    held = [office.office for office in offices_now()]
    said = {"done": "", "who": None, "asked": False, **more}
    return render_template("giving/donation.html", **said, shown=shown, today=on, may_refund=rights.may_refund_money(held))


@door.route("/donations/<uuid:donation>/contributions", methods=["GET", "POST"])
@officer("record money", fresh=True)
def contributions(donation: UUID) -> ResponseReturnValue:
    """Whose money it was, as the party learnt later."""
    found = queries.find_donation(donation) or abort(404)
    form = TellForm()
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                held = session.get_one(Donation, found.id, with_for_update=True)
                services.tell_contributions(held, form.behind(), on=form.day(), by=current_user.by)
            return redirect(url_for(".donation", donation=donation, done="told"), 303)
        except Refusal as refusal:
            form.refuse(refusal)
            found = queries.find_donation(donation) or abort(404)  # what was read before is not what is there after a refusal
    code = 422 if form.errors or form.form_errors else 200
    return render_template("giving/contributions.html", form=form, donation=found), code
