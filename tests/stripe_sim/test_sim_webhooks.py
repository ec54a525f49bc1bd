"""Webhooks: signed, in order, again until confirmed; and the list of events for whoever missed one."""

from __future__ import annotations

import json
import time

import pytest
import stripe
from conftest import SECRET, Receiver, checkout, until

from stripe_sim import Simulator
from stripe_sim.contract import Contract

STORY = [
    "payment_intent.created",
    "charge.succeeded",
    "payment_intent.succeeded",
    "checkout.session.completed",
    "charge.updated",
]


def test_a_payment_is_told_in_order_signed_and_as_the_library_describes(sim, client, paid, receiver):
    letters = receiver.wait_for(lambda letters: len(letters) == 5)
    assert [letter.type for letter in letters] == STORY
    for letter in letters:
        event = client.construct_event(letter.body, letter.signature, SECRET)
        assert event.livemode is False
        Contract.installed().check_event(letter.event)


def test_a_letter_keeps_what_was_true_when_it_was_written(sim, client, paid, receiver):
    letters = receiver.wait_for(lambda letters: len(letters) == 5)
    [charged] = [letter.event for letter in letters if letter.type == "charge.succeeded"]
    assert charged["data"]["object"]["balance_transaction"] is None
    assert client.v1.events.retrieve(charged["id"]).data.object["balance_transaction"] is None


def test_an_event_names_the_request_that_caused_it(sim, client):
    made = client.v1.customers.create({"name": "Ada"}, {"idempotency_key": "key-1"})
    [event] = client.v1.events.list().data
    assert event.request.id == made.last_response.request_id
    assert event.request.idempotency_key == "key-1"


def test_what_is_not_confirmed_comes_again_until_it_is(sim, client, receiver):
    receiver.answers = [500, 302]
    client.v1.customers.create({"name": "Ada"})
    letters = receiver.wait_for(lambda letters: len(letters) == 3)
    assert len({letter.event["id"] for letter in letters}) == 1
    until(lambda: client.v1.events.list().data[0].pending_webhooks == 0)
    [event] = sim.events()
    [delivery] = event["deliveries"].values()
    assert delivery["state"] == "delivered"
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 302, 200]


def test_after_the_last_retry_it_stays_unconfirmed(sim, client, receiver):
    receiver.answers = [500] * 4
    client.v1.customers.create({"name": "Ada"})
    until(lambda: [d["state"] for d in sim.events()[0]["deliveries"].values()] == ["failed"])
    assert client.v1.events.list({"delivery_success": False}).data[0].pending_webhooks == 1
    assert len(receiver.letters) == 4


def test_a_receiver_that_is_down_does_not_stop_the_simulator(client, sim, receiver):
    receiver.stop()
    client.v1.customers.create({"name": "Ada"})
    until(lambda: len(next(iter(sim.events()[0]["deliveries"].values()))["attempts"]) >= 2)
    assert client.v1.events.list({"delivery_success": False}).data


def test_two_secrets_sign_while_one_replaces_the_other(receiver):
    with Simulator(receiver.url, ["whsec_old", "whsec_new"]) as sim:
        client = stripe.StripeClient("sk_test_x", base_addresses={"api": sim.url})
        client.v1.customers.create({"name": "Ada"})
        [letter] = receiver.wait_for(lambda letters: len(letters) == 1)
    for secret in ("whsec_old", "whsec_new"):
        assert client.construct_event(letter.body, letter.signature, secret).type == "customer.created"


def test_letters_are_signed_with_the_walls_time_though_the_clock_is_ahead(client, sim, receiver):
    sim.advance(30 * 86400)
    client.v1.customers.create({"name": "Ada"})
    [letter] = receiver.wait_for(lambda letters: len(letters) == 1)
    assert client.construct_event(letter.body, letter.signature, SECRET).created > time.time() + 29 * 86400


def test_an_endpoint_hears_only_what_it_asked_for(client, sim):
    other = Receiver()
    wanted = {"url": other.url, "enabled_events": ["customer.created"], "api_version": stripe.api_version}
    endpoint = client.v1.webhook_endpoints.create(wanted)
    customer = client.v1.customers.create({"name": "Ada"})
    client.v1.customers.delete(customer.id)
    assert sim.settle()
    assert other.types() == ["customer.created"]
    letter = other.letters[0]
    assert client.construct_event(letter.body, letter.signature, endpoint.secret).type == "customer.created"
    assert "secret" not in client.v1.webhook_endpoints.list().data[0].to_dict()
    client.v1.webhook_endpoints.delete(endpoint.id)
    client.v1.customers.create({"name": "Grace"})
    assert sim.settle()
    assert len(other.letters) == 1
    other.stop()


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1/hook", "http://example.org/hook", "http://127.0.0.1.example.org/", "ftp://x"]
)
def test_letters_go_to_this_machine_only(client, url):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})
    assert refusal.value.param == "url"


def test_missed_events_can_be_listed_by_type_time_and_delivery(sim, client, receiver):
    client.v1.customers.create({"name": "Ada"})
    assert sim.settle()
    sim.faults.set(webhooks={"drop": {"all": True}})
    sim.advance(10)
    session = client.v1.checkout.sessions.create(checkout())
    sim.pay(session.id)
    assert sim.settle()
    missed = client.v1.events.list({"delivery_success": False, "types": ["checkout.session.completed", "charge.succeeded"]})
    assert [event.type for event in missed] == ["checkout.session.completed", "charge.succeeded"]
    assert [event.type for event in client.v1.events.list({"delivery_success": True})] == ["customer.created"]
    since = {"created": {"gte": session.created}, "limit": 2}
    assert [event.type for event in client.v1.events.list(since).auto_paging_iter()] == STORY[::-1]
    assert [event.type for event in client.v1.events.list({"type": "customer.created"})] == ["customer.created"]


def test_at_most_twenty_types_can_be_asked_for(client):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.events.list({"types": ["charge.succeeded"] * 21})
    assert refusal.value.param == "types"


def test_events_can_be_sent_again_oldest_first_or_reversed(sim, paid, receiver):
    assert sim.settle()
    receiver.letters.clear()
    assert sim.redeliver() == 5
    receiver.wait_for(lambda letters: len(letters) == 5)
    assert receiver.types() == STORY
    receiver.letters.clear()
    sim.redeliver(reverse=True)
    receiver.wait_for(lambda letters: len(letters) == 5)
    assert receiver.types() == STORY[::-1]
    receiver.letters.clear()
    sim.redeliver(sim.events()[0]["id"])
    receiver.wait_for(lambda letters: len(letters) == 1)
    assert json.loads(receiver.letters[0].body)["type"] == STORY[0]
