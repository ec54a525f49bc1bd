"""Officers at the console’s doors: a key is shown once, a webhook is added, tried, paused, ended."""

from __future__ import annotations

import re
from html import unescape
from uuid import UUID

import pytest

from app import gateways
from app.gateways.hooks import Courier
from app.ground import clock
from app.ground.db import session, transaction
from app.party.api import queries, rules
from app.party.people import services as person_services
from tests.house.page_reader import faults
from tests.walk import hidden


@pytest.fixture
def read(settings):
    """An answer’s page, which passes the page reader."""

    def check(answer, status: int = 200) -> str:
        page = answer.get_data(as_text=True)
        assert answer.status_code == status, page[:600]
        assert faults(page, promoter=settings.promoter) == []
        return page

    return check


def send(browser, path: str, **data):
    """A form as the browser has it, with its token, and the key of the page where it has one."""
    page = browser.get(path).get_data(as_text=True)
    kept = {name: hidden(page, name) for name in ("csrf_token", "key") if f'name="{name}"' in page}
    return browser.post(path, data={**kept, **data}), kept


def press(browser, path: str):
    token = hidden(browser.get("/org/keys").get_data(as_text=True), "csrf_token")
    return browser.post(path, data={"csrf_token": token})


def test_a_key_is_given_shown_once_used_and_revoked(as_officer, read, ask, owner):
    olive = as_officer("olive")
    read(olive.get("/org/keys"))
    read(olive.get("/org/keys/new"))
    answer, kept = send(olive, "/org/keys/new", label="The events calendar", opens=["people", "names"], lasts="90")
    page = read(answer, 201)
    assert answer.headers["Cache-Control"] == "no-store"
    key = re.search(r'id="key">([^<]+)<', page)[1]
    assert re.fullmatch(r"hust_[0-9a-f]{8}_[0-9a-f]{64}", key)
    assert ask("/people", key).status_code == 200
    again = olive.post("/org/keys/new", data={**kept, "label": "The events calendar", "opens": "people", "lasts": "90"})
    assert (again.status_code, again.location) == (303, "/org/keys")
    listed = read(olive.get("/org/keys"))
    assert key not in listed
    assert key.rpartition("_")[0] in listed
    assert owner.execute("select count(*) from api_keys").fetchone() == (1,)
    (path,) = re.findall(r'action="(/org/keys/[^"]+/revoke)"', listed)
    assert press(olive, path).status_code == 303
    assert ask("/people", key).status_code == 401
    assert "Revoked" in read(olive.get("/org/keys"))


@pytest.mark.parametrize(("data", "sentence"), [
    ({}, "Enter a few words"), ({"label": "x", "lasts": "30"}, "Choose what the key opens."),
    ({"label": "x", "opens": "everything", "lasts": "30"}, "Choose what the key opens."),
    ({"label": "x", "opens": "people", "lasts": "9999"}, "Choose how long the key is good."),
    ({"label": "x" * 61, "opens": "people", "lasts": "30"}, "Use 60 letters or fewer"),
])  # fmt: skip
def test_a_slip_is_said_beside_its_question(as_officer, read, owner, data, sentence):
    answer, _ = send(as_officer("olive"), "/org/keys/new", **data)
    assert sentence in unescape(read(answer, 422))
    assert owner.execute("select count(*) from api_keys").fetchone() == (0,)


def test_an_organizer_sees_their_own_keys_and_the_secretary_those_of_all(as_officer, read, give, ask, mangere):
    key, olives = give("tama"), give("olive")
    tama, olive = as_officer("tama"), as_officer("olive")
    assert olives.rpartition("_")[0] not in tama.get("/org/keys").get_data(as_text=True)
    session.remove()
    mine = queries.key_of(olives, at=clock.now()).id
    session.remove()
    assert press(tama, f"/org/keys/{mine}/revoke").status_code == 404
    assert ask("/people", olives).status_code == 200
    listed = read(olive.get("/org/keys"))
    assert "Tama Fuimaono" in listed
    theirs = [path for path in re.findall(r'action="(/org/keys/[^"]+/revoke)"', listed) if str(mine) not in path]
    assert press(olive, theirs[0]).status_code == 303
    assert ask("/people", key).status_code == 401


def test_a_webhook_is_added_tried_paused_changed_and_ended(as_officer, read, receiver, do_the_chores, owner, ids):
    olive = as_officer("olive")
    read(olive.get("/org/hooks"))
    answer, _ = send(olive, "/org/hooks/new", address=receiver.url + "/x?y=1", events=["consent.changed"])
    secret = re.search(r'id="secret">([^<]+)<', read(answer, 201))[1]
    assert secret.startswith("hooksec_")
    hook = UUID(re.search(r"/org/hooks/([0-9a-f-]{36})", answer.get_data(as_text=True))[1])
    at = f"/org/hooks/{hook}"
    assert press(olive, f"{at}/test").status_code == 303
    do_the_chores()
    page = read(olive.get(at))
    assert "Accepted" in page
    assert secret not in page
    assert receiver.kinds() == ["test"]
    (again,) = re.findall(rf'action="({at}/deliveries/\d+/again)"', page)
    assert press(olive, again).status_code == 303
    do_the_chores()
    assert receiver.kinds() == ["test", "test"]
    other = re.search(r'id="secret">([^<]+)<', read(press(olive, f"{at}/secret"), 201))[1]
    assert other != secret
    assert press(olive, f"{at}/pause").status_code == 303
    assert "Paused" in read(olive.get(at))
    lin = ids("lin")
    with transaction():
        person_services.change_consent(lin, kind="news", given=False, source="their page", by="system")
    assert press(olive, f"{at}/resume").status_code == 303
    do_the_chores()
    assert receiver.kinds() == ["test", "test"]
    receiver.answers = [500] * 9  # however often it is tried while the chores are done
    with transaction():
        person_services.change_consent(lin, kind="news", given=True, source="their page", by="system")
    do_the_chores()
    page = read(olive.get(at))
    assert "not accepted" in page
    assert "next attempt" in page
    assert f"/org/people/{lin}" in page
    assert receiver.url in read(olive.get("/org/hooks"))
    assert press(olive, f"{at}/end").status_code == 303
    assert olive.get(at).status_code == 404
    assert receiver.url not in read(olive.get("/org/hooks"))


@pytest.mark.parametrize(("data", "sentence"), [
    ({}, "Enter the address"), ({"address": "example.org", "events": "person.left"}, "Enter a whole address"),
    ({"address": "https://u:p@example.org/", "events": "person.left"}, "Enter a whole address"),
    ({"address": "http://10.0.0.1/", "events": "person.left"}, "leads nowhere we may send to"),
    ({"address": "https://x.invalid/", "events": "person.left"}, "leads nowhere we may send to"),
    ({"address": "http://127.0.0.1:9/"}, "Choose what the other system is told of."),
    ({"address": "http://127.0.0.1:9/", "events": "payment.made"}, "Choose what the other system is told of."),
    ({"address": "http://127.0.0.1:99999/", "events": "person.left"}, "Enter a whole address"),
])  # fmt: skip
def test_a_slip_in_a_webhook_is_said(as_officer, read, owner, data, sentence):
    answer, _ = send(as_officer("olive"), "/org/hooks/new", **data)
    assert sentence in unescape(read(answer, 422))
    assert owner.execute("select count(*) from hooks").fetchone() == (0,)


def test_outside_the_demo_what_is_not_safe_or_not_public_is_refused_at_the_form(as_officer, read, owner):
    olive, ours = as_officer("olive"), gateways.courier()
    said = {f"https://{host}/x": "leads nowhere we may send to" for host in ("localhost", "[::1]", "10.1.2.3", "db.internal")}
    gateways.hire(stripe=gateways.stripe_gateway(), courier=Courier())
    try:
        for address, sentence in {"http://hooks.example/x": "begins with http://, so anybody", **said}.items():
            answer, _ = send(olive, "/org/hooks/new", address=address, events=["person.left"])
            assert sentence in unescape(read(answer, 422)), address
    finally:
        gateways.hire(stripe=gateways.stripe_gateway(), courier=ours)
    assert owner.execute("select count(*) from hooks").fetchone() == (0,)


@pytest.mark.parametrize("host", [
    "localhost", "127.0.0.1", "[::1]", "10.1.2.3", "printer.local", "DB.Internal.", "a.localhost", "2130706433",
])  # fmt: skip
def test_the_verb_itself_refuses_what_is_spelt_as_private(cast, host):
    with pytest.raises(rules.NotReachable):
        rules.check_address(f"https://{host}/x", https_only=True)


def test_a_hook_of_somebody_else_is_not_there(as_officer, add_hook, mangere):
    hook, _ = add_hook("olive")
    tama = as_officer("tama")
    assert tama.get(f"/org/hooks/{hook}").status_code == 404
    for what in ("test", "pause", "resume", "end", "secret", "deliveries/1/again"):
        assert press(tama, f"/org/hooks/{hook}/{what}").status_code == 404


def test_an_organizers_log_names_nobody_outside_the_branch(as_officer, add_hook, ids, mangere, deliver):
    hook, _ = add_hook("tama")
    aroha, grace = ids("aroha"), ids("grace")
    for person in (aroha, grace):
        with transaction():
            person_services.change_consent(person, kind="news", given=True, source="their page", by="system")
    page = as_officer("tama").get(f"/org/hooks/{hook}").get_data(as_text=True)  # before anything was sent
    assert str(aroha) in page
    assert str(grace) not in page
