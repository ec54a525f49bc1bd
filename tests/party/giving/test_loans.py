"""Loans to the party: only the secretary enters one; what is repaid and forgiven; large ones are told of."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.law.loans import NotBySecretary
from app.law.money import Money
from app.party.giving import rules, services
from app.party.giving.models import Donation, Loan
from app.party.giving.services import Lent
from app.party.people import queries as people
from tests.house.page_reader import faults
from tests.party.desk.at_the_desk import confirmed, press
from tests.party.giving.recorded import BY, HANS, MERE, at_noon, balance, open_duties


def lent(dollars: int, **more) -> Lent:
    said = {"key": new_id(), "who": MERE, "amount": Money(dollars * 100), "on": clock.today(), "terms": "5 %, a year"}
    return Lent(**{**said, **more})


@pytest.fixture
def olive(cast) -> str:
    return f"person:{people.find_by_email(cast['olive'].email).id}"


def enter(said: Lent, *, by: str) -> UUID:
    with transaction():
        return services.enter_loan(said, by=by).id


def test_only_the_party_secretary_enters_a_loan(cast, olive):
    treasurer = f"person:{people.find_by_email(cast['wiremu'].email).id}"
    for somebody in (treasurer, BY):
        with pytest.raises(NotBySecretary) as refusal, transaction():
            services.enter_loan(lent(1000), by=somebody)
        assert refusal.value.money == "No loan was entered."
    said = lent(1000)
    assert enter(said, by=olive) == enter(said, by=olive)
    session.remove()
    assert len(session.scalars(select(Loan)).all()) == 1
    assert (balance("liability:loans"), balance("bank")) == (-100_000, 100_000)
    assert open_duties() == []


@pytest.mark.on_day(date(2026, 11, 29))  # Olive is the secretary in the November of this story
def test_a_loan_of_more_than_30000_is_told_of_within_ten_working_days_and_a_second_with_the_first(cast, olive):
    with at_noon(date(2026, 11, 2)):
        enter(lent(30_000), by=olive)
        assert open_duties() == []
        enter(lent(1), by=olive)
        (duty,) = open_duties()
    assert (duty.kind, duty.due_on) == ("file a big-loan return", date(2026, 11, 16))
    assert len(duty.about) == 2
    assert "Mere" not in duty.sentence
    with transaction():
        services.file_return(duty.id, on=clock.today(), by=olive)
    assert open_duties() == []


def test_what_is_forgiven_is_a_donation_of_that_day_and_the_party_owes_less(cast, olive):
    loan = enter(lent(1000), by=olive)
    paid, key = new_id(), new_id()
    for _ in range(2):  # each is sent twice
        with transaction():
            services.repay(loan, amount=Money(60_000), on=clock.today(), by=olive, key=paid)
        with transaction():
            services.forgive(loan, amount=Money(40_000), on=clock.today(), by=olive, key=key)
    session.remove()
    donation = session.get_one(Donation, key)
    assert (donation.cents, donation.form, donation.received_on) == (40_000, "credit", clock.today())
    assert balance("liability:loans") == 0
    assert balance("income:donations-in-kind") == -40_000
    assert balance("expense:in-kind") == 0
    with pytest.raises(rules.MoreThanOwed), transaction():
        services.repay(loan, amount=Money(1), on=clock.today(), by=olive, key=new_id())


def test_what_an_overseas_lender_forgives_is_judged_as_their_donation(cast, olive):
    loan = enter(lent(1000, who=HANS), by=olive)
    with transaction():
        services.forgive(loan, amount=Money(20_000), on=clock.today(), by=olive, key=new_id())
    (duty,) = open_duties()
    assert (duty.kind, duty.cents) == ("give back", 15_000)
    with transaction():
        services.give_back(duty.id, on=clock.today(), by=olive, key=new_id(), in_money=True)
    assert open_duties() == []
    assert balance("income:donations-in-kind") == -5_000
    assert balance("bank") == 85_000  # what was lent, less the value that went back


def test_through_the_doors_in_two_presses_and_a_name_only_when_asked(as_officer, settings):
    olive = as_officer("olive")

    def passes(answer, status: int = 200) -> str:
        page = answer.get_data(as_text=True)
        assert answer.status_code == status, page[:2000]
        assert faults(page, promoter=settings.promoter) == []
        return page

    passes(olive.get("/org/money/loans"))
    passes(press(olive, "/org/money/loans/enter"), 422)
    said = {"amount": "31000", "on": clock.today().isoformat(), "name": "Mere Kingi", "address": "Gisborne", "ties": "here",
            "terms": "4 %, two years"}  # fmt: skip
    first = passes(press(olive, "/org/money/loans/enter", **said))
    assert session.scalar(select(Loan)) is None
    there = olive.post("/org/money/loans/enter", data=confirmed(first))
    assert there.status_code == 303
    page = passes(olive.get(there.location))
    assert "Mere Kingi" not in page
    loan = session.scalars(select(Loan)).one()
    asked = press_button(olive, f"/org/money/loans/{loan.id}/whose", page)
    assert "Mere Kingi" in passes(asked)
    assert "4 %, two years" in asked.get_data(as_text=True)
    assert press(olive, f"/org/money/loans/{loan.id}/repaid", amount="31000", on=clock.today().isoformat()).status_code == 303
    refused = passes(press(olive, f"/org/money/loans/{loan.id}/repaid", amount="1", on=clock.today().isoformat()), 422)
    assert "Nothing was written down." in refused
    assert "file a big-loan return" in passes(olive.get("/org/money/quarantine")).lower()


def press_button(browser, path: str, page: str):
    return browser.post(path, data={"csrf_token": confirmed(page)["csrf_token"]})
