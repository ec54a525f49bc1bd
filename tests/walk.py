"""Walking through the site as a visitor without a browser: load a form, fill it in, send it."""

from __future__ import annotations

import re
import time
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from werkzeug.test import TestResponse

from app.ground import clock
from app.ground.db import transaction
from app.party.people import queries as people
from app.party.people import services
from app.party.people.models import Purpose

ADA = {
    "name": "Ada Tūhoro",
    "email": "ada@people.example",
    "address": "12 Rimu Street, Whangārei 0110",
    "can_enrol": "yes",
    "dues": "standard",
    "above": "",
    "signature": "Ada Tūhoro",
}


def hidden(html: str, name: str) -> str:
    """The value of a hidden field on a page."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', html) or re.search(
        rf'<input[^>]*value="([^"]*)"[^>]*name="{name}"', html
    )
    assert found, f"no hidden field {name}"
    return unescape(found[1])


def without_tokens(html: str) -> str:
    """A page without its form tokens: in a hundred letters drawn by chance every short word comes up some day."""
    return re.sub(r'<input[^>]*name="csrf_token"[^>]*>|data-csrf="[^"]*"', "", html)


def join_form(client: FlaskClient, **answers: str) -> dict[str, str]:
    """A filled-in join form, with the page's own token and key."""
    page = client.get("/join").get_data(as_text=True)
    return {**ADA, "csrf_token": hidden(page, "csrf_token"), "key": hidden(page, "key"), **answers}


def join(client: FlaskClient, **answers: str) -> TestResponse:
    """Fill in and send the join form."""
    return client.post("/join", data=join_form(client, **answers))


def links(text: str, path: str) -> list[str]:
    """The addresses in a letter that lead to `path`, without their host."""
    return re.findall(rf"https?://[^/\s]+({path}[^\s\"<>]*)", text)


def enter(app: Flask, email: str) -> FlaskClient:
    """A browser signed in by a link, as whoever reads this mailbox: no second step is proven."""
    with transaction():
        person = people.find_by_email(email)
        assert person is not None, email
        path = services.make_link(Purpose.SIGN_IN, person_id=person.id, details={"email": email})
    browser = app.test_client()
    token = hidden(browser.get(path).get_data(as_text=True), "csrf_token")
    assert browser.post(path, data={"csrf_token": token}).status_code == 303
    return browser


def next_code(email: str) -> str:
    """A code of this person’s authenticator app that is good now: the earliest that was not used. One that is not good yet, as
    two or three were used just now, is waited for."""
    with transaction():
        person = people.find_by_email(email)
        assert person is not None, email
        app = people.authenticators_of(person.id)[0]
        used, code = app.last_step, TOTP(people.secret_of(app))
    # Ten seconds from now it must still be good.
    step = max(used + 1, int(clock.wall().timestamp() + 10) // 30 - 1)
    while step > int(clock.wall().timestamp()) // 30 + 1:
        before = clock.wall()
        time.sleep(0.2)
        assert clock.wall() > before, "the clock stands, and no code of this moment is left"
    return code.generate_otp(step)


def prove(browser: FlaskClient, email: str, *, to: str = "/me") -> TestResponse:
    """Confirm with a code that it is still this person who sits at the browser."""
    token = hidden(browser.get("/confirm").get_data(as_text=True), "csrf_token")
    return browser.post("/confirm", query_string={"next": to}, data={"csrf_token": token, "code": next_code(email)})
