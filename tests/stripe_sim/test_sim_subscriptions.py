"""Subscriptions through the API: how they begin, change, wait and end."""

from __future__ import annotations

import pytest
import stripe
from conftest import DAY, told


@pytest.fixture
def customer(client):
    return with_card(client)


def with_card(client, test_id="pm_card_visa", **more):
    """A customer whose invoices are paid by a test card."""
    customer = client.v1.customers.create({"email": "ada@example.org", **more})
    method = client.v1.payment_methods.attach(test_id, {"customer": customer.id})
    return client.v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})


@pytest.fixture
def product(client):
    return client.v1.products.create({"name": "Dues"}).id


def of(customer, product, amount=2000, interval="month", count=1, **more):
    recurring = {"interval": interval, "interval_count": count}
    price = {"currency": "nzd", "product": product, "unit_amount": amount, "recurring": recurring}
    return {"customer": customer.id, "items": [{"price_data": price}], **more}


def price_of(product, amount, interval="month"):
    return {"currency": "nzd", "product": product, "unit_amount": amount, "recurring": {"interval": interval}}


def test_a_saved_card_is_charged_at_once(client, customer, product):
    subscription = client.v1.subscriptions.create(of(customer, product, metadata={"a": "1"}, expand=["latest_invoice"]))
    assert (subscription.status, subscription.latest_invoice.status) == ("active", "paid")
    item = client.v1.subscription_items.list({"subscription": subscription.id}).data[0]
    assert (item.price.unit_amount, item.plan.amount, item.quantity) == (2000, 2000, 1)
    assert client.v1.customers.retrieve(customer.id).currency == "nzd"


def test_a_declined_first_payment_leaves_it_incomplete_for_23_hours(client, sim, product):
    poor = with_card(client, "pm_card_chargeCustomerFail")
    subscription = client.v1.subscriptions.create(of(poor, product))
    assert subscription.status == "incomplete"
    sim.advance(23 * 3600 + 1)
    subscription = client.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (subscription.status, subscription.latest_invoice.status) == ("incomplete_expired", "void")


def test_an_incomplete_subscription_becomes_active_when_its_invoice_is_paid(client, sim, product):
    poor = with_card(client, "pm_card_chargeCustomerFail")
    subscription = client.v1.subscriptions.create(of(poor, product))
    good = client.v1.payment_methods.attach("pm_card_visa", {"customer": poor.id})
    client.v1.invoices.pay(subscription.latest_invoice, {"payment_method": good.id})
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_the_payer_can_confirm_a_first_payment_later(client, sim, customer, product):
    wishes = {"payment_behavior": "default_incomplete", "expand": ["latest_invoice.confirmation_secret"]}
    subscription = client.v1.subscriptions.create(of(customer, product, **wishes))
    assert subscription.status == "incomplete"
    intent = subscription.latest_invoice.confirmation_secret.client_secret.split("_secret_")[0]
    method = client.v1.customers.retrieve(customer.id).invoice_settings.default_payment_method
    client.v1.payment_intents.confirm(intent, {"payment_method": method, "return_url": "http://127.0.0.1:9/back"})
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_error_if_incomplete_leaves_nothing_behind(client, product):
    poor = with_card(client, "pm_card_chargeCustomerFail")
    with pytest.raises(stripe.CardError) as refusal:
        client.v1.subscriptions.create(of(poor, product, payment_behavior="error_if_incomplete"))
    assert refusal.value.code == "card_declined"
    assert client.v1.subscriptions.list({"status": "all"}).data == []


def test_nobody_is_subscribed_without_a_card(client, product):
    bare = client.v1.customers.create({})
    with pytest.raises(stripe.InvalidRequestError, match="no attached payment source"):
        client.v1.subscriptions.create(of(bare, product))


def test_a_new_price_counts_from_the_renewal(client, sim, customer, product):
    subscription = client.v1.subscriptions.create(of(customer, product))
    change = {"id": subscription.items.data[0].id, "price_data": price_of(product, 3000)}
    with pytest.raises(stripe.APIError, match="prorations"):
        client.v1.subscriptions.update(subscription.id, {"items": [change]})
    changed = client.v1.subscriptions.update(subscription.id, {"items": [change], "proration_behavior": "none"})
    assert changed.items.data[0].price.unit_amount == 3000
    assert len(client.v1.invoices.list().data) == 1
    sim.advance(32 * DAY)
    assert [invoice.amount_paid for invoice in client.v1.invoices.list()] == [3000, 2000]


def test_one_item_can_be_changed_by_itself(client, customer, product):
    subscription = client.v1.subscriptions.create(of(customer, product))
    item = subscription.items.data[0].id
    changed = client.v1.subscription_items.update(item, {"quantity": 3, "proration_behavior": "none"})
    assert changed.quantity == 3
    assert client.v1.subscriptions.retrieve(subscription.id).items.data[0].quantity == 3


def test_another_interval_is_not_modelled_and_changes_nothing(client, customer, product):
    subscription = client.v1.subscriptions.create(of(customer, product))
    change = {"id": subscription.items.data[0].id, "price_data": price_of(product, 9000, "year")}
    with pytest.raises(stripe.APIError, match="interval"):
        client.v1.subscriptions.update(subscription.id, {"items": [change], "proration_behavior": "none"})
    assert client.v1.subscription_items.retrieve(change["id"]).price.unit_amount == 2000


def test_the_end_of_the_period_ends_it_when_asked_through_the_api(client, sim, customer, product):
    subscription = client.v1.subscriptions.create(of(customer, product))
    end = subscription.items.data[0].current_period_end
    ending = client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert (ending.status, ending.cancel_at_period_end, ending.cancel_at) == ("active", True, end)
    assert ending.cancellation_details.reason == "cancellation_requested"
    sim.advance(32 * DAY)
    ended = client.v1.subscriptions.retrieve(subscription.id)
    assert (ended.status, ended.ended_at) == ("canceled", end)
    assert "invoice.upcoming" not in told(sim)
    assert len(client.v1.invoices.list().data) == 1


def test_an_end_can_be_taken_back(client, sim, customer, product):
    subscription = client.v1.subscriptions.create(of(customer, product))
    client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    back = client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    assert (back.cancel_at, back.canceled_at) == (None, None)
    sim.advance(32 * DAY)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_a_day_to_end_on_may_be_named(client, sim, customer, product):
    subscription = client.v1.subscriptions.create(of(customer, product))
    day = subscription.start_date + 45 * DAY
    assert client.v1.subscriptions.update(subscription.id, {"cancel_at": day}).cancel_at_period_end is False
    sim.advance(60 * DAY)
    assert client.v1.subscriptions.retrieve(subscription.id).ended_at == day
    assert len(client.v1.invoices.list().data) == 2


def test_canceling_ends_it_now(client, sim, customer, product):
    subscription = client.v1.subscriptions.create(of(customer, product))
    ended = client.v1.subscriptions.cancel(subscription.id, {"cancellation_details": {"feedback": "unused"}})
    assert (ended.status, ended.cancellation_details.feedback) == ("canceled", "unused")
    assert client.v1.subscriptions.list().data == []
    assert [one.id for one in client.v1.subscriptions.list({"status": "ended"})] == [subscription.id]
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription"):
        client.v1.subscriptions.cancel(subscription.id)
    with pytest.raises(stripe.InvalidRequestError, match="can only update"):
        client.v1.subscriptions.update(subscription.id, {"description": "x"})


def test_a_trial_end_moves_the_next_charge_and_takes_nothing_now(client, sim, customer, product):
    subscription = client.v1.subscriptions.create(of(customer, product, interval="year"))
    later = subscription.start_date + 500 * DAY
    with pytest.raises(stripe.APIError, match="proration"):
        client.v1.subscriptions.update(subscription.id, {"trial_end": later})
    moved = client.v1.subscriptions.update(subscription.id, {"trial_end": later, "proration_behavior": "none"})
    assert (moved.status, moved.items.data[0].current_period_end) == ("trialing", later)
    sim.advance(499 * DAY)
    assert sum(invoice.amount_paid for invoice in client.v1.invoices.list()) == 2000
    sim.advance(2 * DAY)
    assert sum(invoice.amount_paid for invoice in client.v1.invoices.list()) == 4000
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_a_trial_that_is_ended_now_is_charged_now(client, customer, product):
    subscription = client.v1.subscriptions.create(of(customer, product, trial_period_days=30))
    assert subscription.status == "trialing"
    ended = client.v1.subscriptions.update(subscription.id, {"trial_end": "now", "expand": ["latest_invoice"]})
    assert (ended.status, ended.latest_invoice.amount_paid) == ("active", 2000)


def test_a_trial_without_a_card_pauses_and_is_resumed_with_one(client, sim, product):
    bare = client.v1.customers.create({})
    settings = {"end_behavior": {"missing_payment_method": "pause"}}
    subscription = client.v1.subscriptions.create(of(bare, product, trial_period_days=5, trial_settings=settings))
    sim.advance(6 * DAY)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "paused"
    with pytest.raises(stripe.InvalidRequestError, match="no attached payment source"):
        client.v1.subscriptions.resume(subscription.id)
    method = client.v1.payment_methods.attach("pm_card_visa", {"customer": bare.id})
    client.v1.customers.update(bare.id, {"invoice_settings": {"default_payment_method": method.id}})
    assert client.v1.subscriptions.resume(subscription.id).status == "active"
    assert {"customer.subscription.paused", "customer.subscription.resumed"} <= set(told(sim))
    assert client.v1.invoices.list().data[0].amount_paid == 2000


@pytest.mark.parametrize(
    ("behavior", "status"), [("void", "void"), ("mark_uncollectible", "uncollectible"), ("keep_as_draft", "draft")]
)
def test_a_paused_collection_makes_invoices_and_takes_no_money(client, sim, customer, product, behavior, status):
    subscription = client.v1.subscriptions.create(of(customer, product))
    pause = {"behavior": behavior, "resumes_at": subscription.start_date + 40 * DAY}
    client.v1.subscriptions.update(subscription.id, {"pause_collection": pause})
    sim.advance(32 * DAY)
    assert client.v1.invoices.list().data[0].status == status
    sim.advance(40 * DAY)
    assert client.v1.invoices.list().data[0].status == "paid"
    assert client.v1.subscriptions.retrieve(subscription.id).pause_collection is None


def test_a_later_first_day_makes_the_time_before_it_free(client, sim, customer, product):
    day = int(sim.account.time()) + 10 * DAY
    wishes = {"billing_cycle_anchor": day, "proration_behavior": "none"}
    subscription = client.v1.subscriptions.create(of(customer, product, **wishes))
    assert (subscription.status, subscription.items.data[0].current_period_end) == ("active", day)
    assert client.v1.payment_intents.list().data == []
    sim.advance(11 * DAY)
    assert client.v1.invoices.list().data[0].amount_paid == 2000


def test_a_deleted_customer_is_subscribed_to_nothing(client, sim, customer, product):
    subscription = client.v1.subscriptions.create(of(customer, product))
    client.v1.customers.delete(customer.id)
    sim.advance(100 * DAY)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "canceled"
    assert told(sim).count("invoice.created") == 1


def test_subscriptions_are_expanded_four_levels_deep(client, customer, product):
    client.v1.subscriptions.create(of(customer, product))
    path = "data.latest_invoice.payments.data"
    [subscription] = client.v1.subscriptions.list({"customer": customer.id, "expand": [path]}).data
    assert subscription.latest_invoice.payments.data[0].status == "paid"


def test_customers_on_a_test_clock_live_by_it_alone(client, sim, product):
    start = int(sim.account.time()) + 100 * DAY
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": start, "name": "Ada's"})
    subscription = client.v1.subscriptions.create(of(with_card(client, test_clock=clock.id), product))
    assert (subscription.test_clock, subscription.start_date) == (clock.id, start)
    sim.advance(400 * DAY)
    assert len(client.v1.invoices.list().data) == 1
    with pytest.raises(stripe.InvalidRequestError, match="two intervals"):
        client.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": start + 63 * DAY})
    advancing = client.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": start + 32 * DAY})
    assert advancing.status == "advancing"
    assert sim.settle()
    ready = client.v1.test_helpers.test_clocks.retrieve(clock.id)
    assert (ready.status, ready.frozen_time) == ("ready", start + 32 * DAY)
    assert [invoice.status for invoice in client.v1.invoices.list()] == ["paid", "paid"]
    client.v1.test_helpers.test_clocks.delete(clock.id)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "canceled"
    names = [name.rsplit(".")[-1] for name in told(sim) if name.startswith("test_helpers")]
    assert names == ["created", "advancing", "ready", "deleted"]
