"""Invoices: drafted, finalised, collected again and again, and the other ways they end."""

from __future__ import annotations

import pytest
import stripe
from conftest import DAY, day_of, go_to, told
from test_sim_subscriptions import of, with_card

from stripe_sim import Simulator


@pytest.fixture
def product(client):
    return client.v1.products.create({"name": "Dues"}).id


def owing(client, product, test_id="pm_card_chargeCustomerFail"):
    """A subscription whose first month was paid by a good card, and whose card is now another."""
    customer = with_card(client)
    subscription = client.v1.subscriptions.create(of(customer, product))
    method = client.v1.payment_methods.attach(test_id, {"customer": customer.id})
    client.v1.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})
    return subscription


def test_a_declined_renewal_is_tried_again_on_days_3_5_and_7_and_then_given_up(client, sim, product):
    subscription = owing(client, product)
    end = subscription.items.data[0].current_period_end
    sim.advance(31 * DAY + 2 * 3600)
    [invoice, _] = client.v1.invoices.list({"subscription": subscription.id}).data
    assert (invoice.status, invoice.attempt_count) == ("open", 1)
    assert day_of(invoice.next_payment_attempt) == day_of(end + 3600 + 3 * DAY)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "past_due"
    assert client.v1.customers.retrieve(subscription.customer).delinquent is True
    sim.advance(15 * DAY + 3600)
    invoice = client.v1.invoices.retrieve(invoice.id)
    assert (invoice.status, invoice.attempt_count, invoice.next_payment_attempt) == ("open", 4, None)
    ended = client.v1.subscriptions.retrieve(subscription.id)
    assert (ended.status, ended.cancellation_details.reason) == ("canceled", "payment_failed")
    failures = [e for e in sim.events() if e["type"] == "invoice.payment_failed"]
    assert [(e["created"] - end - 3600) // DAY for e in failures] == [0, 3, 8, 15]
    assert told(sim).count("customer.subscription.deleted") == 1


def test_what_follows_the_last_attempt_is_a_setting():
    with Simulator(retry_days=(1,), after_retries="unpaid") as sim:
        client = stripe.StripeClient("sk_test_x", base_addresses={"api": sim.url})
        subscription = owing(client, client.v1.products.create({"name": "Dues"}).id)
        sim.advance(33 * DAY)
        assert client.v1.subscriptions.retrieve(subscription.id).status == "unpaid"
        sim.advance(31 * DAY)
        newest = client.v1.invoices.list({"subscription": subscription.id}).data[0]
        assert (newest.status, newest.auto_advance) == ("draft", False)


def test_a_new_card_settles_the_debt_at_the_next_attempt(client, sim, product):
    subscription = owing(client, product)
    sim.advance(32 * DAY)
    good = client.v1.payment_methods.attach("pm_card_visa", {"customer": subscription.customer})
    client.v1.subscriptions.update(subscription.id, {"default_payment_method": good.id})
    sim.advance(3 * DAY)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"
    assert client.v1.customers.retrieve(subscription.customer).delinquent is False
    assert [invoice.status for invoice in client.v1.invoices.list()] == ["paid", "paid"]


def test_a_card_past_its_month_is_expired(client, sim, subscribed):
    go_to(sim, "2035-03-10")
    subscription = subscribed(interval="month", expiry="04/35")
    sim.advance(32 * DAY)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"
    sim.advance(30 * DAY)
    assert client.v1.charges.list().data[0].failure_code == "expired_card"
    assert client.v1.subscriptions.retrieve(subscription.id).status == "past_due"


def test_a_card_that_asks_once_renews_by_itself(client, sim, subscribed):
    subscribed("4000002500003155", interval="month")
    sim.advance(32 * DAY)
    assert [invoice.status for invoice in client.v1.invoices.list()] == ["paid", "paid"]


def test_a_card_that_always_asks_waits_for_the_payer(client, sim, subscribed):
    subscription = subscribed("4000002760003184", interval="month")
    sim.advance(32 * DAY)
    [invoice, _] = client.v1.invoices.list({"expand": ["data.payments"]}).data
    intent = client.v1.payment_intents.retrieve(invoice.payments.data[0].payment.payment_intent)
    assert (invoice.status, intent.status) == ("open", "requires_action")
    assert {"invoice.payment_action_required", "invoice.payment_failed"} <= set(told(sim))
    with pytest.raises(stripe.CardError) as refusal:
        client.v1.invoices.pay(invoice.id, {"off_session": True})
    assert refusal.value.code == "invoice_payment_intent_requires_action"
    assert client.v1.subscriptions.retrieve(subscription.id).status == "past_due"


def test_a_declined_payment_says_why(client, sim, product):
    owing(client, product)
    sim.advance(32 * DAY)
    invoice = client.v1.invoices.list().data[0]
    with pytest.raises(stripe.CardError) as refusal:
        client.v1.invoices.pay(invoice.id)
    assert (refusal.value.code, refusal.value.error.decline_code) == ("card_declined", "generic_decline")
    assert client.v1.invoices.retrieve(invoice.id).attempt_count == 1


def test_what_was_paid_by_bank_is_noted_and_collected_no_more(client, sim, product):
    subscription = owing(client, product)
    sim.advance(32 * DAY)
    invoice = client.v1.invoices.list().data[0]
    paid = client.v1.invoices.pay(invoice.id, {"paid_out_of_band": True, "expand": ["payments"]})
    assert (paid.status, paid.amount_paid_off_stripe, paid.amount_remaining) == ("paid", 2000, 0)
    assert paid.payments.data[0].status == "canceled"
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"
    sim.advance(8 * DAY)
    assert told(sim).count("invoice.payment_failed") == 1
    with pytest.raises(stripe.InvalidRequestError, match="already paid"):
        client.v1.invoices.pay(invoice.id)


def test_what_is_below_the_smallest_charge_is_carried_over(client, sim, product):
    customer = with_card(client)
    subscription = client.v1.subscriptions.create(of(customer, product, amount=30, expand=["latest_invoice"]))
    invoice = subscription.latest_invoice
    assert (subscription.status, invoice.status, invoice.total) == ("active", "paid", 30)
    assert (invoice.amount_due, invoice.amount_paid, invoice.ending_balance) == (0, 0, 30)
    assert client.v1.invoice_payments.list({"invoice": invoice.id}).data == []
    assert client.v1.customers.retrieve(customer.id).balance == 30
    sim.advance(32 * DAY)
    renewal = client.v1.invoices.list().data[0]
    assert (renewal.starting_balance, renewal.amount_due, renewal.amount_paid) == (30, 60, 60)
    assert client.v1.customers.retrieve(customer.id).balance == 0


def test_payments_are_found_by_invoice_and_by_intent(client, product):
    client.v1.subscriptions.create(of(with_card(client), product))
    [payment] = client.v1.invoice_payments.list({"status": "paid"}).data
    intent = payment.payment.payment_intent
    by_intent = {"payment": {"type": "payment_intent", "payment_intent": intent}}
    assert [p.id for p in client.v1.invoice_payments.list(by_intent)] == [payment.id]
    assert client.v1.invoice_payments.retrieve(payment.id, {"expand": ["invoice"]}).invoice.status == "paid"


def test_an_invoice_by_hand(client, sim):
    customer = with_card(client)
    client.v1.invoice_items.create({"customer": customer.id, "amount": 1500, "currency": "nzd", "description": "Room hire"})
    wishes = {"customer": customer.id, "pending_invoice_items_behavior": "include", "metadata": {"a": "1"}}
    invoice = client.v1.invoices.create(wishes)
    assert (invoice.status, invoice.total, invoice.number) == ("draft", 1500, None)
    client.v1.invoice_items.create({"customer": customer.id, "amount": 500, "currency": "nzd", "invoice": invoice.id})
    invoice = client.v1.invoices.finalize_invoice(invoice.id)
    assert (invoice.status, invoice.amount_due) == ("open", 2000)
    assert invoice.number == f"{customer.invoice_prefix}-0001"
    assert [line.amount for line in client.v1.invoices.line_items.list(invoice.id)] == [1500, 500]
    assert client.v1.invoices.pay(invoice.id).status == "paid"
    assert client.v1.invoice_items.list({"customer": customer.id, "pending": True}).data == []


def test_an_invoice_by_hand_that_advances_is_paid_by_itself(client, sim):
    customer = with_card(client)
    client.v1.invoice_items.create({"customer": customer.id, "amount": 1500, "currency": "nzd"})
    wishes = {"customer": customer.id, "pending_invoice_items_behavior": "include", "auto_advance": True}
    invoice = client.v1.invoices.create(wishes)
    sim.advance(3601)
    assert client.v1.invoices.retrieve(invoice.id).status == "paid"


def test_an_open_invoice_can_be_voided_or_given_up(client, sim, product):
    subscription = owing(client, product)
    sim.advance(32 * DAY)
    invoice = client.v1.invoices.list({"status": "open"}).data[0]
    assert client.v1.invoices.mark_uncollectible(invoice.id).status == "uncollectible"
    assert client.v1.invoices.void_invoice(invoice.id).status == "void"
    assert {"invoice.marked_uncollectible", "invoice.voided", "payment_intent.canceled"} <= set(told(sim))
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"
    with pytest.raises(stripe.InvalidRequestError, match="cannot be voided"):
        client.v1.invoices.void_invoice(invoice.id)


def test_a_draft_by_hand_can_be_deleted(client):
    customer = with_card(client)
    item = client.v1.invoice_items.create({"customer": customer.id, "amount": 1500, "currency": "nzd"})
    invoice = client.v1.invoices.create({"customer": customer.id, "pending_invoice_items_behavior": "include"})
    assert client.v1.invoices.delete(invoice.id).deleted
    assert client.v1.invoice_items.retrieve(item.id).invoice is None
    assert client.v1.invoice_items.delete(item.id).deleted


def test_the_next_invoice_can_be_seen_before_it_is(client, product):
    subscription = client.v1.subscriptions.create(of(with_card(client), product))
    preview = client.v1.invoices.create_preview({"subscription": subscription.id})
    assert (preview.amount_due, preview.billing_reason) == (2000, "upcoming")
    assert preview.lines.data[0].period.start == subscription.items.data[0].current_period_end
    assert len(client.v1.invoices.list().data) == 1
    client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.invoices.create_preview({"subscription": subscription.id})
    assert refusal.value.code == "invoice_upcoming_none"


def test_an_invoice_remembers_the_metadata_of_its_day(client, sim, product):
    subscription = client.v1.subscriptions.create(of(with_card(client), product, metadata={"branch": "north"}))
    client.v1.subscriptions.update(subscription.id, {"metadata": {"branch": "south"}})
    sim.advance(32 * DAY)
    branches = [i.parent.subscription_details.metadata["branch"] for i in client.v1.invoices.list()]
    assert branches == ["south", "north"]


def test_what_invoices_cannot_do_here_is_said(client, product):
    customer = with_card(client)
    with pytest.raises(stripe.APIError) as refusal:
        client.v1.invoices.create({"customer": customer.id, "collection_method": "send_invoice"})
    assert refusal.value.http_status == 501
