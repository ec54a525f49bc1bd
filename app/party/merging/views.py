"""Doors for people: the mailbox of a record that is part of somebody says that it is so."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.ground.db import transaction
from app.party.people.rules import LinkSpent
from app.web.rights import public

from . import queries, services

door = Blueprint("same", __name__)


@door.get("/same/<link>")
@public
def same(link: str) -> ResponseReturnValue:
    """A page with a button: mail scanners open links, so looking uses nothing up."""
    return _spent() if queries.to_prove(link) is None else render_template("merging/same.html")


@door.post("/same/<link>")
@public
def use_same(link: str) -> ResponseReturnValue:
    try:
        with transaction():
            services.prove(link)
    except LinkSpent:
        return _spent()
    return redirect(url_for(".same_done"), 303)


@door.get("/same/done")
@public
def same_done() -> ResponseReturnValue:
    return render_template("merging/same_done.html")


def _spent() -> ResponseReturnValue:
    return render_template("people/link_spent.html", again_url=url_for("people.sign_in")), 410
