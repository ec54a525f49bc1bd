"""Doors: loans to the party, for the party secretary."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.law.clauses import Refusal
from app.web.rights import officer

from .. import queries, services
from ..forms import LoanForm, RepaidForm
from .door import door


@door.get("/loans")
@officer("enter loans")
def loans() -> ResponseReturnValue:
    return render_template("giving/loans.html", rows=queries.loans(on=clock.today()))


@door.route("/loans/enter", methods=["GET", "POST"])
@officer("enter loans", fresh=True)
def enter() -> ResponseReturnValue:
    """The first press shows it again, the second enters it."""
    form = LoanForm()
    if form.is_submitted() and "change" not in request.form and form.validate():
        lent = form.lent()
        if not form.seen.data:
            form.renew_key(queries.find_loan(form.own_key, on=clock.today()) is not None)
            return render_template("giving/confirm_loan.html", form=form, lent=lent)
        try:
            with transaction():
                entered = services.enter_loan(lent, by=current_user.by).id
            return redirect(url_for(".loan", loan=entered, done="entered"), 303)
        except Refusal as refusal:
            form.refuse(refusal)
    form.seen.data = ""
    return render_template("giving/loan_entered.html", form=form), 422 if form.errors or form.form_errors else 200


@door.get("/loans/<uuid:loan>")
@officer("enter loans")
def loan(loan: UUID) -> ResponseReturnValue:
    return _page(loan, done=request.args.get("done", ""))


@door.post("/loans/<uuid:loan>/whose")
@officer("enter loans")
def lender(loan: UUID) -> ResponseReturnValue:
    """Who lent, and on which terms. A look, which is written down before it is shown."""
    found = queries.find_loan(loan, on=clock.today()) or abort(404)
    with transaction():
        who, terms = services.show_lender(found.loan, by=current_user.by)
    return _page(loan, who=who, terms=terms)


def _page(loan_id: UUID, **more: Any) -> ResponseReturnValue:
    found = queries.find_loan(loan_id, on=clock.today()) or abort(404)
    return render_template("giving/loan.html", **{"done": "", "who": None, "terms": "", **more}, shown=found)


@door.route("/loans/<uuid:loan>/repaid", methods=["GET", "POST"])
@officer("enter loans", fresh=True)
def repaid(loan: UUID) -> ResponseReturnValue:
    found = queries.find_loan(loan, on=clock.today()) or abort(404)
    form = RepaidForm()
    if form.is_submitted() and form.validate():
        try:
            said = {"amount": form.money(), "on": form.day(), "by": current_user.by, "key": form.own_key}
            with transaction():
                services.forgive(loan, **said) if form.how.data == "forgiven" else services.repay(loan, **said)
            return redirect(url_for(".loan", loan=loan, done="repaid"), 303)
        except Refusal as refusal:
            form.refuse(refusal)
            found = queries.find_loan(loan, on=clock.today()) or abort(404)
    code = 422 if form.errors or form.form_errors else 200
    return render_template("giving/loan_repaid.html", form=form, shown=found), code
