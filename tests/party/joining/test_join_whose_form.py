"""A form that was begun leads back to whoever it is about now, and to nobody else."""

from __future__ import annotations

import pytest

from tests.walk import ADA, hidden, join_form, links

EVE = {
    "name": "Eve Lister",
    "email": "eve@people.example",
    "address": "1 Elsewhere Street, Gore 9710",
    "signature": "Eve Lister",
}


@pytest.fixture
def eves(app, do_the_chores, mailbox):
    """Eve began a form, and has its link."""
    browser = app.test_client()
    assert browser.post("/join", data=join_form(browser, **EVE, later="1")).status_code == 303
    do_the_chores()
    link = links(mailbox()[0].text, "/join/resume/")[0]
    assert browser.get(link).status_code == 303
    assert EVE["address"] in browser.get("/join?back=1").get_data(as_text=True)
    return browser, link


def test_whoever_began_a_form_does_not_read_what_somebody_else_wrote_into_it(client, eves):
    browser, link = eves
    assert client.get(link).status_code == 303  # Eve sent it to Ada, who takes it for the way to join
    page = client.get("/join?back=1").get_data(as_text=True)
    form = {**ADA, "csrf_token": hidden(page, "csrf_token"), "key": hidden(page, "key")}
    assert client.post("/join", data=form).status_code == 303

    assert browser.get(link).status_code == 410
    theirs = browser.get("/join?back=1").get_data(as_text=True)
    assert ADA["address"] not in theirs
    assert ADA["email"] not in theirs
    assert hidden(theirs, "key") != form["key"]
    assert ADA["address"] in client.get("/join?back=1").get_data(as_text=True)


def test_whoever_corrects_their_own_email_still_comes_back_to_their_form(client):
    form = join_form(client, email="ada@poeple.example")
    assert client.post("/join", data=form).status_code == 303
    assert client.post("/join", data={**form, "email": ADA["email"]}).status_code == 303
    back = client.get("/join?back=1").get_data(as_text=True)
    assert hidden(back, "key") == form["key"]
    assert ADA["email"] in back


def test_a_form_under_an_odd_key_is_shown_to_nobody_else(client, app):
    form = join_form(client, key="00000000-0000-0000-0000-000000000000")
    assert client.post("/join", data=form).status_code == 303
    assert ADA["address"] not in app.test_client().get("/join?back=1").get_data(as_text=True)
