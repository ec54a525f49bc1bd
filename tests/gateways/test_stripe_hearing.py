"""Every event we ask for leads to what it is about: an attempt, a renewal, an intent, a customer, a payout."""

from __future__ import annotations

import pytest

from app.gateways.stripe import EVENTS
from app.gateways.stripe.hearing import ONLY_NOTED, hint
from app.ground.ids import read_id

OURS = "01890000-0000-7000-8000-000000000000"
BY_SUBSCRIPTION = {"subscription_details": {"metadata": {"renewal": OURS}, "subscription": "sub_1"}}
RENEWAL = f"renewal:{OURS}"

PAYMENT = "payment"  # found by our own id
TABLE = {
    "checkout.session": ({"client_reference_id": OURS, "metadata": {}}, PAYMENT),
    "payment_intent": ({"metadata": {"payment": OURS}}, PAYMENT),
    "charge": ({"metadata": {}, "payment_intent": "pi_1"}, "intent:pi_1"),
    "refund": ({"metadata": {"payment": OURS, "refund": OURS}, "payment_intent": "pi_1"}, PAYMENT),
    "dispute": ({"metadata": {}, "payment_intent": "pi_1"}, "intent:pi_1"),
    "radar.early_fraud_warning": ({"payment_intent": "pi_1"}, "intent:pi_1"),
    "subscription": ({"metadata": {"renewal": OURS}}, RENEWAL),
    "invoice": ({"metadata": {}, "parent": BY_SUBSCRIPTION}, RENEWAL),
    "invoice_payment": ({"invoice": "in_1"}, "invoice:in_1"),
    "setup_intent": ({"metadata": {}, "customer": "cus_1"}, "customer:cus_1"),
    "payment_method": ({"metadata": {}, "customer": "cus_1"}, "customer:cus_1"),
    "mandate": ({"payment_method": "pm_1"}, "method:pm_1"),
    "customer": ({"metadata": {}}, "customer:x_1"),
    "payout": ({"metadata": {}}, "payout:x_1"),
}
OBJECT = {"charge.dispute": "dispute", "customer.subscription": "subscription"}


def kind_of(type: str) -> str:
    """What kind of object an event of this type carries."""
    stem = type.rpartition(".")[0]
    return OBJECT.get(stem, stem)


def event(type: str, **more):
    kind = kind_of(type)
    thing = {"id": "x_1", "object": kind, **TABLE[kind][0], **more}
    return {"id": "evt_1", "object": "event", "type": type, "data": {"object": thing}}


@pytest.mark.parametrize("type", EVENTS)
def test_every_event_we_ask_for_leads_somewhere(type):
    found, (_, expected) = hint(event(type)), TABLE[kind_of(type)]
    assert (found.event_id, found.type) == ("evt_1", type)
    if type in ONLY_NOTED:
        assert (found.payment_id, found.about) == (None, None)
    elif expected == PAYMENT:
        assert (found.payment_id, found.about) == (read_id(OURS), None)
    else:
        assert (found.payment_id, found.about) == (None, expected)


@pytest.mark.parametrize(
    ("type", "more", "about"),
    [
        ("payment_intent.succeeded", {"metadata": {}}, "intent:x_1"),  # a renewal's: it has no id of ours
        ("refund.created", {"metadata": {}}, "intent:pi_1"),  # made by hand at Stripe
        ("refund.created", {"metadata": {}, "payment_intent": {"id": "pi_2"}}, "intent:pi_2"),
        ("customer.subscription.updated", {"metadata": {}}, "subscription:x_1"),  # another installation's
        ("invoice.paid", {"parent": {"subscription_details": {"metadata": {}, "subscription": "sub_1"}}}, "subscription:sub_1"),
        ("invoice.paid", {"parent": None}, None),
        ("charge.updated", {"payment_intent": None}, None),
        ("charge.updated", {"payment_intent": "pi_1\r\nx"}, None),
        ("payment_method.detached", {"customer": None}, None),
    ],
)
def test_what_carries_no_id_of_ours_is_found_by_stripes_or_only_noted(type, more, about):
    found = hint(event(type, **more))
    assert (found.payment_id, found.about) == (None, about)


def test_a_card_that_was_taken_away_leads_to_whom_it_was_taken_from():
    told = event("payment_method.detached", customer=None)
    told["data"]["previous_attributes"] = {"customer": "cus_9"}
    assert hint(told).about == "customer:cus_9"


def test_twins_and_noise_are_not_asked_for():
    for type in (
        "invoice.payment_succeeded",
        "charge.succeeded",
        "charge.failed",
        "payment_intent.created",
        "balance.available",
    ):
        assert type not in EVENTS
    assert len(EVENTS) == len(set(EVENTS)) == 51
