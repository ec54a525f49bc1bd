"""Keys, versions, parameters, expansion and pages: what Stripe asks of any request."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
import requests
import stripe
from conftest import checkout, line


@pytest.mark.parametrize("key", ["sk_live_x", "pk_test_x", "sk_test_", "nonsense"])
def test_only_a_secret_test_key_opens_the_door(sim, key):
    client = stripe.StripeClient(key, base_addresses={"api": sim.url})
    with pytest.raises(stripe.AuthenticationError):
        client.v1.customers.list()


def test_no_key_at_all_is_refused(sim):
    assert requests.get(f"{sim.url}/v1/customers", timeout=60).status_code == 401


def test_another_api_version_than_the_librarys_is_refused(sim):
    headers = {"Authorization": "Bearer sk_test_x", "Stripe-Version": "2020-08-27"}
    answer = requests.get(f"{sim.url}/v1/customers", headers=headers, timeout=60)
    assert answer.status_code == 400
    assert sim.account.description.version in answer.json()["error"]["message"]


def test_every_answer_has_a_request_id_of_its_own(client, sim):
    first, second = client.v1.customers.list(), client.v1.customers.list()
    assert first.last_response.request_id.startswith("req_")
    assert first.last_response.request_id != second.last_response.request_id


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"success_ulr": "x"}, "success_ulr"),
        ({"payment_method_types": ["card"]}, "payment_method_types"),  # removed in endive
        ({"payment_intent_data": {"metdata": {"a": "b"}}}, "payment_intent_data[metdata]"),
        (
            {"line_items": [{"quantity": 1, "price_data": {"currency": "nzd", "prodct_data": {"name": "x"}}}]},
            "line_items[0][price_data][prodct_data]",
        ),
    ],
)
def test_a_misspelt_parameter_is_named_at_any_depth(careless, change, param):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        careless.v1.checkout.sessions.create(checkout(**change))
    assert (refusal.value.code, refusal.value.param) == ("parameter_unknown", param)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"mode": "donate"}, "mode"),
        ({"line_items": [line("Dues", 12.9)]}, "line_items[0][price_data][unit_amount]"),
        ({"metadata": {"k": "x" * 501}}, "metadata[k]"),
        ({"metadata": {"k" * 41: "x"}}, "metadata"),
        ({"line_items": "Dues"}, "line_items"),
        ({"line_items": [{"quantity": 1, "price_data": {"unit_amount": 500}}]}, "line_items[0][price_data][currency]"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(careless, change, param):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        careless.v1.checkout.sessions.create(checkout(**change))
    assert refusal.value.param == param


def test_what_does_not_exist_is_404(client):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payment_intents.retrieve("pi_none")
    assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")


def test_what_stripe_has_and_we_have_not_is_501_never_a_fake_success(client, sim):
    with pytest.raises(stripe.APIError) as refusal:
        client.v1.quotes.list()
    assert refusal.value.http_status == 501
    assert "GET /v1/quotes" in refusal.value.user_message


def test_the_v2_api_is_501_too(sim):
    answer = requests.get(f"{sim.url}/v2/core/events", headers={"Authorization": "Bearer sk_test_x"}, timeout=60)
    assert answer.status_code == 501


def test_what_stripe_never_had_is_404(sim):
    answer = requests.get(f"{sim.url}/v1/invoices_upcoming", headers={"Authorization": "Bearer sk_test_x"}, timeout=60)
    assert answer.status_code == 404
    assert "Unrecognized request URL" in answer.json()["error"]["message"]


def test_expansion_reaches_four_levels(client, sim, paid):
    paths = ["payment_intent.latest_charge.balance_transaction", "line_items", "payment_intent.payment_method"]
    [found] = client.v1.checkout.sessions.list({"expand": [f"data.{path}" for path in paths[1:]]}).data
    assert found.payment_intent.payment_method.card.last4 == "4242"
    found = client.v1.checkout.sessions.retrieve(paid.id, {"expand": paths})
    assert found.payment_intent.latest_charge.balance_transaction.net == 1916
    assert found.payment_intent.payment_method.card.last4 == "4242"
    assert found.line_items.data[0].description == "Membership dues"


def test_in_a_list_data_is_the_first_of_the_four(client, session):
    with pytest.raises(stripe.InvalidRequestError, match="more than 4 levels"):
        client.v1.checkout.sessions.list({"expand": ["data.payment_intent.latest_charge.balance_transaction.source"]})


@pytest.mark.parametrize("path", ["a.b.c.d.e", "status", "nonsense", "line_items.data.nonsense"])
def test_what_cannot_be_expanded_is_refused(client, session, path):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.retrieve(session.id, {"expand": [path]})
    assert refusal.value.param == "expand"


def test_lists_are_cut_into_pages_newest_first(client):
    made = [client.v1.customers.create({"name": str(n)}).id for n in range(5)][::-1]
    first = client.v1.customers.list({"limit": 2})
    assert ([c.id for c in first], first.has_more) == (made[:2], True)
    second = client.v1.customers.list({"limit": 3, "starting_after": made[1]})
    assert ([c.id for c in second], second.has_more) == (made[2:], False)
    back = client.v1.customers.list({"limit": 2, "ending_before": made[3]})
    assert ([c.id for c in back], back.has_more) == (made[1:3], True)
    assert [c.id for c in client.v1.customers.list({"limit": 2}).auto_paging_iter()] == made


def test_a_cursor_that_never_was_is_404_and_a_limit_is_at_most_100(client):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.customers.list({"starting_after": "cus_none"})
    assert refusal.value.code == "resource_missing"
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.customers.list({"limit": 101})
    assert refusal.value.param == "limit"


def test_lists_are_narrowed_by_time(client, sim):
    client.v1.customers.create({"name": "early"})
    sim.advance(100)
    later = client.v1.customers.create({"name": "late"})
    found = client.v1.customers.list({"created": {"gte": later.created}})
    assert [c.name for c in found] == ["late"]
    assert [c.name for c in client.v1.customers.list({"created": {"lt": later.created}})] == ["early"]


def test_an_answer_is_one_write_and_sent_at_once(sim, client, monkeypatch):
    """In two writes the second would wait 40 ms for the first to be acknowledged (Nagle’s algorithm)."""
    sent: list[bytes] = []
    at_once: set[int] = set()
    write = socket.SocketIO.write

    def note(this: Any, part: Any) -> int | None:
        if this._sock.getsockname()[1] == sim.server.server_port:
            sent.append(bytes(part))
            at_once.add(this._sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        return write(this, part)

    monkeypatch.setattr(socket.SocketIO, "write", note)
    for _ in range(20):
        client.v1.customers.list({"limit": 1})
    assert len(sent) == 20
    for answer in sent:
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        assert json.loads(body)["object"] == "list"
    assert at_once == {1}
