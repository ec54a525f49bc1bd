"""The whole history of taking part as data: what pages show, and nothing of anybody that they do not."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import new_id
from app.party.policy import queries
from app.party.policy.models import Outcome, Shown, Stance
from app.party.policy.services import amending, commenting, deciding, endorsing
from app.party.policy.services.deciding import Verdict
from app.party.policy.services.endorsing import Wish
from tests.cast import CAST

from .conftest import CAPS
from .taking import AROHA, OLIVE, PLACE, Publish, days_later, more_members, person_id, propose, say, support

PATH = f"{PLACE}/participation.json"


def told(client) -> dict:
    answer = client.get(PATH)
    assert answer.status_code == 200
    assert answer.content_type == "application/json; charset=utf-8"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    return json.loads(answer.text)


def test_an_empty_history_is_one_too(client, published: Publish):
    published()
    held = told(client)
    assert held["slug"] == "data-caps"
    assert "the policy conference" in held["rules"]
    assert held["endorsements"] == [
        {"version": 1, "count": None, "members": None, "of_those_who_endorsed_the_version_before": None, "shown": []}
    ]
    assert held["comments"] == held["amendments"] == []
    assert client.get("/policies/nowhere/participation.json").status_code == 404


def test_all_of_it_is_told_and_no_id_of_a_person(cast, client, published: Publish, owner):
    published()
    members = more_members(11)
    for email in members:
        who = person_id(email)
        with transaction():
            wish = Wish(Shown.FULL if email == members[0] else Shown.ANONYMOUS, adult=True)
            endorsing.endorse(queries.find("data-caps"), 1, wish, person_id=who, key=new_id(), on=clock.today())
    asked = say(body="Who counts?", display=Shown.FIRST)
    hidden = say(body="Fools.", stance=Stance.SUPPORT)
    say(OLIVE, body="Nobody has read this.", let_through=False)
    olive = person_id(OLIVE)
    with transaction():
        policy = queries.find("data-caps")
        held = commenting.hold_comment(asked.id)
        commenting.answer(policy, held, "We do.", office="party secretary", person_id=olive, key=new_id(), by="system")
    with transaction():
        commenting.hide(commenting.hold_comment(hidden.id), because="abuse", by="system")
    amendment = propose(OLIVE)
    support(amendment, members)
    with days_later(15):
        with transaction():
            said = Verdict(Outcome.DECLINED, "the policy conference", clock.today(), "No.", "", 1, 2, 0, 9)
            policy, row = queries.find("data-caps"), amending.hold_amendment(amendment.id)
            deciding.decide(policy, row, said, seen="", by="system", on=clock.today())
        published(CAPS.replace("One survey.", "Two surveys."))
        page = told(client)
    first, second = page["endorsements"]
    assert (first["count"], first["members"]) == (11, None)  # others are too few to be told apart
    assert [one["who"] for one in first["shown"]] == ["Rangi Number0"]
    assert second["count"] is None
    comments = page["comments"]
    assert [(one["who"], one["body_md"], one["hidden_because"]) for one in comments] == [
        ("Aroha", "Who counts?", None),
        (None, None, "It attacks people rather than what is said."),
    ]
    assert comments[0]["replies"][0]["answer_of_the_party_by"] == "party secretary"
    (one,) = page["amendments"]
    assert (one["state"], one["support"], one["support_needed"]) == ("declined", 11, 10)
    assert one["decision"]["reasons_md"] == "No."
    text = json.dumps(page)
    for (person,) in owner.execute("select id from people").fetchall():
        assert str(person) not in text
    for face in CAST:
        assert face.email not in text
    assert "Nobody has read this." not in text
    assert "Ngāpō" not in text
    assert AROHA not in text


@pytest.mark.on_day(date(2026, 12, 2))
def test_its_days_are_those_of_new_zealand(app, cast, client, published: Publish):
    with clock.standing_at(clock.start_of(date(2026, 12, 2)) + timedelta(hours=8)):  # in Greenwich it is the day before
        published()
        who = person_id(AROHA)
        with transaction():
            wish = Wish(Shown.FULL)
            endorsing.endorse(queries.find("data-caps"), 1, wish, person_id=who, key=new_id(), on=clock.today())
        assert told(client)["endorsements"][0]["shown"][0]["on"] == "2026-12-02"
