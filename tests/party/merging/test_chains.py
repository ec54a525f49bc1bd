"""Several records of one person, in any order; two officers at once; money."""

from __future__ import annotations

from collections import Counter
from html import unescape
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from app.ground import clock
from app.ground.db import looking_as, session, transaction
from app.ground.ids import new_id
from app.party.branches.scope import EVERYONE
from app.party.merging import queries, rules, services
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.roster import queries as roster
from app.party.roster.queries import story
from app.party.roster.rules import Asked
from tests.walk import hidden

from .conftest import seeing
from .test_merge import everything


def test_a_chain_is_one_person_and_comes_apart_from_its_end(cast, ids, double, merge, undo, owner):
    b, c = double(email="b@people.example", phone="+64215550122"), double(email="c@people.example", phone="+64215550133")
    a = ids("aroha")
    states = [everything(owner)]
    first = merge(b, c, take=("phone",))
    states.append(everything(owner))
    second = merge(a, b, take=("phone",))
    assert people.records_of(a) == [a, b, c] or people.records_of(a) == [a, c, b]
    assert people.root_of(c) == a
    session.remove()
    with pytest.raises(rules.LaterFirst):
        undo(first)
    undo(second)
    assert everything(owner) == states[1]
    undo(first)
    assert everything(owner) == states[0]


def test_two_into_one_are_taken_back_latest_first(cast, ids, double, merge, undo, owner):
    b, c = double(email="b@people.example", phone="+64215550122"), double(email="c@people.example", phone="+64215550133")
    before = everything(owner)
    first, second = merge(ids("aroha"), b, take=("phone",)), merge(ids("aroha"), c, take=("phone",))
    with pytest.raises(rules.LaterFirst):
        undo(first)
    undo(second)
    undo(first)
    assert everything(owner) == before
    with pytest.raises(rules.NotMerged):
        undo(first)


def test_what_was_corrected_since_stays(cast, ids, double, merge, undo):
    said = merge(ids("aroha"), double(phone="+64215550122", name="Aroha Whitfield"), take=("phone", "name"))
    with transaction():
        aroha = people.find_by_email("aroha@people.example")
        person_services.correct(aroha, people.details_of(aroha).but(phone="+64215550144"), by="system")
    undo(said)
    held = people.details_of(people.find_by_email("aroha@people.example"))
    assert (held.phone, held.name) == ("+64215550144", "Aroha Ngāpō-Whitfield")
    session.remove()


def test_a_record_that_is_part_of_somebody_is_not_merged_again(cast, ids, double, merge):
    b, c = double(email="b@people.example"), double(email="c@people.example")
    merge(ids("aroha"), b)
    for kept, gone in ((c, b), (b, c), (b, ids("aroha"))):
        with pytest.raises(rules.NotBoth):
            merge(kept, gone)
    with pytest.raises(rules.OneOfThem):
        merge(c, c)


def test_of_two_officers_at_once_one_is_told(app, cast, ids, double, by_olive):
    b, c = double(email="b@people.example"), double(email="c@people.example")
    start, told = Barrier(3), []

    def act(kept, gone):
        with app.app_context():
            start.wait()
            try:
                with looking_as("everyone"), transaction():
                    services.merge(kept, gone, take=(), ends=None, by=by_olive, on=clock.today())
                told.append("done")
            except rules.NotBoth:
                told.append("refused")

    pairs = [(b, c), (c, b), (b, c)]
    threads = [Thread(target=act, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(told) == {"done": 1, "refused": 2}


def test_money_comes_to_the_same_and_the_story_has_both(cast, ids, member, double, merge, owner):
    """Grace paid under one record; the other, a member who paid, ended."""
    gone, kept = ids("aroha"), ids("grace")
    with seeing():
        ends, number = roster.find(gone, EVERYONE).membership_id, roster.find(kept, EVERYONE).number
        before = queries.money_of([kept, gone])
        apart = queries.money_of([kept]).paid, queries.money_of([gone]).paid
    assert all(apart)
    merge(kept, gone, ends=ends)
    with seeing():
        assert queries.money_of(people.records_of(kept)) == before
        assert before.paid == sum(apart)
        told = story(roster.find(kept, EVERYONE), on=clock.today())
    assert told.paid.cents == before.paid
    assert len(told.evidence) == 2
    words = [event.words for event in told.events]
    assert {"Another record became part of this one", "First known under another record"} <= set(words)
    assert told.row.number == number  # Grace’s goes on, though it is the older
    assert sum(cents for _account, cents in before.ledger) == 0


def test_money_that_does_not_come_to_the_same_is_refused_and_nothing_is_kept(cast, ids, double, merge, owner, monkeypatch):
    gone, before = double(), everything(owner)
    monkeypatch.setattr(people, "records_of", lambda person_id, **_: [person_id])  # as if a question forgot the other record
    monkeypatch.setattr(queries.comparing, "payments_of", forgetful(queries.comparing.payments_of))
    with pytest.raises(rules.MoneyChanged):
        merge(ids("aroha"), gone)
    monkeypatch.undo()
    assert everything(owner) == before


def forgetful(payments_of):
    asked = []

    def some_of(person_id):
        asked.append(person_id)
        return payments_of(person_id) if len(asked) <= 2 else []

    return some_of


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=some.data())
def test_whatever_is_merged_and_taken_back_all_is_as_before(app, cast, ids, double, merge, undo, owner, data):
    """Any records, any direction, any details, taken back in order: the same to the byte; and the roster is what it copies."""
    mark = new_id()  # a mailbox has one record
    # Those of the draws before are like nobody: a phone that seven share is forgotten as a likeness, here or there by chance.
    owner.execute("delete from people_likenesses where person_id <> all(%s)", [[ids(key) for key in cast]])
    word = some.sampled_from(("", "Rita Paewai", "Aroha Ngapo", "Zoë"))
    records = [
        double(
            name=data.draw(word), email=f"{mark}-{number}@people.example",
            news=data.draw(some.sampled_from((None, True, False))),
            phone=data.draw(some.sampled_from(("", "+64215550141", "+64215550155"))),
            address=data.draw(some.sampled_from(("", "14 Kōwhai Terrace, Te Awamutu 3800"))),
        )
        for number in range(3)
    ]  # fmt: skip
    who = [*records, ids("aroha"), ids("lin")]
    before, said = everything(owner), []
    for _step in range(data.draw(some.integers(1, 4))):
        kept, gone = data.draw(some.sampled_from(who)), data.draw(some.sampled_from(who))
        take = data.draw(some.sets(some.sampled_from(rules.FIELDS)))
        try:
            said.append(merge(kept, gone, take=tuple(take)))
        except (rules.NotBoth, rules.OneOfThem, rules.KeepTheMember):
            continue
    with seeing():
        assert roster.unlike() == []
        assert roster.count(Asked(), EVERYONE, on=clock.today()) == len(before["roster"]) - len(said)
    for merge_id in reversed(said):
        undo(merge_id)
    assert everything(owner) == before
    with seeing():
        assert roster.unlike() == []


def test_who_would_take_back_an_earlier_merge_first_is_told_why_not(ids, double, merge, as_officer):
    b, c = double(email="b@people.example", phone="+64215550122"), double(email="c@people.example", phone="+64215550133")
    first = merge(b, c, take=("phone",))
    merge(ids("aroha"), b, take=("phone",))
    olive, path = as_officer("olive"), f"/org/duplicates/undo/{first}"
    token = hidden(olive.get(path).text, "csrf_token")
    answer = olive.post(path, data={"csrf_token": token})
    assert answer.status_code == 422
    assert rules.LaterFirst.sentence in unescape(answer.text)
