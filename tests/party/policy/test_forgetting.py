"""Leaving the party: what somebody said about policies no longer leads to them; and their record while they are here."""

from __future__ import annotations

import json
import re
from datetime import timedelta

from app.ground import clock
from app.ground.db import transaction
from app.party.policy import queries
from app.party.policy.models import Shown, Stance
from app.party.policy.rules import State
from tests.walk import enter

from .taking import (
    AROHA,
    OLIVE,
    PLACE,
    Publish,
    count,
    days_later,
    endorse_by_letter,
    more_members,
    person_id,
    press,
    propose,
    say,
    send,
    shown,
    support,
)


def leave(app, email: str) -> None:
    assert press(enter(app, email), "/me/leave", confirm="y").status_code == 303


def test_who_leaves_takes_their_voice_and_leaves_their_words(app, cast, client, published: Publish, owner):
    published()
    send(enter(app, AROHA), f"{PLACE}/endorse", display="full", reason="")
    say(body="Mine, by name.", display=Shown.FULL, stance=Stance.SUPPORT)
    amendment = propose()
    support(amendment, [AROHA, OLIVE])
    assert "Aroha Ngāpō-Whitfield" in client.get(f"{PLACE}/comments/do").text
    plan = enter(app, AROHA).get("/me/leave").text
    assert "Your endorsements of policies" in plan
    assert "as written by nobody" in plan
    leave(app, AROHA)
    assert count().count == 0
    page = client.get(f"{PLACE}/comments/do").text
    assert "Mine, by name." in page
    assert "Aroha" not in page
    assert shown(amendment).support == 1
    assert "Aroha" not in client.get(f"{PLACE}/amendments/{amendment.id}").text
    for table in ("policy_endorsements", "policy_comments", "policy_amendments"):
        assert owner.execute(f"select count(*) from {table} where person_id is not null").fetchone() == (0,), table


def test_what_nobody_has_read_yet_goes_with_its_author(app, cast, published: Publish, owner):
    published()
    say(body="Not yet read.", let_through=False)
    propose(opened=False)
    leave(app, AROHA)
    assert owner.execute("select body from policy_comments").fetchall() == [("",)]
    assert owner.execute("select count(*) from policy_amendments").fetchone() == (0,)


def test_support_for_what_has_closed_still_counts_without_its_giver(app, cast, published: Publish, owner):
    published()
    amendment = propose()
    members = more_members(10)
    support(amendment, members)
    with days_later(15):
        leave(app, members[0])
        assert shown(amendment).state is State.SUPPORTED
        assert shown(amendment).support == 10
    assert owner.execute("select count(*) from amendment_supports where person_id is null").fetchone() == (1,)


def test_who_leaves_takes_what_their_mailbox_endorsed_too(app, cast, client, published: Publish, mailbox):
    published()
    endorse_by_letter(client, mailbox, AROHA)
    enter(app, AROHA)  # whoever reads the mailbox is them
    leave(app, AROHA)
    assert count().count == 0


def test_ones_own_page_lists_it_and_takes_back_what_can_be_taken_back(app, cast, published: Publish):
    published()
    browser = enter(app, AROHA)
    assert "You have endorsed, commented on and proposed nothing yet." in browser.get("/me").text
    send(browser, f"{PLACE}/endorse", display="first", region="Waikato", reason="")
    comment, amendment = say(stance=Stance.SUPPORT), propose()
    support(amendment, [AROHA])
    page = browser.get("/me").text.partition('id="record"')[2]
    for words in ("data-caps", "Aroha", f"/me/comments/{comment.id}/take-back", f"{PLACE}/amendments/{amendment.id}"):
        assert words in page
    assert re.search(r'action="/me/endorsements/[^"]*/withdraw"', page)
    assert not queries_record(AROHA).is_empty
    assert queries_record(OLIVE).is_empty


def queries_record(email: str):
    who = person_id(email)
    with transaction():
        return queries.record.record_of(who, on=clock.today())


def test_everything_has_it_opened_and_nothing_of_anybody_else(app, cast, client, published: Publish, mailbox):
    published()
    endorse_by_letter(client, mailbox, reason="Somebody else’s.")
    endorse_by_letter(client, mailbox, AROHA, reason="By letter.")
    comment, amendment = say(body="Mine."), propose()
    say(OLIVE, body="Not mine.", stance=Stance.SUPPORT)
    support(amendment, [AROHA, OLIVE])
    held = json.loads(enter(app, AROHA).get("/me/everything.json").data)
    assert [row["said"]["reason"] for row in held["endorsements"]] == ["By letter."]
    assert [row["body"] for row in held["comments"]] == ["Mine."]
    assert [row["id"] for row in held["amendments"]] == [str(amendment.id)]
    assert len(held["amendments_supported"]) == 1
    assert any(line["subject"] == f"comment:{comment.id}" for line in held["log"])
    assert "Not mine." not in json.dumps(held)
    assert "Somebody else" not in json.dumps(held)


def test_a_second_visit_after_leaving_finds_no_way_back(app, cast, client, published: Publish, owner):
    published()
    made = say(stance=Stance.SUPPORT)
    leave(app, AROHA)
    with clock.standing_at(clock.now() + timedelta(days=1)):
        page = client.get(f"{PLACE}/comments/do/{made.id}").text
    assert "<b>A member</b>" in page
