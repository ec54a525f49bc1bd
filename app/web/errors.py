"""Pages for what went wrong: what happened, what happened to the money, what to do."""

from __future__ import annotations

from urllib.parse import urlsplit

import structlog
from flask import Flask, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_wtf.csrf import CSRFError
from psycopg import OperationalError as LinkError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from .problems import asked_by_a_program, of, problem
from .rights import TooMany
from .tongues import local

log = structlog.get_logger()


def hang(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(TooMany, _too_many)
    for fault in (OperationalError, InterfaceError, PoolTimeout, LinkError):
        app.register_error_handler(fault, _database_away)
    app.register_error_handler(Exception, _unexpected)


def page(
    code: int, title: str, sentence: str, *, money: str | None = None, retry: bool = False, back: str = ""
) -> ResponseReturnValue:
    """`back`: an address of ours to go on from."""
    if asked_by_a_program():
        return problem(code, title, sentence)
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return {"error": sentence}, code
    body = render_template("errors/error.html", code=code, title=title, sentence=sentence, money=money, retry=retry, back=back)
    response = make_response(body, code)
    response.headers["Cache-Control"] = "no-store"
    return response


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error.get_response()
    if asked_by_a_program():
        return of(error)
    words = {
        400: (_("That request was not understood"), _("Something in it was missing or garbled. Go back and try again.")),
        403: (_("This page is not yours to open"), _("Sign in as the person it belongs to.")),
        404: (_("Page not found"), _("Check the address, or start from the home page.")),
        405: (_("That cannot be done here"), _("This address does not take that kind of request.")),
        413: (_("That is too much"), _("What you sent is larger than this form takes. Shorten it and try again.")),
    }
    title, sentence = words.get(error.code, (_("That did not work"), _("Go back and try again.")))
    back = ""
    if error.code == 405 and request.method in ("GET", "HEAD"):
        # A form that was refused stands at the address it was sent to: to load that page anew, or to keep it, leads here.
        title = _("Nothing was done")
        sentence = _(
            "This address only takes what a form sends: opening it, or loading it again, does nothing. What you do is done on "
            "the page the form is on."
        )
        back = _where_from()
    answer = make_response(page(error.code, title, sentence, back=back))
    for name, value in error.get_headers():
        if name.lower() == "allow":
            answer.headers[name] = value
    return answer


def _where_from() -> str:
    """The page of ours one came from; else the closest address above this one that can be opened. Empty for none."""
    came = urlsplit(request.referrer or "")
    if came.netloc == request.host and _opens(came.path):
        return f"{came.path}?{came.query}" if came.query else came.path
    parts = request.path.rstrip("/").split("/")
    above = ("/".join(parts[:most]) for most in range(len(parts) - 1, 1, -1))
    return next((local(address) for address in above if _opens(address)), "")


def _opens(path: str) -> bool:
    """Whether a door of this path answers GET. What is no plain path of ours (`//elsewhere`) is none."""
    try:
        current_app.url_map.bind(request.host).match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return False
    return True


def _stale_form(error: CSRFError) -> ResponseReturnValue:
    return page(
        400,
        _("This form has gone stale"),
        _("The page was open too long, or cookies are switched off. Go back, load it again, and send it once more."),
        money=_("Nothing was charged."),
    )


def _too_many(error: TooMany) -> ResponseReturnValue:
    if asked_by_a_program():
        wait = {"Retry-After": str(error.seconds)}
        return problem(429, _("Too many requests"), _("Wait for as many seconds as Retry-After says."), headers=wait)
    minutes = -(-error.seconds // 60)
    answer = make_response(
        page(
            429,
            _("Too many tries"),
            ngettext(
                "Wait about a minute, then press Back: your answers are still in the form.",
                "Wait about %(num)s minutes, then press Back: your answers are still in the form.",
                minutes,
            ),
            money=_("Nothing was charged."),
        )
    )
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _database_away(error: Exception) -> ResponseReturnValue:
    log.error("database_away", kind=type(error).__name__)
    answer = make_response(
        page(
            503,
            _("We cannot reach our records just now"),
            _("Nothing you sent was saved. Wait a minute, then press Back: your answers are still in the form."),
            money=_("Nothing was charged by this page."),
            retry=True,
        )
    )
    answer.headers["Retry-After"] = "10"
    return answer


def _unexpected(error: Exception) -> ResponseReturnValue:
    # The traceback names code, never values: details do not go to the log.
    log.error("unexpected", kind=type(error).__name__, at=_where(error))
    return page(
        500,
        _("Something broke on our side"),
        _("It has been written down and will be looked at."),
        money=_("If you were paying: look at your own page or your letter before you pay again. Nothing is taken twice."),
    )


def _where(error: BaseException) -> str:
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    return " < ".join(f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in reversed(frames[-6:]))
