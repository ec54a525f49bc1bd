"""The contract itself: it knows the installed library, and misses nothing we might mistype."""

from __future__ import annotations

from pathlib import Path

import pytest
import stripe
from conftest import checkout, line

import stripe_sim
from stripe_sim import description
from stripe_sim.cards import CARDS, find_by_test_id
from stripe_sim.contract import Contract, ContractError, checked_client
from stripe_sim.endpoints import ENDPOINTS


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract.installed()


def test_it_describes_the_version_the_library_pins(contract):
    assert contract.facts.version == stripe.api_version
    assert len(contract.facts.facts["operations"]) > 500
    assert {"charge.updated", "checkout.session.expired", "refund.created"} <= set(contract.facts.event_types)


def test_every_endpoint_we_model_is_one_that_stripe_has(contract):
    assert set(ENDPOINTS) <= set(contract.facts.facts["operations"])


def test_every_parameter_we_model_is_one_that_stripe_has(contract):
    for name, endpoint in ENDPOINTS.items():
        schema = contract.facts.resolve(contract.facts.facts["operations"][name]["params"])
        assert endpoint.models <= set(schema["properties"]), name


def test_the_emptiest_object_of_every_kind_we_make_is_valid(contract):
    kinds = ("customer", "charge", "refund", "balance_transaction", "event", "webhook_endpoint", "payment_intent")
    kinds += ("subscription", "subscription_item", "invoice", "invoiceitem", "line_item", "invoice_payment")
    for kind in (*kinds, "billing_portal.session", "billing_portal.configuration", "test_helpers.test_clock"):
        contract.check_object(contract.facts.blank(kind), kind)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"success_ulr": "x"}, "success_ulr"),
        ({"line_items": [line("Dues", 12.9)]}, "unit_amount"),
        ({"mode": "donate"}, "mode"),
        ({"payment_method_types": ["card"]}, "payment_method_types"),
    ],
)
def test_a_wrong_request_never_leaves(client, sim, change, named):
    with pytest.raises(ContractError, match=named):
        client.v1.checkout.sessions.create(checkout(**change))
    assert len(sim.log) == 0


def test_an_invented_field_in_an_answer_is_found(contract, client):
    customer = client.v1.customers.create({"name": "Ada"}).to_dict()
    with pytest.raises(ContractError, match="nickname"):
        contract.check_response("get", "/v1/customers/x", 200, {**customer, "nickname": "A"})
    with pytest.raises(ContractError, match="livemode"):
        contract.check_response("get", "/v1/customers/x", 200, {**customer, "livemode": "no"})


def test_an_invented_event_is_found(contract, client, sim):
    client.v1.customers.create({"name": "Ada"})
    [event] = sim.events()
    event.pop("deliveries")
    contract.check_event(event)
    for wrong in ({"type": "customer.made"}, {"api_version": "2020-08-27"}, {"extra": 1}):
        with pytest.raises(ContractError):
            contract.check_event({**event, **wrong})


def test_an_endpoint_that_stripe_never_had_is_found(contract):
    with pytest.raises(ContractError, match="Stripe has no"):
        contract.check_request("get", "/v1/invoices_upcoming", None)


def test_the_checked_client_remembers_what_went_by(sim):
    wire = checked_client()
    client = stripe.StripeClient("sk_test_x", base_addresses={"api": sim.url}, http_client=wire)
    client.v1.customers.create({"name": "Ada"})
    assert wire.seen == [("POST", "/v1/customers", 200)]


def test_the_description_is_read_once_and_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    readings = [{"version": "v", "event_types": [], "operations": {}}]  # the sources themselves take seconds to read
    monkeypatch.setattr("stripe_sim.library.Library.describe", lambda self: readings.pop())
    first = description.load.__wrapped__()
    assert description.kept_at().is_relative_to(tmp_path)
    assert description.load.__wrapped__().facts == first.facts


def test_the_readme_tells_what_every_card_does():
    readme = (Path(stripe_sim.__file__).parent / "README.md").read_text()
    rows = [[cell.strip() for cell in row.split("|")] for row in readme.splitlines() if row.startswith("| ") and "|" in row]
    told = {row[1].replace(" ", ""): (row[2], row[3]) for row in rows if len(row) > 3 and row[1][:1].isdigit()}
    assert {card.number: card.does for card in CARDS} == {number: does for number, (_, does) in told.items()}
    for ids, _ in told.values():
        assert all(find_by_test_id(id.strip(" `")) for id in ids.split(",") if id)
