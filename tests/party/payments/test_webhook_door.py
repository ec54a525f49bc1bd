"""The door Stripe knocks on: it lets in what Stripe signed, now, for us; and remembers it once."""

from __future__ import annotations

import json
import time

import pytest
from sqlalchemy import func, select
from stripe import WebhookSignature

from app.ground.db import session
from app.ground.ids import new_id
from app.party.payments.models import HeardEvent, LedgerEntry
from tests.walk import join

SECRET = "whsec_test"


def sign(body: bytes | str, *, at: int | None = None, secret: str = SECRET) -> str:
    text = body if isinstance(body, str) else body.decode("latin-1")
    return WebhookSignature.generate_signature_header(text, secret, at or int(time.time()))


def an_event(**changes) -> dict:
    return {
        "id": "evt_1",
        "object": "event",
        "type": "payment_intent.succeeded",
        "livemode": False,
        "api_version": "2026-10-28.endive",
        "data": {"object": {"id": "pi_1", "object": "payment_intent", "metadata": {"payment": str(new_id())}}},
        **changes,
    }


def knock(client, body: bytes | str, signature: str | None):
    headers = {"Stripe-Signature": signature} if signature is not None else {}
    return client.post("/webhooks/stripe", data=body, headers=headers)


def heard() -> int:
    count = session.scalar(select(func.count()).select_from(HeardEvent))
    session.remove()
    return count


def test_what_stripe_signed_is_kept_and_answered_without_a_cookie(client):
    body = json.dumps(an_event())
    answer = knock(client, body, sign(body))
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert heard() == 1


@pytest.mark.parametrize(
    "forge",
    [
        lambda body: None,
        lambda body: "",
        lambda body: "garbage",
        lambda body: "t=,v1=",
        lambda body: "t=١٢٣,v1=00",
        lambda body: sign(body, secret="whsec_other"),
        lambda body: sign(body + " "),
        lambda body: sign(body, at=int(time.time()) - 301),
        lambda body: sign(body, at=int(time.time()) + 600),
        lambda body: sign(body).replace("v1=", "v0="),
    ],
    ids=["none", "empty", "garbage", "hollow", "other digits", "other secret", "other body", "stale", "future", "old scheme"],
)
def test_a_forged_stale_or_future_signature_is_refused(client, forge):
    body = json.dumps(an_event())
    assert knock(client, body, forge(body)).status_code == 400
    assert heard() == 0


@pytest.mark.parametrize(
    "body",
    [
        "[]",
        "{}",
        "null",
        '"event"',
        "not json",
        "[" * 100_000,
        '{"object":"event"}',
        '{"object":"event","id":"evt_1","type":"x","livemode":false}',
        '{"object":"event","id":"evt_1","type":"x","livemode":false,"data":{"object":[]}}',
        '{"object":"event","id":"evt_1","type":"x","livemode":false,"data":{"object":{"metadata":[1]}}}',
        json.dumps(an_event(livemode=True)),
        json.dumps(an_event(livemode="false")),
        json.dumps(an_event(id=["evt_1"])),
    ],
)
def test_signed_nonsense_is_refused_and_breaks_nothing(client, body):
    assert knock(client, body, sign(body)).status_code == 400
    assert heard() == 0


def test_a_body_that_is_no_text_is_refused(client):
    assert knock(client, b"\xff\xfe\x00", sign("x")).status_code == 400


def test_more_than_a_megabyte_is_not_read(client):
    body = json.dumps(an_event(padding="x" * 1_000_001))
    assert knock(client, body, sign(body)).status_code == 413


def test_nearly_a_megabyte_is(client):
    body = json.dumps(an_event(padding="x" * 900_000))
    assert knock(client, body, sign(body)).status_code == 200


def test_only_post_is_answered(client):
    assert client.get("/webhooks/stripe").status_code == 405


def test_an_unknown_type_is_kept_and_answered(client, do_the_chores):
    event = an_event(type="customer.created", data={"object": {"id": "cus_1", "object": "customer"}})
    body = json.dumps(event)
    assert knock(client, body, sign(body)).status_code == 200
    do_the_chores()
    assert session.get(HeardEvent, "evt_1").handled_at


def test_another_installations_payment_is_heard_and_nothing_is_posted(client, do_the_chores):
    body = json.dumps(an_event())
    assert knock(client, body, sign(body)).status_code == 200
    do_the_chores()
    assert session.get(HeardEvent, "evt_1").handled_at
    assert session.scalar(select(func.count()).select_from(LedgerEntry)) == 0


def test_the_same_event_five_times_is_one(client, stripe, events, hear, do_the_chores, mailbox):
    stripe.pay(join(client).location.rstrip("/").rsplit("/", 1)[1])
    for _ in range(5):
        for event in events():
            assert hear(event).status_code == 200
    do_the_chores()
    assert heard() == len(events())
    assert len(mailbox()) == 1
