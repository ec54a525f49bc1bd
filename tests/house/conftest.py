"""For the house's own tests: a browser that has signed in as one of the cast."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.walk import hidden, links


@pytest.fixture
def signed_in(app: Flask, cast, do_the_chores, mailbox) -> Callable[[str], FlaskClient]:
    """A client signed in as one of the cast, by the letter that one gets."""

    def sign_in(key: str) -> FlaskClient:
        client = app.test_client()
        token = hidden(client.get("/sign-in").get_data(as_text=True), "csrf_token")
        client.post("/sign-in", data={"csrf_token": token, "email": cast[key].email})
        do_the_chores()
        path = links(mailbox()[0].text, "/sign-in/")[0]
        page = client.get(path).get_data(as_text=True)
        assert client.post(path, data={"csrf_token": hidden(page, "csrf_token")}).status_code == 303
        return client

    return sign_in
