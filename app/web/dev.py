"""Doors of the demo only: letters that would have been sent, every part of a page, and the people who were made up.

Where anything is real these doors are not hung at all.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.ground import clock, mail, passing
from app.ground.db import session, transaction
from app.ground.ids import read_id
from app.ground.mail import Letter, Opened
from app.law.party_rules import add_months

from .house import house
from .rights import demo_only

door = Blueprint("dev", __name__, url_prefix="/dev")

SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'"


@door.context_processor
def shifted_to() -> dict[str, Any]:
    """Pages of the demo say when they are, where that is not now."""
    return {"shifted_to": clock.now() if clock.shift() else None}


@door.get("/mailbox")
@demo_only
def mailbox() -> ResponseReturnValue:
    with transaction():
        letters = mail.newest()
    return render_template("dev/mailbox.html", letters=[_shown(letter) for letter in letters])


@door.get("/mailbox.json")
@demo_only
def mailbox_json() -> ResponseReturnValue:
    with transaction():
        letters = mail.newest(200)
    return [
        {
            "id": str(letter.id),
            "to": letter.to,
            "subject": letter.subject,
            "at": letter.queued_at.isoformat(),
            "text": letter.text,
            "html": letter.html,
        }
        for letter in letters
    ]


@door.get("/mailbox/<letter_id>")
@demo_only
def letter(letter_id: str) -> ResponseReturnValue:
    found = _letter(letter_id)
    html_url = url_for("dev.letter_html", letter_id=letter_id)
    return render_template("dev/letter.html", letter={**_shown(found), "text": found.text, "html_url": html_url})


@door.get("/mailbox/<letter_id>.html")
@demo_only
def letter_html(letter_id: str) -> ResponseReturnValue:
    """The letter as a mail program shows it: its own styles, no script, no forms, nothing fetched."""
    response = Response(_letter(letter_id).html, mimetype="text/html")
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


@door.get("/clock")
@demo_only
def clock_page() -> ResponseReturnValue:
    """Where the house stands in time, and how far an advance has come."""
    return _clock()


@door.post("/clock")
@demo_only
def clock_move() -> ResponseReturnValue:
    """Let time pass, to one of the days that the page offers."""
    steps = {name: day for name, _words, day in _steps(clock.today())}
    until = steps.get(request.form.get("to", ""))
    if until is None:
        abort(400)
    if passing.is_underway(_clock_file()):
        return _clock(), 409
    passing.begin(house().settings, days=(until - clock.today()).days)
    return redirect(url_for(".clock_page"), 303)


def _clock() -> str:
    file, today = _clock_file(), clock.today()
    return render_template(
        "dev/clock.html",
        now=clock.now(),
        wall=clock.wall(),
        ahead=bool(clock.shift()),
        steps=_steps(today),
        underway=passing.is_underway(file),
        progress=passing.progress_of(file),
    )


def _steps(today: date) -> list[tuple[str, str, date]]:
    """The days the page offers. A month and a year go to the day after, so that what is due on the day itself has happened."""
    after = timedelta(days=1)
    return [
        ("day", "A day later", today + after),
        ("week", "A week later", today + timedelta(days=7)),
        ("month", "A month later", add_months(today, 1) + after),
        ("year", "A year later", add_months(today, 12) + after),
    ]


def _clock_file() -> Path:
    return passing.file_of(house().settings) or abort(404)


@door.get("/parts")
@demo_only
def parts() -> ResponseReturnValue:
    return render_template("dev/parts.html", translated_on=date(2026, 8, 3))


@door.get("/people")
@demo_only
def people() -> ResponseReturnValue:
    """The people the seed makes; of officers, what their authenticator app would show now."""
    from tests.cast import CAST, code_of, secret_of  # the demo and the tests share faces

    shown = [
        {
            "name": face.name,
            "role": face.part,
            "email": face.email,
            "secret": secret_of(face, house().seal) if face.office else None,
            "code": code_of(face, house().seal) if face.office else None,
        }
        for face in CAST
    ]
    return render_template("dev/people.html", people=shown)


def _letter(letter_id: str) -> Opened:
    row_id = read_id(letter_id) or abort(404)
    with transaction():
        row = session.get(Letter, row_id)
        if row is None or row.sealed is None:
            abort(404)
        return mail.open_letter(row)


def _shown(letter: Opened) -> dict[str, Any]:
    return {
        "to": letter.to,
        "subject": letter.subject,
        "at": letter.queued_at,
        "url": url_for("dev.letter", letter_id=letter.id),
    }
