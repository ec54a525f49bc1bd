"""The page of one's dues: reached by the link in every letter about them, without signing in; one's own page leads here too."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

import structlog
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.gateways.stripe import Away, Refused
from app.ground import clock
from app.ground.db import session, transaction
from app.ground.mail import address
from app.law.clauses import Refusal
from app.law.party_rules import DUES
from app.party.membership.models import Membership
from app.party.payments import errands
from app.party.payments import services as payments
from app.web.rights import limited, public

from . import queries, services
from .forms import PayForm, PlanForm
from .queries import DuesPage, dues_page

door = Blueprint("dues", __name__)
log = structlog.get_logger()


def by_link(view: Callable[[str, DuesPage], ResponseReturnValue]) -> Callable[[str], ResponseReturnValue]:
    """A door behind the link of a letter: whoever holds one that is whole and ours is shown those dues; others a page that says
    so. Tries at forms are counted."""

    @wraps(view)
    def held(link: str) -> ResponseReturnValue:
        if request.method == "POST":
            limited("dues", address=request.remote_addr or "")
        with transaction():
            membership = queries.find_by_link(link)
            shown = dues_page(membership, on=clock.today()) if membership else None
        return view(link, shown) if shown else (render_template("dues/gone.html"), 410)

    return held


@door.get("/dues/<link>")
@public
@by_link
def dues(link: str, shown: DuesPage) -> ResponseReturnValue:
    if request.args.get("paid"):
        for payment_id in shown.underway:
            errands.look_soon(payment_id)
        return page(link, shown, notice=_paid_notice(shown))
    if request.args.get("card") and shown.renewal:
        _look_at_card(shown.renewal.id)
        return page(
            link, shown, notice={"kind": "info", "title": _("Thank you"), "text": _("We are looking at your new card.")}
        )
    notice = {"kind": "success", "title": _("Saved"), "text": ""} if request.args.get("saved") else None
    return page(link, shown, notice=notice)


@door.post("/dues/<link>/pay")
@public
@by_link
def pay(link: str, shown: DuesPage) -> ResponseReturnValue:
    """On to the provider: where a charge failed, to the page that settles it; else to the checkout for the oldest dues."""
    form = PayForm()
    if not form.validate():
        return page(link, shown), 422
    try:
        failing = errands.page_of_failing(shown.renewal) if shown.renewal and shown.failing else None
        if failing:
            return redirect(failing, 303)
        back = url_for(".dues", link=link)
        with transaction():
            membership = session.get_one(Membership, shown.membership_id)
            payment = services.pay_owed(
                membership, renews=form.renews.data, back_to=f"{back}?paid=1", cancel_to=back, by=f"membership:{membership.id}"
            )
        checkout = errands.open_checkout(payment) if payment else None
    except (Away, Refused) as reason:
        return _away(link, shown, reason)
    return redirect(checkout or url_for(".dues", link=link), 303)


@door.post("/dues/<link>/renew")
@public
@by_link
def renew(link: str, shown: DuesPage) -> ResponseReturnValue:
    """Agree to a renewal that begins when what is paid for ends. Nothing is charged today."""
    back = url_for(".dues", link=link)
    try:
        with transaction():
            membership = session.get_one(Membership, shown.membership_id)
            renewal = services.renew_from_next(
                membership, on=clock.today(), by=f"membership:{membership.id}", back_to=f"{back}?card=1", cancel_to=back
            )
        agreement = errands.open_agreement(renewal)
    except Refusal as refusal:
        sentence = f"{refusal} {refusal.money}"
        return page(link, shown, notice={"kind": "error", "title": _("Not yet"), "text": sentence}), 422
    except (Away, Refused) as reason:
        return _away(link, shown, reason)
    return redirect(agreement or back, 303)


@door.post("/dues/<link>/plan")
@public
@by_link
def plan(link: str, shown: DuesPage) -> ResponseReturnValue:
    """Another rhythm or rate for the terms to come."""
    form = PlanForm(rule=DUES.on(clock.today()).value, plan=shown.plan)
    if not form.validate():
        return page(link, shown, plan_form=form), 422
    chosen = form.chosen()
    try:
        with transaction():
            membership = session.get_one(Membership, shown.membership_id)
            services.choose_plan(
                membership, rhythm=chosen.rhythm, rate=chosen.rate, on=clock.today(), by=f"membership:{membership.id}"
            )
    except Refusal as refusal:
        form.refuse(refusal)
        return page(link, shown, plan_form=form), 422
    return redirect(url_for(".dues", link=link, saved=1), 303)


@door.post("/dues/<link>/card")
@public
@by_link
def card(link: str, shown: DuesPage) -> ResponseReturnValue:
    """On to the provider's page where another card is given."""
    try:
        back = f"{address(url_for('.dues', link=link))}?card=1"
        portal = errands.open_portal(shown.renewal, back_to=back) if shown.renewal else None
    except (Away, Refused) as reason:
        return _away(link, shown, reason)
    return redirect(portal or url_for(".dues", link=link), 303)


@door.post("/dues/<link>/stop")
@public
@by_link
def stop(link: str, shown: DuesPage) -> ResponseReturnValue:
    """Nothing more is taken by itself. One press, no reason, no signing in."""
    with transaction():
        membership = session.get_one(Membership, shown.membership_id)
        services.stop_renewing(membership, by=f"membership:{membership.id}")
    return redirect(url_for(".dues", link=link, saved=1), 303)


def _look_at_card(renewal_id: UUID) -> None:
    """They have been at the page where another card is given: see what is there now, in case its event was lost."""
    with transaction():
        payments.look_at_renewal_soon(renewal_id)


def page(link: str, shown: DuesPage, *, plan_form: PlanForm | None = None, notice: dict[str, Any] | None = None) -> str:
    return render_template(
        "dues/dues.html",
        notice=notice,
        link=link,
        shown=shown,
        pay_form=PayForm(formdata=None),
        plan_form=plan_form or PlanForm(rule=DUES.on(clock.today()).value, plan=shown.plan, formdata=None),
    )


def _away(link: str, shown: DuesPage, reason: Exception) -> ResponseReturnValue:
    log.warning("checkout_not_opened", kind=type(reason).__name__)
    notice = {
        "kind": "error",
        "title": _("Our payment provider does not answer just now"),
        "text": _("Nothing was charged. Try again in a minute; it is the same payment, so you cannot pay it twice."),
    }
    return page(link, shown, notice=notice), 503, {"Retry-After": "30"}


def _paid_notice(shown: DuesPage) -> dict[str, Any]:
    """What we know ourselves. Coming back from the checkout proves nothing."""
    if shown.owed:
        return {
            "kind": "info",
            "title": _("We are waiting to hear from our payment provider"),
            "text": _("It usually takes seconds; a bank account takes two working days. A letter comes. Do not pay twice."),
        }
    return {
        "kind": "success",
        "title": _("Your dues are paid"),
        "text": _("Thank you. A letter with the details is on its way."),
    }
