"""An organizer’s key shows the branch and nobody else, whatever is asked with it."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from app.ground.db import looking_as, session
from app.party.api.views.cursors import spell_cursor
from app.party.branches import scope
from app.party.roster.models import OnRoster
from tests.house.doors import AN_ID

INSIDE, OUTSIDE = ("aroha", "tama"), ("grace", "lin", "olive", "wiremu")


@pytest.fixture
def branch(cast, mangere, ids, give, ask):
    with looking_as("house"):
        rows = {row.person_id: row for row in session.scalars(select(OnRoster))}
        session.remove()
    return Branch(cast, {key: ids(key) for key in cast}, rows, ask, give("tama"))


class Branch:
    def __init__(self, cast, ids, rows, ask, key):
        self.cast, self.ids, self.rows, self._ask, self.key = cast, ids, rows, ask, key
        self.insiders = {str(ids[one]) for one in INSIDE}
        outside = [cast[one] for one in OUTSIDE]
        words = [word for face in outside for word in (face.name, face.email, face.address, face.phone, *face.name.split())]
        self.secrets = {word.casefold() for word in words if len(word) > 3} | {str(ids[one]) for one in OUTSIDE}

    def typed(self) -> list[str]:
        whole = [text for one in OUTSIDE for text in (self.cast[one].name, self.cast[one].email)]
        parts = [word[:length] for one in OUTSIDE for word in self.cast[one].name.split() for length in (2, 4)]
        return [*whole, *parts, *(str(row.number) for row in self.rows.values() if row.number), "%", "''", "aa", "0"]

    def cursors(self) -> list[str]:
        days = {row.since for row in self.rows.values()} | {row.owed_from for row in self.rows.values() if row.owed_from}
        spelt = [spell_cursor(way, f"{day}.{person}") for way in ("after", "before") for day in days for person in self.rows]
        return [*spelt, spell_cursor("before", "end"), "x", ""]

    def branches(self) -> list[str]:
        return [*{str(row.branch_id) for row in self.rows.values() if row.branch_id}, "none", AN_ID, "*"]

    def hold(self, path: str, query: dict) -> None:
        answer = self._ask(path, self.key, **query)
        assert answer.status_code in (200, 404, 422, 429), (path, query)
        body = json.dumps(answer.get_json(), ensure_ascii=False).casefold()
        assert not [word for word in self.secrets if word in body], (path, query)
        found = answer.get_json().get("people", [])
        assert {row["id"] for row in found} <= self.insiders, (path, query)
        for count in ("count", "everybody"):
            assert answer.get_json().get(count, 0) <= len(INSIDE), (path, query)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=some.data())
def test_no_question_shows_anybody_outside(branch, data):
    one_of = some.sampled_from
    filters = {
        "branch": one_of(branch.branches()),
        "stands": one_of(["good", "behind", "lapsed", "suspended", "supporter", "resigned", "' or 1=1 --"]),
        "electorate": one_of(["nelson", "mangere", "none"]),
        "lapsing": one_of(["7", "30", "90", "9999"]),
        "joined_from": one_of(["1900-01-01", "2999-01-01"]),
        "joined_to": one_of(["2999-01-01"]),
        "can_enrol": one_of(["yes", "no", "unsure"]),
        "consent": one_of(["true", "false"]),
        "gave": one_of(["true", "false"]),
    }
    more = {
        "find": one_of(branch.typed()) | some.text(min_size=1, max_size=12),
        "cursor": one_of(branch.cursors()),
        "names": one_of(["true", "false"]),
        "count": one_of(["true"]),
        "limit": one_of(["1", "2", "100", "101", "-1"]),
    }
    path = data.draw(one_of(["/people", "/people", "/people", "/counts"]))
    usual = filters if path == "/counts" else {**filters, **more}
    odd = {"scope": one_of(["everyone", "house"]), "person": one_of([str(one) for one in branch.ids.values()])}
    asked = {**usual, **odd} if data.draw(one_of([False, False, False, True])) else usual
    branch.hold(path, data.draw(some.fixed_dictionaries({}, optional=asked)))


@pytest.mark.parametrize("reason", [None, "call"])
def test_nobody_outside_is_opened_by_their_id(branch, reason, owner):
    before = owner.execute("select count(*) from audit_entries").fetchone()
    for one in OUTSIDE:
        branch.hold(f"/people/{branch.ids[one]}", {"reason": reason} if reason else {})
        assert branch._ask(f"/people/{branch.ids[one]}", branch.key).status_code == 404
    assert owner.execute("select count(*) from audit_entries").fetchone() == before


def test_a_question_that_forgets_its_scope_is_stopped_by_the_wall(branch, monkeypatch):
    monkeypatch.setattr(scope.Scope, "where", lambda self, branch: scope.true())
    monkeypatch.setattr("app.party.roster.queries.asking._where", lambda asked, scope: iter([[]]))
    for query in ({}, {"names": "true"}, {"find": "Grace"}, {"find": "okonkwo"}, {"find": "grace@people.example"}):
        branch.hold("/people", query)
    assert len(branch._ask("/people", branch.key).get_json()["people"]) == len(INSIDE)
    for one in OUTSIDE:
        assert branch._ask(f"/people/{branch.ids[one]}", branch.key).status_code == 404


def test_found_in_a_branch_that_is_not_theirs_is_nobody(branch, ids, place):
    napier = str(branch.rows[ids("grace")].branch_id)
    assert branch._ask("/people", branch.key, find="aroha").get_json()["people"]
    for asked in (napier, "none", AN_ID):
        assert branch._ask("/people", branch.key, find="aroha", branch=asked).get_json()["people"] == []


def test_branches_say_which_are_seen_and_nobody_in_them(branch):
    said = branch._ask("/branches", branch.key).get_json()["branches"]
    assert {one["name"]: one["seen"] for one in said} == {"Māngere": True, "Napier": False}
    assert not re.search(r"\d+ people", json.dumps(said))
