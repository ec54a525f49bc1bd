"""Who is let in at an officer’s door. The doors ask through `app.web.rights.officer`; wiring hangs the answer."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app.ground import clock
from app.party.people import rules as people_rules
from app.web.house import house

from . import queries, rules
from .models import Office


def hang(app: Flask) -> None:
    app.extensions["doorkeeper"] = turn_away


def turn_away(right: str, *, fresh: bool) -> ResponseReturnValue | None:
    """None for somebody who may enter. A visitor signs in; who holds no such office finds nothing; who has not proven a
    second step lately does so first."""
    rules.assert_known(right)
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined,no-any-return]  # Flask-Login has no types
    if not rules.may([held.office for held in offices_now()], right):
        abort(404)
    if not current_user.is_strong(fresh=fresh):
        if request.is_json:
            return {"error": _("Confirm that it is you first.")}, 403
        return redirect(url_for("people.confirm", next=_back()), 303)
    return None


def offices_now() -> list[Office]:
    """The offices that whoever is asking holds today; asked once a request."""
    if not current_user.is_authenticated:
        return []
    known = g.get("offices")
    if known is None or known[0] != current_user.person_id:
        known = g.offices = (current_user.person_id, queries.held_by(current_user.person_id, on=clock.today()))
    held: list[Office] = known[1]
    return held


def _back() -> str | None:
    """Where to go on after proving: this page; after a form, the page of ours it was on, since what was sent is gone."""
    if request.method == "GET":
        return people_rules.safe_next(request.full_path.rstrip("?"))
    came = urlsplit(request.referrer or "")
    if came.netloc != urlsplit(house().settings.public_url).netloc:
        return None
    return people_rules.safe_next(came.path + (f"?{came.query}" if came.query else ""))
