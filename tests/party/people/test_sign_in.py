"""Signing in by a letter: the link, the session, and the way out."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.ground import clock
from app.ground.db import session, transaction
from app.party.people import queries, rules, services
from app.party.people.models import Purpose
from app.web.rights import PER_EMAIL
from tests.walk import hidden

AROHA = "aroha@people.example"


def cookie(browser):
    found = browser.get_cookie("hustings")
    return found.value if found else None


def test_a_member_signs_in_by_letter(cast, signed_in):
    page = signed_in(AROHA).get("/me")
    assert page.status_code == 200
    assert "Aroha" in page.get_data(as_text=True)


def test_looking_at_a_link_uses_nothing_up(cast, app, letter_link, press):
    link = letter_link(AROHA)
    for _ in range(3):
        scanner = app.test_client()
        assert scanner.get(link).status_code == 200
        assert scanner.head(link).status_code == 200
        assert scanner.get("/me").status_code == 303
    assert press(app.test_client(), link).status_code == 303


def test_a_link_works_once(cast, app, letter_link, press):
    link = letter_link(AROHA)
    first, second = app.test_client(), app.test_client()
    token = hidden(second.get(link).get_data(as_text=True), "csrf_token")
    assert press(first, link).status_code == 303
    again = second.post(link, data={"csrf_token": token})
    assert again.status_code == 410
    assert second.get(link).status_code == 410
    assert second.get("/me").status_code == 303


def test_ten_at_once_sign_in_once(cast, app, letter_link, owner):
    link = letter_link(AROHA)
    browsers = [app.test_client() for _ in range(10)]
    tokens = [hidden(browser.get(link).get_data(as_text=True), "csrf_token") for browser in browsers]
    session.remove()
    with ThreadPoolExecutor(10) as pool:
        posts = [pool.submit(b.post, link, data={"csrf_token": t}) for b, t in zip(browsers, tokens, strict=True)]
    assert sorted(post.result().status_code for post in posts) == [303] + [410] * 9
    assert owner.execute("select count(*) from sign_ins").fetchone() == (1,)


def test_a_link_expires(cast, app, letter_link, press):
    link = letter_link(AROHA)
    with clock.standing_at(clock.now() + timedelta(minutes=19)):
        assert app.test_client().get(link).status_code == 200
    with clock.standing_at(clock.now() + timedelta(minutes=21)):
        assert app.test_client().get(link).status_code == 410


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        ".",
        "0199-..",
        "0199a5b0-0000-7000-8000-000000000000.",
        "0199a5b0-0000-7000-8000-000000000000." + "0" * 48,
        "%00.é",
        "a" * 3000,
    ],
)
def test_a_forged_or_garbled_link_is_gone_and_nothing_breaks(client, text):
    for path in ("/sign-in/", "/support/"):
        assert client.get(path + text).status_code == 410
        page = client.get("/sign-in").get_data(as_text=True)
        assert client.post(path + text, data={"csrf_token": hidden(page, "csrf_token")}).status_code == 410


def test_one_changed_digit_forges_nothing(cast, client, letter_link):
    link = letter_link(AROHA)
    assert client.get(link[:-1] + ("0" if link[-1] != "0" else "1")).status_code == 410


def test_a_link_opens_only_what_it_was_made_for(cast, client):
    with transaction():
        person = queries.find_by_email(AROHA)
        paths = {purpose: services.make_link(purpose, person_id=person.id) for purpose in (Purpose.SIGN_IN, Purpose.SUPPORT)}
    text = {purpose: path.rsplit("/", 1)[1] for purpose, path in paths.items()}
    assert client.get(f"/sign-in/{text[Purpose.SUPPORT]}").status_code == 410
    assert client.get(f"/support/{text[Purpose.SIGN_IN]}").status_code == 410
    with pytest.raises(rules.LinkSpent), transaction():
        services.use_link(Purpose.SIGN_IN, text[Purpose.SUPPORT])


def rows(owner):
    return {
        table: owner.execute(f"select count(*) from {table}").fetchone()[0]
        for table in ("one_time_links", "procrastinate_jobs", "letters", "sign_ins", "audit_entries", "people", "consents")
    }


@pytest.mark.parametrize(("path", "more"), [("/sign-in", {}), ("/support", {"consents": "y"})])
def test_a_known_and_an_unknown_email_are_answered_alike(cast, app, owner, ask, path, more):
    seen = []
    for email in (AROHA, "nobody@people.example"):
        before = rows(owner)
        answer = ask(email, by=app.test_client(), path=path, **more)
        after = rows(owner)
        headers = {name: value for name, value in answer.headers if name not in ("X-Request-Id", "Set-Cookie")}
        seen.append((answer.status_code, answer.data, headers, {table: after[table] - before[table] for table in after}))
    assert seen[0] == seen[1]


def test_limits_answer_alike_too(cast, app, ask):
    def codes(email):
        return [ask(email, by=app.test_client()).status_code for _ in range(PER_EMAIL[0] + 2)]

    assert codes(AROHA) == codes("nobody@people.example") == [303] * PER_EMAIL[0] + [429] * 2


def test_an_unknown_email_gets_no_letter(cast, ask, do_the_chores, mailbox):
    before = len(mailbox())
    ask("nobody@people.example")
    do_the_chores()
    assert len(mailbox()) == before


def test_no_detail_goes_into_the_arguments_of_a_job_or_the_log(cast, ask, owner, do_the_chores):
    ask(AROHA)
    args = owner.execute("select args from procrastinate_jobs where task_name = 'people.send_sign_in_link'").fetchall()
    assert [list(row[0]) for row in args] == [["link"]]
    do_the_chores()
    told = json.dumps(owner.execute("select action, subject, actor, data from audit_entries").fetchall())
    assert "aroha" not in told.lower()
    assert "@" not in told


def test_a_chore_done_twice_is_one_letter(cast, ask, owner, do_the_chores, mailbox):
    from app.party.people import jobs

    ask(AROHA)
    do_the_chores()
    count = len(mailbox())
    jobs.send_sign_in_link(str(owner.execute("select id from one_time_links order by id desc limit 1").fetchone()[0]))
    do_the_chores()
    assert len(mailbox()) == count


def test_a_planted_session_is_not_kept(cast, app, letter_link, press):
    attacker = app.test_client()
    attacker.get("/sign-in")
    planted = cookie(attacker)
    victim = app.test_client()
    victim.set_cookie("hustings", planted)
    assert press(victim, letter_link(AROHA)).status_code == 303
    assert cookie(victim) != planted
    assert attacker.get("/me").status_code == 303


def test_a_revoked_session_is_dead_at_once(cast, signed_in, press):
    phone, laptop = signed_in(AROHA), signed_in(AROHA)
    page = laptop.get("/me").get_data(as_text=True)
    urls = re.findall(r'action="(/me/sessions/[^"]+/revoke)"', page)
    assert len(urls) == 2
    mine = re.search(r"\(this one\).*?action=\"([^\"]+)\"", page, re.S)[1]
    other = next(url for url in urls if url != mine)
    assert press(laptop, other, page="/me").status_code == 303
    assert phone.get("/me").status_code == 303
    assert laptop.get("/me").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(cast, signed_in, press, owner):
    aroha = signed_in(AROHA)
    theirs = owner.execute("select id from sign_ins").fetchone()[0]
    assert press(signed_in("tama@people.example"), f"/me/sessions/{theirs}/revoke", page="/me").status_code == 404
    assert aroha.get("/me").status_code == 200


def test_signing_out_kills_the_cookie_even_a_copy_of_it(cast, app, signed_in, press, owner):
    browser = signed_in(AROHA)
    copied = cookie(browser)
    answer = press(browser, "/sign-out", page="/me")
    assert (answer.status_code, answer.location) == (303, "/")
    assert answer.headers["Clear-Site-Data"] == '"cookies", "storage"'
    thief = app.test_client()
    thief.set_cookie("hustings", copied)
    assert thief.get("/me").status_code == 303
    assert owner.execute("select count(*) from sign_ins").fetchone() == (0,)


def test_a_session_ends_after_seven_idle_days_and_after_thirty(cast, signed_in, owner):
    browser, began = signed_in(AROHA), clock.now()
    for day in (6, 12, 18, 24, 29):
        with clock.standing_at(began + timedelta(days=day)):
            assert browser.get("/me").status_code == 200
    with clock.standing_at(began + timedelta(days=30, minutes=1)):
        assert browser.get("/me").status_code == 303
    idle = signed_in(AROHA)
    with clock.standing_at(clock.now() + timedelta(days=7, minutes=1)):
        assert idle.get("/me").status_code == 303


def test_a_session_is_noted_as_seen_at_most_every_ten_minutes(cast, signed_in, owner):
    browser, began = signed_in(AROHA), clock.now()

    def seen():
        return owner.execute("select last_seen_at from sign_ins").fetchone()[0]

    first = seen()
    with clock.standing_at(began + timedelta(minutes=9)):
        browser.get("/me")
    assert seen() == first
    with clock.standing_at(began + timedelta(minutes=11)):
        browser.get("/me")
    assert seen() > first


def test_the_cookie_holds_no_id_and_the_row_no_token(cast, signed_in, owner):
    token = signed_in(AROHA).get_cookie("hustings").value
    sign_in, person, held = owner.execute("select id, person_id, token_hash from sign_ins").fetchone()
    assert str(sign_in) not in token
    assert str(person) not in token
    assert len(held) == 32


@pytest.mark.parametrize(
    ("to", "goes"),
    [
        ("/me/leave", "/me/leave"),
        ("https://evil.example/", "/me"),
        ("//evil.example", "/me"),
        ("/\\evil.example", "/me"),
        ("/a\\b", "/me"),
        ("javascript:alert(1)", "/me"),
        ("/%0d%0aSet-Cookie:x=1", "/me"),
        ("", "/me"),
    ],
)
def test_nobody_is_sent_elsewhere_after_signing_in(cast, client, letter_link, press, to, goes):
    link = letter_link(AROHA, path=f"/sign-in?next={to}")
    assert press(client, link).location == goes


def test_a_members_door_asks_to_sign_in_and_comes_back(client):
    answer = client.get("/me/leave")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/me/leave")
    assert client.get("/sign-out").status_code == 405


def test_a_changed_email_makes_earlier_links_worthless(cast, client, letter_link):
    link = letter_link(AROHA)
    with transaction():
        person = queries.find_by_email(AROHA)
        services.correct(person, queries.details_of(person).but(email="new@people.example"), by="system")
    assert client.get(link).status_code == 410


def test_the_confirming_page_sends_a_referrer_that_the_form_guard_can_check(cast, client, letter_link):
    """Over https the guard wants to see where a form came from; `no-referrer` would lock everyone out."""
    page = client.get(letter_link(AROHA)).get_data(as_text=True)
    assert 'content="no-referrer"' not in page


def test_the_broom_takes_what_is_over_and_leaves_the_rest(cast, signed_in, owner, ask, do_the_chores):
    from app.party.people import jobs

    signed_in(AROHA)
    ask("new@people.example", path="/support", consents="y")
    do_the_chores()
    jobs.sweep()
    assert owner.execute("select count(*) from sign_ins").fetchone() == (1,)
    assert owner.execute("select count(*) from one_time_links where purpose = 'support'").fetchone() == (1,)
    with clock.standing_at(clock.now() + timedelta(days=31)):
        jobs.sweep()
    assert owner.execute("select count(*) from one_time_links").fetchone() == (0,)
    assert owner.execute("select count(*) from sign_ins").fetchone() == (0,)
    said = owner.execute("select sealed from letters where template = 'people/confirm_support'").fetchall()
    assert said == [(None,)]
