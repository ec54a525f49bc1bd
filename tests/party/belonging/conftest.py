"""A browser that is signed in, as in the people’s own tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.walk import hidden, links


@pytest.fixture
def ask(client: FlaskClient) -> Callable[..., object]:
    """Send the sign-in (or support) form."""

    def send(email: str, *, by: FlaskClient | None = None, path: str = "/sign-in", **more: str):
        browser = by or client
        page = browser.get(path).get_data(as_text=True)
        return browser.post(path, data={"csrf_token": hidden(page, "csrf_token"), "email": email, **more})

    return send


@pytest.fixture
def press() -> Callable[..., object]:
    """Load a page that has one button, and press it."""

    def send(browser: FlaskClient, path: str, page: str | None = None, **more: str):
        body = browser.get(page or path).get_data(as_text=True)
        return browser.post(path, data={"csrf_token": hidden(body, "csrf_token"), **more})

    return send


@pytest.fixture
def letter_link(ask, do_the_chores, mailbox) -> Callable[..., str]:
    """Ask for a link and take its path out of the newest letter."""

    def get(email: str, *, path: str = "/sign-in", **more: str) -> str:
        ask(email, path=path, **more)
        do_the_chores()
        return links(mailbox()[0].text, path.partition("?")[0] + "/")[0]

    return get


@pytest.fixture
def signed_in(app, letter_link, press) -> Callable[[str], FlaskClient]:
    """A browser signed in as whoever reads this mailbox."""

    def enter(email: str) -> FlaskClient:
        browser = app.test_client()
        assert press(browser, letter_link(email)).status_code == 303
        return browser

    return enter
