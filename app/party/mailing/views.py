"""Doors for whoever has a letter: saying no to news, in one press, without signing in, whenever they like."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.ground.db import transaction
from app.ground.ids import read_id
from app.ground.mail import office
from app.web.rights import machine, public

from . import queries, services

door = Blueprint("letters", __name__, url_prefix="/stop")


@door.get("/<link>")
@public
def stop(link: str) -> ResponseReturnValue:
    """What the press does, or that it was done. Opening changes nothing: mail scanners open links."""
    letter_id = _read(link)
    with transaction():
        gets_news = queries.gets_news(letter_id)
    return render_template("mailing/stop.html", gets_news=gets_news, link=link)


@door.post("/<link>")
@machine
def stop_now(link: str) -> ResponseReturnValue:
    """The press, of the page or of a mail program (RFC 8058: no cookie, no token of a form). The secret in the address is the
    proof, and it never grows too old."""
    letter_id = _read(link)
    with transaction():
        services.withdraw(letter_id)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return "You get no more news from us.\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
    return redirect(url_for(".stop", link=link), 303)


def _read(link: str) -> UUID:
    """The letter that a link was written in. 404 for one we did not make."""
    spelt, _, secret = link.partition(".")
    letter_id = read_id(spelt)
    if letter_id is None or not office().seal.is_token(secret, "stop letters", letter_id):
        abort(404)
    return letter_id
