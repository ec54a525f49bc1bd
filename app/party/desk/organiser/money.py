"""Doors for officers: money that came in, one payment, money that goes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import read_id
from app.law.clauses import Refusal
from app.party.branches import rules as rights
from app.party.branches.doorkeeper import offices_now
from app.party.payments import queries as books
from app.party.payments import services as payments
from app.party.payments.models import Refund
from app.party.payments.rules import TWO_PEOPLE_ABOVE, WHY_BACK, check_refund, needs_second
from app.web.rights import officer
from app.web.sheets import sheet

from .. import queries, rules, services
from ..forms import CloseForm, ExportForm, HandedBackForm, MoneyForm, RefundForm
from ..queries import Shown
from .door import door


@door.get("/money")
@officer("record money")
def money() -> ResponseReturnValue:
    """The work list, what is waited for, what came; or the payment somebody looks for."""
    typed = request.args.get("find", "").strip()[:40]
    return _find(typed) if typed else _money()


def _money(*, found: tuple[str, list[queries.Came]] | None = None, missing: str = "", status: int = 200) -> ResponseReturnValue:
    on = clock.today()
    work, more_work = queries.work(after=_place("work"), on=on)
    waited, more_waited = queries.waited_for(after=_place("waited"), on=on)
    came, more_came = queries.came(before=_place("came"))
    page = render_template(
        "desk/money.html",
        form=MoneyForm(formdata=None),
        is_fresh=current_user.is_strong(fresh=True),
        close_form=CloseForm(formdata=None),
        work=work, more_work=more_work,
        waited=waited, more_waited=more_waited,
        came=came, more_came=more_came,
        found=found, missing=missing, typed=request.args.get("find", "")[:40],
        untold=books.paid_but_untold(),
    )  # fmt: skip
    return page, status


def _place(name: str) -> UUID | None:
    """After which row a list goes on."""
    return read_id(request.args.get(name, ""))


def _find(typed: str) -> ResponseReturnValue:
    try:
        payment = queries.find_by_reference(typed)
        number = None if payment else rules.read_reference(typed).number
    except rules.WrongReference as refusal:
        return _money(missing=str(refusal), status=404)
    if payment:
        return redirect(url_for(".payment", payment=payment), 303)
    theirs = queries.payments_of_member(number) if number is not None else []
    if not theirs:
        return _money(missing=rules.Nobodys.sentence, status=404)
    return _money(found=(str(number), theirs))


@door.get("/money/accounts")
@officer("record money")
def accounts() -> ResponseReturnValue:
    this_month = clock.today().replace(day=1)
    span = {"since": (this_month - timedelta(days=1)).replace(day=1), "until": this_month}
    return _accounts(ExportForm(formdata=None, data=span))


def _accounts(form: ExportForm, *, status: int = 200) -> ResponseReturnValue:
    sums, together = queries.accounts()
    page = render_template(
        "desk/accounts.html", form=form, sums=sums, together=together, is_fresh=current_user.is_strong(fresh=True)
    )
    return page, status


@door.get("/money/export.csv")
@officer("record money", fresh=True)
def export() -> ResponseReturnValue:
    """The ledger of some days as journals for the accountant’s software; the log has it before the first line is sent."""
    form = ExportForm(request.args)
    if not form.validate():
        return _accounts(form, status=422)
    since, until = form.span()
    with transaction():
        services.note_export(since=since, until=until, by=current_user.by)
    return sheet(f"ledger-{since}-{until}.csv", queries.journals(since=since, until=until))


@door.route("/money/record", methods=["GET", "POST"])
@officer("record money", fresh=True)
def record() -> ResponseReturnValue:
    form = MoneyForm()
    if form.is_submitted() and "change" not in request.form and form.validate():
        try:
            return _record(form)
        except Refusal as refusal:
            form.refuse(refusal)
    form.seen.data = ""
    return render_template("desk/record.html", form=form), 422 if form.errors else 200


def _record(form: MoneyForm) -> ResponseReturnValue:
    """The first press looks, the second writes. Raises a Refusal."""
    came = form.came()
    if form.seen.data:
        with transaction():
            recorded = services.record(came, by=current_user.by, on=clock.today()).id
        return redirect(url_for(".payment", payment=recorded, done="recorded"), 303)
    form.renew_key(books.find_payment(form.own_key) is not None)
    with transaction():
        preview = services.look_before_recording(came, by=current_user.by, on=clock.today())
    return render_template("desk/confirm_record.html", form=form, came=came, preview=preview, rails=rules.RAILS)


@door.post("/money/differences/<uuid:difference>/take-up")
@officer("record money")
def take_up(difference: UUID) -> ResponseReturnValue:
    with transaction():
        there = payments.take_up(difference, owner_id=current_user.person_id, by=current_user.by)
    return redirect(url_for(".money"), 303) if there else abort(404)


@door.post("/money/differences/<uuid:difference>/close")
@officer("record money")
def close(difference: UUID) -> ResponseReturnValue:
    form = CloseForm()
    if not form.validate():
        return render_template("desk/close.html", form=form), 422
    with transaction():
        there = payments.resolve(difference, because=form.because.data, by=current_user.by)
    return redirect(url_for(".money"), 303) if there else abort(404)


@door.get("/money/confirm")
@officer("confirm refunds")
def to_confirm() -> ResponseReturnValue:
    """What one officer wants given back and another must agree to. Names nobody."""
    return _to_confirm()


def _to_confirm(problem: str = "", status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "desk/to_confirm.html",
        rows=queries.to_confirm(on=clock.today()),
        problem=problem,
        limit=TWO_PEOPLE_ABOVE,
        me=current_user.by,
        done=request.args.get("done", ""),
    )
    return page, status


@door.post("/money/confirm/<uuid:refund>")
@officer("confirm refunds", fresh=True)
def confirm(refund: UUID) -> ResponseReturnValue:
    """Agree, or say no."""
    if books.find_refund(refund) is None:
        abort(404)
    no = "no" in request.form
    try:
        with transaction():
            if no:
                payments.decline_refund(refund, by=current_user.by)
            else:
                payments.confirm_refund(refund, by=current_user.by)
    except Refusal as refusal:
        return _to_confirm(f"{refusal} {refusal.money}", 422)
    return redirect(url_for(".to_confirm", done="declined" if no else "confirmed"), 303)


# One payment


@door.get("/money/payments/<uuid:payment>")
@officer("record money")
def payment(payment: UUID) -> ResponseReturnValue:
    return _payment_page(_get(payment), done=request.args.get("done", ""))


@door.post("/money/payments/<uuid:payment>/whose")
@officer("record money")
def whose(payment: UUID) -> ResponseReturnValue:
    """Whose a payment is. A look, which is written down before it is shown."""
    found = _get(payment)
    with transaction():
        owner = services.show_whose(found.payment, by=current_user.by)
    return _payment_page(_get(payment), owner=owner, asked=True)


def _payment_page(found: Shown, **more: Any) -> ResponseReturnValue:
    held = [office.office for office in offices_now()]
    return render_template(
        "desk/payment.html",
        **{"done": "", "owner": None, "asked": False, **more},
        shown=found,
        rails=rules.RAILS,
        why_back=WHY_BACK,
        may_refund=rights.may_refund_money(held),
        today=clock.today(),
    )


@door.route("/money/payments/<uuid:payment>/refund", methods=["GET", "POST"])
@officer("refund money", fresh=True)
def refund(payment: UUID) -> ResponseReturnValue:
    found = _get(payment)
    if request.method == "GET" and not found.left:
        abort(404)
    form = RefundForm() if request.method == "POST" else RefundForm(data={"amount": found.left.typed()})
    if form.is_submitted() and "change" not in request.form and form.validate():
        try:
            return _refund(form, found)
        except Refusal as refusal:
            form.refuse(refusal)
            found = _get(payment)  # what was read before is not what is there after a refusal
    form.seen.data = ""
    page = render_template(
        "desk/refund.html",
        form=form, shown=found, rails=rules.RAILS, today=clock.today(), all_back=queries.effect_of(found.payment, found.left),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _refund(form: RefundForm, found: Shown) -> ResponseReturnValue:
    """The first press shows what it does, the second asks for it. Raises a Refusal."""
    if form.seen.data:
        with transaction():
            payments.ask_refund(
                found.payment, amount=form.money(), why=form.why.data, by=current_user.by, refund_id=form.own_key
            )
        return redirect(url_for(".payment", payment=found.payment.id, done="refund"), 303)
    form.renew_key(any(known.id == form.own_key for known in found.refunds))
    check_refund(form.money(), left=found.left, settled=True)
    effect = queries.effect_of(found.payment, form.money())
    return render_template(
        "desk/confirm_refund.html",
        form=form, shown=found, effect=effect, amount=form.money(), why=WHY_BACK[form.why.data], limit=TWO_PEOPLE_ABOVE,
        second=needs_second(found.payment.amount - found.left + form.money()),
        rails=rules.RAILS, today=clock.today(),
    )  # fmt: skip


@door.route("/money/payments/<uuid:payment>/refunds/<uuid:refund>/handed-back", methods=["GET", "POST"])
@officer("refund money", fresh=True)
def handed_back(payment: UUID, refund: UUID) -> ResponseReturnValue:
    """Money that came by bank or in cash was paid out by hand."""
    found = _get(payment)
    if not any(wish.id == refund for wish in found.refunds):
        abort(404)
    form = HandedBackForm()
    if form.is_submitted() and form.validate():
        try:
            with transaction():
                services.note_handed_back(payment, refund, on=form.day(), by=current_user.by)
            return redirect(url_for(".payment", payment=payment, done="handed-back"), 303)
        except Refusal as refusal:
            form.refuse(refusal)
            found = _get(payment)
    return render_template(
        "desk/handed_back.html", form=form, shown=found, refund=_wish(found, refund)
    ), 422 if form.is_submitted() else 200


def _wish(found: Shown, refund_id: UUID) -> Refund:
    return next(wish for wish in found.refunds if wish.id == refund_id)


def _get(payment_id: UUID) -> Shown:
    return queries.shown(payment_id) or abort(404)
