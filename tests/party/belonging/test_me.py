"""A person’s own page: how they stand, what they may change."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.ground import clock
from app.ground.db import session
from app.party.belonging import queries
from app.party.people import queries as people

AROHA, GRACE, LIN = "aroha@people.example", "grace@people.example", "lin@people.example"


def me(email, on=None):
    held = queries.me(people.find_by_email(email).id, on=on or clock.today())
    session.remove()
    return held


def test_a_member_stands_good_counts_and_owes_nothing(cast):
    held = me(AROHA)
    assert (held.standing.word, held.standing.tone) == ("In good standing", "success")
    assert held.financial.holds
    assert held.counts.holds
    assert held.owed is None
    assert held.person.number
    assert [str(payment.amount) for payment in held.payments] == ["$30.00"]
    assert held.charges[0].paid_on


def test_one_who_is_behind_sees_what_is_owed_and_until_when(cast):
    held = me(GRACE)
    assert (held.standing.word, held.standing.tone) == ("Behind with dues", "warning")
    assert str(held.owed) == "$5.00"
    assert not held.financial.holds
    assert "lapses on" in held.standing.sentence
    assert any("Pay your dues" in item.text for item in held.todo)


def test_one_who_lapsed_is_told_so(cast):
    held = me(GRACE, on=clock.today() + timedelta(days=200))
    assert held.standing.word == "Lapsed"


def test_a_supporter_has_a_page_without_dues(cast):
    held = me(LIN)
    assert (held.standing.word, held.owed, held.charges, held.person.number) == ("Supporter", None, [], None)
    assert held.person.name == cast["lin"].name
    assert held.consents[0].given


@pytest.mark.parametrize("email", [AROHA, GRACE, LIN])
def test_the_page_opens_for_everyone(cast, signed_in, email):
    page = signed_in(email).get("/me")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"


def test_details_are_changed_and_shown(cast, signed_in, press):
    browser = signed_in(AROHA)
    answer = press(
        browser, "/me/details", page="/me",
        phone="021 555 0199", address="1 Hīnau Street, Nelson 7010", born_on="1990-02-28", electorate="nelson",
    )  # fmt: skip
    assert (answer.status_code, answer.location) == (303, "/me?saved=1")
    held = me(AROHA)
    assert held.details.phone == "+64215550199"
    assert held.details.address == "1 Hīnau Street, Nelson 7010"
    assert held.details.born_on.isoformat() == "1990-02-28"
    assert held.electorate.name == "Nelson"


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("born_on", "2999-01-01"),
        ("born_on", "1899-12-31"),
        ("born_on", "1990-02-30"),
        ("born_on", "yesterday"),
        ("phone", "12"),
        ("phone", "call me"),
        ("address", ""),
        ("address", "x" * 251),
        ("electorate", "mordor"),
        ("electorate", "wellington-central"),
    ],
)
def test_details_that_cannot_be_are_refused_beside_their_field_and_kept_on_the_page(cast, signed_in, press, field, typed):
    before = me(AROHA)
    given = {"phone": "", "address": "5 New Road, Nelson", "born_on": "", "electorate": "", field: typed}
    answer = press(signed_in(AROHA), "/me/details", page="/me", **given)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert re.search(rf'id="{field}-error"', body)
    if field != "electorate":
        assert f'value="{typed}"' in body
    assert me(AROHA).details == before.details


def test_a_consent_is_withdrawn_and_given_again_each_as_a_row(cast, signed_in, press, owner):
    browser = signed_in(LIN)
    for given in ("", "", "1"):
        assert press(browser, "/me/consents/news", page="/me", given=given).status_code == 303
    said = owner.execute("select given, source from consents order by id").fetchall()
    assert said == [(True, "support page"), (False, "own page"), (True, "own page")]
    assert press(browser, "/me/consents/everything", page="/me", given="1").status_code == 404


def test_dues_are_paid_at_the_checkout_and_settled(cast, signed_in, press, stripe, hear_everything, do_the_chores, owner):
    browser = signed_in(GRACE)
    answer = press(browser, "/me/pay", page="/me")
    assert answer.status_code == 303
    assert answer.location.startswith(stripe.url)
    again = press(browser, "/me/pay", page="/me")
    assert again.location == answer.location
    assert "waiting to hear" in browser.get("/me?paid=1").get_data(as_text=True)
    stripe.pay(re.search(r"cs_\w+", answer.location)[0], card="4242424242424242")
    hear_everything()
    do_the_chores()
    assert "Your dues are paid" in browser.get("/me?paid=1").get_data(as_text=True)
    held = me(GRACE)
    assert (held.standing.word, held.owed) == ("In good standing", None)
    assert str(held.payments[0].amount) == "$5.00"


def test_one_who_owes_nothing_is_sent_back(cast, signed_in, press):
    assert press(signed_in(AROHA), "/me/pay", page="/me").location == "/me"
    assert press(signed_in(LIN), "/me/pay", page="/me").location == "/me"


@pytest.mark.parametrize(
    "door", ["/me", "/me/everything", "/me/everything.json", "/me/leave"]
)  # fmt: skip
def test_a_visitor_is_asked_to_sign_in(client, door):
    answer = client.get(door)
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")
