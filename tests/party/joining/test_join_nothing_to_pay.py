"""Dues of $0, should a general meeting decide on them: they make a member, never a financial one, and never go to Stripe."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.ground import clock
from app.ground.db import Base, session
from app.law.clauses import Clause
from app.law.membership import CanEnrol, Elector, Standing, counts_toward_500, is_current_financial, standing
from app.law.money import Money
from app.law.party_rules import DUES
from app.party.dues import queries as dues
from app.party.joining.models import Application, Declaration
from app.party.membership import queries as memberships
from app.party.membership.models import Membership
from app.party.payments import queries as payments
from app.party.payments.models import Account, Payment
from app.party.people import queries as people
from tests.walk import ADA, join, join_form

FREE = {"dues": "concession"}


@pytest.fixture(autouse=True)
def concession_of_nothing():
    """A line is added to the rule, as a general meeting would."""
    before, today = DUES.lines, clock.today()
    rule = DUES.on(today).value
    rule = replace(rule, fees={rhythm: replace(fees, concession=Money(0)) for rhythm, fees in rule.fees.items()})
    object.__setattr__(DUES, "lines", (*before, Clause("Party rule 5 (free concession)", today, today, rule)))
    yield
    object.__setattr__(DUES, "lines", before)


def count(noun: type[Base]) -> int:
    session.remove()
    return session.scalar(select(func.count()).select_from(noun))


def ada():
    session.remove()
    person = people.find_by_email(ADA["email"])
    return person, memberships.current_of(person.id)


def check_member_but_not_financial() -> None:
    person, membership = ada()
    history = dues.history_of(membership)
    assert standing(history, on=clock.today()) is Standing.GOOD
    financial = is_current_financial(history, on=clock.today())
    assert not financial
    assert "$0 are no fee" in financial.sentence
    assert not counts_toward_500(Elector(CanEnrol(person.can_enrol)), history, on=clock.today())


def test_nothing_to_pay_makes_a_member_without_stripe(client, stripe, do_the_chores, mailbox):
    form = join_form(client, **FREE)
    for _ in range(2):
        answer = client.post("/join", data=form)
        assert (answer.status_code, answer.location) == (303, f"/join/thanks/{form['key']}")
    do_the_chores()
    do_the_chores()
    assert client.post("/join", data=form).status_code == 303
    do_the_chores()
    check_member_but_not_financial()
    assert (count(Membership), count(Declaration), count(Payment), count(Application)) == (1, 1, 0, 0)
    assert list(stripe.log) == []
    (letter,) = mailbox()
    assert "A current financial member" not in letter.text
    page = client.get(f"/join/thanks/{form['key']}")
    assert page.status_code == 200
    assert "You are a member" in page.get_data(as_text=True)


def test_what_is_paid_above_nothing_is_no_dues(client, stripe, hear_everything, do_the_chores, mailbox):
    answer = join(client, **FREE, above="10")
    assert answer.location.startswith(stripe.url)
    stripe.pay(answer.location.rsplit("/", 1)[1])
    hear_everything()
    do_the_chores()
    check_member_but_not_financial()
    books = payments.balances()
    assert books.faults == []
    assert Account.DUES not in books.accounts
    assert books.accounts[Account.ABOVE_DUES] == Money(-1000)
    assert len(mailbox()) == 1


def test_whoever_changes_to_nothing_is_a_member_and_the_page_that_was_open_is_closed(
    client, stripe, hear_everything, do_the_chores, mailbox
):
    form = join_form(client)
    assert client.post("/join", data=form).location.startswith(stripe.url)
    assert client.post("/join", data={**form, **FREE}).location == f"/join/thanks/{form['key']}"
    do_the_chores()
    check_member_but_not_financial()
    assert (count(Membership), len(mailbox())) == (1, 1)
    payment = session.scalars(select(Payment)).one()
    assert (payment.settled_at, payment.closed_because) == (None, "expired")


def test_a_member_who_joins_again_for_nothing_stays_as_they_are(client, stripe, hear_everything, do_the_chores):
    stripe.pay(join(client).location.rsplit("/", 1)[1])
    hear_everything()
    do_the_chores()
    assert join(client, **FREE).status_code == 303
    do_the_chores()
    _, membership = ada()
    assert is_current_financial(dues.history_of(membership), on=clock.today())
    assert (count(Membership), count(Declaration), count(Application)) == (1, 2, 0)
