"""Doors: what the law has the party do, with its clocks, and doing it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.law.books import Kind
from app.law.clauses import Refusal
from app.party.branches import rules as rights
from app.party.branches.doorkeeper import offices_now
from app.party.payments.rules import TWO_PEOPLE_ABOVE
from app.web.forms import KeyedForm
from app.web.rights import officer

from .. import queries, services
from ..forms import FiledForm, GiveBackForm, PassOnForm, PayOverForm
from ..models import Donation, Duty
from .door import door

# What may be done about a duty, and for which kinds.
WAYS = {
    "give-back": (Kind.GIVE_BACK,),
    "pay-over": (Kind.PAY_OVER, Kind.GIVE_BACK),
    "passed-on": (Kind.SEND_ON,),
}
RETURNS = (Kind.LARGE_DONATION_RETURN, Kind.BIG_LOAN_RETURN)


@door.get("/quarantine")
@officer("see duties")
def quarantine() -> ResponseReturnValue:
    """Every open duty, the most urgent first."""
    after = max(request.args.get("after", 0, type=int), 0)
    clocks, more = queries.quarantine(on=clock.today(), after=after)
    held = [office.office for office in offices_now()]
    return render_template(
        "giving/quarantine.html",
        clocks=clocks,
        more=after + len(clocks) if more else None,
        may_refund=rights.may_refund_money(held),
        may_record=rights.may_record_money(held),
        may_loans=rights.may_enter_loans(held),
        done=request.args.get("done", ""),
        today=clock.today(),
    )


@door.route("/quarantine/<uuid:duty>/<way>", methods=["GET", "POST"])
@officer("refund money", fresh=True)
def act(duty: UUID, way: str) -> ResponseReturnValue:
    """Give back, pay over, or note that it was passed on."""
    found = queries.find_duty(duty) or abort(404)
    kinds = WAYS.get(way) or abort(404)
    donation = queries.find_donation(found.donation_id) if found.donation_id else None
    if found.kind not in kinds or donation is None or (way == "pay-over" and not queries.may_be_paid_over(found)):
        abort(404)
    by_payment = donation.payment_id is not None and way == "give-back"
    form = _form(way, by_payment=by_payment)
    if form.is_submitted() and form.validate():
        try:
            return _do(form, way, found, donation)
        except Refusal as refusal:
            form.refuse(refusal)
            found, donation = _again(duty)
    page = render_template(
        "giving/act.html", form=form, way=way, duty=queries.clock_of(found, on=clock.today()), donation=donation,
        payment=queries.payment_of(donation), by_payment=by_payment, limit=TWO_PEOPLE_ABOVE, today=clock.today(),
    )  # fmt: skip
    return page, 422 if form.errors or form.form_errors else 200


def _again(duty_id: UUID) -> tuple[Duty, Donation]:
    """What was read before a refusal is not what is there after it."""
    duty = queries.find_duty(duty_id) or abort(404)
    assert duty.donation_id is not None
    return duty, queries.find_donation(duty.donation_id) or abort(404)


def _form(way: str, *, by_payment: bool) -> KeyedForm:
    if by_payment:
        return KeyedForm()
    return {"give-back": GiveBackForm, "pay-over": PayOverForm, "passed-on": PassOnForm}[way]()


def _do(form: KeyedForm, way: str, duty: Duty, donation: Donation) -> ResponseReturnValue:
    """Raises a Refusal."""
    day: date = form["on"].data if "on" in form else clock.today()
    with transaction():
        if way == "give-back":
            in_money = "how" in form and form["how"].data == "value"
            services.give_back(duty.id, on=day, by=current_user.by, key=form.own_key, in_money=in_money)
        elif way == "pay-over":
            said = {"evidence": form["evidence"].data or "", "why_not": form["why_not"].data or ""}
            services.pay_over(duty.id, on=day, by=current_user.by, key=form.own_key, **said)
        else:
            services.pass_on(duty.id, on=day, by=current_user.by)
    return redirect(url_for(".donation", donation=donation.id, done=way), 303)


@door.route("/quarantine/<uuid:duty>/filed", methods=["GET", "POST"])
@officer("see duties", fresh=True)
def filed(duty: UUID) -> ResponseReturnValue:
    """A return of a large donation or loan was filed."""
    found = queries.find_duty(duty) or abort(404)
    if found.kind not in RETURNS:
        abort(404)
    form = FiledForm()
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                services.file_return(duty, on=form.day(), by=current_user.by)
            return redirect(url_for(".quarantine", done="filed"), 303)
        except Refusal as refusal:
            form.refuse(refusal)
            found = queries.find_duty(duty) or abort(404)
    shown = queries.clock_of(found, on=clock.today())
    return render_template("giving/filed.html", form=form, duty=shown), 422 if form.errors or form.form_errors else 200
