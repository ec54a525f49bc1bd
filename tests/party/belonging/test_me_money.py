"""A person’s own page about money: what came, what went back, what renews by itself, and the way to the page of the dues."""

from __future__ import annotations

from datetime import timedelta

from app.ground import clock
from app.ground.db import session, transaction
from app.law.money import Money
from app.party.belonging import queries
from app.party.belonging.queries.owned import payments_of
from app.party.dues import queries as dues
from app.party.dues import services as dues_services
from app.party.membership import queries as memberships
from app.party.payments import services as payments
from app.party.people import queries as people
from tests.walk import ADA, enter, join

AROHA, GRACE = "aroha@people.example", "grace@people.example"


def me(email):
    held = queries.me(people.find_by_email(email).id, on=clock.today())
    session.remove()
    return held


def page_of(app, email) -> str:
    return enter(app, email).get("/me").get_data(as_text=True)


def joined(client, stripe, hear_everything, do_the_chores, **answers) -> str:
    """Ada joins and pays by card; the id of her checkout."""
    checkout = join(client, **answers).location.rsplit("/", 1)[1]
    stripe.pay(checkout)
    hear_everything()
    do_the_chores()
    return checkout


def test_a_member_finds_the_page_of_their_dues_and_sees_that_nothing_renews(app, cast):
    held = me(AROHA)
    assert held.dues_path == dues.path_of(memberships.current_of(people.find_by_email(AROHA).id))
    assert (held.renewal.word, held.renewal.running, held.renewal.failing) == ("Off", False, False)
    page = page_of(app, AROHA)
    assert f'href="{held.dues_path}"' in page
    assert "Nothing renews by itself" in page
    assert app.test_client().get(held.dues_path).status_code == 200


def test_a_supporter_has_neither(cast):
    held = me("lin@people.example")
    assert (held.dues_path, held.renewal) == (None, None)


def test_a_renewal_says_from_what_when_and_how_much(app, client, stripe, hear_everything, do_the_chores):
    joined(client, stripe, hear_everything, do_the_chores, renews="y")
    held = me(ADA["email"])
    assert (held.renewal.word, held.renewal.running) == ("On", True)
    assert "$20.00 is taken from your " in held.renewal.sentence
    assert "4242 on " in held.renewal.sentence


def test_dues_that_are_taken_by_themselves_are_not_asked_for_a_second_time(app, client, stripe, hear_everything, do_the_chores):
    joined(client, stripe, hear_everything, do_the_chores, renews="y")
    membership = memberships.current_of(people.find_by_email(ADA["email"]).id)
    until = dues.charges_of(membership)[-1].until
    with transaction():
        dues_services.raise_charges([membership.id], on=until - timedelta(days=20))
    page = page_of(app, ADA["email"])
    assert "you need do nothing" in page
    assert 'action="/me/pay"' not in page


def test_money_that_went_back_is_told_under_the_payment_it_is_from(app, client, stripe, hear_everything, do_the_chores):
    checkout = joined(client, stripe, hear_everything, do_the_chores)
    stripe.refund(checkout, 500)
    stripe.refund(checkout, 500)
    hear_everything()
    do_the_chores()
    held = me(ADA["email"])
    assert [sentence.split(" on ")[0] for sentence in held.payments[0].back] == ["$5.00 was paid back", "$5.00 was paid back"]
    assert held.charges[0].missing == Money(1000)
    assert held.owed == Money(1000)  # what the button asks for
    page = page_of(app, ADA["email"])
    assert page.count("$5.00 was paid back on ") == 2
    assert "$10.00 of it still open" in page
    assert "Pay $10.00" in page


def test_a_bank_that_takes_money_back_is_told_and_how_it_ended(app, client, stripe, hear_everything, do_the_chores):
    dispute = stripe.dispute(joined(client, stripe, hear_everything, do_the_chores))
    hear_everything()
    do_the_chores()
    assert [told.split(" on ")[0] for told in me(ADA["email"]).payments[0].back] == ["Your bank took $20.00 back"]
    assert "has not decided yet" in page_of(app, ADA["email"])
    stripe.decide(dispute, won=True)
    hear_everything()
    do_the_chores()
    assert me(ADA["email"]).payments[0].back[0].endswith("and gave it to us again.")


def test_money_that_is_wished_back_and_not_sent_is_on_its_way(cast):
    with transaction():
        payment = payments_of(people.find_by_email(AROHA).id)[0]
        payments.ask_refund(payment, amount=Money(700), why="asked", by="system")
    held = me(AROHA)
    assert held.payments[0].back == ["$7.00 is on its way back."]
    assert held.payments[0].method == "Cash"
