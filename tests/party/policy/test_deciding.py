"""Decisions: every supported amendment is answered, with reasons and turnout, and what is accepted becomes a version."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from html import unescape

import psycopg
import pytest

from app.ground import clock
from app.ground.db import transaction
from app.party.policy import queries, rules
from app.party.policy.models import Amendment, Outcome
from app.party.policy.rules import State
from app.party.policy.services import amending, deciding, drafting
from app.party.policy.services.deciding import Verdict
from app.party.policy.texts.sections import body_of
from app.party.policy.texts.words import Unreadable
from tests.walk import hidden

from .conftest import CAPS
from .taking import ANOTHER, AROHA, PLACE, Publish, days_later, more_members, propose, send, shown, support


@contextmanager
def supported(*, anchor: str = "against", body: str = ANOTHER):
    """An amendment that closed yesterday with the support it needed."""
    amendment = propose(anchor=anchor, body=body)
    support(amendment, more_members(10))
    with days_later(15):
        yield amendment


def verdict(outcome: Outcome = Outcome.ACCEPTED, **more) -> Verdict:
    said = {"decided_by": "the policy conference", "decided_on": clock.today(), "reasons": "It is fairer.", **more}
    return Verdict(outcome, **said)


def decide(amendment: Amendment, said: Verdict | None = None, *, seen: str = "") -> None:
    with transaction():
        held = amending.hold_amendment(amendment.id)
        policy = queries.find("data-caps")
        deciding.decide(policy, held, said or verdict(), seen=seen, by="system", on=clock.today())


def draft():
    with transaction():
        return queries.draft_of(queries.find("data-caps").id)


def test_what_is_accepted_is_in_the_draft_and_then_a_version(cast, client, published: Publish, mailbox):
    published()
    with supported() as amendment:
        decide(amendment, verdict(votes_for=30, votes_against=10, abstained=2, eligible=210))
        assert shown(amendment).state is State.ACCEPTED
        assert body_of(draft().source, "against") == ANOTHER
        assert "says what members proposed" in draft().change_note
        page = client.get(f"{PLACE}/amendments/{amendment.id}").text
        assert "30 for, 10 against, 2 abstained; 42 of 210 who could vote took part (20.0%)" in page
        assert "It is fairer." in page
        assert any(letter.to == AROHA and "decided" in letter.subject for letter in mailbox())
        published(draft().source)
        assert shown(amendment).state is State.ACCEPTED
        assert "<strong>never</strong>" in client.get(f"{PLACE}/v2").text


def test_what_is_accepted_in_part_says_what_of_it(cast, client, published: Publish):
    published()
    with supported() as amendment:
        decide(amendment, verdict(Outcome.IN_PART, body="Light users paid less. We would never forbid them."))
        assert body_of(draft().source, "against") == "Light users paid less. We would never forbid them."
        page = client.get(f"{PLACE}/amendments/{amendment.id}").text
        assert "As it was accepted" in page
        assert "There was no vote." in page


def test_what_is_declined_has_reasons_and_makes_no_draft(cast, client, published: Publish):
    published()
    with supported() as amendment:
        decide(amendment, verdict(Outcome.DECLINED, reasons="It would cost too much."))
        assert shown(amendment).state is State.DECLINED
        assert draft() is None
        assert "It would cost too much." in client.get(f"{PLACE}/amendments/{amendment.id}").text


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"reasons": " "}, rules.NoReasons),
        ({"decided_on": None}, rules.NotBackThen),
        ({"votes_for": 1}, rules.VotesDoNotAdd),
        ({"votes_for": 5, "votes_against": 5, "abstained": 1, "eligible": 10}, rules.VotesDoNotAdd),
    ],
)
def test_what_a_decision_must_be(wrong, refusal, cast, published: Publish):
    published()
    with supported() as amendment:
        if "decided_on" in wrong:
            wrong = {"decided_on": amendment.closes_on}  # on its last day it was still open
        with pytest.raises(refusal):
            decide(amendment, verdict(**wrong))
        with pytest.raises(rules.NotBackThen):
            decide(amendment, verdict(decided_on=clock.today() + timedelta(days=1)))
        assert shown(amendment).state is State.SUPPORTED


def test_only_what_closed_with_support_is_decided(cast, published: Publish):
    published()
    amendment = propose()
    with pytest.raises(rules.NotToDecide):
        decide(amendment)
    with days_later(15), pytest.raises(rules.NotToDecide):
        decide(amendment)


def test_a_decision_never_changes(cast, published: Publish, owner):
    published()
    with supported() as amendment:
        decide(amendment)
        with pytest.raises(rules.NotToDecide):
            decide(amendment, verdict(Outcome.DECLINED), seen=draft().mark)
    for way in (
        "update amendment_decisions set reasons = 'x'",
        "delete from amendment_decisions",
        "truncate amendment_decisions",
    ):
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"):
            owner.execute(way)


def test_two_officers_at_once_decide_once(app, cast, published: Publish, owner):
    published()
    with supported() as amendment:
        now = clock.now()

        def act(outcome):
            with app.app_context(), clock.standing_at(now):
                try:
                    decide(amendment, verdict(outcome))
                except rules.NotToDecide:
                    return "late"
            return "decided"

        with ThreadPoolExecutor(2) as pool:
            ends = list(pool.map(act, (Outcome.ACCEPTED, Outcome.DECLINED)))
    assert sorted(ends) == ["decided", "late"]
    assert owner.execute("select count(*) from amendment_decisions").fetchone() == (1,)


def test_a_draft_that_others_wrote_meanwhile_is_looked_at_first(cast, published: Publish):
    published()
    with supported() as amendment:
        with transaction():
            policy = queries.find("data-caps")
            begun = drafting.begin_next(policy, by="system")
            drafting.save(policy, CAPS.replace("One survey.", "Two surveys."), "More.", seen=begun.mark, by="system")
        with pytest.raises(rules.SavedMeanwhile):
            decide(amendment, seen="")
        decide(amendment, seen=draft().mark)
        assert "Two surveys." in draft().source
        assert body_of(draft().source, "against") == ANOTHER
        assert draft().change_note.startswith("More. ")


def test_an_officer_sees_what_the_draft_says_before_deciding_and_writes_it_down(cast, client, published: Publish, as_officer):
    published()
    with supported() as amendment:
        with transaction():
            policy = queries.find("data-caps")
            begun = drafting.begin_next(policy, by="system")
            changed = CAPS.replace("We would not forbid them.", "We might forbid them.")
            drafting.save(policy, changed, "More.", seen=begun.mark, by="system")
        olive = as_officer("olive")
        path = f"/org/policies/amendments/{amendment.id}/decide"
        assert f'href="{path}"' in olive.get(f"/org/policies/amendments/{amendment.id}").text
        page = olive.get(path).text
        assert "We might forbid them." in page
        typed = {
            "csrf_token": hidden(page, "csrf_token"), "seen_draft": hidden(page, "seen_draft"), "outcome": "accepted",
            "decided_by": "the policy conference", "decided_on": clock.today().isoformat(), "reasons": "It is fairer.",
        }  # fmt: skip
        wrong = olive.post(path, data={**typed, "reasons": ""})
        assert wrong.status_code == 422
        assert "Give the reasons" in wrong.text
        for number in ("9" * 50, "-1", "ten"):
            wrong = olive.post(
                path, data={**typed, "votes_for": "1", "votes_against": "0", "abstained": "0", "eligible": number}
            )
            assert wrong.status_code == 422, number
        answer = olive.post(path, data=typed)
        assert answer.status_code == 303
        assert answer.location == f"{PLACE}/amendments/{amendment.id}"
        assert olive.get(path).status_code == 303  # decided already


def test_an_accepted_change_that_leaves_a_public_draft_with_a_fault_is_refused(cast, published: Publish):
    """While the next version is consulted on, its draft may be published as it stands."""
    published()
    with supported(body="In fact 40% paid less.") as amendment:
        with transaction():
            policy = queries.find("data-caps")
            begun = drafting.begin_next(policy, by="system")
            drafting.save(policy, CAPS.replace("One survey.", "Two surveys."), "More.", seen=begun.mark, by="system")
            drafting.consult(policy, until=clock.today() + timedelta(days=14), on=clock.today(), by="system")
        with pytest.raises(Unreadable, match="faults"):
            decide(amendment, seen=draft().mark)
        assert shown(amendment).state is State.SUPPORTED


REFUSED = [
    ({"votes_for": "30", "votes_against": "10", "abstained": "2", "eligible": "20"}, "no more votes than people"),
    ({"votes_for": "30", "eligible": "210"}, "all four counts or none"),
    ({"decided_on": "2030-01-01"}, "It was decided after the proposal closed on"),
    ({"decided_on": "2020-01-01"}, "It was decided after the proposal closed on"),
]


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_decision_that_is_refused_is_told_so_and_keeps_what_was_typed(outcome, cast, published: Publish, as_officer):
    published()
    with supported() as amendment:
        olive = as_officer("olive")
        path = f"/org/policies/amendments/{amendment.id}/decide"
        for wrong, said in REFUSED:
            typed = {"outcome": outcome, "body": "Somewhat less.", "reasons": "It is fairer to all.", **wrong}
            answer = send(olive, path, **{"decided_by": "the moot", "decided_on": clock.today().isoformat(), **typed})
            assert answer.status_code == 422, wrong
            page = unescape(answer.text)
            assert said in page, wrong
            for kept in ("Somewhat less.", "It is fairer to all.", "the moot", *wrong.values()):
                assert kept in page, kept
            assert re.search(f'<input[^>]*checked[^>]*value="{outcome}"', page)
        assert shown(amendment).state is State.SUPPORTED


def test_who_is_told_that_the_draft_was_saved_meanwhile_sees_it_and_decides_by_another_press(
    cast, published: Publish, as_officer
):
    published()
    with supported() as amendment:
        olive = as_officer("olive")
        path = f"/org/policies/amendments/{amendment.id}/decide"
        said = {"outcome": "accepted", "decided_by": "the moot", "decided_on": clock.today().isoformat(), "reasons": "Fair."}
        opened = olive.get(path).text
        with transaction():
            begun = drafting.begin_next(queries.find("data-caps"), by="system")
            changed = CAPS.replace("We would not forbid them.", "We might forbid them.")
            drafting.save(queries.find("data-caps"), changed, "More.", seen=begun.mark, by="system")
        answer = olive.post(path, data={**said, **held(opened)})
        assert answer.status_code == 422
        assert "saved this draft" in answer.text
        assert "We might forbid them." in answer.text
        assert olive.post(path, data={**said, **held(answer.text)}).status_code == 303


def test_a_decision_that_somebody_else_wrote_down_first_is_shown_instead(cast, published: Publish, as_officer):
    published()
    with supported() as amendment:
        olive = as_officer("olive")
        path = f"/org/policies/amendments/{amendment.id}/decide"
        opened = olive.get(path).text
        decide(amendment, verdict(Outcome.DECLINED))
        answer = olive.post(path, data={**held(opened), "outcome": "accepted"})
        assert answer.status_code == 303
        assert answer.location == f"/org/policies/amendments/{amendment.id}"


def held(page: str) -> dict[str, str]:
    """What a form of a page holds unseen."""
    return {name: hidden(page, name) for name in ("csrf_token", "seen_draft")}
