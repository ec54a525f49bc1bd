"""Everything that can be made to go wrong, goes wrong in just that way."""

from __future__ import annotations

import json
import time

import pytest
import requests
import stripe
from conftest import SECRET, new_client

# -- webhooks ------------------------------------------------------------------------------------------------------


def three_customers(client: stripe.StripeClient) -> None:
    for name in ("Ada", "Grace", "Lin"):
        client.v1.customers.create({"name": name})


def names(receiver) -> list[str]:
    return [letter.event["data"]["object"]["name"] for letter in receiver.letters]


def test_a_delayed_letter_comes_later(sim, client, receiver):
    sim.faults.set(webhooks={"delay": 0.2})
    began = time.monotonic()
    client.v1.customers.create({"name": "Ada"})
    receiver.wait_for(lambda letters: len(letters) == 1)
    assert time.monotonic() - began >= 0.2


def test_a_letter_can_come_three_times(sim, client, receiver):
    sim.faults.set(webhooks={"duplicate": 2})
    client.v1.customers.create({"name": "Ada"})
    letters = receiver.wait_for(lambda letters: len(letters) == 3)
    assert len({letter.event["id"] for letter in letters}) == 1


def test_letters_can_overtake_each_other(sim, client, receiver):
    sim.faults.set(webhooks={"reorder": 3})  # seconds in which all three are made, on a busy machine, too
    three_customers(client)
    receiver.wait_for(lambda letters: len(letters) == 3)
    assert names(receiver) == ["Lin", "Grace", "Ada"]


@pytest.mark.parametrize(
    ("drop", "arrive"),
    [
        ({"all": True}, []),
        ({"nth": 2}, ["Ada", "Lin"]),
        ({"types": ["customer.created"]}, []),
        ({"types": ["charge.succeeded"]}, ["Ada", "Grace", "Lin"]),
        ({"percent": 100}, []),
    ],
)
def test_letters_can_be_lost(sim, client, receiver, drop, arrive):
    sim.faults.set(webhooks={"drop": drop})
    three_customers(client)
    assert sim.settle()
    assert names(receiver) == arrive
    lost = client.v1.events.list({"delivery_success": False}).data
    assert len(lost) == 3 - len(arrive)


def test_chance_is_the_same_each_time_for_the_same_seed(sim):
    def losses() -> list[bool]:
        sim.faults.clear()
        sim.faults.set(webhooks={"drop": {"percent": 50}}, seed=7)
        return [sim.faults.drops("charge.updated") for _ in range(20)]

    first = losses()
    assert losses() == first
    assert 0 < sum(first) < 20


@pytest.mark.parametrize("fault", ["bad_signature", "old_timestamp", "truncated_body"])
def test_a_spoilt_letter_does_not_verify_and_its_retry_does(sim, client, receiver, fault):
    sim.faults.set(webhooks={fault: 1})
    receiver.answers = [400]
    client.v1.customers.create({"name": "Ada"})
    spoilt, good = receiver.wait_for(lambda letters: len(letters) == 2)
    with pytest.raises((stripe.SignatureVerificationError, json.JSONDecodeError)):
        client.construct_event(spoilt.body, spoilt.signature, SECRET)
    assert client.construct_event(good.body, good.signature, SECRET).type == "customer.created"
    assert next(iter(sim.events()[0]["deliveries"].values()))["attempts"][0]["faults"] == [fault]


def test_a_letter_from_the_future_is_an_hour_ahead(sim, client, receiver):
    sim.faults.set(webhooks={"future_timestamp": True})
    client.v1.customers.create({"name": "Ada"})
    [letter] = receiver.wait_for(lambda letters: len(letters) == 1)
    timestamp = int(letter.signature.split(",")[0].removeprefix("t="))
    assert 3500 < timestamp - time.time() < 3700


@pytest.mark.parametrize(
    ("fault", "field", "value"), [("wrong_livemode", "livemode", True), ("wrong_api_version", "api_version", "2020-08-27")]
)
def test_a_letter_can_be_rightly_signed_and_wrong(sim, client, receiver, fault, field, value):
    sim.faults.set(webhooks={fault: 1})
    client.v1.customers.create({"name": "Ada"})
    [letter] = receiver.wait_for(lambda letters: len(letters) == 1)
    client.construct_event(letter.body, letter.signature, SECRET)
    assert letter.event[field] == value


def test_a_letter_can_arrive_before_the_answer_that_caused_it(sim, client, receiver):
    sim.faults.set(webhooks={"deliver_before_response": True})
    client.v1.customers.create({"name": "Ada"})
    assert names(receiver) == ["Ada"]


# -- the API -------------------------------------------------------------------------------------------------------


def test_a_timeout_before_the_effect_leaves_nothing(sim, client):
    sim.faults.set(api=[{"fault": "timeout_before_effect", "method": "POST", "path": "/v1/customers"}])
    with pytest.raises(stripe.APIConnectionError):
        client.v1.customers.create({"name": "Ada"})
    assert client.v1.customers.list().data == []


def test_a_timeout_after_the_effect_is_healed_by_the_same_key(sim, client):
    sim.faults.set(api=[{"fault": "timeout_after_effect", "path": "/v1/customers"}])
    key = {"idempotency_key": "attempt-7"}
    with pytest.raises(stripe.APIConnectionError):
        client.v1.customers.create({"name": "Ada"}, key)
    made = client.v1.customers.create({"name": "Ada"}, key)
    assert made.last_response.headers["Idempotent-Replayed"] == "true"
    assert [c.id for c in client.v1.customers.list()] == [made.id]


def test_the_librarys_own_retry_after_a_timeout_makes_one_refund(sim, paid):
    sim.faults.set(api=[{"fault": "timeout_after_effect", "path": "/v1/refunds"}])
    refund = new_client(sim, retries=2).v1.refunds.create({"payment_intent": paid.payment_intent})
    assert refund.amount == 2000
    assert [e["type"] for e in sim.events()].count("refund.created") == 1


def test_a_500_before_the_effect_leaves_nothing_and_the_key_free(sim, client):
    sim.faults.set(api=[{"fault": "error_500_before_effect", "path": "/v1/customers"}])
    key = {"idempotency_key": "attempt-7"}
    with pytest.raises(stripe.APIError):
        client.v1.customers.create({"name": "Ada"}, key)
    assert client.v1.customers.list().data == []
    assert client.v1.customers.create({"name": "Ada"}, key).name == "Ada"


def test_too_many_requests_are_429(sim, client):
    sim.faults.set(api=[{"fault": "429", "times": 2}])
    for _ in range(2):
        with pytest.raises(stripe.RateLimitError):
            client.v1.customers.list()
    assert client.v1.customers.list().data == []


def test_a_fault_befalls_only_the_calls_it_is_meant_for(sim, client):
    sim.faults.set(api=[{"fault": "409", "method": "POST", "path": "/v1/checkout/sessions/*/expire"}])
    customer = client.v1.customers.create({})
    assert client.v1.customers.retrieve(customer.id).id == customer.id
    assert len(sim.faults.show()["api"]) == 1
    with pytest.raises(stripe.APIError) as refusal:
        client.v1.checkout.sessions.expire("cs_test_x")
    assert refusal.value.http_status == 409
    assert sim.faults.show()["api"] == []


def test_an_answer_can_be_slow(sim, client):
    sim.faults.set(api=[{"fault": "slow", "seconds": 0.2}])
    began = time.monotonic()
    client.v1.customers.list()
    assert time.monotonic() - began >= 0.2


def test_postings_can_be_held_back_for_hours(sim, client, session):
    sim.faults.set(balance_transaction_delay=3 * 3600)
    sim.pay(session.id)
    assert not sim.settle(timeout=0.1)
    assert client.v1.balance_transactions.list().data == []
    sim.advance(3 * 3600)
    assert sim.settle()
    assert len(client.v1.balance_transactions.list().data) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"webhooks": {"explode": 1}},
        {"api": [{"fault": "explode"}]},
        {"nonsense": 1},
        {"api": [{"falt": "429"}]},
        {"webhooks": {"drop": {"some": 1}}},
    ],
)
def test_a_fault_that_does_not_exist_is_refused(sim, wrong):
    answer = requests.post(f"{sim.url}/_sim/faults", json=wrong, timeout=60)
    assert answer.status_code == 400
    assert answer.json()["error"]
