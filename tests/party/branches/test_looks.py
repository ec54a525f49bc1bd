"""What an officer looks at is written down, and the person sees it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from app.ground import audit
from app.ground.db import session, transaction
from app.party.branches import queries, rules, services
from app.party.people import queries as people
from tests.walk import enter

AROHA, GRACE, TAMA, WIREMU = (f"{key}@people.example" for key in ("aroha", "grace", "tama", "wiremu"))


def ids(*emails):
    found = [people.find_by_email(email).id for email in emails]
    session.remove()
    return found


def look(at, by, what="their payments"):
    with transaction():
        services.look(at, by=f"person:{by}", what=what, why="to record money")


def test_the_person_sees_when_in_which_office_and_what_and_never_who(cast, app):
    aroha, wiremu = ids(AROHA, WIREMU)
    look(aroha, wiremu)
    look(aroha, wiremu, what="their details")
    seen = queries.looks_at(aroha)
    assert [(look.office, look.what) for look in seen] == [("treasurer", "their details"), ("treasurer", "their payments")]
    page = enter(app, AROHA).get("/me").get_data(as_text=True)
    assert "Treasurer: their payments" in page
    assert "Wiremu" not in page


def test_looks_at_the_same_on_one_day_are_one_line_with_their_number(cast, app):
    aroha, wiremu = ids(AROHA, WIREMU)
    for what in ("their payments", "their details", "their payments", "their payments"):
        look(aroha, wiremu, what=what)
    seen = queries.looks_at(aroha)
    assert len(seen) == 4, "each is told in the file of everything"
    assert [(one.last.what, one.times) for one in queries.looks_by_day(aroha)] == [("their payments", 3), ("their details", 1)]
    days_before = [replace(one, at=one.at - timedelta(days=2)) for one in seen]  # one day has 25 hours in April
    assert [one.times for one in queries.by_day([*seen, *days_before])] == [3, 1, 3, 1]
    page = enter(app, AROHA).get("/me").get_data(as_text=True)
    assert page.count("3 times that day") == 1
    assert "1 time that day" not in page


def test_somebody_else_sees_nothing_of_it(cast, app):
    aroha, wiremu = ids(AROHA, WIREMU)
    look(aroha, wiremu)
    assert "Nobody yet." in enter(app, GRACE).get("/me").get_data(as_text=True)


def test_it_can_be_answered_who_it_was(cast, owner):
    aroha, wiremu = ids(AROHA, WIREMU)
    look(aroha, wiremu)
    line = owner.execute("select subject, actor, data from audit_entries where action = 'person:looked_at'").fetchone()
    assert line == (
        f"person:{aroha}",
        f"person:{wiremu}",
        {"office": "treasurer", "what": "their payments", "why": "to record money"},
    )
    assert audit.verify()[1] == []


def test_looking_at_oneself_is_not_written_down(cast):
    (wiremu,) = ids(WIREMU)
    look(wiremu, wiremu)
    assert queries.looks_at(wiremu) == []


@pytest.mark.parametrize("email", [GRACE, TAMA])
def test_who_may_not_look_is_refused(cast, email):
    aroha, other = ids(AROHA, email)
    with pytest.raises(rules.NoOffice):
        look(aroha, other)


def test_a_look_that_is_rolled_back_is_not_told(cast):
    aroha, wiremu = ids(AROHA, WIREMU)
    with pytest.raises(RuntimeError), transaction():
        services.look(aroha, by=f"person:{wiremu}", what="their details", why="to record money")
        raise RuntimeError
    assert queries.looks_at(aroha) == []


def test_everything_tells_looks_offices_and_apps_without_their_secret(cast, app):
    aroha, wiremu = ids(AROHA, WIREMU)
    look(aroha, wiremu)
    log = json.loads(enter(app, AROHA).get("/me/everything.json").data)["log"]
    assert [line["data"]["office"] for line in log if line["action"] == "person:looked_at"] == ["treasurer"]
    held = json.loads(enter(app, TAMA).get("/me/everything.json").data)
    assert [(row["office"], row["branch"]) for row in held["offices"]] == [("organizer", "Māngere")]
    assert held["authenticators"][0]["label"] == "the demo"
    assert "sealed" not in held["authenticators"][0]
