"""Who reads one mailbox never gets at the other record by a merge: only the other mailbox itself opens it."""

from __future__ import annotations

import json

import pytest

from app.ground import clock
from app.ground.db import session, transaction
from app.party.belonging import services as belonging
from app.party.merging import services
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.people.models import Purpose
from app.party.people.rules import LinkSpent
from tests.walk import enter, hidden, links

EVE = "eve@people.example"


@pytest.fixture
def copy(double):
    """Eve’s copy of Aroha, under Eve’s own mailbox; she is signed in."""
    return double(name="Aroha Ngāpō-Whitfield", email=EVE, phone="+64215550141")


def ask_for_a_link(app, do_the_chores, mailbox, email):
    browser = app.test_client()
    token = hidden(browser.get("/sign-in").get_data(as_text=True), "csrf_token")
    browser.post("/sign-in", data={"email": email, "csrf_token": token})
    do_the_chores()
    return [letter.to for letter in mailbox() if letter.subject == "Your link to sign in"]


def test_a_session_of_the_copy_ends_and_lives_again_when_it_is_taken_back(app, ids, copy, merge, undo):
    eve = enter(app, EVE)
    assert eve.get("/me").status_code == 200
    said = merge(ids("aroha"), copy)
    assert eve.get("/me").status_code == 303
    undo(said)
    assert eve.get("/me").status_code == 200


def test_a_link_of_the_copy_is_spent(app, ids, copy, merge):
    with transaction():
        text = person_services.make_link(Purpose.SIGN_IN, person_id=copy, details={"email": EVE}).rpartition("/")[2]
    merge(ids("aroha"), copy)
    with pytest.raises(LinkSpent), transaction():
        person_services.sign_in_by_link(text, device="x")


def test_asking_with_the_other_email_writes_to_the_persons_own_mailbox(app, ids, copy, merge, do_the_chores, mailbox):
    merge(ids("aroha"), copy)
    assert ask_for_a_link(app, do_the_chores, mailbox, EVE) == ["aroha@people.example"]


def test_the_person_sees_nothing_of_the_other_record_until_its_mailbox_says_so(app, ids, copy, merge, do_the_chores, mailbox):
    """Somebody merged the wrong way round: Eve’s copy goes on, Lin’s record is part of it."""
    merge(copy, ids("lin"))
    eve = enter(app, EVE)
    before = eve.get("/me/everything.json").get_data(as_text=True)
    assert "lin@people.example" not in before
    assert "Castellane" not in before
    do_the_chores()
    letter = next(letter for letter in mailbox() if letter.to == "lin@people.example")
    assert EVE not in letter.text
    link = links(letter.text, "/same/")[0]
    assert eve.get(link).status_code == 200  # looking uses nothing up
    lin = app.test_client()
    token = hidden(lin.get(link).get_data(as_text=True), "csrf_token")
    assert lin.post(link, data={"csrf_token": token}).status_code == 303
    assert lin.get(link).status_code == 410
    assert lin.post(link, data={"csrf_token": token}).status_code == 410
    held = json.loads(eve.get("/me/everything.json").get_data(as_text=True))
    assert held["other_records"][0]["record"]["details"]["email"] == "lin@people.example"
    assert held["other_records"][0]["record"]["consents"]


def test_the_letter_of_a_merge_that_was_taken_back_says_yes_to_nothing(app, ids, copy, merge, undo, do_the_chores, mailbox):
    undo(merge(ids("aroha"), copy))
    do_the_chores()
    text = links(next(letter for letter in mailbox() if letter.to == EVE).text, "/same/")[0].rpartition("/")[2]
    with pytest.raises(LinkSpent), transaction():
        services.prove(text)


def prove(merge_id, mailbox, do_the_chores, to):
    do_the_chores()
    text = links(next(letter for letter in mailbox() if letter.to == to and "/same/" in letter.text).text, "/same/")[0]
    with transaction():
        services.prove(text.rpartition("/")[2])


def test_who_leaves_takes_along_what_is_proven_to_be_theirs(cast, ids, double, merge, mailbox, do_the_chores, owner):
    gone = double(name="Rita Paewai", email="rita@people.example", phone="+64215550177")
    prove(merge(ids("aroha"), gone, take=("phone",)), mailbox, do_the_chores, "rita@people.example")
    aroha = ids("aroha")
    with transaction():
        belonging.leave(aroha, by=f"person:{aroha}", on=clock.today())
    rows = owner.execute(
        "select p.sealed is null, p.email_index is null, l.person_id is null, b.person_id is null, m.sealed is null"
        "  from people p left join people_likenesses l on l.person_id = p.id"
        "  left join people_name_buckets b on b.person_id = p.id"
        "  join merges m on p.id in (m.kept_id, m.gone_id)"
    ).fetchall()
    assert rows == [(True,) * 5] * 2


def test_who_leaves_does_not_destroy_a_record_that_nobody_proved_to_be_theirs(cast, ids, copy, merge, owner):
    merge(copy, ids("lin"))
    with transaction():
        belonging.leave(copy, by=f"person:{copy}", on=clock.today())
    lin = people.find_by_email("lin@people.example")
    assert lin.same_as is None
    assert people.details_of(lin).name == "Lin Castellane"
    session.remove()
    assert owner.execute("select count(*) from roster where person_id = %s", [ids("lin")]).fetchone()[0] == 1


# Consents: the most restrictive holds.


def say(person_id, given):
    with transaction():
        person_services.say_consent(
            person_id, kind="news", given=given, wording="news-2026-11", source="own page", by=f"person:{person_id}"
        )


def allows(person_id, owner):
    held = people.consents_of(person_id)[0].given
    session.remove()
    consents = owner.execute("select consents from roster where person_id = %s", [person_id]).fetchone()[0]
    assert consents == (["news"] if held else [])  # the law’s function and the roster say the same
    return held


@pytest.mark.parametrize("own", [None, True, False])
@pytest.mark.parametrize("other", [None, True, False])
def test_a_no_on_either_record_holds(cast, ids, double, merge, undo, owner, own, other):
    kept, gone = double(email="one@people.example", news=own), double(email="two@people.example", news=other)
    said = merge(kept, gone)
    assert allows(kept, owner) is (own is not False and other is not False and (own or other) is True)
    undo(said)
    assert allows(kept, owner) is bool(own)


def test_after_it_the_person_says_yes_again_and_the_other_record_only_no(cast, ids, double, merge, owner):
    kept, gone = double(email="one@people.example", news=True), double(email="two@people.example", news=False)
    merge(kept, gone)
    assert not allows(kept, owner)
    say(gone, True)
    assert not allows(kept, owner)  # not theirs to say
    say(kept, True)
    assert allows(kept, owner)
    say(gone, False)  # a letter of long ago has a link to stop them
    assert not allows(kept, owner)
