"""Offices are given and end: by whom, to whom, from which day until which."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from psycopg import errors

from app.ground import clock
from app.ground.db import session, transaction
from app.party.branches import queries, rules, services
from app.party.branches.rules import OfficeName
from app.party.people import queries as people
from tests.cast import CAST, make
from tests.walk import enter, hidden

AROHA, GRACE, LIN, OLIVE, WIREMU = (f"{key}@people.example" for key in ("aroha", "grace", "lin", "olive", "wiremu"))
DAY = timedelta(days=1)


def person(email):
    return people.find_by_email(email)


def appoint(email, office, *, by="system", **more):
    with transaction():
        return services.appoint(person(email), OfficeName(office), by=by, on=clock.today(), **more).id


def end(office_id, *, by="system", **more):
    with transaction():
        services.end_office(queries.find_office(office_id), by=by, on=clock.today(), **more)


def held(email, on=None) -> list[str]:
    found = [office.office for office in queries.held_by(person(email).id, on=on or clock.today())]
    session.remove()
    return found


def the_office(email):
    found = queries.offices_of(person(email).id)[-1].id
    session.remove()
    return found


def test_an_office_is_held_from_its_first_day_until_the_day_it_ends(cast):
    today = clock.today()
    office = appoint(AROHA, "reader", since=today + 3 * DAY)
    end(office, until=today + 5 * DAY)
    found = [held(AROHA, today + days * DAY) for days in range(7)]
    assert found == [[], [], [], ["reader"], ["reader"], [], []]


def test_by_word_of_the_secretary_and_of_nobody_else(cast):
    with transaction():
        olive, wiremu, aroha = (str(person(email).id) for email in (OLIVE, WIREMU, AROHA))
    for nobody in (f"person:{wiremu}", f"person:{aroha}", "visitor", "stripe", "person:x"):
        with pytest.raises(rules.MayNotGive):
            appoint(GRACE, "reader", by=nobody)
    assert held(GRACE) == []
    appoint(GRACE, "reader", by=f"person:{olive}")
    assert held(GRACE) == ["reader"]


def test_only_a_member_in_good_standing_holds_one(cast):
    with pytest.raises(rules.NotAMember):
        appoint(LIN, "reader")


def test_nobody_holds_the_same_office_twice_at_once(cast):
    appoint(AROHA, "reader")
    with pytest.raises(rules.HeldAlready):
        appoint(AROHA, "reader")
    with pytest.raises(rules.HeldAlready):
        appoint(AROHA, "reader", since=clock.today() + DAY)


def test_it_can_be_given_again_after_it_ended(cast):
    end(appoint(AROHA, "reader"))
    appoint(AROHA, "reader")
    assert held(AROHA) == ["reader"]


def test_the_past_is_not_changed(cast):
    with pytest.raises(rules.NotBefore):
        appoint(AROHA, "reader", since=clock.today() - DAY)
    office = appoint(AROHA, "reader")
    with pytest.raises(rules.NotBefore):
        end(office, until=clock.today() - DAY)


def test_an_end_is_brought_forward_and_never_put_off(cast):
    office = appoint(AROHA, "reader")
    end(office, until=clock.today() + 9 * DAY)
    with pytest.raises(rules.EndedAlready):
        end(office, until=clock.today() + 10 * DAY)
    end(office, until=clock.today() + 2 * DAY)
    assert held(AROHA, clock.today() + 2 * DAY) == []


def test_one_that_had_not_begun_was_never_held(cast):
    tomorrow = clock.today() + DAY
    end(appoint(AROHA, "reader", since=tomorrow))
    assert held(AROHA, tomorrow) == held(AROHA) == []


def test_an_organizer_is_of_a_branch_and_nobody_else_is(cast):
    with transaction():
        branch = services.add_branch("Ōtepoti", by="system", on=clock.today())
    with pytest.raises(rules.WhichBranch):
        appoint(AROHA, "organizer")
    with pytest.raises(rules.WhichBranch):
        appoint(AROHA, "treasurer", branch=branch)
    with pytest.raises(rules.BranchThere), transaction():
        services.add_branch("Ōtepoti", by="system", on=clock.today())


def test_a_new_secretary_relieves_the_one_in_office(cast, mailbox):
    tomorrow = clock.today() + DAY
    appoint(AROHA, "secretary", since=tomorrow)
    assert (held(OLIVE), held(AROHA)) == (["secretary"], [])
    assert (held(OLIVE, tomorrow), held(AROHA, tomorrow)) == ([], ["secretary"])
    assert {(letter.to, letter.subject) for letter in mailbox()[:2]} == {
        (OLIVE, "Your office ends"),
        (AROHA, "You hold an office"),
    }


def test_two_that_are_to_follow_are_one_too_many(cast):
    appoint(AROHA, "secretary", since=clock.today() + 2 * DAY)
    with pytest.raises(rules.OneSecretary):
        appoint(GRACE, "secretary", since=clock.today() + DAY)


def test_two_appointed_at_the_same_moment_are_one(cast):
    end(the_office(OLIVE))

    def try_it(email):
        try:
            return appoint(email, "secretary")
        except rules.OneSecretary as refusal:
            return refusal
        finally:
            session.remove()

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(try_it, [AROHA, GRACE]))
    assert len([found for found in done if isinstance(found, rules.OneSecretary)]) == 1
    assert sorted(held(AROHA) + held(GRACE)) == ["secretary"]


def test_the_database_refuses_two_secretaries_whatever_the_code_says(cast, owner):
    with pytest.raises(errors.ExclusionViolation, match="ex_offices_one_secretary"):
        owner.execute(
            "insert into offices (id, person_id, office, since, appointed_by, appointed_at)"
            " select gen_random_uuid(), person_id, 'secretary', current_date + 400, 'x', now()"
            " from offices where office = 'treasurer'"
        )


@pytest.mark.parametrize(
    "way",
    [
        "update offices set since = since - 1", "update offices set office = 'treasurer'", "delete from offices",
        "update offices set until = null where until is not null",
        "update offices set until = until + 1 where until is not null",
        "truncate offices", "delete from branches",
    ],
)  # fmt: skip
def test_not_even_the_owner_rewrites_who_held_what(cast, owner, way):
    end(appoint(AROHA, "reader"))
    with pytest.raises(errors.IntegrityConstraintViolation):
        owner.execute(way)


def test_the_letter_says_what_it_opens_and_what_proves_it_already(cast, mailbox):
    appoint(WIREMU, "secretary")
    letter = next(letter for letter in mailbox() if letter.to == WIREMU)
    for sentence in ("party secretary", rules.SENTENCES["give office"], "authenticator app, added with the demo"):
        assert sentence in letter.text
        assert sentence in letter.html
    appoint(AROHA, "reader")
    assert "You have neither yet." in mailbox()[0].text


def test_both_are_logged_with_who_and_which(cast, owner):
    end(appoint(AROHA, "reader"))
    log = owner.execute(
        "select action, actor, data->>'office' from audit_entries where action like 'office:%' order by seq desc limit 2"
    ).fetchall()
    assert log == [("office:ended", "system", "reader"), ("office:appointed", "system", "reader")]


def test_who_leaves_the_party_holds_nothing_from_that_moment(cast, app, owner):
    who = person(WIREMU).id
    browser = enter(app, WIREMU)
    token = hidden(browser.get("/me/leave").get_data(as_text=True), "csrf_token")
    answer = browser.post("/me/leave", data={"csrf_token": token, "confirm": "y"})
    assert "offices" in answer.location
    assert owner.execute("select until from offices where person_id = %s", [who]).fetchall() == [(clock.today(),)]
    assert owner.execute("select count(*) from authenticators where person_id = %s", [who]).fetchone() == (0,)
    assert owner.execute("select count(*) from letters where person_id = %s and sealed is not null", [who]).fetchone() == (0,)


def test_rights_end_with_the_membership_and_do_not_come_back_by_joining_again(cast, owner):
    assert held(WIREMU) == ["treasurer"]
    owner.execute("update memberships set ended_on = current_date where person_id = %s", [person(WIREMU).id])
    session.remove()
    assert held(WIREMU) == []
    make(replace(CAST[0], key="again", name="Wiremu Pōhatu-Lang", email=WIREMU, joined_days_ago=0))
    assert held(WIREMU) == []


@pytest.mark.parametrize("office", list(OfficeName))
def test_the_guards_say_what_the_table_says(office):
    guards = {
        "give office": rules.may_give_office, "look at people": rules.may_look_at_people,
        "record money": rules.may_record_money, "refund money": rules.may_refund_money,
    }  # fmt: skip
    for right, guard in guards.items():
        assert guard([office]) is (right in rules.RIGHTS[office])
    assert rules.may([office], "read only")
    with pytest.raises(KeyError):
        rules.may([office], "something else")
