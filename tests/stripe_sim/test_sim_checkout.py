"""Checkout sessions: opened by us, paid on the hosted page, or left to expire."""

from __future__ import annotations

import time

import pytest
import stripe
from conftest import checkout, line


def test_a_session_opens_with_a_page_to_pay_on(client, sim):
    session = client.v1.checkout.sessions.create(
        checkout(client_reference_id="attempt-7", metadata={"purpose": "dues"}, customer_email="ada@example.org")
    )
    assert session.status == "open"
    assert session.payment_status == "unpaid"
    assert session.url.startswith(sim.url)
    assert session.amount_total == 2000
    assert session.client_reference_id == "attempt-7"
    assert session.metadata.to_dict() == {"purpose": "dues"}
    assert session.customer_email == "ada@example.org"
    assert session.payment_intent is None
    assert session.expires_at - session.created == 24 * 3600


def test_several_lines_add_up(client):
    session = client.v1.checkout.sessions.create(checkout(line_items=[line("Dues", 129, 3), line("Donation", 5000)]))
    assert session.amount_total == 5387
    lines = client.v1.checkout.sessions.line_items.list(session.id)
    assert [(item.description, item.quantity, item.amount_total) for item in lines] == [("Dues", 3, 387), ("Donation", 1, 5000)]


def test_a_stored_price_can_be_sold(client, sim):
    price = client.v1.prices.create({"currency": "nzd", "unit_amount": 2500, "product_data": {"name": "Dues"}})
    session = client.v1.checkout.sessions.create(checkout(line_items=[{"price": price.id, "quantity": 2}]))
    assert session.amount_total == 5000


def test_a_paid_session_is_complete_and_has_its_payment(client, sim, session):
    outcome = sim.pay(session.id)
    assert outcome.go_to == f"http://127.0.0.1:9/thanks?session={session.id}"
    session = client.v1.checkout.sessions.retrieve(session.id)
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert session.customer_details.email == "payer@example.org"
    intent = client.v1.payment_intents.retrieve(session.payment_intent)
    assert (intent.status, intent.amount_received) == ("succeeded", 2000)


def test_payment_intent_data_reaches_the_intent_and_its_charges(client, sim):
    wishes = {"metadata": {"attempt": "7"}, "description": "Dues 2027", "receipt_email": "ada@example.org"}
    session = client.v1.checkout.sessions.create(checkout(payment_intent_data=wishes))
    sim.pay(session.id, "4000000000000002")
    sim.pay(session.id)
    charges = client.v1.charges.list().data
    assert [charge.status for charge in charges] == ["succeeded", "failed"]
    for thing in (*charges, client.v1.payment_intents.list().data[0]):
        assert thing.metadata.to_dict() == {"attempt": "7"}
        assert thing.description == "Dues 2027"


def test_a_guest_stays_a_guest_unless_a_customer_is_always_made(client, sim):
    guest = client.v1.checkout.sessions.create(checkout())
    sim.pay(guest.id)
    assert client.v1.checkout.sessions.retrieve(guest.id).customer is None
    known = client.v1.checkout.sessions.create(checkout(customer_creation="always"))
    sim.pay(known.id, email="grace@example.org")
    known = client.v1.checkout.sessions.retrieve(known.id, {"expand": ["customer", "payment_intent"]})
    assert known.customer.email == "grace@example.org"
    assert known.payment_intent.customer == known.customer.id


def test_a_card_is_saved_for_a_customer_who_agreed(client, sim):
    customer = client.v1.customers.create({"email": "ada@example.org"})
    wishes = {"setup_future_usage": "off_session"}
    session = client.v1.checkout.sessions.create(checkout(customer=customer.id, payment_intent_data=wishes))
    sim.pay(session.id)
    [saved] = client.v1.customers.payment_methods.list(customer.id).data
    assert saved.card.last4 == "4242"


def test_we_can_expire_a_session_and_nobody_can_pay_it(client, sim, session, receiver):
    expired = client.v1.checkout.sessions.expire(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    assert sim.pay(session.id).state == "closed"
    with pytest.raises(stripe.InvalidRequestError, match="Only Checkout Sessions"):
        client.v1.checkout.sessions.expire(session.id)
    receiver.wait_for(lambda letters: [letter.type for letter in letters] == ["checkout.session.expired"])


def test_a_session_expires_after_a_day(client, sim, session):
    sim.advance(24 * 3600 - 600)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    sim.advance(601)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert "checkout.session.expired" in [event["type"] for event in sim.events()]


def test_a_session_expires_when_we_said(client, sim):
    session = client.v1.checkout.sessions.create(checkout(expires_at=int(time.time()) + 1860))
    sim.advance(1861)
    assert client.v1.checkout.sessions.retrieve(session.id).status == "expired"


def test_an_expired_session_takes_its_untaken_payment_with_it(client, sim, session):
    sim.pay(session.id, "4000000000000002")
    client.v1.checkout.sessions.expire(session.id)
    [intent] = client.v1.payment_intents.list().data
    assert intent.status == "canceled"


@pytest.mark.parametrize("seconds", [60, 25 * 3600])
def test_a_session_lives_between_half_an_hour_and_a_day(client, seconds):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.create(checkout(expires_at=int(time.time()) + seconds))
    assert refusal.value.param == "expires_at"


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"success_url": None}, "success_url", "parameter_missing"),
        ({"line_items": None}, "line_items", "parameter_missing"),
        ({"line_items": [line("Dues", 49)]}, None, "amount_too_small"),
        ({"line_items": [{"price": "price_none", "quantity": 1}]}, "line_items[0][price]", "resource_missing"),
        ({"line_items": [{"price_data": line("Dues", 500)["price_data"]}]}, "line_items[0][quantity]", "parameter_missing"),
        ({"customer": "cus_none"}, "customer", "resource_missing"),
        ({"customer_email": "not an address"}, "email", "email_invalid"),
        ({"client_reference_id": "x" * 201}, "client_reference_id", None),
        ({"payment_intent_data": {"statement_descriptor": "PARTY"}}, "payment_intent_data[statement_descriptor]", None),
        (
            {"payment_intent_data": {"statement_descriptor_suffix": "FAR TOO LONG A SUFFIX"}},
            "payment_intent_data[statement_descriptor_suffix]",
            None,
        ),
    ],
)
def test_a_session_that_stripe_would_refuse_is_refused(client, change, param, code):
    params = {name: value for name, value in {**checkout(), **change}.items() if value is not None}
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.create(params)
    assert (refusal.value.param, refusal.value.code) == (param, code)


@pytest.mark.parametrize(
    "change",
    [
        {"ui_mode": "elements"},
        {"automatic_tax": {"enabled": True}},
        {"payment_intent_data": {"capture_method": "manual"}},
        {"allowed_payment_method_types": ["klarna"]},
        {"line_items": [{**line("Dues", 500), "adjustable_quantity": {"enabled": True}}]},
    ],
)
def test_what_is_not_modelled_is_said_never_faked(client, change):
    with pytest.raises(stripe.APIError) as refusal:
        client.v1.checkout.sessions.create(checkout(**change))
    assert refusal.value.http_status == 501
    assert "does not model" in refusal.value.user_message


def test_sessions_are_found_by_their_payment(client, sim, paid):
    client.v1.checkout.sessions.create(checkout())
    assert [s.id for s in client.v1.checkout.sessions.list({"payment_intent": paid.payment_intent})] == [paid.id]
    assert [s.id for s in client.v1.checkout.sessions.list({"status": "complete"})] == [paid.id]
