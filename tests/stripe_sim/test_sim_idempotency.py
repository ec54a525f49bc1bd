"""The same request twice: one effect, one answer."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe
from conftest import checkout, new_client

from stripe_sim.faults import ApiFault

KEY = {"idempotency_key": "attempt-7"}


def test_the_same_request_twice_has_one_effect_and_one_answer(client):
    first = client.v1.customers.create({"name": "Ada"}, KEY)
    again = client.v1.customers.create({"name": "Ada"}, KEY)
    assert again.id == first.id
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert again.last_response.body == first.last_response.body
    assert len(client.v1.customers.list().data) == 1


def test_the_answer_is_the_first_one_even_if_the_object_has_changed(client, session):
    expired = client.v1.checkout.sessions.create(checkout(), KEY)
    client.v1.checkout.sessions.expire(expired.id)
    assert client.v1.checkout.sessions.create(checkout(), KEY).status == "open"


def test_a_key_for_another_request_is_refused(client):
    client.v1.customers.create({"name": "Ada"}, KEY)
    with pytest.raises(stripe.IdempotencyError) as refusal:
        client.v1.customers.create({"name": "Grace"}, KEY)
    assert refusal.value.http_status == 400
    with pytest.raises(stripe.IdempotencyError):
        client.v1.products.create({"name": "Ada"}, KEY)


def test_while_the_first_is_under_way_the_second_is_told_to_wait(sim):
    begun, told = threading.Event(), threading.Event()
    befall = sim.api.befall_before

    def held(fault: ApiFault | None) -> bool:
        """The first is under way until the second has been answered."""
        if not begun.is_set():
            begun.set()
            assert told.wait(60)
        return befall(fault)

    sim.api.befall_before = held
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(new_client(sim).v1.customers.create, {"name": "Ada"}, KEY)
        assert begun.wait(60)
        try:
            with pytest.raises(stripe.StripeError) as refusal:
                new_client(sim).v1.customers.create({"name": "Ada"}, KEY)
        finally:
            told.set()
        assert first.result().name == "Ada"
    assert refusal.value.http_status == 409
    assert [event["type"] for event in sim.events()] == ["customer.created"]


def test_the_librarys_own_retries_get_through_a_409(sim):
    sim.faults.set(api=[{"fault": "409", "method": "POST"}])
    assert new_client(sim, retries=2).v1.customers.create({"name": "Ada"}).name == "Ada"


def test_twenty_at_once_make_one_refund(sim, client, paid):
    def refund(_: int) -> int:
        try:
            new_client(sim).v1.refunds.create({"payment_intent": paid.payment_intent}, {"idempotency_key": "refund-1"})
            return 200
        except stripe.StripeError as error:
            return error.http_status or 0

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(refund, range(20)))
    assert set(answers) <= {200, 409}
    assert 200 in answers
    assert len(client.v1.refunds.list().data) == 1


def test_a_request_that_failed_its_validation_may_come_again_corrected(careless):
    with pytest.raises(stripe.InvalidRequestError):
        careless.v1.customers.create({"nmae": "Ada"}, KEY)
    assert careless.v1.customers.create({"name": "Ada"}, KEY).name == "Ada"


def test_a_missing_object_is_not_kept_either(client):
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": "pi_none"}, KEY)
    assert client.v1.customers.create({}, KEY).id


def test_a_declined_card_is_kept(client):
    params = {
        "amount": 2000,
        "currency": "nzd",
        "confirm": True,
        "payment_method": "pm_card_chargeDeclined",
        "return_url": "http://127.0.0.1:9/",
    }
    for replayed in (None, "true"):
        with pytest.raises(stripe.CardError) as refusal:
            client.v1.payment_intents.create(params, KEY)
        assert refusal.value.headers.get("Idempotent-Replayed") == replayed
    assert len(client.v1.charges.list().data) == 1


def test_a_500_is_kept(client, sim):
    sim.faults.set(api=[{"fault": "error_500_after_effect", "path": "/v1/customers"}])
    for _ in range(2):
        with pytest.raises(stripe.APIError) as refusal:
            client.v1.customers.create({"name": "Ada"}, KEY)
        assert refusal.value.http_status == 500
    assert len(client.v1.customers.list().data) == 1


def test_after_a_day_the_key_is_free_again(client, sim):
    first = client.v1.customers.create({"name": "Ada"}, KEY)
    sim.advance(24 * 3600 + 1)
    assert client.v1.customers.create({"name": "Grace"}, KEY).id != first.id
