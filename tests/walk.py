"""Walking through the site as a visitor without a browser: load a form, fill it in, send it."""

from __future__ import annotations

import re
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

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
