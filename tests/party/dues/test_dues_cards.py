"""Cards that fail, are mended, or never are: the right letters, grace, lapse, return; and standing right for every past day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.ground.db import session
from app.ground.ids import new_id
from app.law.membership import Standing, is_current_financial, standing
from app.law.money import Money
from app.law.party_rules import Rhythm
from app.party.dues import queries, services
from app.party.payments import errands
from app.party.payments import queries as payments
from app.party.payments.models import Account, Method, Payment
from stripe_sim.cards import BY_NUMBER

JOINED = date(2027, 3, 10)
YEAR = date(2028, 3, 10)
GRACE_ENDS, LAPSES = date(2028, 4, 7), date(2028, 7, 6)
FAILING = {
    "0002": ("4000000000000002", "Your bank refused it"),
    "9995": ("4000000000009995", "not enough money"),
    "0069": ("4000000000000069", "The card has expired"),
    "0341": ("4000000000000341", "Your bank refused it"),
}


def becomes(years, card: str) -> None:
    """The saved card does from now on what a test card does: the account is empty, the card was blocked, …"""
    with years.stripe.account.changing():
        for method in years.stripe.account.store.all("payment_method"):
            years.stripe.account.note(method, card=method.private["card"] if method.private.get("gone") else name_of(card))


def name_of(card: str) -> str:
    return BY_NUMBER[card].name


def update_card(years, card: str, authenticate: bool | None = None):
    """The member gives another card on the provider's page."""
    renewal = years.renewal()
    with years.now():
        page = errands.open_portal(renewal, back_to="http://localhost/dues")
    outcome = years.stripe.portal_update_card(page, card, authenticate=authenticate)
    years.settle()
    return outcome


def stands(years, day: date) -> tuple[Standing, bool]:
    history = queries.history_of(years.membership())
    return standing(history, on=day), bool(is_current_financial(history, on=day))


def books_hold(years) -> None:
    session.remove()
    found = payments.balances()
    assert found.faults == []
    assert queries.faults() == []
    assert sum(amount.cents for amount in found.accounts.values()) == 0
    assert found.accounts.get(Account.STRIPE_UNSETTLED, found.accounts[Account.DUES] - found.accounts[Account.DUES]).cents == 0


@pytest.mark.parametrize("name", FAILING)
def test_a_card_that_fails_is_told_why_mended_by_a_new_one_and_nothing_is_lost(years, name):
    card, reason = FAILING[name]
    years.begin(JOINED)
    years.join()
    becomes(years, card)
    years.go_to(YEAR + timedelta(days=1))
    [letter] = years.letters("could not be taken")
    assert reason in letter.text
    assert "It is tried again on" in letter.text
    assert stands(years, years.today) == (Standing.GOOD, True)  # grace, by the party's rule, not the provider's word
    assert years.renewal().failing_invoice_id
    assert update_card(years, "4242424242424242").state == "saved"
    assert years.renewal().failing_invoice_id is None
    assert [charge.is_paid for charge in years.charges()] == [True, True]
    assert len(years.letters("Your dues have arrived")) == 1
    years.go_to(YEAR + timedelta(days=40), every=5)
    assert stands(years, years.today) == (Standing.GOOD, True)
    assert len(years.letters("could not be taken")) == 1
    assert years.letters("unpaid") == []
    assert session.scalars(select(Payment).where(Payment.settled_at.is_not(None))).all().__len__() == 2
    books_hold(years)


def test_a_card_that_never_works_again_leads_by_grace_and_letters_to_lapse_at_both_ends_and_back(years):
    years.begin(JOINED)
    years.join()
    becomes(years, FAILING["0341"][0])
    years.go_to(LAPSES - timedelta(days=1))
    assert len(years.letters("could not be taken")) == 4  # once a try
    assert "not tried again" in years.letters("could not be taken")[-1].text
    assert [letter.subject for letter in years.letters("unpaid")] == ["Your dues are unpaid"] * 2  # payable; last call
    assert years.renewal().ended_because == "unpaid"
    assert stands(years, GRACE_ENDS - timedelta(days=1)) == (Standing.GOOD, True)
    assert stands(years, GRACE_ENDS) == (Standing.BEHIND, False)
    assert stands(years, LAPSES - timedelta(days=1)) == (Standing.BEHIND, False)
    years.go_to(LAPSES + timedelta(days=1))
    left = years.membership()
    assert left.ended_on in (LAPSES, LAPSES + timedelta(days=1))
    [letter] = years.letters("lapsed")
    assert "Nothing more will be taken from you." in letter.text
    assert stands(years, LAPSES) == (Standing.LAPSED, False)
    sentence = is_current_financial(queries.history_of(left), on=GRACE_ENDS).sentence
    assert sentence == (
        "Not a current financial member on 7 April 2028: dues of $20.00 became payable on 7 April 2028 and are unpaid."
    )
    years.go_to(LAPSES + timedelta(days=30), every=10)
    back = years.join(renews=False)
    assert back.id != left.id
    assert back.opened_on == years.today
    assert stands(years, years.today) == (Standing.GOOD, True)
    books_hold(years)


def test_a_bank_that_wants_confirming_is_asked_by_the_member(years):
    years.begin(JOINED)
    years.join(card="4000002760003184", authenticate=True)
    years.go_to(YEAR + timedelta(days=1))
    [letter] = years.letters("could not be taken")
    assert "Your bank wants you to confirm it." in letter.text
    invoice = years.renewal().failing_invoice_id
    years.stripe.pay_invoice(invoice, None, authenticate=True)
    years.settle()
    assert [charge.is_paid for charge in years.charges()] == [True, True]
    assert years.renewal().failing_invoice_id is None
    books_hold(years)


def test_a_card_that_was_confirmed_once_is_not_asked_again(years):
    years.begin(JOINED)
    years.join(card="4000002500003155", authenticate=True)
    years.go_to(YEAR + timedelta(days=2), every=4)
    assert years.letters("could not be taken") == []
    assert [charge.is_paid for charge in years.charges()] == [True, True]
    books_hold(years)


def test_a_card_about_to_expire_is_told_before_it_is_needed(years):
    years.begin(JOINED)
    years.join(expiry="02/28")
    years.go_to(date(2028, 2, 20), every=3)
    [letter] = years.letters("expires soon")
    assert "29 February 2028" in letter.text
    assert "10 March 2028" in letter.text
    update_card(years, "5555555555554444")
    years.go_to(YEAR + timedelta(days=1))
    assert [charge.is_paid for charge in years.charges()] == [True, True]
    assert len(years.letters("expires soon")) == 1


def test_paid_by_bank_while_the_card_fails_stops_the_provider_from_asking(years):
    years.begin(JOINED)
    years.join()
    becomes(years, FAILING["9995"][0])
    years.go_to(YEAR + timedelta(days=4))
    pay_by_bank(years, 2000)
    assert [charge.is_paid for charge in years.charges()] == [True, True]
    tried = len(years.letters("could not be taken"))
    years.go_to(YEAR + timedelta(days=30), every=3)
    assert len(years.letters("could not be taken")) == tried
    assert years.renewal().failing_invoice_id is None
    assert years.renewal().ended_at is None  # next year it is tried again
    books_hold(years)


def pay_by_bank(years, cents: int, above: int = 0):
    with years.as_member() as member:
        payment = services.record(
            member, amount=Money(cents), above=Money(above), method=Method.BANK, on=years.today,
            by="person:treasurer", payment_id=new_id(),
        )  # fmt: skip
    years.settle()
    return payment


def test_stopped_in_time_nothing_more_is_taken_and_letters_come_instead(years):
    years.begin(JOINED)
    years.join()
    years.go_to(YEAR - timedelta(days=60), every=20)
    with years.as_member() as member:
        assert services.stop_renewing(member, by="membership:x") == 1
    years.settle()
    years.go_to(YEAR + timedelta(days=2))
    assert [charge.is_paid for charge in years.charges()] == [True, False]
    assert len(years.letters("no longer renew")) == 1
    assert len(years.letters("due soon")) == 3  # 30, 14 and 3 days before
    assert years.renewal().ended_because == "asked"
    assert years.letters("renew soon") == []


@pytest.mark.parametrize("to", [Rhythm.MONTHLY, Rhythm.THREE_YEARLY])
def test_another_rhythm_begins_when_what_is_paid_for_ends(years, to):
    years.begin(JOINED)
    years.join()
    years.go_to(JOINED + timedelta(days=100), every=50)
    with years.as_member() as member:
        services.choose_plan(member, rhythm=to, rate="standard", on=years.today, by="membership:x")
    years.settle()
    years.go_to(YEAR + timedelta(days=2), every=4)
    amount = {Rhythm.MONTHLY: 200, Rhythm.THREE_YEARLY: 5400}[to]
    assert [(charge.since, charge.cents, charge.is_paid) for charge in years.charges()][:2] == [
        (JOINED, 2000, True),
        (YEAR, amount, True),
    ]
    assert session.scalars(select(Payment.cents).where(Payment.settled_at.is_not(None)).order_by(Payment.begun_at)).all() == [
        2000,
        amount,
    ]
    books_hold(years)


def test_one_who_owes_nothing_agrees_to_a_renewal_that_charges_first_when_the_time_paid_for_ends(years):
    years.begin(JOINED)
    years.join(renews=False)
    years.go_to(JOINED + timedelta(days=30), every=30)
    with years.as_member() as member:
        renewal = services.renew_from_next(member, on=years.today, by="membership:x", back_to="/dues/x", cancel_to="/dues/x")
    with years.now():
        assert errands.open_agreement(renewal)
    session.remove()
    checkout = session.get_one(type(renewal), renewal.id).checkout_id
    session.remove()
    assert years.stripe.pay(checkout).state == "paid"
    years.settle()
    assert years.renewal().is_running
    assert years.renewal().next_charge_on == YEAR
    years.go_to(YEAR + timedelta(days=2), every=4)
    assert [charge.is_paid for charge in years.charges()] == [True, True]
    books_hold(years)
