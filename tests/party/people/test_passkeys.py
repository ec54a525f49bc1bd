"""Passkeys: added by whoever is signed in, good for signing in, and every failure alike."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.ground import clock
from app.party.people import rules
from tests.party.people.authenticator import PRESENT, Authenticator
from tests.walk import hidden

AROHA = "aroha@people.example"


def send(browser, path, body=None, page="/sign-in"):
    """POST JSON as our script does, with the form token in a header."""
    token = hidden(browser.get(page).get_data(as_text=True), "csrf_token")
    return browser.post(path, json=body or {}, headers={"X-CSRFToken": token, "Accept": "application/json"})


def add(browser, key):
    options = send(browser, "/me/passkeys/options", page="/me").json["publicKey"]
    return send(browser, "/me/passkeys", key.create(options), page="/me")


def enter(browser, key, *, answer=None):
    options = send(browser, "/sign-in/passkey/options").json["publicKey"]
    return send(browser, "/sign-in/passkey", answer or key.get(options))


@pytest.fixture
def key(cast, signed_in):
    made = Authenticator()
    assert add(signed_in(AROHA), made).status_code == 200
    return made


def refused(answer):
    return (answer.status_code, answer.json) == (400, {"error": rules.PasskeyRefused.sentence})


def test_a_passkey_signs_its_person_in_without_naming_them_first(key, app, owner):
    browser = app.test_client()
    answer = enter(browser, key)
    assert (answer.status_code, answer.json) == (200, {"to": "/me"})
    assert "Aroha" in browser.get("/me").get_data(as_text=True)
    assert owner.execute("select how from sign_ins order by id desc limit 1").fetchone() == ("passkey",)
    assert owner.execute("select sign_count, last_used_at is not null from passkeys").fetchone() == (1, True)


def test_what_is_asked_of_the_browser(cast, app, signed_in):
    browser = signed_in(AROHA)
    adding = send(browser, "/me/passkeys/options", page="/me").json["publicKey"]
    assert adding["rp"]["id"] == "localhost"
    assert adding["authenticatorSelection"]["residentKey"] == "required"
    assert adding["authenticatorSelection"]["userVerification"] == "required"
    entering = send(app.test_client(), "/sign-in/passkey/options").json["publicKey"]
    assert not entering.get("allowCredentials")
    assert entering["userVerification"] == "required"


def test_the_host_header_decides_nothing(cast, app):
    browser = app.test_client()
    token = hidden(browser.get("/sign-in").get_data(as_text=True), "csrf_token")
    answer = browser.post("/sign-in/passkey/options", json={}, headers={"X-CSRFToken": token, "Host": "localhost"})
    assert answer.json["publicKey"]["rpId"] == "localhost"


def test_a_challenge_is_good_once(key, app):
    browser = app.test_client()
    options = send(browser, "/sign-in/passkey/options").json["publicKey"]
    assert send(browser, "/sign-in/passkey", key.get(options)).status_code == 200
    assert refused(send(browser, "/sign-in/passkey", key.get(options)))


def test_a_challenge_is_good_for_five_minutes(key, app):
    browser = app.test_client()
    options = send(browser, "/sign-in/passkey/options").json["publicKey"]
    with clock.standing_at(clock.now() + timedelta(minutes=6)):
        assert refused(send(browser, "/sign-in/passkey", key.get(options)))


def test_a_challenge_is_good_for_what_it_was_made_for(key, signed_in):
    browser = signed_in(AROHA)
    options = send(browser, "/sign-in/passkey/options").json["publicKey"]
    made = Authenticator().create({**options, "user": {"id": "AA"}})
    assert refused(send(browser, "/me/passkeys", made, page="/me"))


def test_a_copy_betrayed_by_its_count_is_refused(key, app):
    assert enter(app.test_client(), key).status_code == 200
    key.count = 0
    assert refused(enter(app.test_client(), key))


@pytest.mark.parametrize("wrong", ["origin", "rp_id", "flags", "key", "user", "id"])
def test_every_wrong_passkey_gets_the_same_sentence(key, app, wrong):
    other = Authenticator()
    changes = {
        "origin": "https://evil.example", "rp_id": "evil.example", "flags": PRESENT, "key": other.key, "user": bytes(16),
        "id": other.id,
    }  # fmt: skip
    setattr(key, wrong, changes[wrong])
    browser = app.test_client()
    assert refused(enter(browser, key))
    assert browser.get("/me").status_code == 303


@pytest.mark.parametrize(
    "answer",
    [
        {"x": 1},
        {"id": 7},
        {"rawId": "é", "response": []},
        ["x"],
        "x",
        {"id": "a", "rawId": "a", "type": "public-key", "response": {}},
    ],
)
def test_garbage_gets_the_same_sentence_too(cast, app, signed_in, answer):
    browser = app.test_client()
    send(browser, "/sign-in/passkey/options")
    assert refused(send(browser, "/sign-in/passkey", answer))
    member = signed_in(AROHA)
    send(member, "/me/passkeys/options", page="/me")
    assert refused(send(member, "/me/passkeys", answer, page="/me"))


def test_without_user_verification_none_is_added(cast, signed_in):
    assert refused(add(signed_in(AROHA), Authenticator(flags=PRESENT)))


def test_the_same_passkey_is_not_added_twice(key, signed_in):
    browser = signed_in(AROHA)
    options = send(browser, "/me/passkeys/options", page="/me").json["publicKey"]
    assert options["excludeCredentials"]
    assert refused(send(browser, "/me/passkeys", key.create(options), page="/me"))


def test_a_visitor_adds_none(cast, client):
    answer = send(client, "/me/passkeys/options")
    assert answer.status_code == 401


def test_without_the_form_token_nothing_happens(key, app):
    assert app.test_client().post("/sign-in/passkey/options", json={}).status_code == 400


def test_a_removed_passkey_opens_nothing(key, app, signed_in, press):
    browser = signed_in(AROHA)
    url = re.search(r'action="(/me/passkeys/[^"]+/remove)"', browser.get("/me").get_data(as_text=True))[1]
    assert press(signed_in("grace@people.example"), url, page="/me").status_code == 404
    assert press(browser, url, page="/me").status_code == 303
    assert refused(enter(app.test_client(), key))
