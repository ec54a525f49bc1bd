"""Subscriptions paid from a bank account: the first invoice waits for the bank, and so does every renewal."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests
import stripe
from conftest import DAY, subscribing, told, until
from test_sim_debits import ACCEPTED, BOTH, CLOSED, FORBIDDEN, GOOD, POOR, RETURN, bank_method, saved_method

from stripe_sim import Simulator

LONGEST_DEBIT = 4 * DAY + 60
"""Two business days and a weekend: the bank has answered, and no further attempt has been made."""


def by_bank(client: stripe.StripeClient, sim: Simulator, account: str = GOOD, **given: Any) -> tuple[Any, Any]:
    """Subscribes from a bank account on the hosted page: the session, and the subscription with its latest invoice."""
    session = client.v1.checkout.sessions.create(subscribing(**{"interval": "month", **BOTH, **given}))
    sim.pay(session.id, bank_account=account)
    assert sim.settle()
    return look(client, session.id)


def look(client: stripe.StripeClient, session_id: str) -> tuple[Any, Any]:
    deep = ["latest_invoice.payments", "default_payment_method"]
    session = client.v1.checkout.sessions.retrieve(session_id)
    return session, client.v1.subscriptions.retrieve(session.subscription, {"expand": deep})


def intent_of(client: stripe.StripeClient, subscription: Any) -> Any:
    return client.v1.payment_intents.retrieve(subscription.latest_invoice.payments.data[0].payment.payment_intent)


def test_the_page_offers_the_account_when_it_is_allowed(client, sim):
    session = client.v1.checkout.sessions.create(subscribing(**BOTH))
    assert session.payment_method_types == ["card", "nz_bank_account"]
    assert '<a href="?by=nz_bank_account">NZ bank account</a>' in requests.get(session.url, timeout=60).text
    page = requests.get(f"{session.url}?by=nz_bank_account", timeout=60).text
    assert "Subscribe NZ$20.00" in page
    assert "NZ$20.00 / year" in page
    form = {"by": "nz_bank_account", "email": "ada@example.org", "account": GOOD, "name": "Ada", "agreed": "yes"}
    answer = requests.post(session.url, form, timeout=60, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"http://127.0.0.1:9/thanks?session={session.id}")
    assert "on its way to your bank" in requests.get(session.url, timeout=60).text


def test_and_cards_only_when_it_is_not(client, sim):
    session = client.v1.checkout.sessions.create(subscribing())
    assert session.payment_method_types == ["card"]
    assert sim.pay(session.id, bank_account=GOOD).state == "invalid"


def test_the_first_invoice_is_processing_and_the_subscription_active(client, sim):
    session, subscription = by_bank(client, sim)
    invoice = subscription.latest_invoice
    assert (session.status, session.payment_status, session.payment_intent) == ("complete", "unpaid", None)
    assert (subscription.status, invoice.status, invoice.billing_reason) == ("active", "open", "subscription_create")
    assert (invoice.attempted, invoice.attempt_count, invoice.amount_paid) == (True, 1, 0)
    assert intent_of(client, subscription).status == "processing"
    assert subscription.default_payment_method.nz_bank_account.last4 == "0123"
    assert subscription.default_payment_method.customer == session.customer
    assert told(sim) == [
        "payment_intent.created",
        "charge.pending",
        "payment_intent.processing",
        "customer.created",
        "payment_method.attached",
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "customer.subscription.updated",
        "checkout.session.completed",
        "charge.updated",
    ]


def test_two_business_days_later_the_invoice_and_the_session_are_paid(client, sim):
    session, _ = by_bank(client, sim)
    before = len(sim.events())
    sim.advance(5 * DAY)
    session, subscription = look(client, session.id)
    assert (session.payment_status, subscription.status, subscription.latest_invoice.status) == ("paid", "active", "paid")
    assert (subscription.latest_invoice.attempt_count, subscription.latest_invoice.amount_paid) == (1, 2000)
    assert told(sim, before) == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "invoice.paid",
        "invoice.payment_succeeded",
        "checkout.session.async_payment_succeeded",
    ]


@pytest.mark.parametrize(("account", "code"), [(POOR, "insufficient_funds"), (CLOSED, "account_closed")])
def test_or_it_fails_and_the_subscription_is_past_due(client, sim, account, code):
    session, _ = by_bank(client, sim, account)
    before = len(sim.events())
    sim.advance(5 * DAY)
    session, subscription = look(client, session.id)
    invoice = subscription.latest_invoice
    assert (session.status, session.payment_status, subscription.status) == ("complete", "unpaid", "past_due")
    assert (invoice.status, invoice.attempt_count, invoice.next_payment_attempt) == ("open", 1, None)
    assert intent_of(client, subscription).last_payment_error.code == code
    assert client.v1.customers.retrieve(session.customer).delinquent is True
    assert told(sim, before) == [
        "charge.failed",
        "payment_intent.payment_failed",
        "invoice.payment_failed",
        "customer.subscription.updated",
        "customer.updated",
        "checkout.session.async_payment_failed",
    ]


def test_what_failed_can_be_paid_by_card_on_the_page_of_the_invoice(client, sim):
    session, subscription = by_bank(client, sim, POOR)
    sim.advance(5 * DAY)
    page = requests.get(subscription.latest_invoice.hosted_invoice_url, timeout=60).text
    assert "The debit from your bank account did not go through." in page
    assert "Pay with your saved bank account" in page
    assert sim.pay_invoice(subscription.latest_invoice.id).state == "paid"
    session, subscription = look(client, session.id)
    assert (subscription.status, subscription.latest_invoice.status) == ("active", "paid")
    assert subscription.default_payment_method.card.last4 == "4242"
    assert told(sim).count("checkout.session.async_payment_succeeded") == 0


def test_or_by_the_same_account_once_more(client, sim):
    session, subscription = by_bank(client, sim, POOR)
    sim.advance(5 * DAY)
    invoice = subscription.latest_invoice
    for _ in range(2):  # asked twice, it is debited once
        assert sim.pay_invoice(invoice.id, None).state == "processing"
    assert "on its way to your bank" in requests.get(invoice.hosted_invoice_url, timeout=60).text
    sim.advance(5 * DAY)
    session, subscription = look(client, session.id)
    assert (subscription.status, subscription.latest_invoice.attempt_count) == ("past_due", 1)
    assert told(sim).count("charge.failed") == 2
    assert told(sim).count("checkout.session.async_payment_failed") == 1


def test_a_weekend_under_way_expires_no_subscription(client, sim):
    """Also one begun through the API and confirmed by us, whose 23 hours pass while the bank has not answered."""
    customer, setup = saved_method(client)
    price = client.v1.prices.create(
        {"currency": "nzd", "unit_amount": 2000, "product_data": {"name": "Dues"}, "recurring": {"interval": "month"}}
    )
    subscription = client.v1.subscriptions.create(
        {
            "customer": customer.id,
            "items": [{"price": price.id}],
            "payment_behavior": "default_incomplete",
            "expand": ["latest_invoice.payments"],
        }
    )
    assert subscription.status == "incomplete"
    intent = intent_of(client, subscription)
    wishes = {"payment_method": setup.payment_method, "return_url": RETURN}
    assert client.v1.payment_intents.confirm(intent.id, wishes).status == "processing"
    sim.advance(DAY)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"
    sim.advance(4 * DAY)
    assert client.v1.invoices.retrieve(subscription.latest_invoice.id).status == "paid"
    assert "customer.subscription.deleted" not in told(sim)


def test_a_renewal_is_debited_under_the_same_mandate_and_paid_days_later(client, sim):
    session, subscription = by_bank(client, sim)
    sim.advance(5 * DAY)
    end = subscription.items.data[0].current_period_end
    sim.advance(end + 3660 - sim.account.time())
    _, subscription = look(client, session.id)
    invoice = subscription.latest_invoice
    assert (invoice.billing_reason, invoice.status, subscription.status) == ("subscription_cycle", "open", "active")
    assert (intent_of(client, subscription).status, invoice.attempt_count) == ("processing", 1)
    sim.advance(5 * DAY)
    invoice = client.v1.invoices.retrieve(invoice.id)
    assert (invoice.status, invoice.attempt_count) == ("paid", 1)
    assert told(sim).count("checkout.session.async_payment_succeeded") == 1
    assert told(sim).count("mandate.updated") == 0


def test_a_renewal_that_fails_is_tried_again_and_at_last_given_up(client, sim):
    session, subscription = by_bank(client, sim)
    sim.advance(5 * DAY)
    poor = bank_method(client, "02").id
    client.v1.setup_intents.create(
        {
            "customer": session.customer,
            "payment_method": poor,
            "confirm": True,
            "return_url": RETURN,
            "mandate_data": ACCEPTED,
            "allowed_payment_method_types": ["nz_bank_account"],
        }
    )
    client.v1.subscriptions.update(subscription.id, {"default_payment_method": poor})
    sim.advance(subscription.items.data[0].current_period_end + 3660 - sim.account.time() + LONGEST_DEBIT)
    _, subscription = look(client, session.id)
    assert (subscription.status, subscription.latest_invoice.attempt_count) == ("past_due", 1)
    assert subscription.latest_invoice.next_payment_attempt > sim.account.now()
    sim.advance(35 * DAY)
    _, subscription = look(client, session.id)
    assert (subscription.status, subscription.cancellation_details.reason) == ("canceled", "payment_failed")
    assert subscription.latest_invoice.attempt_count >= 3


def test_a_payer_who_forbade_debits_is_not_debited_at_the_renewal(client, sim):
    session, subscription = by_bank(client, sim, GOOD)
    sim.advance(5 * DAY)
    sim.end_mandate(subscription.default_payment_method.id)
    sim.advance(subscription.items.data[0].current_period_end + 3660 - sim.account.time())
    _, subscription = look(client, session.id)
    assert (subscription.status, subscription.latest_invoice.status) == ("past_due", "open")
    assert intent_of(client, subscription).last_payment_error.code == "payment_intent_mandate_invalid"


def test_a_payer_who_forbids_the_first_debit_ends_the_mandate(client, sim):
    by_bank(client, sim, FORBIDDEN)
    sim.advance(5 * DAY)
    assert "mandate.updated" in told(sim)


def test_a_trial_keeps_the_account_and_debits_it_at_its_end(client, sim):
    end = int(time.time()) + 40 * DAY
    session, subscription = by_bank(client, sim, subscription_data={"trial_end": end})
    assert (session.payment_status, subscription.status) == ("no_payment_required", "trialing")
    assert subscription.latest_invoice.amount_paid == 0
    assert subscription.default_payment_method.type == "nz_bank_account"
    assert client.v1.payment_intents.list().data == []
    sim.advance(end + 3660 - sim.account.time())
    _, subscription = look(client, session.id)
    assert (subscription.status, subscription.latest_invoice.status) == ("active", "open")
    sim.advance(5 * DAY)
    assert client.v1.invoices.retrieve(subscription.latest_invoice.id).status == "paid"
    assert "checkout.session.async_payment_succeeded" not in told(sim)


def test_a_customer_on_a_test_clock_waits_for_the_bank_there(client, sim):
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": int(time.time())})
    customer = client.v1.customers.create({"email": "ada@example.org", "test_clock": clock.id})
    params = {name: value for name, value in subscribing(interval="month", **BOTH).items() if name != "customer_email"}
    session = client.v1.checkout.sessions.create({**params, "customer": customer.id})
    assert sim.pay(session.id, bank_account=GOOD).state == "processing"
    sim.advance(10 * DAY)
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    client.v1.test_helpers.test_clocks.advance(clock.id, {"frozen_time": clock.frozen_time + 5 * DAY})
    until(lambda: client.v1.test_helpers.test_clocks.retrieve(clock.id).status == "ready")
    session, subscription = look(client, session.id)
    assert (session.payment_status, subscription.latest_invoice.status) == ("paid", "paid")


def test_a_debit_of_the_payers_stands_for_the_attempt_due_meanwhile(client, sim):
    """The renewal failed by card; just before the next attempt the payer asks for a debit, and that fails too."""
    session, subscription = by_bank(client, sim)
    sim.advance(5 * DAY)
    client.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": session.customer})
    [card] = client.v1.payment_methods.list({"customer": session.customer, "type": "card"}).data
    client.v1.subscriptions.update(subscription.id, {"default_payment_method": card.id})
    sim.advance(subscription.items.data[0].current_period_end + 3660 - sim.account.time())
    _, subscription = look(client, session.id)
    invoice = subscription.latest_invoice
    assert (invoice.status, invoice.attempt_count) == ("open", 1)
    sim.advance(invoice.next_payment_attempt - 60 - sim.account.time())
    poor = bank_method(client, "02").id
    wishes = {"customer": session.customer, "payment_method": poor, "confirm": True, "return_url": RETURN}
    client.v1.setup_intents.create({**wishes, "mandate_data": ACCEPTED, "allowed_payment_method_types": ["nz_bank_account"]})
    client.v1.invoices.pay(invoice.id, {"payment_method": poor})
    sim.advance(LONGEST_DEBIT)
    invoice = client.v1.invoices.retrieve(invoice.id)
    assert (invoice.status, invoice.next_payment_attempt > sim.account.now()) == ("open", True)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "past_due"


def test_a_debit_under_way_survives_a_restart(tmp_path):
    state = tmp_path / "state.db"
    with Simulator(state=state) as sim:
        client = stripe.StripeClient("sk_test_x", base_addresses={"api": sim.url})
        session = client.v1.checkout.sessions.create(subscribing(**BOTH))
        assert sim.pay(session.id, bank_account=GOOD).state == "processing"
    with Simulator(state=state) as sim:
        client = stripe.StripeClient("sk_test_x", base_addresses={"api": sim.url})
        sim.advance(5 * DAY)
        found, subscription = look(client, session.id)
        assert (found.payment_status, subscription.latest_invoice.status) == ("paid", "paid")
