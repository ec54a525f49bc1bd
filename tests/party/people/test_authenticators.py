"""Authenticator apps: set up with a first code, good for proving, and every wrong code alike."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from pyotp import TOTP

from app.ground import clock
from app.ground.db import transaction
from app.ground.mail import office
from app.party.people import queries as people
from app.party.people import rules, services
from app.party.people.rules import CodeRefused
from app.web.rights import PER_PERSON
from tests.walk import enter, hidden, next_code, prove

AROHA, OLIVE = "aroha@people.example", "olive@people.example"
NEW = "/me/authenticators/new"


def send(browser, path, *, page="/me", **data):
    token = hidden(browser.get(page).get_data(as_text=True), "csrf_token")
    return browser.post(path, data={"csrf_token": token, **data})


def begin(browser) -> str:
    """Begin an app, and read its secret off the page as a person would type it."""
    assert send(browser, "/me/authenticators").status_code == 303
    return re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', browser.get(NEW).get_data(as_text=True))[1].replace(" ", "")


def code(secret: str, *, steps: int = 0) -> str:
    return TOTP(secret).at(clock.now(), counter_offset=steps)


def wrong(secret: str) -> str:
    """Six digits that are no code of now or of the steps around it."""
    good = {code(secret, steps=step) for step in range(-2, 4)}
    return next(digits for digits in map(str, range(500_000, 500_007)) if digits not in good)


def distinct(secret: str, moment: datetime) -> datetime:
    """A moment from this one on at which no two of the codes around it are the same, as they are by chance once in 100,000."""
    while len({TOTP(secret).at(moment, counter_offset=step) for step in range(-2, 3)}) < 5:
        moment += timedelta(seconds=30)
    return moment


@pytest.fixture
def hers(cast, app):
    """Aroha’s browser, and the secret of an app that has been confirmed with its first code."""
    browser = enter(app, AROHA)
    secret = begin(browser)
    assert send(browser, NEW, page=NEW, code=code(secret)).location == "/me#signed-in"
    return browser, secret


def confirm(browser, entered, to="/me"):
    token = hidden(browser.get("/confirm").get_data(as_text=True), "csrf_token")
    return browser.post("/confirm", query_string={"next": to}, data={"csrf_token": token, "code": entered})


def strong(owner) -> list[bool]:
    return [row[0] for row in owner.execute("select strong_at is not null from sign_ins order by id")]


def test_an_app_counts_only_after_its_first_code(cast, app, owner):
    browser = enter(app, AROHA)
    secret = begin(browser)
    assert send(browser, NEW, page=NEW, code=wrong(secret)).status_code == 422
    assert owner.execute("select confirmed_at from authenticators where label <> 'the demo'").fetchone() == (None,)
    assert strong(owner) == [False]
    spaced = code(secret)[:3] + " " + code(secret)[3:]
    assert send(browser, NEW, page=NEW, code=spaced).status_code == 303
    assert strong(owner) == [True]
    assert "Authenticator app" in browser.get("/me").get_data(as_text=True)


def test_the_secret_is_shown_while_it_is_set_up_and_never_again(hers):
    browser, secret = hers
    assert browser.get(NEW).status_code == 303
    assert secret not in browser.get("/me").get_data(as_text=True)
    assert secret not in browser.get("/me/everything.json").get_data(as_text=True)


def test_what_is_not_confirmed_in_a_quarter_of_an_hour_is_gone(cast, app, owner):
    browser = enter(app, AROHA)
    secret = begin(browser)
    with clock.standing_at(clock.now() + timedelta(minutes=16)):
        assert send(browser, NEW, code=code(secret)).location == "/me#signed-in"
        with transaction():
            services.sweep()
    assert owner.execute("select count(*) from authenticators where label <> 'the demo'").fetchone() == (0,)


def test_a_code_proves_and_leads_on(hers, owner):
    browser, secret = hers
    assert confirm(browser, code(secret, steps=1), to="/me/leave").location == "/me/leave"
    assert owner.execute("select data->>'how' from audit_entries where action = 'person:proved' order by seq").fetchall() == [
        ("authenticator",),
        ("authenticator",),
    ]


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_it_leads_on_only_to_pages_of_ours(hers, to):
    browser, secret = hers
    assert confirm(browser, code(secret, steps=1), to=to).location == "/me"


def test_a_wrong_code_proves_nothing_and_says_what_to_do(hers):
    browser, secret = hers
    answer = confirm(browser, wrong(secret))
    assert answer.status_code == 422
    assert CodeRefused.sentence in answer.get_data(as_text=True)


@pytest.mark.parametrize("entered", ["", "12345", "1234567", "abcdef", "１２３４５６", "12 34"])
def test_what_is_no_code_is_said_to_be_none(hers, entered):
    browser, _secret = hers
    assert confirm(browser, entered).status_code == 422


def test_a_code_works_once(hers):
    browser, secret = hers
    used = code(secret, steps=1)
    assert confirm(browser, used).status_code == 303
    assert confirm(browser, used).status_code == 422


def test_a_code_from_before_the_last_one_is_too_old(hers):
    browser, secret = hers
    with clock.standing_at(clock.now() + timedelta(minutes=10)):
        assert confirm(browser, code(secret, steps=1)).status_code == 303
        assert confirm(browser, code(secret)).status_code == 422


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_a_clock_may_be_off_by_one_step(hers, steps, status):
    browser, secret = hers
    with clock.standing_at(distinct(secret, clock.now() + timedelta(minutes=10))):
        assert confirm(browser, code(secret, steps=steps)).status_code == status


def test_after_five_tries_even_the_right_code_waits(hers, owner):
    browser, secret = hers
    with clock.standing_at(clock.now() + timedelta(minutes=10)):
        tries = [confirm(browser, wrong(secret)).status_code for _ in range(PER_PERSON[0][0] - 1)]
        assert tries == [422] * (PER_PERSON[0][0] - 1)  # setting it up was one
        answer = confirm(browser, code(secret))
        assert answer.status_code == 429
        assert 0 < int(answer.headers["Retry-After"]) <= PER_PERSON[0][1]


def test_tries_are_counted_for_a_person_over_all_their_browsers(hers, app):
    _browser, secret = hers
    other = enter(app, AROHA)
    for _ in range(PER_PERSON[0][0] - 1):
        confirm(enter(app, AROHA), wrong(secret))
    assert confirm(other, code(secret, steps=1)).status_code == 429


def test_a_cookie_copied_before_the_proof_is_dead_after_it(cast, app):
    browser, thief = enter(app, OLIVE), app.test_client()
    with browser.session_transaction() as held, thief.session_transaction() as copied:
        copied.update(held)
    assert thief.get("/me").status_code == 200
    assert prove(browser, OLIVE).status_code == 303
    assert browser.get("/org/offices").status_code == 200
    assert thief.get("/me").location.startswith("/sign-in")


def test_a_session_that_is_only_signed_in_cannot_give_an_officer_another_second_step(cast, app, owner):
    """Somebody who reads an officer’s mailbox signs in, and can neither add a step of their own nor take one away."""
    thief = enter(app, OLIVE)
    assert send(thief, "/me/authenticators").location == "/confirm?next=/me%23signed-in"
    assert thief.get(NEW).location == "/me#signed-in"
    token = hidden(thief.get("/me").get_data(as_text=True), "csrf_token")
    answer = thief.post("/me/passkeys/options", json={}, headers={"X-CSRFToken": token})
    assert (answer.status_code, answer.json["error"]) == (403, rules.ProofNeeded.sentence)
    app_id = owner.execute(
        "select a.id from authenticators a join offices o on o.person_id = a.person_id where office = 'secretary'"
    ).fetchone()[0]
    assert send(thief, f"/me/authenticators/{app_id}/remove").location.startswith("/confirm")
    assert owner.execute("select count(*) from authenticators where id = %s", [app_id]).fetchone() == (1,)


def test_nor_can_one_that_proved_it_an_hour_ago(cast, app):
    browser = enter(app, OLIVE)
    prove(browser, OLIVE)
    assert send(browser, "/me/authenticators").location == NEW
    with clock.standing_at(clock.now() + timedelta(hours=1)):
        assert send(browser, "/me/authenticators").location.startswith("/confirm")


def test_an_app_is_removed_by_its_person_only(hers, app, owner):
    browser, secret = hers
    url = re.search(r'action="(/me/authenticators/[^"]+/remove)"', browser.get("/me").get_data(as_text=True))[1]
    assert send(enter(app, "grace@people.example"), url).status_code == 404
    assert send(browser, url).status_code == 303
    assert confirm(browser, code(secret, steps=1)).status_code == 422
    log = owner.execute("select action from audit_entries where action like 'person:authenticator%' order by seq").fetchall()
    assert log == [("person:authenticator_added",), ("person:authenticator_removed",)]


def test_each_change_is_told_by_letter(hers, mailbox):
    browser, _secret = hers
    assert mailbox()[0].to == AROHA
    assert "was added" in mailbox()[0].text
    url = re.search(r'action="(/me/authenticators/[^"]+/remove)"', browser.get("/me").get_data(as_text=True))[1]
    send(browser, url)
    assert "was removed" in mailbox()[0].text


def test_the_secret_is_sealed_for_its_row(hers, owner):
    _browser, secret = hers
    row, sealed = owner.execute("select id, sealed from authenticators where label <> 'the demo'").fetchone()
    assert secret.encode() not in sealed
    assert office().seal.open(sealed, table="authenticators", row=row) == {"secret": secret}
    text = "".join(line[0] for line in owner.execute("select t::text from authenticators t"))
    assert secret not in text


def test_five_are_the_most(cast, app):
    browser = enter(app, AROHA)
    with transaction():
        person = people.find_by_email(AROHA)
        for _ in range(rules.MOST_AUTHENTICATORS):
            services.begin_authenticator(person.id, label="test").confirmed_at = clock.now()
    assert send(browser, "/me/authenticators").location == "/me#signed-in"


def test_a_passkey_makes_a_session_strong_from_the_start_and_a_letter_does_not(cast, app, owner, signed_in):
    from tests.party.people.authenticator import Authenticator
    from tests.party.people.test_passkeys import add
    from tests.party.people.test_passkeys import enter as enter_by_passkey

    key = Authenticator()
    add(signed_in(AROHA), key)
    browser = app.test_client()
    enter_by_passkey(browser, key)
    signed_in(AROHA)
    assert strong(owner) == [True, True, False]


def test_a_passkey_confirms_its_own_person_and_nobody_else(cast, app, owner, signed_in):
    from tests.party.people.authenticator import Authenticator
    from tests.party.people.test_passkeys import add
    from tests.party.people.test_passkeys import send as send_json

    key = Authenticator()
    add(signed_in(AROHA), key)
    for email, status in ((AROHA, 200), ("grace@people.example", 400)):
        browser = enter(app, email)
        options = send_json(browser, "/confirm/passkey/options").json["publicKey"]
        assert len(options["allowCredentials"]) == (1 if email == AROHA else 0)
        answer = send_json(browser, "/confirm/passkey?next=/me/leave", key.get(options))
        assert answer.status_code == status
        if status == 200:
            assert answer.json == {"to": "/me/leave"}
    assert strong(owner) == [True, True, False]


def test_a_challenge_to_sign_in_does_not_confirm(cast, app, signed_in):
    from tests.party.people.authenticator import Authenticator
    from tests.party.people.test_passkeys import add
    from tests.party.people.test_passkeys import send as send_json

    key = Authenticator()
    add(signed_in(AROHA), key)
    browser = enter(app, AROHA)
    options = send_json(browser, "/sign-in/passkey/options").json["publicKey"]
    assert send_json(browser, "/confirm/passkey", key.get(options)).status_code == 400


def test_who_has_nothing_to_confirm_with_is_offered_to_set_it_up_and_led_on(cast, app):
    browser = enter(app, AROHA)
    page = browser.get("/confirm?next=/me/leave").get_data(as_text=True)
    assert "Set up a second step" in page
    assert send(browser, "/me/authenticators?next=/me/leave").location == f"{NEW}?next=/me/leave"


def test_the_codes_of_the_demo_are_the_same_at_every_start(cast):
    from tests.cast import CAST, secret_of

    olive = next(face for face in CAST if face.key == "olive")
    assert secret_of(olive, office().seal) == secret_of(olive, office().seal)
    with transaction():
        app = people.authenticators_of(people.find_by_email(OLIVE).id)[0]
        assert people.secret_of(app) == secret_of(olive, office().seal)
    assert len(next_code(OLIVE)) == 6
