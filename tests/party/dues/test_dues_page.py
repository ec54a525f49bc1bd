"""The page of one's dues: reached by the link in a letter, without signing in; it pays, renews, changes and stops."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text

from app.ground import clock
from app.ground.db import session
from app.party.belonging import services as belonging
from app.party.dues import queries
from app.party.payments import queries as payments
from app.party.payments.models import Payment, Renewal
from app.party.people import queries as people
from tests.walk import hidden

BEGINS = date(2027, 3, 10)
YEAR = date(2028, 3, 10)


@pytest.fixture
def member(years):
    """Somebody who joined a year ago without renewal, and owes the second year's dues."""
    years.begin(BEGINS)
    years.join(renews=False)
    years.go_to(YEAR - timedelta(days=20), every=60)
    return years


def link(years) -> str:
    with years.now():
        found = queries.path_of(years.membership())
    session.remove()
    return found


def post(years, client, path: str, to: str, **data: str):
    """Press a button on the page at `path`."""
    with years.now():
        page = client.get(path).get_data(as_text=True)
        return client.post(path + to, data={"csrf_token": hidden(page, "csrf_token"), **data})


def read(years, client, path: str) -> str:
    with years.now():
        answer = client.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_letter_leads_to_a_page_that_says_what_is_owed_when_and_names_nobody(member, client):
    [letter] = member.letters("due soon")
    path = re.search(r"http://localhost(/dues/\S+)", letter.text)[1]
    page = read(member, client, path)
    assert "$20.00" in page
    assert "First charge: today, 19 February 2028" in page
    assert "Next charge, only if you tick renewal: 10 March 2029" in page
    assert 'name="renews" type="checkbox"' in page
    assert "checked" not in page.partition('name="renews"')[2].partition(">")[0]
    for word in ("Ten-Years", "Anniversary", "ina@people.example"):
        assert word not in page
    assert not re.search(r"(?<![\w.-])Ina(?![\w.-])", page)  # three letters may stand in the form’s token by chance
    reference = queries.bank_reference(member.membership().number)
    assert reference in page
    assert reference in letter.text


def test_paying_there_pays_the_oldest_dues_and_comes_back(member, client):
    path = link(member)
    answer = post(member, client, path, "/pay")
    assert answer.status_code == 303
    assert "/c/pay/" in answer.headers["Location"]
    again = post(member, client, path, "/pay")
    assert again.headers["Location"] == answer.headers["Location"]
    member.pay(session.scalars(select(Payment.id).order_by(Payment.begun_at.desc())).first())
    member.settle()
    assert "Your dues are paid" in read(member, client, f"{path}?paid=1")
    assert [charge.is_paid for charge in member.charges()] == [True, True]


def test_paying_with_renewal_ticked_renews_the_year_after(member, client):
    path = link(member)
    post(member, client, path, "/pay", renews="y")
    member.pay(session.scalars(select(Payment.id).order_by(Payment.begun_at.desc())).first())
    member.settle()
    assert member.renewal().is_running
    page = read(member, client, path)
    assert "Stop renewing" in page
    assert "Visa ending 4242" in page


def test_stopping_takes_one_press_and_no_signing_in(years, client):
    years.begin(BEGINS)
    years.join()
    [letter] = years.letters("Welcome")
    path = re.search(r"http://localhost(/dues/\S+)", letter.text)[1]
    assert post(years, client, path, "/stop").status_code == 303
    years.settle()
    page = read(years, client, path)
    assert "Stopped: nothing more is taken by itself." in page
    assert years.renewal().stop_wanted_at is not None
    years.go_to(YEAR + timedelta(days=2), every=30)
    assert years.renewal().ended_because == "asked"
    session.remove()
    assert session.scalar(select(func.count()).select_from(Payment).where(Payment.settled_at.is_not(None))) == 1


def test_another_card_leads_to_the_providers_page_and_back(years, client):
    years.begin(BEGINS)
    years.join()
    answer = post(years, client, link(years), "/card")
    assert answer.status_code == 303
    assert years.stripe.portal_update_card(answer.headers["Location"], "5555555555554444").state == "saved"
    years.settle()
    assert "Mastercard ending 4444" in read(years, client, f"{link(years)}?card=1")


def test_another_rhythm_is_chosen_and_shown(member, client):
    path = link(member)
    assert post(member, client, path, "/plan", rhythm="three-yearly", rate="concession").status_code == 303
    assert "$15.00" in read(member, client, path)
    assert [(charge.rhythm, charge.cents) for charge in member.charges()] == [("yearly", 2000), ("three-yearly", 1500)]


@pytest.mark.parametrize(("rhythm", "rate"), [("weekly", "standard"), ("yearly", "free"), ("", ""), ("yearly", "<script>")])
def test_a_choice_that_is_not_offered_is_refused_beside_its_question(member, client, rhythm, rate):
    answer = post(member, client, link(member), "/plan", rhythm=rhythm, rate=rate)
    assert answer.status_code == 422
    assert "Choose" in answer.get_data(as_text=True)
    assert "<script>" not in answer.get_data(as_text=True)
    assert len(member.charges()) == 2


def test_renewal_from_the_next_term_charges_nothing_today(years, client):
    years.begin(BEGINS)
    years.join(renews=False)
    page = read(years, client, link(years))
    assert "nothing is charged today. First charge: $20.00 on 10 March 2028" in page
    answer = post(years, client, link(years), "/renew")
    assert answer.status_code == 303
    assert "/c/pay/" in answer.headers["Location"]
    session.remove()
    assert session.scalar(select(func.count()).select_from(Payment)) == 1


def test_a_renewal_more_than_two_years_ahead_is_refused_with_the_day_from_which_it_can_be(years, client):
    from app.law.party_rules import Rhythm

    years.begin(BEGINS)
    years.join(renews=False, rhythm=Rhythm.THREE_YEARLY)
    answer = post(years, client, link(years), "/renew")
    assert answer.status_code == 422
    assert "can be set up from 9 April 2028" in answer.get_data(as_text=True)


@pytest.mark.parametrize("wrong", ["x", "", "." * 40, "0189"])
def test_a_link_that_is_not_ours_leads_nowhere_and_says_so(member, client, wrong):
    whole = link(member).removeprefix("/dues/")
    for path in (f"/dues/{wrong or 'y'}", f"/dues/{whole[:-1]}", f"/dues/{whole}a", f"/dues/{whole.upper()}"):
        with member.now():
            answer = client.get(path)
        assert answer.status_code == 410
        assert "leads nowhere" in answer.get_data(as_text=True)


def test_a_new_email_makes_every_earlier_link_worthless(member, client):
    path = link(member)
    with member.as_member() as membership:
        person = people.get_person(membership.person_id)
        from app.party.people import services

        services.correct(person, people.details_of(person).but(email="new@people.example"), by="test")
    with member.now():
        assert client.get(path).status_code == 410


def test_who_leaves_is_charged_nothing_more_and_their_link_is_dead(years, client):
    years.begin(BEGINS)
    years.join()
    path, person_id, renewal_id = link(years), years.membership().person_id, years.renewal().id
    with years.as_member():
        belonging.leave(person_id, by="person:x", on=clock.today())
    years.settle()
    session.remove()
    assert session.get_one(Renewal, renewal_id).ended_because == "asked"
    with years.now():
        assert client.get(path).status_code == 410
    years.stripe.advance(800 * 86400)
    years.settle()
    session.remove()
    assert session.scalar(select(func.count()).select_from(Payment).where(Payment.settled_at.is_not(None))) == 1
    assert payments.paid_but_untold() == 0


def test_who_lapsed_comes_back_by_one_page_that_is_filled_in(member, client):
    member.go_to(date(2028, 7, 8), every=2)
    [letter] = member.letters("lapsed")
    path = re.search(r"http://localhost(/join/again/\S+)", letter.text)[1]
    with member.now():
        answer = client.get(path)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        for kept in ("Ina Ten-Years", "ina@people.example", "1 Anniversary Road, Ross 7812", "Welcome back"):
            assert kept in page
        data = {
            "csrf_token": hidden(page, "csrf_token"), "key": hidden(page, "key"), "name": "Ina Ten-Years",
            "email": "ina@people.example", "address": "1 Anniversary Road, Ross 7812", "can_enrol": "yes", "dues": "standard",
            "signature": "Ina Ten-Years",
        }  # fmt: skip
        assert client.post("/join", data=data).status_code == 303
    member.pay(session.scalars(select(Payment.id).order_by(Payment.begun_at.desc())).first())
    member.settle()
    assert member.membership().opened_on == member.today
    assert member.membership().ended_on is None
    with member.now():
        assert client.get(path.replace("/join/again/", "/dues/")).status_code == 410  # another link, for another purpose


def test_a_stolen_database_makes_no_link(member, owner):
    whole = link(member).rpartition(".")[2]
    names = [row[0] for row in owner.execute("select tablename from pg_tables where schemaname = 'public'")]
    for name in names:
        rows = owner.execute(f'select string_agg(t::text, chr(10)) from "{name}" t').fetchone()[0] or ""
        assert whole not in rows, name
    assert session.scalar(text("select 1")) == 1
