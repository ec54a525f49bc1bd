"""Whoever holds two offices does with each what that one lets them, where that one sees: a treasurer sees the whole party, an
organizer cares for the branch, and who is both cares for the branch."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.ground import clock
from app.ground.db import looking_as, session, transaction
from app.party.branches import services as offices
from app.party.branches.models import Office
from app.party.branches.rules import OfficeName
from app.party.branches.scope import EVERYONE, Scope, of_offices
from app.party.casework import services as casework
from app.party.people import queries as people
from tests.walk import hidden


@pytest.fixture
def tama(cast, mangere, ids, as_officer):
    """Tama’s browser: organizer of Māngere, and treasurer."""
    who = ids("tama")
    with transaction():
        offices.appoint(people.get_person(who), OfficeName.TREASURER, by="system", on=clock.today())
    return as_officer("tama")


@pytest.fixture
def tag(cast) -> UUID:
    with looking_as("everyone"), transaction():
        return casework.make_tag("Asked", None, EVERYONE, by="system", on=clock.today()).id


def press(browser, path: str, **typed: object) -> int:
    token = hidden(browser.get("/sign-in").get_data(as_text=True), "csrf_token")
    session.remove()
    return browser.post(path, data={"csrf_token": token, **typed}).status_code


def test_offices_see_together_what_those_of_them_see_that_give_the_right():
    branch = UUID(int=1)
    both = [Office(office="treasurer"), Office(office="organizer", branch_id=branch)]
    assert of_offices(both).everyone
    assert of_offices(both, right="export people").everyone
    assert of_offices(both, right="care for people") == Scope(branches=frozenset([branch]))
    assert not of_offices(both, right="give office")


def test_who_is_both_sees_the_whole_party_and_cares_for_the_branch(tama, tag, ids, owner):
    grace, aroha = ids("grace"), ids("aroha")
    assert tama.get(f"/org/people/{grace}").status_code == 200
    noted = {"kind": "call", "said": "Asked for a sign", "on": clock.today().isoformat()}
    assert press(tama, f"/org/people/{grace}/tags", tag=tag) == 404
    assert press(tama, f"/org/people/{grace}/notes", **noted) == 404
    assert press(tama, f"/org/people/{grace}/notes/show") == 404
    assert owner.execute("select count(*) from taggings").fetchone() == (0,)
    assert press(tama, f"/org/people/{aroha}/tags", tag=tag) == 303
    assert press(tama, f"/org/people/{aroha}/notes", **noted) == 303
    assert owner.execute("select office from notes").fetchall() == [("organizer of the branch Māngere",)]


def test_the_page_offers_care_where_it_may_be_given(tama, ids):
    assert "/notes" in tama.get(f"/org/people/{ids('aroha')}").get_data(as_text=True)
    outside = tama.get(f"/org/people/{ids('grace')}").get_data(as_text=True)
    assert "/notes" not in outside
    assert "/tags" not in outside
    assert "/duplicates" not in outside


def test_an_act_for_all_is_for_all_of_the_branch(tama):
    assert "6 people" not in tama.get("/org/people/bulk").get_data(as_text=True)
    assert "2 people" in tama.get("/org/people/bulk").get_data(as_text=True)
