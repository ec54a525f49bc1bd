"""Amendments: proposed to a section, open for fourteen days, supported once, short, overtaken, withdrawn."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from app.ground import clock
from app.ground.db import transaction
from app.ground.ids import new_id
from app.law.party_rules import TAKING_PART
from app.party.desk import queries as desk
from app.party.dues import queries as dues
from app.party.policy import queries, rules
from app.party.policy.rules import State
from app.party.policy.services import amending, publishing
from app.party.policy.services.amending import Proposal
from app.party.policy.services.commenting import Author
from tests.walk import enter, hidden, without_tokens

from .conftest import CAPS
from .taking import (
    ANOTHER,
    AROHA,
    GRACE,
    OLIVE,
    PLACE,
    Publish,
    days_later,
    more_members,
    person_id,
    press,
    propose,
    say,
    send,
    shown,
    support,
)

NEW = f"{PLACE}/amendments/new/against"


def send_twice(browser, **typed):
    """Fill in the form, look at what changes, press again."""
    first = send(browser, NEW, **typed)
    if first.status_code != 200:
        return first
    held = {name: hidden(first.text, name) for name in ("csrf_token", "key", "version", "seen")}
    return browser.post(NEW, data={**held, **typed})


TYPED = {"body": ANOTHER, "rationale": "It is **fairer**.", "display": "anonymous"}


def test_a_member_proposes_another_body_and_sees_first_what_changes(app, cast, client, published: Publish, as_officer):
    published()
    browser = enter(app, AROHA)
    form = browser.get(NEW).text
    assert "We would not forbid them." in form  # the section as it stands
    assert "the policy conference decides" in form  # who decides is said before
    answer = send(browser, NEW, **TYPED)
    assert answer.status_code == 200
    assert "This is what you propose" in answer.text
    assert "<strong>never</strong>" in answer.text
    answer = send_twice(browser, **TYPED)
    assert answer.status_code == 303
    path = answer.location
    assert "An officer reads it before it opens" in browser.get(path).text
    assert client.get(path).status_code == 404
    olive = as_officer("olive")
    one = re.search(r'href="(/org/policies/amendments/[0-9a-f-]+)"', olive.get("/org/policies/amendments").text)[1]
    assert press(olive, f"{one}/open", page=one).status_code == 303
    page = client.get(path).text
    last = clock.today() + timedelta(days=14)
    assert f"Open until {last.day} {last:%B %Y}" in page
    assert "It is <strong>fairer</strong>." in page
    client.application.extensions["hustings"].warm.forget()
    assert path in client.get(PLACE).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"body": ""}, "Write what the section should say."),
        ({"rationale": ""}, "Say why"),
        ({"body": "Light users paid less while there were caps. We would not forbid them."}, "This says the same"),
        ({"body": "x\n\n## Another {#another faq}"}, "one section at a time"),
        ({"body": "x" * 12_001}, "Use 12000 letters or fewer"),
    ],
)
def test_what_cannot_be_proposed(typed, said, app, cast, published: Publish, owner):
    published()
    answer = send(enter(app, AROHA), NEW, **{**TYPED, **typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert owner.execute("select count(*) from policy_amendments").fetchone() == (0,)


def test_a_commitment_that_cannot_be_read_is_told_by_its_line(app, cast, published: Publish):
    published()
    path = f"{PLACE}/amendments/new/do"
    answer = send(enter(app, AROHA), path, **{**TYPED, "body": "### DC-1 Count\n- Measure: a count\n- Status: perhaps"})
    assert answer.status_code == 422
    assert "Line 3: DC-1 needs a line" in answer.text


def test_a_number_without_a_citation_may_be_proposed_and_is_pointed_out(app, cast, published: Publish):
    published()
    answer = send(enter(app, AROHA), NEW, **{**TYPED, "body": "In fact 40% paid less."})
    assert answer.status_code == 200
    assert "A number without a citation" in answer.text


def test_a_section_that_is_not_there_and_a_member_who_may_not(app, cast, client, published: Publish):
    published()
    browser = enter(app, AROHA)
    assert browser.get(f"{PLACE}/amendments/new/nowhere").status_code == 404
    assert client.get(NEW).status_code == 303
    grace = enter(app, GRACE)
    assert "behind with dues" in grace.get(NEW).text
    token = hidden(grace.get("/me").text, "csrf_token")
    answer = grace.post(NEW, data={"csrf_token": token, "version": "1", "seen": "1", **TYPED})
    assert answer.status_code == 422


def test_who_had_something_let_through_is_open_at_once(cast, published: Publish):
    published()
    say()
    assert shown(propose(opened=False)).state is State.OPEN


def test_one_member_has_three_open_at_most(cast, published: Publish):
    published()
    for anchor in ("against", "cost", "change"):
        propose(anchor=anchor)
    with pytest.raises(rules.TooManyOpen):
        propose(anchor="problem", body="Something else.")


def test_two_presses_propose_once(app, cast, published: Publish, owner):
    published()
    who, key = person_id(AROHA), new_id()

    def write(_):
        with app.app_context(), transaction():
            policy = queries.find("data-caps")
            wanted = Proposal("against", ANOTHER, "Why.")
            return amending.propose(policy, wanted, number=1, author=Author(who), key=key, on=clock.today()).id

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(write, range(4)))) == 1
    assert owner.execute("select count(*) from policy_amendments").fetchone() == (1,)


def test_eight_proposals_at_once_are_three(app, cast, published: Publish, owner):
    published()
    who = person_id(AROHA)

    def write(number):
        wanted = Proposal("against", f"{ANOTHER} {number}", "Why.")
        with app.app_context():
            try:
                with transaction():
                    policy = queries.find("data-caps")
                    amending.propose(policy, wanted, number=1, author=Author(who), key=new_id(), on=clock.today())
            except rules.TooManyOpen:
                return 1
            return 0

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(write, range(8))) == 5
    assert owner.execute("select count(*) from policy_amendments").fetchone() == (3,)


# The support it needs


@pytest.mark.parametrize(
    ("members", "needed"), [(0, 1), (4, 4), (10, 10), (500, 10), (501, 11), (550, 11), (551, 12), (613, 13), (10_000, 200)]
)
def test_ten_or_two_percent_whichever_is_more(members, needed):
    assert TAKING_PART.on(clock.today()).value.needed(members) == needed


def test_those_who_could_are_counted_when_it_opens_and_as_the_desk_counts(cast, published: Publish):
    published()
    with transaction():
        good, at_the_desk = dues.count_in_good_standing(on=clock.today()), desk.counts(on=clock.today()).good
    assert good == at_the_desk == 4  # Grace is behind, Lin no member
    amendment = propose()
    more_members(2)
    assert (amendment.eligible, amendment.needed) == (4, 4)
    assert shown(amendment).amendment.eligible == 4
    with transaction():
        assert dues.count_in_good_standing(on=clock.today()) == desk.counts(on=clock.today()).good == 6


def test_members_support_in_one_press_and_take_it_back(app, cast, client, published: Publish, owner):
    published()
    path = f"{PLACE}/amendments/{propose().id}"
    assert "I support it" not in client.get(path).text
    browser = enter(app, OLIVE)
    assert "I support it" in browser.get(path).text
    for _ in range(2):
        assert press(browser, f"{path}/support", page=path).status_code == 303
    page = browser.get(path).text
    assert "You support it." in page
    assert "Taking part so far: 25.0%" in page
    assert path in browser.get("/me").text
    assert press(browser, f"{path}/support", page=path, no="1").status_code == 303
    assert owner.execute("select count(*) from amendment_supports").fetchone() == (0,)


def test_who_supports_is_on_no_page_and_not_in_the_log(app, cast, client, published: Publish, as_officer, owner):
    published()
    amendment = propose()
    support(amendment, ["tama@people.example"])
    who = str(person_id("tama@people.example"))
    olive = as_officer("olive")
    for browser, path in ((client, f"{PLACE}/amendments/{amendment.id}"), (olive, f"/org/policies/amendments/{amendment.id}")):
        page = browser.get(path).text
        assert "Tama" not in without_tokens(page)
        assert who not in page
    assert client.get(f"{PLACE}/participation.json").text.find(who) == -1
    log = owner.execute("select count(*) from audit_entries where action like 'amendment:%%' and actor = %s", [f"person:{who}"])
    assert log.fetchone() == (0,)


@pytest.mark.parametrize("email", [GRACE, "lin@people.example"])
def test_others_cannot_support(email, app, cast, published: Publish, owner):
    published()
    path = f"{PLACE}/amendments/{propose().id}"
    browser = enter(app, email)
    answer = press(browser, f"{path}/support", page="/me")
    assert answer.status_code == 422
    assert "members in good standing" in answer.text
    assert owner.execute("select count(*) from amendment_supports").fetchone() == (0,)


def test_many_presses_at_once_count_once(app, cast, published: Publish, owner):
    published()
    amendment, who = propose(), person_id(OLIVE)

    def press_it(number):
        with app.app_context(), transaction():
            act = amending.support if number % 3 else amending.take_back_support
            act(amendment.id, person_id=who, on=clock.today())

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(press_it, range(12)))
    assert owner.execute("select count(*) from amendment_supports").fetchone()[0] <= 1


def test_the_database_refuses_support_given_twice(cast, published: Publish, owner):
    published()
    amendment = propose()
    support(amendment, [OLIVE])
    with pytest.raises(psycopg.errors.UniqueViolation):
        owner.execute(
            "insert into amendment_supports (id, amendment_id, person_id, made_at)"
            " select gen_random_uuid(), amendment_id, person_id, made_at from amendment_supports"
        )


# It closes


@pytest.mark.parametrize(("days", "state"), [(0, State.OPEN), (14, State.OPEN), (15, State.SHORT)])
def test_it_is_open_for_fourteen_days_and_its_last_day_counts(days, state, cast, published: Publish):
    published()
    amendment = propose()
    assert shown(amendment, on=clock.today() + timedelta(days=days)).state is state


def test_short_of_support_it_closes_by_the_rule_and_says_so(app, cast, client, published: Publish, as_officer):
    published()
    amendment = propose()
    path = f"{PLACE}/amendments/{amendment.id}"
    browser = enter(app, OLIVE)
    with days_later(15):
        browser = enter(app, OLIVE)
        assert "without the support it needed" in client.get(path).text
        assert press(browser, f"{path}/support", page="/me").status_code == 422
        assert press(enter(app, AROHA), f"{path}/withdraw", page="/me").status_code == 422
        with transaction():
            assert queries.work.to_decide(on=clock.today()) == []


def test_with_the_support_it_needs_it_waits_for_a_decision(cast, published: Publish):
    published()
    amendment = propose()
    support(amendment, more_members(10))
    with days_later(15):
        assert shown(amendment).state is State.SUPPORTED
        with transaction():
            assert len(queries.work.to_decide(on=clock.today())) == 1
            assert queries.work.waiting(on=clock.today()).undecided == 1


def test_its_author_withdraws_it_and_nobody_else(app, cast, client, published: Publish):
    published()
    path = f"{PLACE}/amendments/{propose().id}"
    assert press(enter(app, OLIVE), f"{path}/withdraw", page="/me").status_code == 404
    browser = enter(app, AROHA)
    assert press(browser, f"{path}/withdraw", page=path).status_code == 303
    assert "withdrawn by its author" in client.get(path).text


def test_supporting_while_it_is_withdrawn_ends_in_order(app, cast, published: Publish):
    published()
    amendment, author, other = propose(), person_id(AROHA), person_id(OLIVE)

    def withdraw():
        amending.withdraw(amending.hold_amendment(amendment.id), person_id=author, on=clock.today())

    def act(what):
        with app.app_context():
            try:
                with transaction():
                    what()
            except rules.NotOpen:
                return "refused"
        return "done"

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(act, (withdraw, lambda: amending.support(amendment.id, person_id=other, on=clock.today()))))
    assert ends[0] == "done"
    assert shown(amendment).state is State.WITHDRAWN


def test_an_officer_closes_what_may_not_stand_with_a_reason(app, cast, client, published: Publish, as_officer, owner):
    published()
    amendment = propose(body="Buy my pills.")
    one = f"/org/policies/amendments/{amendment.id}"
    olive = as_officer("olive")
    assert press(olive, f"{one}/refuse", page=one, because="").location.endswith("problem=reason")
    assert press(olive, f"{one}/refuse", page=one, because="advertising").status_code == 303
    page = client.get(f"{PLACE}/amendments/{amendment.id}").text
    assert "It advertises something." in page
    assert "pills" not in page
    log = [row[0] for row in owner.execute("select action from audit_entries where action like 'amendment:%' order by seq")]
    assert log == ["amendment:opened", "amendment:refused"]


def test_what_was_never_opened_names_nobody(app, cast, client, published: Publish):
    published()
    browser = enter(app, AROHA)
    send_twice(browser, **{**TYPED, "display": "full"})
    path = re.search(rf'href="({PLACE}/amendments/[0-9a-f-]{{36}})"', browser.get(f"{PLACE}/amendments").text)[1]
    with transaction():
        held = amending.hold_amendment(UUID(path[-36:]))
        amending.refuse(held, because="not-them", by="system", on=clock.today())
    for page in (path, f"{PLACE}/amendments", f"{PLACE}/participation.json"):
        assert "Ngāpō" not in client.get(page).text, page
    assert "It is not by whom it says it is." in client.get(path).text


def test_what_its_author_withdrew_before_anybody_read_it_is_read_by_nobody(cast, client, published: Publish):
    published()
    made, who = propose(opened=False), person_id(AROHA)
    with transaction():
        amending.withdraw(amending.hold_amendment(made.id), person_id=who, on=clock.today())
    assert client.get(f"{PLACE}/amendments/{made.id}").status_code == 404


# A new version


def test_a_new_version_of_its_section_overtakes_it_and_its_author_may_carry_it_on(app, cast, client, published: Publish, owner):
    published()
    amendment = propose()
    path = f"{PLACE}/amendments/{amendment.id}"
    published(CAPS.replace("We would not forbid them.", "We would let them be."))
    assert shown(amendment).state is State.OUTDATED
    assert "overtaken by a new version" in client.get(path).text
    assert "Carry it on" not in client.get(path).text
    browser = enter(app, AROHA)
    page = browser.get(path).text
    again = re.search(r'href="([^"]*carry-on=[^"]*)"', page)[1]
    form = browser.get(again).text
    assert "never" in form  # what was proposed
    assert "We would let them be." in form  # what the section says now
    first = send(browser, again, **TYPED)
    held = {name: hidden(first.text, name) for name in ("csrf_token", "key", "version", "seen")}
    answer = browser.post(again, data={**held, **TYPED})
    assert answer.status_code == 303
    assert "It carries on an earlier one." in client.get(answer.location).text
    assert "It was carried on." in client.get(path).text
    assert owner.execute("select count(*) from policy_amendments where opened_on is not null").fetchone() == (2,)


def test_nobody_carries_on_somebody_elses_and_nobody_twice(cast, published: Publish):
    published()
    amendment = propose()
    published(CAPS.replace("We would not forbid them.", "We would let them be."))

    def carry_on(email):
        who = person_id(email)
        with transaction():
            amending.propose(
                queries.find("data-caps"), Proposal("against", ANOTHER, "Why."), number=2, author=Author(who), key=new_id(),
                on=clock.today(), rebase_of=amendment.id,
            )  # fmt: skip

    with pytest.raises(rules.NotOpen):
        carry_on(OLIVE)
    carry_on(AROHA)
    with pytest.raises(rules.NotOpen):
        carry_on(AROHA)


def test_a_new_version_of_another_section_leaves_it_open(cast, published: Publish):
    published()
    amendment = propose()
    published(CAPS.replace("One survey.", "Two surveys."))
    assert shown(amendment).state is State.OPEN


def test_what_is_published_after_it_closed_does_not_overtake_it(cast, published: Publish):
    published()
    amendment = propose()
    support(amendment, more_members(10))
    with days_later(15):
        published(CAPS.replace("We would not forbid them.", "We would let them be."))
        assert shown(amendment).state is State.SUPPORTED


def test_a_policy_that_is_retired_closes_what_is_open(cast, published: Publish):
    published()
    amendment = propose()
    with transaction():
        publishing.retire(queries.find("data-caps"), successor=None, by="system")
    assert shown(amendment).state is State.OUTDATED
    with pytest.raises(rules.Retired):
        propose(anchor="cost", body="Something.")


def test_what_was_opened_is_kept_as_it_was(cast, published: Publish, settings):
    published()
    propose()
    with psycopg.connect(settings.database_url) as link:
        for way in ("delete from policy_amendments", "update policy_amendments set needed = 1"):
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="kept"), link.transaction():
                link.execute(way)
        with pytest.raises(psycopg.errors.InsufficientPrivilege), link.transaction():
            link.execute("update policy_amendments set body = 'x'")
