"""Doors of joining: the form, the way to the checkout and back, the link that resumes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import structlog
from flask import Blueprint, abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.gateways.stripe import Away, Refused
from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import read_id
from app.law.clauses import Refusal
from app.law.party_rules import DUES, MONTHS, SPANS, add_months
from app.party.dues import queries as dues
from app.party.payments import errands
from app.party.payments.models import Payment
from app.party.payments.rules import LABELS
from app.party.people import queries as people
from app.web.house import house
from app.web.rights import limited, public

from . import queries, rules, services
from .forms import JoinForm

door = Blueprint("joining", __name__)
log = structlog.get_logger()

LINK = "joining"  # what leads this browser back to the application it is filling in


@door.get("/join")
@public
def join() -> ResponseReturnValue:
    application = queries.find_resumed(session.get(LINK, "")) if request.args.get("back") else None
    if application is None:
        return page(empty_form())
    draft = queries.opened(application)["draft"]
    form = empty_form({**draft, "renews": bool(draft.get("renews")), "key": str(application.id)})
    payment = errands.payment_of(application.payment_id)
    return page(form, notice=notice_about(payment))


@door.post("/join")
@public
def apply() -> ResponseReturnValue:
    form = JoinForm(rule=rule(), today=clock.today(), bank=bool(house().settings.bank_account))
    later = "later" in request.form
    good = form.email_is_good() if later else form.validate()
    limited("join", address=request.remote_addr or "", email=form.email.data if good else None)
    if not good:
        return page(form, 422)
    key = UUID(form.key.data)
    if later:
        with transaction():
            services.save_draft(form.draft(), key=key)
        return redirect(url_for(".saved"), 303)
    answers = form.answers()
    with transaction():
        mine = queries.find_resumed(session.get(LINK, ""))
        if mine is None or mine.id != key:
            key = services.key_for(answers, key)
    try:
        with transaction():
            payment = services.join(answers, key=key, party=house().settings.party_name, on=clock.today())
    except Refusal as refusal:
        form.refuse(refusal)
        return page(form, 422)
    session[LINK] = queries.resume_link(key, people.email_index(answers.email))
    return to_checkout(payment, key)


@door.post("/join/pay/<key>")
@public
def pay(key: str) -> ResponseReturnValue:
    """Try the checkout again, for an application that is signed and not paid."""
    limited("pay", address=request.remote_addr or "")
    found = read_id(key)
    if found is None or queries.progress(found) is None:
        abort(404)
    with transaction():
        payment = services.try_again(found, by_card=bool(request.form.get("card")))
    return to_checkout(payment, found)


@door.get("/join/thanks/<key>")
@public
def thanks(key: str) -> ResponseReturnValue:
    """What we know of it ourselves. Coming back from the checkout proves nothing."""
    found = read_id(key)
    progress = queries.progress(found) if found else None
    if progress is None:
        abort(404)
    if progress.state == "pending" and progress.payment_id:
        errands.look_soon(progress.payment_id)
    return render_template(
        "joining/thanks.html",
        state=progress.state,
        lines=[(LABELS[kind], amount) for kind, amount in progress.lines],
        total=progress.total,
        reference=progress.reference,
        underway=progress.underway,
        retry_url=url_for(".pay", key=key),
        again_url=url_for(".thanks", key=key),
    )


@door.get("/join/saved")
@public
def saved() -> ResponseReturnValue:
    return render_template("joining/saved.html")


@door.get("/join/resume/<link>")
@public
def resume(link: str) -> ResponseReturnValue:
    application = queries.find_resumed(link)
    if application is None:
        return render_template("joining/gone.html"), 410
    session[LINK] = link
    return redirect(url_for(".join", back=1), 303)


@door.get("/join/again/<link>")
@public
def again(link: str) -> ResponseReturnValue:
    """Back after lapsing: the same one page, filled in from what we hold, for whoever got our letter about it."""
    membership = dues.find_by_return_link(link)
    if membership is None:
        return render_template("joining/gone.html"), 410
    details = people.details_of(people.get_person(membership.person_id))
    plan = dues.plan_of(membership)
    known = {"name": details.name, "email": details.email, "address": details.address}
    notice = {"kind": "info", "title": _("Welcome back"), "text": _("Read it through, change what has changed, and sign.")}
    return page(empty_form({**known, "dues": plan.rate, "rhythm": plan.rhythm}), notice=notice)


def empty_form(data: dict[str, Any] | None = None) -> JoinForm:
    bank = bool(house().settings.bank_account)
    return JoinForm(rule=rule(), today=clock.today(), bank=bank, formdata=None, data=data)


def to_checkout(payment: Payment | None, key: UUID) -> ResponseReturnValue:
    """On to the provider's page, or to the thanks page when there is nothing left to pay."""
    try:
        checkout = errands.open_checkout(payment) if payment else None
    except (Away, Refused) as reason:
        log.warning("checkout_not_opened", kind=type(reason).__name__)
        body = render_template("joining/unavailable.html", retry_url=url_for(".pay", key=key))
        return body, 503, {"Retry-After": "30"}
    return redirect(checkout or url_for(".thanks", key=key), 303)


def page(form: JoinForm, code: int = 200, *, notice: dict[str, Any] | None = None) -> ResponseReturnValue:
    today = clock.today()
    body = render_template(
        "joining/join.html",
        form=form,
        wording={
            "version": rules.CURRENT.version,
            "clauses": rules.CURRENT.sentences(party=house().settings.party_name),
        },
        today=today,
        next_days=[(SPANS[rhythm], add_months(today, MONTHS[rhythm])) for rhythm in rule().fees],
        notice=notice,
    )
    return body, code


def notice_about(payment: Payment | None) -> dict[str, Any]:
    kept = _("You have not been charged. Your answers are still here; only your signature is asked for again.")
    if payment and payment.declined_at:
        return {"kind": "error", "title": _("Your card was declined"), "text": kept}
    if payment and payment.settled_at:
        return {"kind": "success", "title": _("This has been paid"), "text": _("Your letter is on its way.")}
    return {"kind": "info", "title": _("Your place is kept"), "text": kept}


def rule() -> Any:
    return DUES.on(clock.today()).value
