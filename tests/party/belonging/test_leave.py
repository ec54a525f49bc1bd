"""Leaving: said before, done at once, and what the law keeps is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.ground import clock
from app.ground.db import session
from app.law.nz.electoral_act import RECORDS_YEARS
from app.party.belonging import jobs, rules
from app.party.people import queries as people
from tests.walk import hidden

AROHA, GRACE, LIN = "aroha@people.example", "grace@people.example", "lin@people.example"


def leave(browser, press, **more):
    return press(browser, "/me/leave", **{"confirm": "y", **more})


def person(email):
    found = people.find_by_email(email).id
    session.remove()
    return found


def test_the_plan_says_what_goes_and_what_stays_until_when(cast, signed_in):
    body = signed_in(AROHA).get("/me/leave").get_data(as_text=True)
    until = clock.today().year + RECORDS_YEARS.on(clock.today()).value
    assert "The declaration you signed" in body
    assert f"{until}" in body
    assert "Electoral Act 1993" in body
    assert "Your name, email, phone" in body


def test_without_the_tick_nobody_leaves(cast, signed_in, press, owner):
    browser = signed_in(AROHA)
    assert press(browser, "/me/leave").status_code == 422
    assert owner.execute("select count(*) from people where erased_at is not null").fetchone() == (0,)
    assert browser.get("/me").status_code == 200


def test_leaving_erases_and_keeps(cast, signed_in, press, owner, mailbox):
    phone, laptop = signed_in(AROHA), signed_in(AROHA)
    press(laptop, "/me/details", page="/me", address="14 Kōwhai Terrace", electorate="nelson")
    who = person(AROHA)
    money = owner.execute("select count(*), sum(cents) from ledger_lines").fetchone()
    evidence = owner.execute("select sealed from declarations where person_id = %s", [who]).fetchone()
    answer = leave(laptop, press)
    assert answer.status_code == 303
    assert answer.location.startswith("/left?")
    assert answer.headers["Clear-Site-Data"] == '"cookies", "storage"'

    row = owner.execute("select sealed, email_index, can_enrol, erased_at is not null from people where id = %s", [who])
    assert row.fetchone() == (None, None, None, True)
    for table in ("people_name_buckets", "one_time_links", "sign_ins", "passkeys", "authenticators", "residences"):
        assert owner.execute(f"select count(*) from {table} where person_id = %s", [who]).fetchone() == (0,), table
    assert owner.execute("select count(*) from letters where person_id = %s and sealed is not null", [who]).fetchone() == (0,)
    assert owner.execute("select ended_on from memberships where person_id = %s", [who]).fetchone() == (clock.today(),)
    moves = owner.execute(
        'select "to" from membership_moves m join memberships s on s.id = m.membership_id where person_id = %s', [who]
    )
    assert "resigned" in [move[0] for move in moves.fetchall()]

    assert owner.execute("select count(*), sum(cents) from ledger_lines").fetchone() == money
    assert owner.execute("select sealed from declarations where person_id = %s", [who]).fetchone() == evidence
    assert phone.get("/me").status_code == laptop.get("/me").status_code == 303

    last = mailbox()[0]
    assert last.to == AROHA
    assert "Aroha" not in last.subject + last.text
    page = laptop.get(answer.location)
    assert page.status_code == 200
    assert "The declaration you signed" in page.get_data(as_text=True)


def test_the_last_letter_is_sent_and_then_forgotten(cast, signed_in, press, owner, do_the_chores):
    who = person(AROHA)
    leave(signed_in(AROHA), press)
    do_the_chores()
    letter = "select sealed is null, sent_at is not null, person_id from letters where key = %s"
    assert owner.execute(letter, [f"left:{who}"]).fetchone() == (False, True, None)
    wish = owner.execute(
        "select args, scheduled_at from procrastinate_jobs where task_name = 'belonging.forget_last_letter'"
    ).fetchone()
    assert wish[0] == {"person": str(who)}
    assert wish[1] > clock.now() + timedelta(hours=23)
    for _ in range(2):
        jobs.forget_last_letter(**wish[0])
    assert owner.execute(letter, [f"left:{who}"]).fetchone() == (True, True, None)


def test_after_leaving_no_byte_of_the_database_names_them(cast, signed_in, press, owner, do_the_chores):
    who = person(AROHA)
    leave(signed_in(AROHA), press)
    do_the_chores()
    jobs.forget_last_letter(str(who))
    names = [row[0] for row in owner.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()]
    for name in names:
        told = owner.execute(f"select string_agg(t::text, ' ') from \"{name}\" t").fetchone()[0] or ""
        for word in ("Aroha", "aroha", "Kōwhai", "64215550141", "021 555 0141"):  # of fewer digits, hex has some by chance
            assert word not in told, (name, word)


def test_consents_are_withdrawn_and_the_log_holds_no_detail(cast, signed_in, press, owner):
    who = person(LIN)
    leave(signed_in(LIN), press)
    said = owner.execute("select given, source from consents where person_id = %s order by id", [who]).fetchall()
    assert said[-1] == (False, "left the party")
    log = owner.execute("select action, data::text from audit_entries where subject = %s", [f"person:{who}"]).fetchall()
    assert "person:left" in [action for action, _ in log]
    assert "lin@" not in str(log)


def test_an_open_attempt_to_pay_is_closed_and_forgets_the_email(cast, signed_in, press, owner, do_the_chores):
    browser = signed_in(GRACE)
    press(browser, "/me/pay", page="/me")
    assert owner.execute("select count(*) from payments where frozen is not null").fetchone() == (1,)
    leave(browser, press)
    do_the_chores()
    assert owner.execute("select count(*) from payments where frozen is not null").fetchone() == (0,)
    assert owner.execute("select closed_at is not null from payments where purpose = 'dues'").fetchall() == [(True,)]


def test_who_left_can_join_again_as_somebody_new(cast, signed_in, press, owner):
    from dataclasses import replace

    from tests.cast import CAST, make

    before = person(AROHA)
    leave(signed_in(AROHA), press)
    make(replace(CAST[0], joined_days_ago=0))
    assert person(AROHA) != before


def test_pressed_five_times_at_once_it_is_done_once(cast, app, signed_in, press, owner):
    browsers = [signed_in(AROHA) for _ in range(5)]
    tokens = [hidden(browser.get("/me/leave").get_data(as_text=True), "csrf_token") for browser in browsers]
    session.remove()
    with ThreadPoolExecutor(5) as pool:
        posts = [
            pool.submit(browser.post, "/me/leave", data={"csrf_token": token, "confirm": "y"})
            for browser, token in zip(browsers, tokens, strict=True)
        ]
    assert {post.result().status_code for post in posts} == {303}
    assert owner.execute("select count(*) from letters where template = 'belonging/left'").fetchone() == (1,)
    assert owner.execute("select count(*) from audit_entries where action = 'person:left'").fetchone() == (1,)


def test_leaving_is_all_or_nothing(cast, signed_in, press, owner, monkeypatch):
    from app.party.people import services

    def fail(*_, **__):
        raise RuntimeError("the lights went out")

    browser = signed_in(AROHA)
    monkeypatch.setattr(services, "erase", fail)
    assert leave(browser, press).status_code == 500
    assert owner.execute("select count(*) from memberships where ended_on is not null").fetchone() == (0,)
    assert owner.execute("select count(*) from letters where template = 'belonging/left'").fetchone() == (0,)
    assert browser.get("/me").status_code == 200


@pytest.mark.parametrize("query", ["", "?on=never", "?on=0001-01-01", "?on=2013-01-01&kept=money"])
def test_a_made_up_goodbye_is_not_found(client, query):
    assert client.get("/left" + query).status_code == 404


def test_the_plan_keeps_only_what_there_is():
    plan = rules.plan(on=clock.today(), holds=["log"])
    assert [kept.until for kept in plan.kept] == ["the party is wound up"]
