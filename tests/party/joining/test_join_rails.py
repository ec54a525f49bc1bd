"""How often, whether it renews, and on which rail: asked on the same page, never chosen for anybody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.ground import clock
from app.ground.db import session, transaction
from app.law.party_rules import add_months
from app.party.dues import queries as dues
from app.party.joining import jobs
from app.party.membership import queries as memberships
from app.party.payments import errands, services
from app.party.payments.models import Method, Payment, Renewal
from app.party.people import queries as people
from app.web.words import day
from tests.walk import ADA, hidden, join, join_form


def only_payment() -> Payment:
    session.remove()
    return session.scalars(select(Payment)).one()


def record(payment: Payment, on=None) -> None:
    with transaction():
        held = session.get_one(Payment, payment.id)
        services.record_payment(held, method=Method.BANK, on=on or clock.today(), by="person:treasurer")


def test_renewal_is_not_ticked_and_the_first_and_next_charge_stand_above_the_button(client):
    page = client.get("/join").get_data(as_text=True)
    box = re.search(r'<input[^>]*name="renews"[^>]*>', page)[0]
    assert "checked" not in box
    today = clock.today()
    above, button = page.index(f"First charge: today, {day(today)}"), page.index("Continue to payment")
    assert above < button
    for months in (1, 12, 36):
        assert day(add_months(today, months)) in page[above:button]


def test_the_old_seven_answers_are_enough(client):
    form = join_form(client)
    assert client.post("/join", data=form).status_code == 303
    assert session.scalars(select(Renewal)).all() == []
    assert only_payment().method == "card"


@pytest.mark.parametrize(("rhythm", "cents", "months"), [("monthly", 200, 1), ("yearly", 2000, 12), ("three-yearly", 5400, 36)])
def test_ticked_the_same_is_taken_in_the_rhythm_that_was_chosen(
    client, stripe, hear_everything, do_the_chores, rhythm, cents, months
):
    assert join(client, rhythm=rhythm, renews="y").status_code == 303
    stripe.pay(only_payment().checkout_id)
    hear_everything()
    do_the_chores()
    hear_everything()
    do_the_chores()
    session.remove()
    membership = memberships.current_of(people.find_by_email(ADA["email"]).id)
    [charge] = dues.charges_of(membership)
    assert (charge.rhythm, charge.cents, charge.is_paid) == (rhythm, cents, True)
    assert charge.until == add_months(charge.since, months)
    [renewal] = session.scalars(select(Renewal)).all()
    assert (renewal.purpose, renewal.purpose_id, renewal.months, renewal.is_running) == ("dues", membership.id, months, True)


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"rhythm": "weekly"}, "Choose how often you pay."),
        ({"pay_by": "cheque"}, "Choose how you pay."),
        ({"pay_by": "bank", "renews": "y"}, "Dues renew by themselves from a card only."),
    ],
)
def test_what_is_not_offered_is_refused_beside_its_question_and_nothing_is_written(client, answers, says):
    answer = join(client, **answers)
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)
    assert session.scalars(select(Payment)).all() == []


def test_by_bank_the_reference_is_on_the_page_and_in_the_letter_and_stripe_is_not_asked(client, stripe, mailbox, settings):
    answer = join(client, pay_by="bank")
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    payment = only_payment()
    assert len(payment.bank_reference) <= 12
    [letter] = mailbox()
    for text in (page, letter.text):
        assert payment.bank_reference in text
        assert settings.bank_account in text
        assert "$20.00" in text
    assert stripe.log == type(stripe.log)()
    errands.sweep()
    assert errands.follow(payment.id) is None
    assert only_payment().is_open


def test_money_by_bank_admits_on_the_day_it_came(client, mailbox):
    join(client, pay_by="bank", rhythm="three-yearly")
    came = clock.today() - timedelta(days=2)
    record(only_payment(), on=came)
    session.remove()
    membership = memberships.current_of(people.find_by_email(ADA["email"]).id)
    assert membership.opened_on == came
    assert [(charge.since, charge.is_paid) for charge in dues.charges_of(membership)] == [(came, True)]
    assert mailbox()[0].subject == "Welcome, and your receipt"
    record(only_payment())
    assert len(dues.charges_of(membership)) == 1


def test_one_who_chose_the_bank_may_pay_by_card_instead(client, stripe):
    answer = join(client, pay_by="bank")
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    key = answer.headers["Location"].rpartition("/")[2]
    answer = client.post(f"/join/pay/{key}", data={"csrf_token": hidden(page, "csrf_token"), "card": "1"})
    assert answer.status_code == 303
    assert "/c/pay/" in answer.headers["Location"]
    session.remove()
    first, second = session.scalars(select(Payment).order_by(Payment.begun_at)).all()
    assert (first.method, first.closed_because) == ("bank", "replaced")
    assert second.method == "card"


def test_a_transfer_is_waited_for_sixty_days_and_still_welcome_after(client):
    join(client, pay_by="bank")
    payment = only_payment()
    with clock.standing_at(clock.now() + timedelta(days=59)):
        with transaction():
            assert services.close_transfers() == 0
        jobs.forget_abandoned()
    with clock.standing_at(clock.now() + timedelta(days=61)), transaction():
        assert services.close_transfers() == 1
    record(payment)
    session.remove()
    assert memberships.current_of(people.find_by_email(ADA["email"]).id) is not None


def test_a_party_without_an_account_offers_no_transfer(app, client):
    from dataclasses import replace

    house = app.extensions["hustings"]
    app.extensions["hustings"] = replace(house, settings=replace(house.settings, bank_account=""))
    try:
        answer = join(client, pay_by="bank")
    finally:
        app.extensions["hustings"] = house
    assert answer.status_code == 422
    assert "Bank transfers are not offered here yet." in answer.get_data(as_text=True)
