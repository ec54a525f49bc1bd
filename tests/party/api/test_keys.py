"""A program with a key: what it is let in for, how long, and what is written down."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import event, select

from app.ground import clock
from app.ground.db import session, transaction
from app.party.api import queries, rules, services
from app.party.api.models import Key
from app.party.branches import queries as branches
from app.party.branches import services as offices
from app.party.branches.rules import OfficeName
from app.party.people import queries as people
from app.web import rights

PROBLEM = "application/problem+json"


def refused(answer, status: int) -> dict:
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == PROBLEM
    assert answer.headers["Cache-Control"] == "no-store"
    said = answer.get_json()
    assert said["status"] == status
    assert said["title"]
    assert said["detail"]
    return said


def test_a_key_of_the_secretary_sees_everybody(give, ask, cast):
    answer = ask("/people", give("olive"))
    assert answer.status_code == 200
    assert len(answer.get_json()["people"]) == len(cast)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_key_of_an_organizer_sees_the_branch(give, ask, ids, mangere):
    answer = ask("/people", give("tama"), count="true")
    assert {row["id"] for row in answer.get_json()["people"]} == {str(ids("aroha")), str(ids("tama"))}
    assert answer.get_json()["count"] == 2
    assert ask(f"/people/{ids('aroha')}", give("tama")).status_code == 200
    refused(ask(f"/people/{ids('grace')}", give("tama")), 404)


def test_a_key_of_who_is_treasurer_too_sees_the_branch_as_only_the_organizer_gives_keys(give, ask, ids, mangere):
    tama = ids("tama")
    with transaction():
        offices.appoint(people.get_person(tama), OfficeName.TREASURER, by="system", on=clock.today())
    answer = ask("/people", give("tama"))
    assert {row["id"] for row in answer.get_json()["people"]} == {str(ids("aroha")), str(tama)}
    refused(ask(f"/people/{ids('grace')}", give("tama")), 404)


@pytest.mark.parametrize("header", [
    None, "", "Bearer", "Bearer ", "Basic b2xpdmU6eA==", "Bearer x", "Bearer hust_00000000_" + "0" * 64, "Bearer hust__",
    "Bearer ü", "Bearer " + "h" * 5000,
])  # fmt: skip
def test_what_is_no_key_is_401_with_a_challenge(client, cast, header):
    answer = client.get("/api/v1/people", headers={"Authorization": header} if header is not None else {})
    refused(answer, 401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_key_is_taken_from_the_header_and_from_nowhere_else(client, give):
    key = give("olive")
    for query in ({"key": key}, {"access_token": key}, {"Authorization": f"Bearer {key}"}):
        refused(client.get("/api/v1/people", query_string=query), 401)
    client.set_cookie("Authorization", f"Bearer {key}")
    refused(client.get("/api/v1/people"), 401)


def test_whoever_is_signed_in_is_nobody_here(as_officer):
    refused(as_officer("olive").get("/api/v1/people"), 401)


def test_a_changed_letter_makes_another_key(give, ask):
    key = give("olive")
    for place in (5, len(key) - 1):
        wrong = key[:place] + ("1" if key[place] == "0" else "0") + key[place + 1 :]
        refused(ask("/people", wrong), 401)


def test_a_revoked_key_is_worthless_at_once(give, ask, ids):
    key = give("olive")
    assert ask("/people", key).status_code == 200
    person = ids("olive")
    with transaction():
        services.revoke(queries.keys_of(person)[0], by="system")
    refused(ask("/people", key), 401)


def test_a_key_expires(give, ask):
    key = give("olive", lasts=30)
    for days, status in ((29, 200), (30, 401)):
        with clock.standing_at(clock.now() + timedelta(days=days)):
            assert ask("/people", key).status_code == status


def test_when_the_office_ends_the_key_opens_nothing(give, ask, ids, mangere):
    key = give("tama")
    held, aroha = branches.offices_of(ids("tama"))[0], ids("aroha")
    with transaction():
        offices.end_office(branches.find_office(held.id), by="system", on=clock.today())
    for path in ("/people", "/counts", "/branches", f"/people/{aroha}"):
        refused(ask(path, key), 403)


def test_when_the_branch_changes_hands_the_key_follows(give, ask, ids, place, mangere):
    key = give("tama")
    place("Napier", "aroha")
    assert {row["id"] for row in ask("/people", key).get_json()["people"]} == {str(ids("tama"))}


@pytest.mark.parametrize(("opens", "path", "query", "status"), [
    ("counts", "/people", {}, 403), ("people", "/people", {}, 200), ("people", "/people", {"names": "true"}, 403),
    ("people", "/people", {"find": "aroha"}, 403), ("people", "/counts", {}, 200), ("counts", "/counts", {}, 200),
    ("names", "/counts", {}, 403), ("counts", "/branches", {}, 200),
])  # fmt: skip
def test_a_key_opens_what_it_was_given_for(give, ask, opens, path, query, status):
    assert ask(path, give("olive", opens), **query).status_code == status


def test_details_need_a_key_that_opens_names_and_a_reason(give, ask, ids):
    grace = f"/people/{ids('grace')}"
    refused(ask(grace, give("olive", "people"), reason="call"), 403)
    refused(ask(grace, give("olive"), reason="because"), 422)
    without = ask(grace, give("olive")).get_json()
    assert "details" not in without
    assert "Grace" not in json.dumps(without)
    assert ask(grace, give("olive"), reason="call").get_json()["details"]["email"] == "grace@people.example"


def test_a_key_is_kept_as_a_print_of_it(give, owner, ids):
    key = give("olive")
    kept = owner.execute("select k::text from api_keys k").fetchone()[0]
    assert key not in kept
    assert key.rpartition("_")[2] not in kept
    assert key.rpartition("_")[0] in kept


def test_looks_of_a_program_are_written_down_and_seen(give, ask, ids, owner):
    key = give("olive")
    ask("/people", key, names="true", limit=100)
    ask("/people", key, find="okonkwo")
    ask(f"/people/{ids('grace')}", key)
    ask(f"/people/{ids('grace')}", key, reason="call")
    looks = [(look.office, look.what) for look in branches.looks_at(ids("grace"))]
    assert sorted(what for _office, what in looks) == sorted([rules.A_LIST, rules.BY_NAME, rules.ONE, rules.THEIR_DETAILS])
    assert {office for office, _what in looks} == {"party secretary"}
    session.remove()


def test_a_page_without_names_is_no_look(give, ask, owner, ids):
    key = give("olive")
    before = owner.execute("select count(*) from audit_entries").fetchone()
    assert "name" not in ask("/people", key).get_json()["people"][0]
    assert owner.execute("select count(*) from audit_entries").fetchone() == before
    assert owner.execute("select count(*) from pages_of_names").fetchone() == (0,)


def test_names_are_walked_by_no_program(give, ask, monkeypatch):
    """Two keys of one officer share what may be seen in a day."""
    monkeypatch.setattr(rules, "PAGES_OF_NAMES", (2, 86_400))
    first, second = give("olive"), give("olive")
    assert [ask("/people", key, names="true").status_code for key in (first, second, first)] == [200, 200, 429]
    answer = ask("/people", second, find="grace")
    refused(answer, 429)
    assert int(answer.headers["Retry-After"]) > 80_000
    assert ask("/people", first).status_code == 200


def test_details_are_counted_too(give, ask, ids, monkeypatch):
    monkeypatch.setattr(rules, "DETAILS", (1, 86_400))
    key = give("olive")
    grace = f"/people/{ids('grace')}"
    assert [ask(grace, key, reason="call").status_code for _ in range(2)] == [200, 429]


def test_a_key_that_asks_too_often_waits(give, ask, monkeypatch):
    monkeypatch.setattr(rules, "A_KEY", (3, 300))
    key = give("olive")
    answers = [ask("/branches", key) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    refused(answers[-1], 429)
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 301
    assert ask("/branches", give("olive")).status_code == 200  # another key is another program


def test_guesses_are_counted_by_address(ask, cast, monkeypatch):
    few = partial(rights.limited, per_address=(2, 600))
    monkeypatch.setattr(sys.modules["app.party.api.views.door"], "limited", few)
    answers = [ask("/people", f"hust_{place:08x}_{'0' * 64}") for place in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 429, 429]


def test_who_may_not_give_keys_gives_none(ids, give, cast):
    for face in ("wiremu", "aroha", "lin"):
        with pytest.raises(rules.MayNotGiveKeys):
            give(face)


def test_twenty_keys_are_enough(give, monkeypatch):
    monkeypatch.setattr(rules, "MOST_KEYS", 2)
    give("olive")
    give("olive")
    with pytest.raises(rules.TooManyKeys):
        give("olive")


def test_an_officer_who_leaves_takes_their_keys_with_them(give, ask, ids, owner, mangere):
    from app.party.belonging import services as belonging

    key = give("tama")
    person = ids("tama")
    with transaction():
        belonging.leave(person, by=f"person:{person}", on=clock.today())
    refused(ask("/people", key), 401)
    assert owner.execute("select count(*) from api_keys").fetchone() == (0,)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_with_what_is_allowed(client, give, method):
    answer = client.open("/api/v1/people", method=method, headers={"Authorization": f"Bearer {give('olive')}"})
    if answer.status_code == 400:
        pytest.fail(answer.get_data(as_text=True))
    refused(answer, 405)
    assert set(answer.headers["Allow"].replace(" ", "").split(",")) == {"GET", "HEAD", "OPTIONS"}


def test_an_address_that_is_not_there_is_a_problem_too(client, cast):
    refused(client.get("/api/v1/nothing"), 404)
    assert client.get("/nothing").mimetype == "text/html"


def test_a_page_asks_the_database_six_questions_at_most(app, give, ask, ids, mangere):
    key = give("tama")
    ask("/people", key, names="true")  # the first use is noted, and electorates are read once
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_: object) -> None:
        asked.append(statement.strip())

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert ask("/people", key, limit=100).status_code == 200
        plain = list(asked)
        asked.clear()
        assert ask("/people", key, limit=100, names="true").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(plain) <= 6, plain
    questions = [statement for statement in asked if statement.lower().startswith("select")]
    assert len(questions) <= 5, asked
    assert len(asked) <= 9, asked  # two more write down the look, and two count the request and the page of names


def test_that_a_key_is_in_use_is_noted(give, ask, ids):
    key = give("olive")
    ask("/branches", key)
    session.remove()
    assert session.scalar(select(Key)).used_at is not None
