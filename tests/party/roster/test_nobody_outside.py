"""An organizer sees the members of the branch and nobody else: whatever is asked, at every door under /org/people."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from app.ground import clock, db
from app.ground.db import looking_as, session, transaction
from app.party.belonging import services as belonging
from app.party.branches import queries as branches
from app.party.branches import scope
from app.party.branches import services as offices
from app.party.branches.rules import OfficeName
from app.party.people import queries as people
from app.party.roster.models import OnRoster
from tests.house.doors import AN_ID, DOORS
from tests.party.casework.kept import KEPT
from tests.walk import hidden, without_tokens

INSIDE, OUTSIDE = ("aroha", "tama"), ("grace", "lin", "olive", "wiremu")
# A phone for each of those outside, so that there is one to be found by.
PHONES = {key: f"+6421555014{place}" for place, key in enumerate(OUTSIDE, 2)}
ROUTES = sorted(rule for rule, _methods, _who in DOORS if rule.startswith("/org/people"))


@pytest.fixture
def house(cast, mangere, ids, as_officer):
    """Tama’s browser, what there is to try with, and how to hold an answer to the branch."""
    for key in OUTSIDE:
        person = ids(key)
        with transaction():
            belonging.change_details(
                person,
                belonging.Change(
                    phone=PHONES[key], address=cast[key].address or "1 Kea Road", born_on=None, electorate="nelson"
                ),
                by=f"person:{person}",
                on=clock.today(),
            )
    with looking_as("house"):
        rows = {row.person_id: row for row in session.scalars(select(OnRoster))}
        session.remove()
    return House(as_officer("tama"), cast, {key: ids(key) for key in cast}, rows)


class House:
    def __init__(self, browser, cast, ids, rows):
        self.browser, self.cast, self.ids, self.rows = browser, cast, ids, rows
        self.token = hidden(browser.get("/sign-in").get_data(as_text=True), "csrf_token")
        self.insiders = {str(ids[key]) for key in INSIDE}
        self.secrets = {
            word.casefold()
            for key in OUTSIDE
            for word in (cast[key].name, cast[key].email, cast[key].address or "1 Kea Road", PHONES[key], str(ids[key]))
        } | {word.casefold() for key in OUTSIDE for word in cast[key].name.split() if len(word) > 3}

    def typed(self) -> list[str]:
        """What one might type to reach somebody outside."""
        whole = [text for key in OUTSIDE for text in (self.cast[key].name, self.cast[key].email, PHONES[key])]
        parts = [word[:length] for key in OUTSIDE for word in self.cast[key].name.split() for length in (2, 3, 5)]
        numbers = [str(row.number) for row in self.rows.values() if row.number]
        return [*whole, *parts, *numbers, *(str(id) for id in self.ids.values()), "%", "_", "''", "*", "aa", "0", "\\"]

    def cursors(self) -> list[str]:
        days = sorted({day for row in self.rows.values() for day in (row.since, row.owed_from) if day})
        return [f"{day}.{person}" for day in days for person in self.rows] + ["end", "", "x", "2026-01-01.", f".{AN_ID}"]

    def branches(self) -> list[str]:
        return [*sorted({str(row.branch_id) for row in self.rows.values()}), "none", "None", "", "*", AN_ID]

    def hold(self, answer, asked: object) -> None:
        """No name, detail, id or count of anybody outside is in an answer. (What was typed stands in the form again.)"""
        assert answer.status_code < 500, asked
        page = re.sub(r'<input[^>]*id="find"[^>]*>', "", without_tokens(answer.get_data(as_text=True)))
        page = re.sub(r'href="/org/people\?[^"]*"', "", page)  # the address of this list, as it was asked for
        said = unescape(page).casefold()
        assert not [word for word in self.secrets if word in said], asked
        assert set(re.findall(r"/org/people/([0-9a-f-]{36})", page)) <= self.insiders, asked
        for count in re.findall(r"([\d,]+) people<", page):
            assert int(count.replace(",", "")) <= len(INSIDE), asked


def test_every_door_under_people_is_tried_here():
    here = {"/org/people", "/org/people/<uuid:person>", "/org/people/<uuid:person>/branch", "/org/people/<uuid:person>/show"}
    assert set(ROUTES) - here == set(KEPT), "try a new door in one of these two files"


def test_the_organizer_sees_the_branch(house):
    page = house.browser.get("/org/people").get_data(as_text=True)
    assert "2 people" in page
    assert "Aroha Ngāpō-Whitfield" in page
    assert house.browser.get(f"/org/people/{house.ids['aroha']}").status_code == 200


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=some.data())
def test_no_list_whatever_is_asked_for_shows_anybody_outside(house, data):
    one_of = some.sampled_from
    asked = data.draw(
        some.fixed_dictionaries(
            {},
            optional={
                "find": one_of(house.typed()) | some.text(max_size=12),
                "branch": one_of(house.branches()),
                "after": one_of(house.cursors()),
                "before": one_of(house.cursors()),
                "stands": one_of(["", "good", "behind", "lapsed", "suspended", "supporter", "resigned", "' or 1=1 --"]),
                "electorate": one_of(["", "nelson", "mangere", "none"]),
                "lapsing": one_of(["", "7", "30", "90", "9999", "-1"]),
                "joined_from": one_of(["", "1900-01-01", "2999-01-01", "x"]),
                "joined_to": one_of(["", "2999-01-01"]),
                "can_enrol": one_of(["", "yes", "no", "unsure", "maybe"]),
                "consent": one_of(["", "y"]),
                "gave": one_of(["", "y"]),
                "office": one_of(["", "any", "secretary", "organizer", "' or 1=1 --"]),
                "tag": one_of(house.branches()),
                "segment": one_of(house.branches()),
                "scope": one_of(["everyone", "house"]),
                "hustings.scope": one_of(["everyone"]),
                "branches": one_of(house.branches()),
                "person": one_of([str(id) for id in house.ids.values()]),
            },
        )
    )
    house.hold(house.browser.get(f"/org/people?{urlencode(asked)}"), asked)


@pytest.mark.parametrize("key", OUTSIDE)
def test_nobody_outside_is_opened_by_their_id(house, key):
    person = house.ids[key]
    nowhere = house.browser.get(f"/org/people/{AN_ID}")
    for path, method in ((f"/org/people/{person}", "GET"), (f"/org/people/{person}/show", "POST"),
                         (f"/org/people/{person}/branch", "GET"), (f"/org/people/{person}/branch", "POST")):  # fmt: skip
        answer = house.browser.open(path, method=method, data={"csrf_token": house.token, "why": "call", "branch": ""})
        assert answer.status_code == 404
        house.hold(answer, path)
    assert house.browser.get(f"/org/people/{person}").get_data() == nowhere.get_data()  # as if there were nobody
    assert people.details_of(people.get_person(person)).name == house.cast[key].name
    session.remove()


def test_who_moves_away_is_out_of_sight_with_the_same_commit(house, place):
    aroha = house.ids["aroha"]
    assert house.browser.get(f"/org/people/{aroha}").status_code == 200
    place("Napier", "aroha")
    assert house.browser.get(f"/org/people/{aroha}").status_code == 404
    assert "1 person" in house.browser.get("/org/people").get_data(as_text=True)


def test_a_question_that_forgets_its_scope_is_stopped_by_the_wall(house, monkeypatch):
    """The first wall is taken away: every question thinks it may see everyone. The database still shows the branch."""
    monkeypatch.setattr(scope.Scope, "where", lambda self, branch: scope.true())
    monkeypatch.setattr("app.party.roster.queries.asking._where", lambda asked, scope: iter([[]]))
    for query in ("", "?find=Grace", "?find=Okonkwo", "?before=end", "?find=grace@people.example", f"?find={PHONES['grace']}"):
        house.hold(house.browser.get(f"/org/people{query}"), query)
    assert "2 people" in house.browser.get("/org/people").get_data(as_text=True)
    for key in OUTSIDE:
        assert house.browser.get(f"/org/people/{house.ids[key]}").status_code == 404


def test_a_door_that_forgets_to_say_whom_it_sees_shows_nobody(house, monkeypatch):
    """The second wall is not told: then even the secretary’s answer would be empty."""
    monkeypatch.setattr(db, "_SAY", db.text("select :scope"))
    page = house.browser.get("/org/people").get_data(as_text=True)
    assert "0 people" in page
    assert house.browser.get(f"/org/people/{house.ids['aroha']}").status_code == 404


def test_an_organizer_of_two_branches_sees_both_in_one_order(house, place, cast, as_officer, ids):
    place("Napier")
    with transaction():
        tama, napier = people.find_by_email(cast["tama"].email), branches.find_branch("Napier")
        offices.appoint(tama, OfficeName.ORGANIZER, by="system", on=clock.today(), branch=napier)
    page = house.browser.get("/org/people").get_data(as_text=True)
    assert "3 people" in page
    found = re.findall(r'/org/people/([0-9a-f-]{36})"', page)
    newest = sorted(found, key=lambda id: (house.rows[UUID(id)].since, id), reverse=True)
    assert found == newest
    assert set(found) == {str(ids(key)) for key in ("aroha", "tama", "grace")}
