"""Keeping a way to pay for later: setup intents, checkout in setup mode, and what becomes of a saved card."""

from __future__ import annotations

import pytest
import requests
import stripe
from test_sim_refunds import types

RETURN = "http://127.0.0.1:9/back"
FORM = {"email": "ada@example.org", "expiry": "12/40", "cvc": "123", "name": "Ada L"}


@pytest.fixture
def customer(client):
    return client.v1.customers.create({"email": "ada@example.org"})


def set_up(client, customer, card: str, **more):
    given = {"customer": customer.id, "payment_method": card, "confirm": True, "return_url": RETURN, **more}
    return client.v1.setup_intents.create(given)


def visit(client, customer=None, **more):
    owner = {"customer": customer.id} if customer else {}
    return client.v1.checkout.sessions.create(
        {"mode": "setup", "currency": "nzd", "success_url": "http://127.0.0.1:9/saved", **owner, **more}
    )


def test_a_card_is_kept_and_attached(client, sim, customer):
    intent = set_up(client, customer, "pm_card_visa", metadata={"member": "7"})
    assert (intent.status, intent.usage, intent.mandate) == ("succeeded", "off_session", None)
    assert client.v1.payment_methods.retrieve(intent.payment_method).customer == customer.id
    assert types(sim, 1) == ["setup_intent.created", "payment_method.attached", "setup_intent.succeeded"]
    assert [found.id for found in client.v1.setup_intents.list({"customer": customer.id})] == [intent.id]


def test_card_0341_can_be_kept_and_then_fails(client, customer):
    method = set_up(client, customer, "pm_card_chargeCustomerFail").payment_method
    given = {"amount": 2000, "currency": "nzd", "customer": customer.id, "payment_method": method, "confirm": True}
    with pytest.raises(stripe.CardError):
        client.v1.payment_intents.create({**given, "off_session": True, "return_url": RETURN})


def test_a_declined_card_is_not_kept(client, sim, customer):
    with pytest.raises(stripe.CardError) as refusal:
        set_up(client, customer, "pm_card_chargeDeclined")
    assert refusal.value.error.decline_code == "generic_decline"
    assert types(sim, -1) == ["setup_intent.setup_failed"]
    [intent] = client.v1.setup_intents.list().data
    assert (intent.status, intent.last_setup_error.code) == ("requires_payment_method", "card_declined")
    assert client.v1.payment_methods.list({"customer": customer.id}).data == []


@pytest.mark.parametrize(("answer", "status"), [("complete", "succeeded"), ("fail", "requires_payment_method")])
def test_3d_secure_when_saving(client, customer, answer, status):
    intent = set_up(client, customer, "pm_card_authenticationRequiredOnSetup")
    assert intent.status == "requires_action"
    page = intent.next_action.redirect_to_url.url
    assert "is it you who is saving this card" in requests.get(page, timeout=60).text
    requests.post(page, {"answer": answer}, allow_redirects=False, timeout=60)
    assert client.v1.setup_intents.retrieve(intent.id).status == status


def test_a_setup_intent_is_confirmed_later_or_canceled(client, customer):
    intent = client.v1.setup_intents.create({"customer": customer.id})
    assert intent.status == "requires_payment_method"
    confirmed = client.v1.setup_intents.confirm(intent.id, {"payment_method": "pm_card_visa", "return_url": RETURN})
    assert confirmed.status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="succeeded"):
        client.v1.setup_intents.cancel(intent.id)
    other = client.v1.setup_intents.create({"customer": customer.id})
    assert client.v1.setup_intents.cancel(other.id, {"cancellation_reason": "abandoned"}).status == "canceled"


def test_a_visit_to_the_page_keeps_a_card_and_charges_nothing(client, sim, customer):
    session = visit(client, customer, setup_intent_data={"metadata": {"member": "7"}})
    assert (session.amount_total, session.payment_status) == (None, "no_payment_required")
    page = requests.get(session.url, timeout=60).text
    assert "<button>Save for later</button>" in page
    assert "Nothing is charged now" in page
    answer = requests.post(session.url, {**FORM, "card": "4242424242424242"}, allow_redirects=False, timeout=60)
    assert answer.headers["Location"] == "http://127.0.0.1:9/saved"
    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent.payment_method"]})
    assert (done.status, done.setup_intent.status, done.setup_intent.metadata.member) == ("complete", "succeeded", "7")
    assert done.setup_intent.payment_method.customer == customer.id
    assert types(sim, -2) == ["setup_intent.succeeded", "checkout.session.completed"]
    assert client.v1.charges.list().data == []
    assert "already saved" in requests.get(session.url, timeout=60).text


@pytest.mark.parametrize(
    ("card", "authenticate", "state"),
    [
        ("4000000000000002", None, "declined"),
        ("4000002500003155", True, "saved"),
        ("4000002500003155", False, "declined"),
        ("4000000000000341", None, "saved"),
    ],
)
def test_the_page_takes_each_card_as_the_bank_does(client, sim, customer, card, authenticate, state):
    session = visit(client, customer)
    outcome = sim.pay(session.id, card, authenticate=authenticate)
    assert outcome.state == state
    if state == "declined":
        assert "Nothing was saved" in outcome.problems[""]
        assert sim.pay(session.id).state == "saved"


def test_an_account_is_kept_with_its_mandate(client, sim, customer):
    session = visit(client, customer, allowed_payment_method_types=["card", "nz_bank_account"])
    assert sim.pay(session.id, bank_account="12-3456-7890123-00").state == "saved"
    done = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent.mandate"]})
    assert done.setup_intent.mandate.status == "active"
    [method] = client.v1.customers.payment_methods.list(customer.id, {"type": "nz_bank_account"}).data
    assert done.setup_intent.payment_method == method.id


@pytest.mark.parametrize(
    "change", [{"currency": None}, {"line_items": [{"price": "price_1", "quantity": 1}]}, {"submit_type": "donate"}]
)
def test_setup_mode_has_its_own_rules(careless, change):
    given = {"mode": "setup", "currency": "nzd", "success_url": RETURN, **change}
    with pytest.raises(stripe.InvalidRequestError):
        careless.v1.checkout.sessions.create({name: value for name, value in given.items() if value is not None})


# -- what becomes of a saved card --------------------------------------------------------------------------------


def test_the_card_updater_renews_a_card(client, sim, customer):
    id = set_up(client, customer, "pm_card_visa").payment_method
    year = client.v1.payment_methods.retrieve(id).card.exp_year
    sim.renew_card(id, years=4)
    assert client.v1.payment_methods.retrieve(id).card.exp_year == year + 4
    assert types(sim, -1) == ["payment_method.automatically_updated"]
    assert sim.events()[-1]["data"]["previous_attributes"]["card"]["exp_year"] == year


def test_details_of_a_saved_card_are_changed(client, sim, customer):
    id = set_up(client, customer, "pm_card_visa").payment_method
    changed = client.v1.payment_methods.update(
        id,
        {
            "billing_details": {"name": "Ada Byron", "address": {"city": "Ōtautahi"}},
            "card": {"exp_month": 5, "exp_year": 2041},
            "metadata": {"seen": "yes"},
        },
    )
    assert (changed.billing_details.name, changed.billing_details.address.city) == ("Ada Byron", "Ōtautahi")
    assert (changed.card.exp_month, changed.card.exp_year, changed.card.last4) == (5, 2041, "4242")
    assert types(sim, -1) == ["payment_method.updated"]
    with pytest.raises(stripe.CardError, match="expiration year"):
        client.v1.payment_methods.update(id, {"card": {"exp_month": 5, "exp_year": 2020}})


def test_a_detached_card_is_gone_for_good(client, sim, customer):
    id = set_up(client, customer, "pm_card_visa").payment_method
    assert client.v1.payment_methods.detach(id).customer is None
    assert types(sim, -1) == ["payment_method.detached"]
    with pytest.raises(stripe.InvalidRequestError, match="detached"):
        client.v1.payment_methods.attach(id, {"customer": customer.id})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.update(id, {"metadata": {"x": "y"}})
