"""Doors of giving: the form, the way to the checkout and back, the link in each receipt."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

import structlog
from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.gateways.stripe import Away, Refused
from app.ground import clock
from app.ground.db import session, transaction
from app.ground.ids import read_id
from app.ground.mail import address
from app.law.clauses import Refusal
from app.law.nz.donations import NAMED_DONOR, OVERSEAS_KEEP
from app.law.party_rules import add_months
from app.party.payments import errands
from app.party.payments import services as payments
from app.party.payments.models import Payment
from app.party.payments.queries import lines_of
from app.party.people import queries as people
from app.web.house import house
from app.web.rights import limited, public

from . import queries, rules, services
from .forms import GiveForm
from .models import Donation
from .queries import GiftPage

door = Blueprint("giving", __name__)
log = structlog.get_logger()


@door.get("/give")
@public
def give() -> ResponseReturnValue:
    """The form; filled in as far as we know who is signed in."""
    return page(_form(formdata=None, data=_known()))


@door.post("/give")
@public
def offer() -> ResponseReturnValue:
    form = _form()
    good = form.validate()
    email = form.email.data if good else None
    limited("give", address=request.remote_addr or "", email=email, per_address=rules.PER_ADDRESS)
    if not good:
        return page(form, 422)
    person_id = current_user.person_id if current_user.is_authenticated else None
    by = current_user.by if person_id else "visitor"
    try:
        _close_changed(form)
        with transaction():
            payment = services.offer(form.offered(), key=form.own_key, on=clock.today(), by=by, person_id=person_id)
    except Refusal as refusal:
        form.refuse(refusal)
        return page(form, 422)
    except (Away, Refused) as reason:  # the page of its earlier answers may still be open: not on to that one
        log.warning("checkout_not_closed", kind=type(reason).__name__)
        form.form_errors.append(
            _("Our payment provider does not answer just now. Nothing was charged: send it again in a minute.")
        )
        return *page(form, 503), {"Retry-After": "30"}
    return to_checkout(payment)


def _close_changed(form: GiveForm) -> None:
    """A form that is sent again with other answers: its earlier page must not be paid any more, nor stay reserved."""
    with transaction():
        waiting = services.changed(form.offered(), key=form.own_key)
    for payment_id in waiting:
        errands.close(payment_id)


@door.post("/give/pay/<key>")
@public
def pay(key: str) -> ResponseReturnValue:
    """On to the payment page again, for a donation that is reserved and not paid."""
    limited("pay", address=request.remote_addr or "")
    found = read_id(key)
    progress = queries.progress(found) if found else None
    if progress is None:
        abort(404)
    if not (progress.payment.is_open or progress.payment.settled_at):
        return redirect(url_for(".give"), 303)  # it is closed: the law is asked anew
    return to_checkout(progress.payment)


@door.get("/give/thanks/<key>")
@public
def thanks(key: str) -> ResponseReturnValue:
    """What we know of it ourselves. Coming back from the checkout proves nothing."""
    found = read_id(key)
    progress = queries.progress(found) if found else None
    if progress is None:
        abort(404)
    state = "left" if request.args.get("left") and progress.state == "pending" else progress.state
    if state == "pending":
        errands.look_soon(progress.payment.id)
    return render_template(
        "giving/thanks.html",
        state=state,
        lines=lines_of(progress.payment),
        total=progress.payment.amount,
        reference=progress.payment.reference,
        monthly=progress.monthly,
        retry_url=url_for(".pay", key=key),
        again_url=url_for(".thanks", key=key),
    )


def by_link(view: Callable[[str, GiftPage], ResponseReturnValue]) -> Callable[[str], ResponseReturnValue]:
    """A door behind the link of a receipt's letter: whoever holds one that is whole and ours is shown that gift."""

    @wraps(view)
    def held(link: str) -> ResponseReturnValue:
        if request.method == "POST":
            limited("gift", address=request.remote_addr or "")
        with transaction():
            donation = queries.find_by_link(link)
            shown = queries.gift_page(donation, on=clock.today()) if donation else None
        return view(link, shown) if shown else (render_template("dues/gone.html"), 410)

    return held


@door.get("/give/<link>")
@public
@by_link
def gift(link: str, shown: GiftPage) -> ResponseReturnValue:
    notice = None
    if request.args.get("card") and shown.renewal:
        with transaction():
            payments.look_at_renewal_soon(shown.renewal.id)
        notice = {"kind": "info", "title": _("Thank you"), "text": _("We are looking at your new card.")}
    return _gift(link, shown, notice=notice)


@door.post("/give/<link>/stop")
@public
@by_link
def stop(link: str, shown: GiftPage) -> ResponseReturnValue:
    """Nothing more is taken. One press, no reason, no signing in."""
    with transaction():
        services.stop_monthly(session.get_one(Donation, shown.donation_id), by=f"donation:{shown.donation_id}")
    return redirect(url_for(".gift", link=link), 303)


@door.post("/give/<link>/card")
@public
@by_link
def card(link: str, shown: GiftPage) -> ResponseReturnValue:
    """On to the provider's page where another card is given."""
    back = url_for(".gift", link=link)
    try:
        portal = errands.open_portal(shown.renewal, back_to=f"{address(back)}?card=1") if shown.renewal else None
    except (Away, Refused) as reason:
        log.warning("portal_not_opened", kind=type(reason).__name__)
        title = _("Our payment provider does not answer just now")
        notice = {"kind": "error", "title": title, "text": _("Nothing was changed. Try again in a minute.")}
        return _gift(link, shown, notice=notice), 503, {"Retry-After": "30"}
    return redirect(portal or back, 303)


def _gift(link: str, shown: GiftPage, *, notice: dict[str, Any] | None = None) -> str:
    return render_template("giving/gift.html", link=link, shown=shown, notice=notice, named=NAMED_DONOR.on(clock.today()))


def to_checkout(payment: Payment) -> ResponseReturnValue:
    """On to the provider's page, or to the thanks page when there is nothing left to pay there."""
    key = payment.purpose_id
    try:
        checkout = errands.open_checkout(payment)
    except (Away, Refused) as reason:
        return _away(key, reason)
    return redirect(checkout or url_for(".thanks", key=key), 303)


def _away(key: UUID, reason: Exception) -> ResponseReturnValue:
    log.warning("checkout_not_opened", kind=type(reason).__name__)
    body = render_template("joining/unavailable.html", retry_url=url_for(".pay", key=key))
    return body, 503, {"Retry-After": "30"}


def _form(**data: Any) -> GiveForm:
    return GiveForm(bank=bool(house().settings.bank_account), **data)


def _known() -> dict[str, str] | None:
    if not current_user.is_authenticated:
        return None
    person = people.get_person(current_user.person_id)
    details = people.details_of(person)
    return {"name": details.name, "email": details.email, "address": details.address}


def page(form: GiveForm, code: int = 200) -> tuple[str, int]:
    today = clock.today()
    mine = current_user.is_authenticated and queries.donors_of(current_user.person_id)
    body = render_template(
        "giving/give.html",
        form=form,
        today=today,
        next_on=add_months(today, 1),
        named=NAMED_DONOR.on(today),
        overseas=OVERSEAS_KEEP.on(today),
        this_year=queries.given_this_year(mine, on=today) if mine else None,
    )
    return body, code
