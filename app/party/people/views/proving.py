"""Doors: second steps (passkeys, authenticator apps) are set up and removed; somebody proves that it is still them."""

from __future__ import annotations

from uuid import UUID

import pyotp
import segno
from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from app.ground.db import transaction
from app.web.house import house
from app.web.rights import limited, limited_to, member

from .. import queries, rules, services
from ..forms import CodeForm
from ..rules import CodeRefused, PasskeyRefused, ProofNeeded, TooManyAuthenticators
from ..signing_in import device, let_in
from .ceremony import answer, door, party, remember, remembered

HERE = "/me#signed-in"


@door.route("/confirm", methods=["GET", "POST"])
@member
def confirm() -> ResponseReturnValue:
    """Prove again that it is you: a code, or a passkey by the two doors below. Then on to where one was going."""
    form = CodeForm()
    if form.is_submitted():
        limited_to("confirm", current_user.person_id)
        try:
            if form.validate():
                with transaction():
                    entry = services.confirm_by_code(
                        current_user.person_id, form.code.data or "", sign_in_id=current_user.sign_in_id, to=_going_to()
                    )
                let_in(entry)
                return redirect(entry.to, 303)
        except CodeRefused as refusal:
            form.refuse(refusal)
    passkeys = queries.passkeys_of(current_user.person_id)
    apps = queries.authenticators_of(current_user.person_id)
    page = render_template("people/confirm.html", form=form, has_apps=bool(apps), has_passkeys=bool(passkeys), to=_going_to())
    return page, 422 if form.is_submitted() else 200


@door.post("/confirm/passkey/options")
@member
def passkey_confirm_options() -> ResponseReturnValue:
    options, challenge = services.options_to_confirm(current_user.person_id, party=party())
    remember(challenge, "confirm")
    return {"publicKey": options}


@door.post("/confirm/passkey")
@member
def passkey_confirm() -> ResponseReturnValue:
    limited("passkey", address=request.remote_addr or "")
    try:
        challenge = remembered("confirm")
        with transaction():
            entry = services.confirm_by_passkey(
                answer(),
                challenge=challenge,
                party=party(),
                person_id=current_user.person_id,
                sign_in_id=current_user.sign_in_id,
                to=_going_to(),
            )
    except PasskeyRefused as refusal:
        return {"error": _(refusal.sentence)}, 400
    let_in(entry)
    return {"to": entry.to}


# Authenticator apps


@door.post("/me/authenticators")
@member
def authenticator_begin() -> ResponseReturnValue:
    try:
        with transaction():
            services.begin_authenticator(current_user.person_id, label=device(), proved_at=current_user.strong_at)
    except ProofNeeded:
        return _prove_first()
    except TooManyAuthenticators:
        return redirect(HERE, 303)
    return redirect(url_for(".authenticator_add", next=_going_to()), 303)


@door.route("/me/authenticators/new", methods=["GET", "POST"])
@member
def authenticator_add() -> ResponseReturnValue:
    """The secret, as a picture and as letters, until a first code shows that the app has it."""
    begun = queries.find_unconfirmed(current_user.person_id)
    if begun is None:
        return redirect(HERE, 303)
    secret = queries.secret_of(begun)
    shown = {"picture": _picture(current_user.person_id, secret), "secret": _in_fours(secret)}
    form = CodeForm()
    if form.is_submitted():
        limited_to("confirm", current_user.person_id)
        try:
            if form.validate():
                with transaction():
                    entry = services.confirm_authenticator(
                        current_user.person_id,
                        form.code.data or "",
                        sign_in_id=current_user.sign_in_id,
                        by=current_user.by,
                        proved_at=current_user.strong_at,
                        to=_going_to() or HERE,
                    )
                let_in(entry)
                return redirect(entry.to, 303)
        except CodeRefused as refusal:
            form.refuse(refusal)
        except ProofNeeded:
            return _prove_first()
    return render_template("people/authenticator.html", form=form, **shown), 422 if form.is_submitted() else 200


@door.post("/me/authenticators/<uuid:authenticator>/remove")
@member
def remove_authenticator(authenticator: UUID) -> ResponseReturnValue:
    try:
        with transaction():
            removed = services.remove_authenticator(
                authenticator, person_id=current_user.person_id, by=current_user.by, proved_at=current_user.strong_at
            )
    except ProofNeeded:
        return _prove_first()
    return redirect(HERE, 303) if removed else abort(404)


def _picture(person_id: UUID, secret: str) -> Markup:
    """The secret as a QR code: an SVG of our own, dark on light in either theme, without a style attribute."""
    email = queries.details_of(queries.get_person(person_id)).email
    address = pyotp.TOTP(secret, interval=rules.CODE_LIVES).provisioning_uri(
        name=email, issuer_name=house().settings.party_name
    )
    drawn = segno.make(address, error="m").svg_inline(omitsize=True, svgclass="qr", lineclass=None, light="#fff")
    return Markup(drawn)  # noqa: S704  paths of numbers, drawn by segno; nothing that was typed is in it as text


def _in_fours(secret: str) -> str:
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))


# Passkeys


@door.post("/me/passkeys/options")
@member
def passkey_options() -> ResponseReturnValue:
    try:
        services.check_may_change_proofs(current_user.person_id, proved_at=current_user.strong_at)
    except ProofNeeded as refusal:
        return {"error": _(refusal.sentence)}, 403
    person = queries.get_person(current_user.person_id)
    options, challenge = services.options_to_add(person, queries.details_of(person), party=party())
    remember(challenge, "add")
    return {"publicKey": options}


@door.post("/me/passkeys")
@member
def passkey_add() -> ResponseReturnValue:
    try:
        challenge = remembered("add")
        with transaction():
            services.add_passkey(
                current_user.person_id,
                answer(),
                challenge=challenge,
                party=party(),
                label=device(),
                by=current_user.by,
                proved_at=current_user.strong_at,
            )
            entry = services.prove(current_user.sign_in_id, how="passkey", to=_going_to() or HERE)
            if entry is None:
                raise PasskeyRefused()
    except PasskeyRefused as refusal:
        return {"error": _(refusal.sentence)}, 400
    except ProofNeeded as refusal:
        return {"error": _(refusal.sentence)}, 403
    let_in(entry)
    return {"to": entry.to}


@door.post("/me/passkeys/<uuid:passkey>/remove")
@member
def remove_passkey(passkey: UUID) -> ResponseReturnValue:
    try:
        with transaction():
            removed = services.remove_passkey(
                passkey, person_id=current_user.person_id, by=current_user.by, proved_at=current_user.strong_at
            )
    except ProofNeeded:
        return _prove_first()
    return redirect(HERE, 303) if removed else abort(404)


def _going_to() -> str | None:
    return rules.safe_next(request.args.get("next"))


def _prove_first() -> ResponseReturnValue:
    return redirect(url_for(".confirm", next=HERE), 303)
