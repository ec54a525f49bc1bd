"""Hearing from us without joining: only a confirmed mailbox is written down."""

from __future__ import annotations

from app.ground.db import session
from app.party.people import queries, rules

MERE = "mere@people.example"


def asked(letter_link):
    return letter_link(MERE, path="/support", consents="y")


def test_nobody_is_written_down_before_confirming(app, letter_link, owner):
    asked(letter_link)
    assert owner.execute("select count(*) from people").fetchone() == (0,)
    assert owner.execute("select count(*) from consents").fetchone() == (0,)


def test_confirming_makes_a_supporter_with_a_consent_that_can_be_proven(client, letter_link, press, owner):
    link = asked(letter_link)
    for _ in range(2):
        assert client.get(link).status_code == 200
    answer = press(client, link)
    assert (answer.status_code, answer.location) == (303, "/support/done")
    person = queries.find_by_email(MERE)
    assert person.email_confirmed_at is not None
    assert queries.details_of(person).name == ""
    assert owner.execute("select kind, given, wording, source from consents").fetchall() == [
        ("news", True, rules.wording_of("news")[0], "support page, confirmed by email")
    ]
    assert client.get(link).status_code == 410
    session.remove()


def test_what_the_confirming_letter_said_is_forgotten(client, letter_link, press, owner):
    press(client, asked(letter_link))
    assert owner.execute("select sealed from letters").fetchall() == [(None,)]


def test_a_member_who_asks_becomes_no_second_person(cast, client, letter_link, press, owner):
    before = owner.execute("select count(*) from people").fetchone()
    press(client, letter_link("aroha@people.example", path="/support", consents="y"))
    assert owner.execute("select count(*) from people").fetchone() == before


def test_without_the_tick_nothing_is_sent_and_the_email_is_kept_on_the_page(client, ask, owner):
    answer = ask(MERE, path="/support")
    assert answer.status_code == 422
    assert MERE in answer.get_data(as_text=True)
    assert owner.execute("select count(*) from procrastinate_jobs").fetchone() == (0,)


def test_a_supporter_signs_in_and_has_a_page(cast, signed_in):
    page = signed_in("lin@people.example").get("/me")
    assert page.status_code == 200
    assert "Supporter" in page.get_data(as_text=True)
