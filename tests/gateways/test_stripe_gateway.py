"""What we say to Stripe and what we make of its answers, held to Stripe's own description of both."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
import stripe as library
from stripe import WebhookSignature

from app.gateways.stripe import EVENTS, Away, NotFromStripe, Refused, StripeGateway, checkout_params
from app.ground import clock
from app.ground.ids import new_id
from app.law.money import Money
from stripe_sim.contract import checked_client

PAGES = "/v1/checkout/sessions"


class Listening(library.RequestsClient):
    """Keeps what was said, word for word."""

    def __init__(self) -> None:
        super().__init__(timeout=60)
        self.said: list[str] = []

    def request(self, method, url, headers, post_data=None, **more):
        self.said.append(f"{method} {url} {post_data or ''}")
        return super().request(method, url, headers, post_data, **more)


@pytest.fixture
def wire():
    return Listening()


@pytest.fixture
def gateway(stripe, wire) -> StripeGateway:
    return StripeGateway(
        api_key="sk_test_tests",
        webhook_secrets=("whsec_new", "whsec_old"),
        api_base=stripe.url,
        http_client=checked_client(wire),
    )


def params(*, cents: int = 2000, above: int = 500, payment=None):
    return checkout_params(
        payment_id=payment or new_id(),
        lines=[("Membership dues", Money(cents)), ("More", Money(above))],
        email="ada@people.example",
        success_url="http://localhost/thanks",
        cancel_url="http://localhost/join?back=1",
        expires_at=clock.now() + timedelta(hours=23),
    )


def opened(gateway, **wanted):
    payment = new_id()
    return payment, gateway.open_checkout(key=str(payment), params=params(payment=payment, **wanted))


def test_a_page_that_is_open_is_seen_as_it_was_asked_for(gateway):
    payment, checkout = opened(gateway)
    assert checkout.url
    seen = gateway.look_at(checkout.id)
    assert (seen.checkout_id, seen.payment_id, seen.amount) == (checkout.id, payment, Money(2500))
    assert (seen.open, seen.expired, seen.paid) == (True, False, False)
    assert seen.intent is None


def test_a_page_that_was_paid_is_seen_with_what_reached_the_balance(gateway, stripe):
    _, checkout = opened(gateway)
    stripe.pay(checkout.id)
    assert stripe.settle()
    seen = gateway.look_at(checkout.id)
    assert (seen.open, seen.expired, seen.paid) == (False, False, True)
    [move] = seen.intent.moves
    assert move.id.startswith("txn_")
    assert (move.gross, move.fee, move.net) == (Money(2500), Money(98), Money(2402))


def test_a_page_that_was_paid_is_seen_before_its_balance_transaction_is_there(gateway, stripe):
    stripe.faults.set(balance_transaction_delay=3600)
    _, checkout = opened(gateway)
    stripe.pay(checkout.id)
    seen = gateway.look_at(checkout.id)
    assert (seen.paid, seen.intent.moves) == (True, ())


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ("4000000000000002", "generic_decline"),
        ("4000000000009995", "insufficient_funds"),
        ("4000000000000069", "expired_card"),
    ],
)
def test_a_declined_card_is_seen_with_its_reason(gateway, stripe, card, code):
    _, checkout = opened(gateway)
    stripe.pay(checkout.id, card)
    [intent] = {event["data"]["object"]["id"] for event in stripe.events() if event["type"] == "payment_intent.payment_failed"}
    seen = gateway.look_at(checkout.id, intent_id=intent)
    assert (seen.open, seen.paid, seen.intent.decline_code) == (True, False, code)


def test_a_page_is_closed_once_however_often_it_is_asked(gateway):
    _, checkout = opened(gateway)
    gateway.expire(checkout.id)
    gateway.expire(checkout.id)
    assert gateway.look_at(checkout.id).expired


def test_a_page_that_was_paid_is_not_closed_any_more(gateway, stripe):
    _, checkout = opened(gateway)
    stripe.pay(checkout.id)
    gateway.expire(checkout.id)
    assert gateway.look_at(checkout.id).paid


def test_the_same_key_is_the_same_page_and_another_request_under_it_is_refused(gateway):
    payment, wanted = new_id(), params()
    first = gateway.open_checkout(key=str(payment), params=wanted)
    assert gateway.open_checkout(key=str(payment), params=wanted) == first
    with pytest.raises(Refused):
        gateway.open_checkout(key=str(payment), params=params(cents=3000))


@pytest.mark.parametrize(("fault", "said"), [("429", Away), ("409", Away), ("error_500_after_effect", Refused)])
def test_what_to_do_next_is_told_by_the_kind_of_no(gateway, stripe, fault, said):
    stripe.faults.set(api=[{"fault": fault, "method": "POST", "path": PAGES, "times": 5}])
    with pytest.raises(said):
        opened(gateway)


@pytest.mark.parametrize("fault", ["timeout_before_effect", "timeout_after_effect", "error_500_before_effect"])
def test_one_fault_on_the_way_is_not_noticed_and_opens_one_page(gateway, stripe, fault):
    stripe.faults.set(api=[{"fault": fault, "method": "POST", "path": PAGES, "times": 1}])
    _, checkout = opened(gateway)
    assert gateway.look_at(checkout.id).open
    made = [event for event in stripe.log if (event["method"], event["path"]) == ("POST", PAGES)]
    assert len(made) == 2
    assert len({event["idempotency_key"] for event in made}) == 1


def test_nobody_at_the_other_end_is_away(wire):
    nowhere = StripeGateway(api_key="sk_test_x", webhook_secrets=["x"], api_base="http://127.0.0.1:9", http_client=wire)
    with pytest.raises(Away):
        nowhere.look_at("cs_test_1")


def test_every_event_of_ours_is_listed_however_many_and_no_other(gateway, stripe):
    since = clock.now() - timedelta(minutes=1)
    payments = set()
    for _ in range(40):
        payment, checkout = opened(gateway)
        stripe.pay(checkout.id)
        payments.add(payment)
    assert stripe.settle()
    hints = list(gateway.events_since(since))
    sent = [event for event in stripe.events() if event["type"] in EVENTS]
    assert len(sent) > 100  # more than a page
    assert {hint.event_id for hint in hints} == {event["id"] for event in sent}
    assert {hint.payment_id for hint in hints} == payments
    assert list(gateway.events_since(clock.now() + timedelta(hours=1))) == []


def test_a_listed_event_and_its_webhook_are_one_hint(gateway, stripe):
    _, checkout = opened(gateway)
    stripe.pay(checkout.id)
    assert stripe.settle()
    listed = {hint.event_id: hint for hint in gateway.events_since(clock.now() - timedelta(minutes=1))}
    told = [json.dumps({k: v for k, v in event.items() if k != "deliveries"}) for event in stripe.events()]
    heard = [gateway.read_webhook(body.encode(), signed(body, "whsec_new")) for body in told]
    assert {hint.event_id: hint for hint in heard if hint.type in EVENTS} == listed


def signed(body: str, *secrets: str) -> str:
    at = int(time.time())
    headers = [WebhookSignature.generate_signature_header(body, secret, at) for secret in secrets]
    return ",".join([headers[0], *(header.partition(",")[2] for header in headers[1:])])


EVENT = json.dumps(
    {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.succeeded",
        "livemode": False,
        "data": {"object": {"id": "pi_1", "object": "payment_intent", "metadata": {}}},
    }
)


@pytest.mark.parametrize(
    "secrets",
    [("whsec_new",), ("whsec_old",), ("whsec_other", "whsec_old"), ("whsec_old", "whsec_new")],
    ids=["the new secret", "the old one", "two signatures, one ours", "both"],
)
def test_while_one_secret_replaces_another_both_are_good(gateway, secrets):
    assert gateway.read_webhook(EVENT.encode(), signed(EVENT, *secrets)).event_id == "evt_1"


def test_a_secret_that_was_taken_out_is_good_no_more(gateway):
    with pytest.raises(NotFromStripe):
        gateway.read_webhook(EVENT.encode(), signed(EVENT, "whsec_older", "whsec_other"))


@pytest.mark.parametrize(
    ("key", "live"), [("sk_live_x", True), ("rk_live_x", True), ("sk_test_x", False), ("rk_test_x", False)]
)
def test_events_of_the_other_mode_are_not_ours(key, live):
    gateway = StripeGateway(api_key=key, webhook_secrets=["whsec_new"])
    for mode in (True, False):
        body = json.dumps({**json.loads(EVENT), "livemode": mode})
        if mode is live:
            assert gateway.read_webhook(body.encode(), signed(body, "whsec_new"))
        else:
            with pytest.raises(NotFromStripe):
                gateway.read_webhook(body.encode(), signed(body, "whsec_new"))


def test_stripe_is_told_nothing_about_a_person_but_the_email(gateway, wire):
    _, checkout = opened(gateway)
    gateway.look_at(checkout.id)
    gateway.expire(checkout.id)
    [body] = [line.split(" ", 2)[2] for line in wire.said if line.startswith("post") and line.split()[1].endswith(PAGES)]
    names = {name.partition("[")[0] for name, _ in parse_qsl(body)}
    assert names == {
        "mode", "client_reference_id", "customer_email", "success_url", "cancel_url", "expires_at", "metadata",
        "payment_intent_data", "line_items",
    }  # fmt: skip
    about_metadata = {name for name, _ in parse_qsl(body) if "metadata" in name}
    assert about_metadata == {"metadata[payment]", "payment_intent_data[metadata][payment]"}
