"""Doors for a person about themselves: see, change, pay, take everything, leave."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import structlog
from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.gateways.stripe import Away, Refused
from app.ground import clock
from app.ground.db import transaction
from app.law.clauses import Refusal
from app.party.dues import services as dues
from app.party.membership import queries as memberships
from app.party.payments import errands
from app.party.people import rules as people_rules
from app.party.people import services as person_services
from app.party.people.signing_in import let_out
from app.web.rights import member, public

from . import queries, rules, services
from .forms import DetailsForm, LeaveForm

door = Blueprint("belonging", __name__)
log = structlog.get_logger()


@door.get("/me")
@member
def me() -> ResponseReturnValue:
    held = queries.me(current_user.person_id, on=clock.today())
    notice = None
    if request.args.get("paid") and (held.underway or held.is_member):
        for payment in held.underway:
            errands.look_soon(payment)
        notice = _paid_notice(held)
    elif request.args.get("saved"):
        notice = {"kind": "success", "title": _("Saved"), "text": ""}
    return page(held, DetailsForm(held=held, formdata=None), notice=notice)


@door.post("/me/details")
@member
def details() -> ResponseReturnValue:
    held = queries.me(current_user.person_id, on=clock.today())
    form = DetailsForm(held=held)
    if not form.validate():
        return page(held, form), 422
    try:
        with transaction():
            services.change_details(current_user.person_id, form.change(), by=current_user.by, on=clock.today())
    except Refusal as refusal:
        form.refuse(refusal)
        return page(queries.me(current_user.person_id, on=clock.today()), form), 422
    return redirect(url_for(".me", saved=1), 303)


@door.post("/me/consents/<kind>")
@member
def consent(kind: str) -> ResponseReturnValue:
    if kind not in people_rules.CONSENTS:
        abort(404)
    with transaction():
        person_services.change_consent(
            current_user.person_id, kind=kind, given=bool(request.form.get("given")), source="own page", by=current_user.by
        )
    return redirect(url_for(".me", saved=1), 303)


@door.post("/me/pay")
@member
def pay() -> ResponseReturnValue:
    """On to the provider’s page for the oldest dues that are open; back to one’s own page if none are."""
    with transaction():
        current = memberships.current_of(current_user.person_id)
        payment = dues.pay_owed(current, by=current_user.by) if current else None
    try:
        checkout = errands.open_checkout(payment) if payment else None
    except (Away, Refused) as reason:
        log.warning("checkout_not_opened", kind=type(reason).__name__)
        held = queries.me(current_user.person_id, on=clock.today())
        return page(held, DetailsForm(held=held, formdata=None), notice=_away_notice()), 503, {"Retry-After": "30"}
    return redirect(checkout or url_for(".me"), 303)


@door.get("/me/everything")
@member
def everything_html() -> ResponseReturnValue:
    with transaction():
        held = services.take_everything(current_user.person_id, by=current_user.by, form="html")
    body = render_template("belonging/everything.html", sections=queries.sections(held))
    return _file(body, "html", "text/html; charset=utf-8")


@door.get("/me/everything.json")
@member
def everything_json() -> ResponseReturnValue:
    with transaction():
        held = services.take_everything(current_user.person_id, by=current_user.by, form="json")
    return _file(json.dumps(held, ensure_ascii=False, indent=2) + "\n", "json", "application/json; charset=utf-8")


@door.get("/me/card")
@member
def card() -> ResponseReturnValue:
    """A membership card to print, or why there is none."""
    return render_template("belonging/card.html", card=queries.card(current_user.person_id, on=clock.today()))


@door.route("/me/leave", methods=["GET", "POST"])
@member
def leave() -> ResponseReturnValue:
    """First what it does, then one tick and one press."""
    form = LeaveForm()
    if not form.validate_on_submit():
        plan = queries.plan_of(current_user.person_id, on=clock.today())
        return render_template("belonging/leave.html", form=form, plan=plan), 422 if form.is_submitted() else 200
    with transaction():
        done = services.leave(current_user.person_id, by=current_user.by, on=clock.today())
    return let_out(redirect(url_for(".left", on=done.on.isoformat(), kept=" ".join(done.holds)), 303))


@door.get("/left")
@public
def left() -> ResponseReturnValue:
    """What was erased and what is kept. Its address says which, so that this page needs to know nobody."""
    try:
        on = min(date.fromisoformat(request.args.get("on", "")), clock.today())
    except ValueError:
        abort(404)
    if on < rules.EARLIEST_LEAVING:
        abort(404)
    return render_template("belonging/left.html", plan=rules.plan(on=on, holds=request.args.get("kept", "").split()))


def page(held: queries.Me, form: DetailsForm, *, notice: dict[str, Any] | None = None) -> str:
    return render_template(
        "belonging/me.html",
        notice=notice,
        person=held.person,
        electorate=held.electorate.name if held.electorate else None,
        standing=held.standing,
        financial=held.financial,
        counts=held.counts,
        owed=None if request.args.get("paid") and held.underway else held.owed,
        pay_url=url_for(".pay"),
        dues_path=held.dues_path,
        renewal=held.renewal,
        todo=held.todo,
        charges=held.charges,
        payments=held.payments,
        gifts=held.gifts,
        receipts=held.receipts,
        receipt_years=held.years,
        details_form=form,
        details_url=url_for(".details"),
        consents=[{**vars(said), "form_action": url_for(".consent", kind=said.key)} for said in held.consents],
        sessions=[
            {
                "id": visit.id,
                "label": visit.device,
                "signed_in_at": visit.signed_in_at,
                "last_seen_at": visit.last_seen_at,
                "this": visit.id == current_user.sign_in_id,
                "revoke_url": url_for("people.revoke", sign_in=visit.id),
            }
            for visit in held.sessions
        ],
        passkeys=[
            {
                "id": key.id,
                "label": key.label,
                "added_at": key.added_at,
                "last_used_at": key.last_used_at,
                "remove_url": url_for("people.remove_passkey", passkey=key.id),
            }
            for key in held.passkeys
        ],
        authenticators=[
            {
                "label": app.label,
                "added_at": app.added_at,
                "last_used_at": app.last_used_at,
                "remove_url": url_for("people.remove_authenticator", authenticator=app.id),
            }
            for app in held.authenticators
        ],
        proof_needed=bool(held.offices and (held.passkeys or held.authenticators)) and not current_user.is_strong(fresh=True),
        offices=held.offices,
        looks=held.looks,
        record=held.record,
        letters=held.letters,
    )


def _paid_notice(held: queries.Me) -> dict[str, Any]:
    """What we know ourselves. Coming back from the checkout proves nothing."""
    if held.owed:
        return {
            "kind": "info",
            "title": _("We are waiting to hear from our payment provider"),
            "text": _("It usually takes seconds. Load this page again; a letter comes, too. Do not pay twice."),
        }
    return {
        "kind": "success",
        "title": _("Your dues are paid"),
        "text": _("Thank you. A letter with the details is on its way."),
    }


def _away_notice() -> dict[str, Any]:
    return {
        "kind": "error",
        "title": _("Our payment provider does not answer just now"),
        "text": _("Nothing was charged. Try again in a minute; it is the same payment, so you cannot pay it twice."),
    }


def _file(body: str, ending: str, kind: str) -> Response:
    """A file to keep: never shown inside the site, never stored on the way."""
    name = f"everything-{clock.today().isoformat()}.{ending}"
    return Response(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
