"""Synthetic people for scale: what they leave in the tables is what real members leave, as far as every question can tell."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select

from app.ground import clock
from app.ground.db import session
from app.law.membership import Standing, is_current_financial, standing
from app.party.dues import queries as dues
from app.party.membership.models import Membership
from app.party.payments import queries as payments
from app.party.payments.models import Account, Payment
from app.party.people import queries as people
from app.party.people.models import Person
from app.seeding_many import fill

COUNT = 300


@pytest.fixture
def said(app):
    lines = []
    fill(COUNT, say=lines.append)
    yield lines
    session.remove()


def test_the_ledger_holds_and_has_every_payment(said):
    balances = payments.balances()
    assert balances.faults == []
    assert payments.paid_but_untold() == 0
    assert balances.accounts[Account.CASH].cents == session.scalar(select(func.sum(Payment.cents)))


def test_everyone_is_found_by_their_own_name_and_email(said):
    for person in session.scalars(select(Person).limit(20)):
        details = people.details_of(person)
        assert person.id in [found.id for found, _ in people.search_by_name(details.name)]
        assert people.find_by_email(details.email).id == person.id
        assert details.email.endswith("@people.example")


def test_most_are_good_and_financial_some_are_behind_or_lapsed(said):
    today = clock.today()
    stands = Counter()
    for membership in session.scalars(select(Membership)):
        history = dues.history_of(membership)
        stands[standing(history, on=today)] += 1
        assert bool(is_current_financial(history, on=today)) == (standing(history, on=today) is Standing.GOOD)
    assert sum(stands.values()) == COUNT
    assert set(stands) <= {Standing.GOOD, Standing.BEHIND, Standing.LAPSED}
    assert stands[Standing.GOOD] > 0.8 * COUNT
    assert stands[Standing.BEHIND] + stands[Standing.LAPSED] > 0


def test_it_says_how_many_and_how_fast(said):
    assert said[-1].startswith(f"{COUNT} people in ")


def test_people_can_be_added_to_people(said):
    fill(10, say=said.append)
    assert session.scalar(select(func.count()).select_from(Membership)) == COUNT + 10
    assert payments.verify_ledger() == []
