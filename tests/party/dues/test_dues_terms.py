"""Terms follow each other without a gap for as long as somebody is a member; each is charged once and met once."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from app.ground import clock
from app.ground.audit import AuditEntry
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.law.membership import Standing, is_current_financial, standing
from app.law.money import Money
from app.law.party_rules import DUES, Rhythm, add_years
from app.party.dues import jobs, queries, services
from app.party.dues.models import Charge, DuesPaid
from app.party.joining import services as joining
from app.party.membership import queries as memberships
from app.party.membership.models import Membership
from app.party.payments import services as payments
from app.party.payments.models import LineKind, Payment
from app.party.people import queries as people
from tests import cast as faces


def at(day: date):
    return clock.standing_at(clock.start_of(day, time(12)))


def admit(on: date, rate: str = "standard") -> Membership:
    """Somebody joins on a day, and pays in cash."""
    face = faces.Face("x", "Ina Ten-Years", "ina@people.example", "1 Anniversary Road, Ross 7812", "", rate=rate)
    with at(on), transaction():
        payment = joining.join(faces.answers(face), key=new_id(), party=faces.PARTY, on=on, method="cash")
        session.flush()
        payments.record_payment(payment, method="cash", on=clock.today(), by="system")
    return memberships.current_of(people.find_by_email(face.email).id)


def pay_in_cash(membership: Membership, cents: int, on: date) -> None:
    """Money for the dues comes in, whatever is owed."""
    with at(on), transaction():
        line = payments.Line(LineKind.DUES, "Membership dues", Money(cents))
        payment = payments.begin(
            purpose="dues", purpose_id=membership.id, lines=[line], email="ina@people.example",
            back_to="/me", cancel_to="/me", by="system", method="cash",
        )  # fmt: skip
        session.flush()
        payments.record_payment(payment, method="cash", on=clock.today(), by="system")


def chore(on: date) -> None:
    with at(on):
        jobs.raise_charges()


def charges(membership: Membership) -> list[Charge]:
    session.remove()
    return queries.charges_of(membership)


JOINED = [date(2016, 2, 29), date(2028, 2, 29), date(2027, 3, 1), date(2026, 12, 31), date(2027, 2, 28), date(2015, 4, 5)]


@pytest.mark.parametrize("joined", JOINED, ids=str)
def test_ten_years_of_terms_have_no_gap_and_no_overlap(app, joined):
    membership = admit(joined)
    for _ in range(10):
        last = charges(membership)[-1]
        asked = last.until - timedelta(days=30)
        chore(asked - timedelta(days=1))
        assert charges(membership)[-1].id == last.id  # not a day too early
        chore(asked)
        following = charges(membership)[-1]
        assert following.since == last.until
        assert following.payable_on == following.since + timedelta(days=28)
        pay_in_cash(membership, following.cents, on=following.since)
    terms = charges(membership)
    assert len(terms) == 11
    assert terms[0].since == joined
    assert [term.until for term in terms] == [add_years(joined, year) for year in range(1, 12)]
    assert all(before.until == after.since for before, after in pairwise(terms))
    assert all(term.is_paid for term in terms)
    history = queries.history_of(membership)
    for day in (joined + timedelta(days=n) for n in range((terms[-1].until - joined).days)):
        assert is_current_financial(history, on=day), day


def test_one_who_joined_on_a_leap_day_has_every_anniversary_of_it(app):
    membership = admit(date(2028, 2, 29))
    for year in range(2029, 2033):
        chore(date(year, 2, 10))
        term = charges(membership)[-1]
        pay_in_cash(membership, term.cents, on=term.since)
    assert [term.until for term in charges(membership)] == [
        date(2029, 3, 1),
        date(2030, 3, 1),
        date(2031, 3, 1),
        date(2032, 2, 29),
        date(2033, 3, 1),
    ]


def test_charges_are_raised_once_however_often_the_chore_runs(app):
    membership = admit(date(2027, 5, 1))
    for day in (date(2028, 4, 1), date(2028, 4, 1), date(2028, 4, 2), date(2028, 5, 1), date(2028, 5, 28)):
        chore(day)
    assert [(term.since, term.until) for term in charges(membership)] == [
        (date(2027, 5, 1), date(2028, 5, 1)),
        (date(2028, 5, 1), date(2029, 5, 1)),
    ]
    assert session.scalar(select(func.count()).select_from(Charge)) == 2
    lines = session.scalars(select(AuditEntry.subject).where(AuditEntry.action == "dues:charged")).all()
    assert lines == [f"membership:{membership.id}"] * 2


def test_a_chore_that_was_down_for_a_month_raises_the_charge_it_missed(app):
    membership = admit(date(2027, 5, 1))
    chore(date(2028, 6, 3))
    assert charges(membership)[-1].payable_on == date(2028, 5, 29)
    with at(date(2028, 6, 3)):
        assert standing(queries.history_of(membership), on=clock.today()) is Standing.BEHIND


def test_nothing_is_charged_of_one_who_has_lapsed(app):
    membership = admit(date(2027, 5, 1))
    chore(date(2028, 4, 1))
    for day in (date(2029, 4, 1), date(2029, 5, 1), date(2030, 5, 1)):
        chore(day)
    assert len(charges(membership)) == 2
    assert standing(queries.history_of(membership), on=date(2029, 4, 1)) is Standing.LAPSED


def test_the_charge_follows_the_rate_that_was_paid_last(app):
    membership = admit(date(2027, 5, 1), rate="concession")
    chore(date(2028, 4, 1))
    assert [(term.rate, term.cents) for term in charges(membership)] == [("concession", 500)] * 2


@pytest.mark.parametrize(
    ("had", "owes", "chosen", "pays"), [("standard", 2000, "concession", 500), ("concession", 500, "standard", 2000)]
)
def test_another_rate_withdraws_the_charge_and_raises_it_anew(app, had, owes, chosen, pays):
    membership = admit(date(2027, 5, 1), rate=had)
    chore(date(2028, 4, 1))
    old = charges(membership)[-1]
    assert (old.cents, old.is_paid) == (owes, False)
    pay_in_cash(membership, pays, on=date(2028, 4, 20))
    new = charges(membership)[-1]
    assert (new.rate, new.cents, new.is_paid) == (chosen, pays, True)
    assert (new.since, new.until, new.payable_on) == (old.since, old.until, old.payable_on)
    kept = session.get_one(Charge, old.id)
    assert kept.withdrawn_at is not None
    assert (kept.cents, kept.paid) == (owes, [])
    assert len(charges(membership)) == 2
    assert queries.unpaid(membership) == []


def test_money_though_nothing_is_owed_pays_the_next_term_in_advance_and_the_letter_says_so(app, mailbox):
    membership = admit(date(2027, 5, 1))
    pay_in_cash(membership, 2000, on=date(2027, 6, 1))
    terms = charges(membership)
    assert [(term.since, term.is_paid) for term in terms] == [(date(2027, 5, 1), True), (date(2028, 5, 1), True)]
    letter = mailbox()[0]
    assert letter.subject == "Your dues have arrived"
    assert re.search(r"Paid until (30 April|1 May) 2029", letter.text)  # its last day, or the first day after
    assert "29 May 2029" in letter.text  # when the dues after it become payable
    chore(date(2028, 4, 1))
    assert len(charges(membership)) == 2  # it is there and paid


def test_the_oldest_charge_is_met_first(app):
    membership = admit(date(2027, 5, 1))
    chore(date(2028, 4, 1))
    with at(date(2028, 4, 2)), transaction():
        services.charge_next_term(session.merge(membership), on=date(2028, 4, 2), by="system")
    pay_in_cash(membership, 2000, on=date(2028, 4, 3))
    assert [term.is_paid for term in charges(membership)] == [True, True, False]
    with at(date(2028, 4, 4)):
        assert queries.owed(membership, on=clock.today()) == Money(2000)


def test_a_payment_told_twice_meets_one_charge(app):
    membership = admit(date(2027, 5, 1))
    chore(date(2028, 4, 1))
    pay_in_cash(membership, 2000, on=date(2028, 4, 3))
    payment = session.scalars(select(Payment).where(Payment.purpose == "dues")).one().id
    with at(date(2028, 4, 4)), transaction():
        payments.record_payment(session.get_one(Payment, payment), method="cash", on=clock.today(), by="system")
    assert len(charges(membership)) == 2
    assert session.scalar(select(func.count()).select_from(DuesPaid)) == 2


def test_dues_rise_only_for_charges_raised_after_the_rule_did(app):
    rise = date(2026, 2, 1)
    membership = admit(date(2024, 3, 2))
    for _ in range(3):
        term = charges(membership)[-1]
        asked = term.until - timedelta(days=30)
        chore(asked)
        new = charges(membership)[-1]
        assert new.cents == DUES.on(asked).value.dues("standard", Rhythm.YEARLY).cents == (2000 if asked >= rise else 1000)
        pay_in_cash(membership, new.cents, on=new.since)
        assert charges(membership)[-1].is_paid
    assert [term.cents for term in charges(membership)][0::3] == [1000, 2000]


@pytest.mark.parametrize(
    "change", [delete(Charge), delete(DuesPaid), update(DuesPaid).values(cents=1), update(Charge).values(cents=1)]
)
def test_the_application_cannot_rewrite_what_was_owed_or_paid(app, change):
    admit(date(2027, 5, 1))
    with pytest.raises(DBAPIError, match="permission denied"):
        session.execute(change)
    session.rollback()
