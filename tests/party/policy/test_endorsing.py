"""Endorsing: a version, in two taps, by a letter or signed in; counted once, taken back in one press."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from sqlalchemy import select

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.law.party_rules import add_years
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.policy import jobs, queries, rules
from app.party.policy.models import Endorsement, Shown
from app.party.policy.services import endorsing
from app.party.policy.services.endorsing import Wish
from app.web.rights import PER_EMAIL
from tests.walk import enter, hidden, without_tokens

from .conftest import CAPS
from .taking import (
    AROHA,
    GRACE,
    LIN,
    PLACE,
    Publish,
    count,
    endorse_by_letter,
    more_members,
    person_id,
    press,
    say,
    send,
    told_so_far,
)

ENDORSE = f"{PLACE}/endorse"
MERE = "mere@people.example"


def rows(owner) -> list[tuple]:
    return owner.execute(
        "select confirmed_at is not null, person_id is not null, display, has_words, shown_at is not null"
        " from policy_endorsements order by id"
    ).fetchall()


def test_the_page_of_a_policy_links_to_a_form_and_holds_none(client, published: Publish):
    published()
    page = client.get(PLACE)
    assert f'href="{ENDORSE}"' in page.text
    assert "csrf_token" not in page.text
    assert page.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in page.headers
    assert client.get(ENDORSE).headers["Cache-Control"] == "no-store"


def test_a_visitor_endorses_by_a_letter_and_one_press(client, published: Publish, mailbox, owner):
    published()
    link = endorse_by_letter(client, mailbox, confirm=False)
    assert count().count == 0
    page = client.get(link)
    assert "This is how it will appear" in page.text
    assert "Somebody who is not named" in page.text
    assert press(client, link).status_code == 303
    assert "It counts" in client.get(f"{link}?done=1").text
    assert count().count == 1
    assert rows(owner) == [(True, False, "anonymous", False, True)]


def test_opening_the_link_changes_nothing(client, published: Publish, mailbox):
    published()
    link = endorse_by_letter(client, mailbox, confirm=False)
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    assert count().count == 0


def test_it_appears_as_it_was_shown_before(client, published: Publish, mailbox, as_officer):
    published()
    typed = {
        "display": "first",
        "name": "Mere Tautahi-Brook",
        "region": "Waikato",
        "reason": "My brother’s farm.",
        "adult": "y",
    }
    preview = send(client, ENDORSE, email=MERE, preview="1", **typed)
    assert preview.status_code == 200
    shown = re.search(r"This is how it would appear</h2>(.*?)</section>", preview.text, re.DOTALL)[1]
    assert "My brother’s farm." in shown
    assert "Mere, Waikato" in shown
    assert MERE not in [letter.to for letter in mailbox()]
    link = endorse_by_letter(client, mailbox, **typed)
    assert "Mere, Waikato" in client.get(link).text
    assert "Tautahi" not in client.get(link).text
    assert "Mere" not in without_tokens(
        client.get(f"{PLACE}/endorsements").text
    )  # an officer reads it first; it counts already
    assert count().count == 1
    olive = as_officer("olive")
    waiting = olive.get("/org/policies/comments").text
    assert "Mere, Waikato" in waiting
    path = re.search(r'action="(/org/policies/endorsements/[^"]*/let-through)"', waiting)[1]
    assert press(olive, path, page="/org/policies/comments").status_code == 303
    listed = client.get(f"{PLACE}/endorsements")
    assert "Mere, Waikato" in listed.text
    assert "My brother’s farm." in listed.text
    assert '<meta name="robots" content="noindex">' in listed.text


def test_an_officer_hides_words_and_never_what_counts(client, published: Publish, mailbox, as_officer, owner):
    published()
    endorse_by_letter(client, mailbox, reason="Buy my pills.")
    olive = as_officer("olive")
    path = re.search(r'action="(/org/policies/endorsements/[^"]*/hide)"', olive.get("/org/policies/comments").text)[1]
    assert press(olive, path, page="/org/policies/comments", because="advertising").status_code == 303
    page = client.get(f"{PLACE}/endorsements").text
    assert "It advertises something." in page
    assert "pills" not in page
    assert count().count == 1
    log = owner.execute("select action, data ->> 'because' from audit_entries where action like 'endorsement:%'").fetchall()
    assert log == [("endorsement:words_hidden", "advertising")]


def test_a_reason_is_needed_to_hide_words(client, published: Publish, mailbox, as_officer):
    published()
    endorse_by_letter(client, mailbox, reason="Buy my pills.")
    olive = as_officer("olive")
    path = re.search(r'action="(/org/policies/endorsements/[^"]*/hide)"', olive.get("/org/policies/comments").text)[1]
    answer = press(olive, path, page="/org/policies/comments", because="because I say so")
    assert answer.status_code == 422
    assert "Choose a reason." in answer.text


def test_one_mailbox_counts_once_and_its_last_word_stands(client, published: Publish, mailbox):
    published()
    first = endorse_by_letter(client, mailbox, reason="First.")
    second = endorse_by_letter(client, mailbox, "MERE@people.example", reason="Second.")
    assert count().count == 1
    assert client.get(first).status_code == 410
    assert "Second." in client.get(second).text


def test_known_and_unknown_addresses_are_answered_alike(cast, client, published: Publish, mailbox, owner):
    published()
    answers = {}
    for email in (AROHA, "nobody-knows@people.example"):
        before = owner.execute("select count(*) from policy_endorsements").fetchone()[0]
        answer = send(client, ENDORSE, email=email, display="anonymous")
        after = owner.execute("select count(*) from policy_endorsements").fetchone()[0]
        letter = next(one for one in mailbox() if one.to == email)
        answers[email] = (answer.status_code, answer.location, after - before, re.sub(r"/endorsements/\S+", "", letter.text))
    assert len(set(answers.values())) == 1


def test_a_second_letter_to_who_endorsed_already_is_like_the_first(client, published: Publish, mailbox):
    published()
    endorse_by_letter(client, mailbox)
    link = endorse_by_letter(client, mailbox, confirm=False)
    assert "Confirm your endorsement" in client.get(link).text
    assert count().count == 1


def test_a_form_that_is_sent_twice_writes_one_letter(client, published: Publish, mailbox, owner):
    published()
    page = client.get(ENDORSE).text
    data = {name: hidden(page, name) for name in ("csrf_token", "key", "version")}
    for _ in range(2):
        assert client.post(ENDORSE, data={**data, "email": MERE, "display": "anonymous"}).status_code == 303
    assert owner.execute("select count(*) from policy_endorsements").fetchone() == (1,)
    assert len(mailbox()) == 1


def test_tries_are_limited(client, published: Publish):
    published()
    page = client.get(ENDORSE).text
    token, version = hidden(page, "csrf_token"), hidden(page, "version")
    data = {"csrf_token": token, "version": version, "email": MERE, "display": "anonymous"}
    answers = [client.post(ENDORSE, data=data).status_code for _ in range(PER_EMAIL[0] + 1)]
    assert answers[-1] == 429
    assert set(answers[:-1]) == {303}


def test_a_member_who_is_signed_in_endorses_at_once_and_without_a_letter(app, cast, published: Publish, mailbox, owner):
    published()
    browser, letters = enter(app, AROHA), len(mailbox())
    form = browser.get(ENDORSE).text
    assert "Aroha Ngāpō-Whitfield" in form  # how each choice would look
    assert 'name="email"' not in form
    answer = send(browser, ENDORSE, display="full", reason="")
    assert answer.status_code == 303
    assert "You endorse version 1" in browser.get(answer.location).text
    assert rows(owner) == [(True, True, "full", True, True)]
    assert len(mailbox()) == letters
    assert count().members == 1
    assert "Aroha Ngāpō-Whitfield, member" in browser.get(f"{PLACE}/endorsements").text


def test_a_members_reason_is_read_by_an_officer_the_first_time(app, cast, published: Publish, owner):
    published()
    browser = enter(app, AROHA)
    send(browser, ENDORSE, display="anonymous", reason="Because.")
    assert rows(owner) == [(True, True, "anonymous", True, False)]
    assert "wait to be read by an officer" in browser.get(ENDORSE).text
    assert "Because." not in browser.get(f"{PLACE}/endorsements").text


def test_somebody_who_is_signed_in_and_no_member_gets_a_letter_like_everybody(app, cast, published: Publish, mailbox):
    published()
    browser = enter(app, LIN)
    assert 'name="email"' in browser.get(ENDORSE).text
    link = endorse_by_letter(browser, mailbox, LIN)
    assert count() == replace(count(), count=1, members=0)
    assert "data-caps" in browser.get("/me").text
    assert browser.get(link).status_code == 200


def test_a_member_behind_with_dues_endorses_as_a_member(app, cast, published: Publish):
    published()
    assert send(enter(app, GRACE), ENDORSE, display="anonymous").status_code == 303
    assert count().members == 1


def test_a_member_and_their_mailbox_are_one(app, cast, client, published: Publish, mailbox, owner):
    """Endorsed by letter and then signed in, or the other way round: it counts once, as a member’s."""
    published()
    endorse_by_letter(client, mailbox, AROHA)
    browser = enter(app, AROHA)
    send(browser, ENDORSE, display="anonymous")
    assert (count().count, count().members) == (1, 1)
    endorse_by_letter(client, mailbox, AROHA, reason="By letter.")
    assert (count().count, count().members) == (1, 1)
    assert owner.execute("select count(*) from policy_endorsements").fetchone() == (1,)


def test_endorsing_again_puts_new_words_in_place_of_the_old(app, cast, published: Publish, owner):
    published()
    browser = enter(app, AROHA)
    send(browser, ENDORSE, display="anonymous")
    send(browser, ENDORSE, display="full")
    assert rows(owner) == [(True, True, "full", True, True)]


@pytest.mark.parametrize("withdraw", ["letter", "mail program", "own page"])
def test_it_is_withdrawn_in_one_press(withdraw, app, cast, client, published: Publish, mailbox, owner):
    published()
    link = endorse_by_letter(client, mailbox, AROHA)
    if withdraw == "letter":
        assert "Take it back" in client.get(link).text
        answer = press(client, f"{link}/withdraw", page=link)
    elif withdraw == "mail program":
        answer = app.test_client().post(f"{link}/withdraw", data={"List-Unsubscribe": "One-Click"})
    else:
        browser = enter(app, AROHA)
        path = re.search(r'action="(/me/endorsements/[^"]*)"', browser.get("/me").text)[1]
        answer = press(browser, path, page="/me")
    assert answer.status_code == 303
    assert count().count == 0
    assert owner.execute("select count(*) from policy_endorsements").fetchone() == (0,)
    assert client.get(link).status_code == 410
    assert client.post(f"{link}/withdraw").status_code == 303  # twice is once


def test_nobody_withdraws_what_is_not_theirs(app, cast, client, published: Publish, mailbox, owner):
    published()
    endorse_by_letter(client, mailbox)
    send(enter(app, GRACE), ENDORSE, display="anonymous")
    browser = enter(app, AROHA)
    for (row,) in owner.execute("select id from policy_endorsements").fetchall():
        assert press(browser, f"/me/endorsements/{row}/withdraw", page="/me").status_code == 404
        assert client.post(f"/endorsements/{row}.{'0' * 48}/withdraw").status_code == 303
        assert client.get(f"/endorsements/{row}.{'0' * 48}").status_code == 410
    assert count().count == 2


def test_what_nobody_confirmed_is_erased_in_a_week_with_its_letter(client, published: Publish, mailbox, owner):
    published()
    kept = endorse_by_letter(client, mailbox, "kept@people.example")
    link = endorse_by_letter(client, mailbox, confirm=False)
    with clock.standing_at(clock.now() + timedelta(days=rules.UNCONFIRMED_DAYS, hours=1)):
        jobs.forget_unconfirmed()
        jobs.forget_unconfirmed()
        assert client.get(link).status_code == 410
        assert client.get(kept).status_code == 200
    assert [letter.to for letter in mailbox()] == []
    assert count().count == 1


def test_once_confirmed_the_address_is_nowhere(client, published: Publish, mailbox, owner):
    published()
    endorse_by_letter(client, mailbox, name="Mere Tautahi-Brook", display="full", adult="y")
    assert mailbox() == []
    row = owner.execute("select t::text from policy_endorsements t").fetchone()[0].casefold()
    for word in ("mere", "tautahi", "people.example"):
        assert word not in row
        assert word.encode().hex() not in row
    with transaction():
        found = session.scalars(select(Endorsement)).one()
        assert queries.words_of(found).as_json() == {"name": "Mere Tautahi-Brook", "region": "", "reason": ""}


def test_the_index_of_a_mailbox_leads_to_no_person_and_no_other_policy(cast, client, published: Publish, mailbox, owner):
    published()
    published(CAPS.replace("Data caps", "Cables"), "cables")
    endorse_by_letter(client, mailbox, AROHA)
    answer = send(client, "/policies/cables/endorse", email=AROHA, display="anonymous")
    assert answer.status_code == 303
    indexes = {row[0] for row in owner.execute("select mailbox_index from policy_endorsements")}
    assert len(indexes) == 2
    assert indexes & {row[0] for row in owner.execute("select email_index from people")} == set()


def test_the_letter_carries_nothing_that_was_typed(client, published: Publish, mailbox):
    published()
    typed = {"display": "full", "name": "Cheap Pills", "adult": "y", "reason": "Buy at pills.example."}
    link = endorse_by_letter(client, mailbox, confirm=False, **typed)
    (letter,) = mailbox()
    for said in (letter.text, letter.html, letter.subject):
        assert "pills" not in said.casefold()
    assert "Buy at pills.example." in client.get(link).text


def test_a_mailbox_that_has_not_answered_gets_no_second_letter_and_the_later_wish_waits(client, published: Publish, mailbox):
    published()
    link = endorse_by_letter(client, mailbox, confirm=False, reason="First.")
    before = client.get(link).text
    assert send(client, ENDORSE, email=MERE, display="anonymous", reason="Second.").location.endswith("/endorsements/sent")
    assert len(mailbox()) == 1
    assert "Second." in client.get(link).text
    token = hidden(before, "csrf_token")
    answer = client.post(link, data={"csrf_token": token, "seen": hidden(before, "seen")})  # the page with the first
    assert count().count == 0
    assert "Second." in client.get(answer.location).text
    assert client.post(link, data={"csrf_token": token, "seen": hidden(client.get(link).text, "seen")}).status_code == 303
    assert count().count == 1


def test_what_is_wished_later_is_erased_with_what_was_wished_first(client, published: Publish, mailbox, owner):
    published()
    endorse_by_letter(client, mailbox, confirm=False, reason="First.")
    now = clock.now()
    with clock.standing_at(now + timedelta(days=6)):
        send(client, ENDORSE, email=MERE, display="anonymous", reason="Second.")
    with clock.standing_at(now + timedelta(days=7, hours=1)):
        jobs.forget_unconfirmed()
    assert owner.execute("select count(*) from policy_endorsements").fetchone() == (0,)


def test_back_and_another_choice_is_the_later_choice(app, cast, client, published: Publish, mailbox, owner):
    published()
    browser = enter(app, AROHA)
    for one, typed in ((browser, {"reason": ""}), (client, {"email": MERE, "name": "Mere Brook", "adult": "y"})):
        page = one.get(ENDORSE).text
        held = {name: hidden(page, name) for name in ("csrf_token", "key", "version")}
        for display in ("full", "anonymous"):
            assert one.post(ENDORSE, data={**held, **typed, "display": display}).status_code == 303
    assert [row[2] for row in rows(owner)] == ["anonymous", "anonymous"]


def test_an_address_that_is_put_right_with_the_back_button_gets_its_letter(client, published: Publish, mailbox):
    published()
    page = client.get(ENDORSE).text
    held = {name: hidden(page, name) for name in ("csrf_token", "key", "version")}
    for email in ("mare@people.example", MERE, MERE):
        assert client.post(ENDORSE, data={**held, "email": email, "display": "anonymous"}).status_code == 303
    assert sorted(letter.to for letter in mailbox()) == ["mare@people.example", MERE]


def reason_of(email: str, reason: str = "Because.") -> Endorsement:
    who = person_id(email)
    with transaction():
        wish = Wish(Shown.ANONYMOUS, reason=reason)
        return endorsing.endorse(queries.find("data-caps"), 1, wish, person_id=who, key=new_id(), on=clock.today())


@pytest.mark.parametrize("way", ["withdraws", "endorses again"])
def test_what_an_officer_hid_counts_against_trust_though_it_is_taken_back(way, app, cast, client, published: Publish, owner):
    published()
    who = person_id(AROHA)
    say(AROHA)
    made = reason_of(AROHA, "Buy pills.")
    assert made.shown_at is not None  # something of theirs was let through
    with transaction():
        endorsing.let_through(made.id, by="person:olive")
        endorsing.hide(made.id, because="advertising", by="person:olive")
    if way == "withdraws":
        with transaction():
            assert endorsing.withdraw_own(made.id, person_id=who)
        assert count().count == 0
    again = reason_of(AROHA, "Buy more pills.")
    assert again.shown_at is None
    assert count().count == 1
    assert "pills" not in client.get(f"{PLACE}/endorsements").text
    with transaction():
        assert not queries.is_trusted(who)
    with clock.standing_at(clock.now() + timedelta(days=rules.TRIED_DAYS + 1)):
        jobs.forget_unconfirmed()
        assert owner.execute("select count(*) from policy_endorsements").fetchone() == (1,)
    jobs.forget_unconfirmed()
    with transaction():
        endorsing.withdraw_all_of(who)
    assert owner.execute("select count(*) from policy_endorsements").fetchone() == (0,)


# Names and age


def test_a_name_is_shown_only_of_who_says_they_are_18(client, published: Publish, mailbox):
    published()
    answer = send(client, ENDORSE, email=MERE, display="full", name="Mere Tautahi-Brook")
    assert answer.status_code == 422
    assert "A name is shown only of somebody who is 18 or over." in answer.text
    assert mailbox() == []


def test_a_member_under_18_is_never_shown_by_name(app, cast, published: Publish, owner):
    published()
    young = add_years(clock.today(), -17)
    with transaction():
        person = people.find_by_email(AROHA)
        person_services.correct(person, people.details_of(person).but(born_on=young), by="system")
    browser = enter(app, AROHA)
    answer = send(browser, ENDORSE, display="full", adult="y")
    assert answer.status_code == 422
    assert "under 18" in answer.text
    assert send(browser, ENDORSE, display="anonymous").status_code == 303


def test_a_birth_date_that_is_told_later_takes_the_name_away(app, cast, client, published: Publish):
    published()
    browser = enter(app, "tama@people.example")  # no birth date is known
    send(browser, ENDORSE, display="full", adult="y")
    assert "Tama Fuimaono" in client.get(f"{PLACE}/endorsements").text
    with transaction():
        person = people.find_by_email("tama@people.example")
        born_on = add_years(clock.today(), -16)
        person_services.correct(person, people.details_of(person).but(born_on=born_on), by="system")
    assert "Tama" not in without_tokens(client.get(f"{PLACE}/endorsements").text)


@pytest.mark.parametrize(
    ("display", "born_on", "shown"),
    [
        (Shown.ANONYMOUS, None, ""),
        (Shown.FIRST, None, "Hōne"),
        (Shown.FULL, None, "Hōne Parata"),
        (Shown.FULL, date(2008, 11, 28), "Hōne Parata"),  # 18 today
        (Shown.FULL, date(2008, 11, 29), ""),
    ],
)
def test_the_name_that_is_shown(display, born_on, shown):
    assert rules.named(display, "Hōne Parata", born_on=born_on, on=date(2026, 11, 28)) == shown


# Versions


def test_an_endorsement_is_not_carried_over_to_the_next_version(app, cast, client, published: Publish, mailbox):
    first = published()
    members = more_members(11)
    for email in members:
        give(email, 1)
    assert "<b>11 <small>endorse it" in client.get(ENDORSE).text
    published(CAPS.replace("2027-06-30", "2026-12-31"))
    assert count().count == 0
    assert (count().before, count().again) == (11, 0)
    page = client.get(ENDORSE).text
    assert "11 endorsed version 1" in page
    for email in members[:10]:
        give(email, 2)
    page = client.get(ENDORSE).text
    assert "11 endorsed version 1" in page
    assert "10 have re-endorsed version 2" in page
    with transaction():
        assert queries.count_of(first.id) == 11


def give(email: str, number: int) -> None:
    who = person_id(email)
    with transaction():
        policy = queries.find("data-caps")
        endorsing.endorse(policy, number, Wish(Shown.ANONYMOUS), person_id=who, key=new_id(), on=clock.today())


def test_a_version_that_was_overtaken_while_somebody_read_it_is_not_endorsed_unread(client, published: Publish, mailbox):
    published()
    page = client.get(ENDORSE).text
    data = {name: hidden(page, name) for name in ("csrf_token", "key", "version")}
    published(CAPS.replace("2027-06-30", "2026-12-31"))
    answer = client.post(ENDORSE, data={**data, "email": MERE, "display": "anonymous"})
    assert answer.status_code == 422
    assert "A new version was published" in answer.text
    assert mailbox() == []


def test_a_letter_confirms_the_version_it_names_though_another_came(client, published: Publish, mailbox):
    first = published()
    link = endorse_by_letter(client, mailbox, confirm=False)
    published(CAPS.replace("2027-06-30", "2026-12-31"))
    assert "Version 1" in client.get(link).text
    assert press(client, link).status_code == 303
    with transaction():
        assert queries.count_of(first.id) == 1
    assert count().count == 0


# Numbers


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, 0), (9, 0), (10, 0), (11, 10), (20, 10), (21, 20), (51, 50), (100, 50), (101, 100), (1001, 1000), (4321, 2000)],
)
def test_warm_pages_tell_more_than_a_round_number(count, told):
    assert rules.bucket(count) == told


def test_fewer_than_ten_are_not_told(cast, client, published: Publish):
    published()
    for email in more_members(3):
        give(email, 1)
    warm_again(client)
    page = client.get(PLACE).text
    assert "first supporters" in page
    assert "More than" not in page
    exact = client.get(ENDORSE).text
    assert "first supporters" in exact
    assert ">3<" not in exact


def warm_again(client) -> None:
    client.application.extensions["hustings"].warm.forget()


def told_times(owner_url, what) -> int:
    """How often every web worker was told to forget its pages while something was done."""
    with psycopg.connect(owner_url, autocommit=True) as link:
        link.execute("listen hustings_news")
        what()
        return told_so_far(link)


def test_pages_are_forgotten_when_what_they_tell_changes_and_not_at_every_press(cast, published: Publish, owner_url):
    published()
    members = more_members(12)
    times = [told_times(owner_url, lambda email=email: give(email, 1)) for email in members]
    assert times == [1] + [0] * 9 + [1, 0]  # the first supporter; the eleventh


# At once


@pytest.mark.parametrize("who", ["a visitor", "a member"])
def test_five_posts_of_one_form_at_once_are_all_answered(who, app, cast, client, published: Publish, mailbox, owner):
    published()
    browser = client if who == "a visitor" else enter(app, AROHA)
    letters = len(mailbox())
    page = browser.get(ENDORSE).text
    data = {name: hidden(page, name) for name in ("csrf_token", "key", "version")} | {"display": "anonymous"}
    if who == "a visitor":
        data["email"] = MERE
    cookies = "; ".join(f"{one.key}={one.value}" for one in browser._cookies.values())

    def post(_):
        one = app.test_client(use_cookies=False)
        return one.post(ENDORSE, data=data, headers={"Cookie": cookies}).status_code

    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(post, range(5))) == [303] * 5
    assert owner.execute("select count(*) from policy_endorsements").fetchone() == (1,)
    assert len(mailbox()) - letters == (1 if who == "a visitor" else 0)


def test_two_presses_at_once_count_once(app, client, published: Publish, mailbox, owner):
    published()
    link = endorse_by_letter(client, mailbox, confirm=False)
    text = link.removeprefix("/endorsements/")

    def confirm(_):
        with app.app_context(), transaction():
            return endorsing.confirm(text).id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(confirm, range(4)))) == 1
    assert count().count == 1


def test_two_letters_confirmed_at_once_count_once(app, client, published: Publish, mailbox):
    published()
    first = endorse_by_letter(client, mailbox, confirm=False, reason="First.")
    second = endorse_by_letter(client, mailbox, confirm=False, reason="Second.")

    def confirm(link):
        with app.app_context(), transaction():
            endorsing.confirm(link.removeprefix("/endorsements/"))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(confirm, (first, second)))
    assert count().count == 1


def test_a_member_in_two_windows_at_once_counts_once(app, cast, published: Publish):
    published()
    who = person_id(AROHA)

    def endorse(_):
        with app.app_context(), transaction():
            policy = queries.find("data-caps")
            endorsing.endorse(policy, 1, Wish(Shown.ANONYMOUS), person_id=who, key=new_id(), on=clock.today())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(endorse, range(4)))
    assert count().count == 1


def test_withdrawing_while_confirming_ends_in_one_or_the_other(app, client, published: Publish, mailbox, owner):
    published()
    for number in range(6):
        link = endorse_by_letter(client, mailbox, f"m{number}@people.example", confirm=False).removeprefix("/endorsements/")

        def act(verb, link=link):
            with app.app_context():
                try:
                    with transaction():
                        verb(link)
                except rules.Spent:
                    pass

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(act, (endorsing.confirm, endorsing.withdraw)))
    assert owner.execute("select count(*) from policy_endorsements").fetchone() == (0,)
    assert count().count == 0


def test_the_database_refuses_a_second_endorsement_of_a_version_by_one_mailbox(client, published: Publish, mailbox, owner):
    published()
    endorse_by_letter(client, mailbox)
    with pytest.raises(psycopg.errors.UniqueViolation):
        owner.execute(
            "insert into policy_endorsements"
            " (id, key, version_id, mailbox_index, display, has_words, sealed, made_at, confirmed_at)"
            " select gen_random_uuid(), gen_random_uuid(), version_id, mailbox_index, display, has_words, sealed, made_at,"
            " confirmed_at from policy_endorsements"
        )


def test_no_letter_is_left_that_leads_anywhere_after_withdrawing(client, published: Publish, mailbox):
    published()
    link = endorse_by_letter(client, mailbox, confirm=False)
    assert press(client, f"{link}/withdraw", page=link).status_code == 303
    assert mailbox() == []
