"""This room’s Flask-Login glue: who is asking, from the cookie’s token; and how a browser is let in and out.

The cookie holds an opaque random token, the row its hash, so a session can be revoked at once and a stolen database opens
none. Flask-Login’s own remember cookie, its address fingerprint and its after-request hook are left out on purpose: pages
that are the same for everyone must not touch the session.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Flask, g, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import LoginManager, UserMixin, current_user

from app.ground import clock
from app.ground.db import transaction

from . import queries, rules, services
from .services.sign_ins import Entry

TOKEN = "_user_id"  # noqa: S105  the name Flask-Login looks under


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """Who is asking, and through which session. Two ids: nothing here names anybody."""

    sign_in_id: UUID
    person_id: UUID
    strong_at: datetime | None = None

    def get_id(self) -> str:
        return str(session[TOKEN])

    @property
    def by(self) -> str:
        """How this person is named as an actor."""
        return f"person:{self.person_id}"

    def is_strong(self, *, fresh: bool = False) -> bool:
        """Whether a second step was proven in this session within 12 hours, or within five minutes where it must be fresh."""
        return rules.is_strong(self.strong_at, now=clock.now(), fresh=fresh)


def hang(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None
    manager.user_loader(load)
    manager.unauthorized_handler(ask_to_sign_in)
    app.login_manager = manager  # type: ignore[attr-defined]  # instead of init_app, which would touch the session of every answer
    app.config.update(PERMANENT_SESSION_LIFETIME=rules.SESSION_LIVES, SESSION_REFRESH_EACH_REQUEST=False)


def load(token: str) -> SignedIn | None:
    """Who this cookie belongs to now: one indexed query, so a revoked session is dead at once."""
    found = queries.find_sign_in(token)
    if found is None:
        return None
    if clock.now() - found.last_seen_at > rules.SEEN_EVERY:
        with transaction():
            services.see(found.id)
    return SignedIn(found.id, found.person_id, found.strong_at)


def ask_to_sign_in() -> ResponseReturnValue:
    """The answer at a member’s door to somebody who is not signed in."""
    if request.is_json:
        return {"error": _("Sign in first.")}, 401
    going_to = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("people.sign_in", next=rules.safe_next(going_to)), 303)


def let_in(entry: Entry) -> None:
    """Give this browser a session of its own. Whatever its cookie held before is gone, so none can be planted."""
    session.clear()
    session.permanent = True
    session[TOKEN] = entry.token
    g._login_user = SignedIn(entry.sign_in_id, entry.person_id, entry.strong_at)


def let_out(answer: ResponseReturnValue) -> ResponseReturnValue:
    """Take the session from this browser, and what it stored for us."""
    session.clear()
    response = make_response(answer)
    response.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return response


def asking() -> SignedIn | None:
    """Who is asking; None for a visitor."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def device() -> str:
    """A coarse name for the browser that asks. Its user agent is read here and stored nowhere."""
    return rules.device_label(request.user_agent.string)
