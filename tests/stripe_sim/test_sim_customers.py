"""Customers, products and prices."""

from __future__ import annotations

import pytest
import stripe


def test_a_customer_is_made_changed_and_deleted(client, sim):
    customer = client.v1.customers.create({"name": "Ada", "email": "ada@example.org", "metadata": {"person": "1", "old": "x"}})
    changed = client.v1.customers.update(customer.id, {"name": "Ada L", "metadata": {"old": "", "new": "y"}})
    assert changed.name == "Ada L"
    assert changed.email == "ada@example.org"
    assert changed.metadata.to_dict() == {"person": "1", "new": "y"}
    assert client.v1.customers.delete(customer.id).deleted
    assert client.v1.customers.retrieve(customer.id).deleted
    assert client.v1.customers.list().data == []
    types = [event["type"] for event in sim.events()]
    assert types == ["customer.created", "customer.updated", "customer.deleted"]
    assert sim.events()[1]["data"]["previous_attributes"]["name"] == "Ada"


def test_a_deleted_customer_can_no_longer_be_used(client):
    customer = client.v1.customers.create({})
    client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    client.v1.customers.delete(customer.id)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.customers.update(customer.id, {"name": "Nobody"})
    assert refusal.value.code == "resource_missing"
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.create({"amount": 500, "currency": "nzd", "customer": customer.id})


def test_an_empty_string_unsets_a_field(client):
    customer = client.v1.customers.create({"name": "Ada", "phone": "0211234567"})
    assert client.v1.customers.update(customer.id, {"phone": ""}).phone is None


def test_customers_are_found_by_email(client):
    ada = client.v1.customers.create({"email": "ada@example.org"})
    client.v1.customers.create({"email": "grace@example.org"})
    assert [c.id for c in client.v1.customers.list({"email": "ada@example.org"})] == [ada.id]


def test_a_product_has_prices_that_never_change_their_amount(client):
    product = client.v1.products.create({"name": "Membership dues"})
    price = client.v1.prices.create({"currency": "nzd", "unit_amount": 129, "product": product.id, "nickname": "yearly"})
    assert client.v1.prices.update(price.id, {"active": False}).active is False
    assert client.v1.prices.retrieve(price.id, {"expand": ["product"]}).product.name == "Membership dues"
    assert [p.id for p in client.v1.prices.list({"product": product.id})] == [price.id]
    assert client.v1.products.update(product.id, {"description": "A year"}).description == "A year"
    with pytest.raises(stripe.InvalidRequestError, match="one or more prices"):
        client.v1.products.delete(product.id)


def test_a_product_without_prices_can_be_deleted(client):
    product = client.v1.products.create({"name": "A mistake"})
    assert client.v1.products.delete(product.id).deleted
    assert client.v1.products.list().data == []


def dues(**recurring):
    return {"currency": "nzd", "unit_amount": 129, "product_data": {"name": "Dues"}, "recurring": recurring}


def test_a_price_recurs_at_most_every_three_years(client):
    price = client.v1.prices.create(dues(interval="year", interval_count=3))
    assert (price.type, price.recurring.interval, price.recurring.interval_count) == ("recurring", "year", 3)
    for interval, count in (("year", 4), ("month", 37), ("month", 0)):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.prices.create(dues(interval=interval, interval_count=count))
        assert refusal.value.param == "recurring[interval_count]"


def test_metered_prices_are_not_modelled(client):
    with pytest.raises(stripe.APIError) as refusal:
        client.v1.prices.create(dues(interval="month", usage_type="metered"))
    assert refusal.value.http_status == 501
