"""Payment intents and the test cards, through the API alone."""

from __future__ import annotations

import pytest
import requests
import stripe

from stripe_sim.cards import CARDS, passes_luhn

INTENT = {"amount": 2000, "currency": "nzd"}
CONFIRMED = {**INTENT, "confirm": True, "return_url": "http://127.0.0.1:9/back"}


def pay_with(client, card: str, **more):
    return client.v1.payment_intents.create({**CONFIRMED, "payment_method": card, **more})


def test_every_test_card_is_a_number_a_card_could_have():
    assert all(passes_luhn(card.number) for card in CARDS)
    assert len({card.number for card in CARDS}) == len(CARDS)


def test_an_intent_waits_for_a_payment_method_then_succeeds(client):
    intent = client.v1.payment_intents.create(INTENT)
    assert intent.status == "requires_payment_method"
    confirmed = client.v1.payment_intents.confirm(
        intent.id, {"payment_method": "pm_card_visa", "return_url": "http://127.0.0.1:9/back"}
    )
    assert (confirmed.status, confirmed.amount_received) == ("succeeded", 2000)


def test_an_intent_with_a_method_waits_for_confirmation(client):
    intent = client.v1.payment_intents.create({**INTENT, "payment_method": "pm_card_visa"})
    assert intent.status == "requires_confirmation"
    assert client.v1.payment_methods.retrieve(intent.payment_method).card.brand == "visa"


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
    ],
)
def test_a_decline_is_a_card_error_that_names_its_reason(client, card, code, decline_code):
    with pytest.raises(stripe.CardError) as refusal:
        pay_with(client, card)
    assert refusal.value.http_status == 402
    assert (refusal.value.code, refusal.value.error.decline_code) == (code, decline_code)
    intent = client.v1.payment_intents.retrieve(refusal.value.error.payment_intent.id, {"expand": ["latest_charge"]})
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.decline_code == decline_code
    assert (intent.latest_charge.status, intent.latest_charge.failure_code) == ("failed", code)


@pytest.mark.parametrize("card", ["pm_card_createDispute", "pm_card_mastercard", "pm_card_amex"])
def test_the_cards_that_succeed_do(client, card):
    assert pay_with(client, card).status == "succeeded"


def test_a_refused_payment_says_what_happened_in_this_order(client, sim):
    with pytest.raises(stripe.CardError):
        pay_with(client, "pm_card_chargeDeclined")
    types = [event["type"] for event in sim.events()]
    assert types == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]
    failed = sim.events()[-1]["data"]["object"]
    assert failed["last_payment_error"]["code"] == "card_declined"


def test_3d_secure_sends_the_payer_to_the_bank_and_back(client, sim):
    intent = pay_with(client, "pm_card_authenticationRequired")
    assert intent.status == "requires_action"
    page = intent.next_action.redirect_to_url.url
    answer = requests.post(page, {"answer": "complete"}, allow_redirects=False, timeout=60)
    assert answer.headers["Location"].startswith(f"http://127.0.0.1:9/back?payment_intent={intent.id}&")
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"


def test_off_session_nobody_can_answer_the_bank(client):
    with pytest.raises(stripe.CardError) as refusal:
        pay_with(client, "pm_card_authenticationRequired", off_session=True)
    assert refusal.value.code == "authentication_required"


def test_3155_asks_once_and_never_again_once_saved(client, sim):
    customer = client.v1.customers.create({"email": "ada@example.org"})
    first = pay_with(client, "pm_card_authenticationRequiredOnSetup", customer=customer.id, setup_future_usage="off_session")
    requests.post(first.next_action.redirect_to_url.url, {"answer": "complete"}, allow_redirects=False, timeout=60)
    [saved] = client.v1.payment_methods.list({"customer": customer.id}).data
    again = pay_with(client, saved.id, customer=customer.id, off_session=True)
    assert again.status == "succeeded"


def test_3184_asks_every_time(client):
    customer = client.v1.customers.create({})
    first = pay_with(client, "pm_card_authenticationRequired", customer=customer.id, setup_future_usage="off_session")
    requests.post(first.next_action.redirect_to_url.url, {"answer": "complete"}, allow_redirects=False, timeout=60)
    [saved] = client.v1.payment_methods.list({"customer": customer.id}).data
    assert pay_with(client, saved.id, customer=customer.id).status == "requires_action"


def test_an_intent_can_be_canceled_until_it_has_succeeded(client, sim):
    intent = client.v1.payment_intents.create(INTENT)
    canceled = client.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (canceled.status, canceled.cancellation_reason) == ("canceled", "abandoned")
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payment_intents.cancel(pay_with(client, "pm_card_visa").id)
    assert refusal.value.code == "payment_intent_unexpected_state"


def test_a_succeeded_intent_is_not_charged_again(client):
    intent = pay_with(client, "pm_card_visa")
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa", "return_url": "http://127.0.0.1:9/"})
    assert refusal.value.code == "payment_intent_unexpected_state"
    assert len(client.v1.charges.list({"payment_intent": intent.id}).data) == 1


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"amount": 49}, "amount", "amount_too_small"),
        ({"amount": 100_000_000}, "amount", "amount_too_large"),
        ({"customer": "cus_none"}, "customer", "resource_missing"),
        ({"payment_method": "pm_none"}, "payment_method", "resource_missing"),
        ({"confirm": True, "payment_method": "pm_card_visa"}, "return_url", "parameter_missing"),
        ({"confirm": True, "return_url": "http://127.0.0.1:9/"}, "payment_method", "payment_intent_unexpected_state"),
    ],
)
def test_an_intent_that_stripe_would_refuse_is_refused(client, change, param, code):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payment_intents.create({**INTENT, **change})
    assert (refusal.value.param, refusal.value.code) == (param, code)


def test_cards_are_attached_listed_and_detached(client):
    customer = client.v1.customers.create({"name": "Ada"})
    method = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    assert method.customer == customer.id
    assert [m.id for m in client.v1.payment_methods.list({"customer": customer.id, "type": "card"})] == [method.id]
    client.v1.payment_methods.detach(method.id)
    assert client.v1.payment_methods.list({"customer": customer.id}).data == []


def test_a_card_that_always_declines_cannot_be_saved_but_0341_can(client):
    customer = client.v1.customers.create({})
    with pytest.raises(stripe.CardError):
        client.v1.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer.id})
    saved = client.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer.id})
    with pytest.raises(stripe.CardError):
        pay_with(client, saved.id, customer=customer.id)


def test_somebody_elses_card_is_not_charged(client):
    ada, grace = client.v1.customers.create({}), client.v1.customers.create({})
    card = client.v1.payment_methods.attach("pm_card_visa", {"customer": ada.id})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        pay_with(client, card.id, customer=grace.id)
    assert refusal.value.param == "payment_method"


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ({"number": "4242424242424241"}, "incorrect_number"),
        ({"number": "4242424242424242", "exp_year": 2020}, "invalid_expiry_year"),
        ({"number": "4242424242424242", "cvc": "12"}, "invalid_cvc"),
        ({"number": "4111111111111111"}, "card_declined"),
    ],
)
def test_a_mistyped_card_makes_no_payment_method(client, card, code):
    with pytest.raises(stripe.CardError) as refusal:
        client.v1.payment_methods.create({"type": "card", "card": {"exp_month": 12, "exp_year": 2040, **card}})
    assert refusal.value.code == code


def test_a_payment_method_is_made_from_a_number_or_a_token(client):
    number = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": "123"}
    by_number = client.v1.payment_methods.create({"type": "card", "card": number, "billing_details": {"name": "Ada"}})
    by_token = client.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    assert by_number.card.fingerprint == by_token.card.fingerprint
    assert by_number.billing_details.name == "Ada"
