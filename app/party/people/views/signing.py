"""Doors: sign in and out, hear from us without joining, sessions."""

from __future__ import annotations

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.ground.db import transaction
from app.web.rights import limited, member, public

from .. import queries, rules, services
from ..forms import SignInForm, SupportForm
from ..models import Purpose
from ..rules import LinkSpent, PasskeyRefused
from ..signing_in import asking, device, let_in, let_out
from .ceremony import answer, door, party, remember, remembered


@door.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Ask for a link. The same answer, the same rows and the same work for an email we know and one we do not."""
    form = SignInForm()
    if not form.is_submitted():
        return render_template("people/sign_in.html", form=form, notice=None)
    if not form.validate():
        return render_template("people/sign_in.html", form=form, notice=None), 422
    limited("sign-in", address=request.remote_addr or "", email=form.email.data)
    with transaction():
        services.ask_to_sign_in(form.email.data or "", to=request.args.get("next"))
    return redirect(url_for(".sign_in_sent"), 303)


@door.get("/sign-in/sent")
@public
def sign_in_sent() -> ResponseReturnValue:
    return render_template("people/sign_in_sent.html")


@door.get("/sign-in/<link>")
@public
def sign_in_link(link: str) -> ResponseReturnValue:
    """A page with a button: mail scanners open links, so looking uses nothing up."""
    if queries.find_link(Purpose.SIGN_IN, link) is None:
        return _spent(".sign_in")
    return render_template("people/sign_in_confirm.html")


@door.post("/sign-in/<link>")
@public
def use_sign_in_link(link: str) -> ResponseReturnValue:
    try:
        with transaction():
            entry = services.sign_in_by_link(link, device=device())
    except LinkSpent:
        return _spent(".sign_in")
    let_in(entry)
    return redirect(entry.to, 303)


@door.post("/sign-in/passkey/options")
@public
def passkey_sign_in_options() -> ResponseReturnValue:
    options, challenge = services.options_to_sign_in(party=party())
    remember(challenge, "sign-in")
    return {"publicKey": options}


@door.post("/sign-in/passkey")
@public
def passkey_sign_in() -> ResponseReturnValue:
    """Sign in with a passkey. One sentence for every failure."""
    limited("passkey", address=request.remote_addr or "")
    try:
        challenge = remembered("sign-in")
        with transaction():
            entry = services.sign_in_by_passkey(answer(), challenge=challenge, party=party(), device=device())
    except PasskeyRefused as refusal:
        return {"error": _(refusal.sentence)}, 400
    let_in(entry)
    return {"to": entry.to}


@door.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """End this session, in the table and in the browser."""
    who = asking()
    if who:
        with transaction():
            services.sign_out(who.sign_in_id, by=who.by)
    return let_out(redirect("/", 303))


@door.post("/me/sessions/<uuid:sign_in>/revoke")
@member
def revoke(sign_in: UUID) -> ResponseReturnValue:
    """End one of one’s own sessions. Ending this one is signing out."""
    with transaction():
        ended = services.revoke(sign_in, person_id=current_user.person_id, by=current_user.by)
    if not ended:
        abort(404)
    if sign_in == current_user.sign_in_id:
        return let_out(redirect("/", 303))
    return redirect("/me#signed-in", 303)


@door.route("/support", methods=["GET", "POST"])
@public
def support() -> ResponseReturnValue:
    form = SupportForm()
    if not form.is_submitted():
        return render_template("people/support.html", form=form)
    if not form.validate():
        return render_template("people/support.html", form=form), 422
    limited("support", address=request.remote_addr or "", email=form.email.data)
    with transaction():
        services.ask_to_support(form.email.data or "")
    return redirect(url_for(".support_sent"), 303)


@door.get("/support/sent")
@public
def support_sent() -> ResponseReturnValue:
    return render_template("people/support_sent.html")


@door.get("/support/done")
@public
def support_done() -> ResponseReturnValue:
    return render_template("people/support_done.html")


@door.get("/support/<link>")
@public
def support_link(link: str) -> ResponseReturnValue:
    found = queries.find_link(Purpose.SUPPORT, link)
    if found is None:
        return _spent(".support")
    wording = rules.CONSENTS["news"][queries.link_details(found)["wording"]]
    return render_template("people/support_confirm.html", wording=wording)


@door.post("/support/<link>")
@public
def use_support_link(link: str) -> ResponseReturnValue:
    try:
        with transaction():
            services.support(link)
    except LinkSpent:
        return _spent(".support")
    return redirect(url_for(".support_done"), 303)


def _spent(again: str) -> ResponseReturnValue:
    return render_template("people/link_spent.html", again_url=url_for(again)), 410
