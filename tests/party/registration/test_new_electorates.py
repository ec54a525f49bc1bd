"""A new set of electorates comes into force: members are asked again where they live, and nobody’s seat is guessed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.ground import clock
from app.ground.db import session, transaction
from app.party.belonging import services as belonging
from app.party.belonging.queries import me
from app.party.branches import queries as branches
from app.party.branches import services as branch_services
from app.party.branches.rules import ELECTORATE
from app.party.branches.scope import EVERYONE, HOUSE, looking_as
from app.party.electorates import queries as electorates
from app.party.electorates import services as electorate_services
from app.party.membership import queries as memberships
from app.party.registration import jobs, queries
from app.party.roster import queries as roster
from app.party.roster.rules import Asked

BEFORE, CHANGE = date(2026, 11, 6), date(2026, 11, 7)
A_DAY = timedelta(days=1)


@pytest.fixture
def old_settlers(crowd):
    """Before the change: two in Nelson (which both sets have), one in Rongotai (which is gone), one who said nothing."""
    with clock.standing_at(clock.start_of(BEFORE)):
        nelson = crowd(2, joined=BEFORE, electorate="nelson", set_code="2020")
        rongotai = crowd(1, joined=BEFORE, electorate="rongotai", set_code="2020")
        silent = crowd(1, joined=BEFORE)
    return nelson, rongotai, silent


def unanswered(on):
    with looking_as(HOUSE):
        found = queries.unanswered(on=on)
        session.remove()
    return found


def asked_letters(mailbox):
    return [letter.to for letter in mailbox() if "new boundaries" in letter.subject]


def test_the_day_before_nobody_is_asked(old_settlers, mailbox):
    with clock.standing_at(clock.start_of(BEFORE)):
        jobs.ask_again()
        assert unanswered(BEFORE).together == 0
    assert asked_letters(mailbox) == []


def test_on_the_day_each_is_asked_once_and_by_no_electorate_found(old_settlers, mailbox):
    with clock.standing_at(clock.start_of(CHANGE)):
        assert unanswered(CHANGE).to_ask == 3
        jobs.ask_again()
        jobs.ask_again()
        there = unanswered(CHANGE)
        assert (there.asked, there.to_ask) == (3, 0)
        assert there.of_old == (("Nelson (2020)", 2), ("Rongotai (2020)", 1))
        with looking_as(EVERYONE):
            assert roster.count(Asked(electorate="nelson"), EVERYONE, on=CHANGE) == 0
            session.remove()
        mine = me(old_settlers[0][0], on=CHANGE)
        session.remove()
        assert mine.electorate is None
        assert any("You had said Nelson, by the boundaries of before" in todo.text for todo in mine.todo)
    assert len(asked_letters(mailbox)) == 3
    assert len(set(asked_letters(mailbox))) == 3


def test_who_answers_is_counted_no_more_and_lives_there(old_settlers):
    nelson, rongotai, _silent = old_settlers
    with clock.standing_at(clock.start_of(CHANGE + A_DAY)):
        jobs.ask_again()
        with transaction():
            electorate_services.say_residence(nelson[0], electorate_code="nelson", by="system", on=clock.today())
            electorate_services.say_residence(rongotai[0], electorate_code="wellington-bays", by="system", on=clock.today())
        assert unanswered(clock.today()).together == 1
        assert electorates.asked_again(nelson[0], on=clock.today()) is None
        assert electorates.asked_again(nelson[1], on=clock.today()).name == "Nelson"
        with looking_as(EVERYONE):
            assert roster.count(Asked(electorate="nelson"), EVERYONE, on=clock.today()) == 1
        session.remove()


def test_they_stay_in_their_branch_until_they_answer(old_settlers, olive):
    nelson, _rongotai, _silent = old_settlers

    def branch_of(person):
        found = branches.branch_of(person)
        session.remove()
        return found

    with clock.standing_at(clock.start_of(BEFORE)):
        with transaction():
            top = branch_services.add_branch("Top of the South", by="system", on=BEFORE)
            branch_services.hold_electorates(top, ["nelson"], by="system", on=BEFORE)
        assert branch_of(nelson[0]) == top.id
    with clock.standing_at(clock.start_of(CHANGE)):
        jobs.ask_again()
        with transaction():
            branch_services.fall_to_branch(nelson[0], by="system", on=CHANGE)
        assert branch_of(nelson[0]) == top.id
        with transaction():  # the branch holds nothing of the new set until that is said
            assert branches.electorates_held(on=CHANGE) == []
            west = branch_services.add_branch("West Coast", by="system", on=CHANGE)
            branch_services.hold_electorates(west, ["west-coast-tasman"], by="system", on=CHANGE)
        with transaction():
            electorate_services.say_residence(nelson[0], electorate_code="west-coast-tasman", by="system", on=CHANGE)
            branch_services.fall_to_branch(nelson[0], by="system", on=CHANGE)
        assert branch_of(nelson[0]) == west.id
        assert branch_of(nelson[1]) == top.id
        last = branches.last_move(memberships.current_of(nelson[0]).id)
        assert last.because == ELECTORATE
        session.remove()


def test_who_leaves_is_not_asked_and_nothing_of_it_is_kept(old_settlers, mailbox, owner):
    nelson, _rongotai, _silent = old_settlers
    with clock.standing_at(clock.start_of(CHANGE)):
        with transaction():
            belonging.leave(nelson[0], by=f"person:{nelson[0]}", on=CHANGE)
        jobs.ask_again()
        assert unanswered(CHANGE).together == 2
        with transaction():
            belonging.leave(nelson[1], by=f"person:{nelson[1]}", on=CHANGE)
    assert owner.execute("select count(*) from residence_askings").fetchone() == (1,)
    assert len(asked_letters(mailbox)) == 1  # what the other’s letter said went with them
