"""Checkout in mode=subscription: from the payment page to the first renewals."""

from __future__ import annotations

import time

import pytest
import requests
import stripe
from conftest import DAY, checkout, day_of, fill_in, go_to, line, recurring, subscribing, told

from stripe_sim import Simulator, due


def test_paying_begins_an_active_subscription_with_a_paid_invoice(client, sim):
    session = client.v1.checkout.sessions.create(
        subscribing(client_reference_id="attempt-7", subscription_data={"metadata": {"attempt": "7"}, "description": "Dues"})
    )
    assert (session.amount_total, session.subscription, session.payment_intent) == (2000, None, None)
    assert sim.pay(session.id).go_to == f"http://127.0.0.1:9/thanks?session={session.id}"
    deep = ["subscription.latest_invoice.payments.data", "subscription.default_payment_method", "customer", "invoice"]
    session = client.v1.checkout.sessions.retrieve(session.id, {"expand": deep})
    subscription, invoice = session.subscription, session.subscription.latest_invoice
    assert (session.status, session.payment_status, session.payment_intent) == ("complete", "paid", None)
    assert (subscription.status, subscription.billing_mode.type) == ("active", "flexible")
    assert (subscription.description, subscription.metadata.to_dict()) == ("Dues", {"attempt": "7"})
    assert subscription.default_payment_method.card.last4 == "4242"
    assert session.customer.email == "ada@example.org"
    assert (invoice.id, invoice.status, invoice.billing_reason) == (session.invoice.id, "paid", "subscription_create")
    assert (invoice.amount_due, invoice.amount_paid, invoice.amount_remaining) == (2000, 2000, 0)
    assert invoice.parent.subscription_details.metadata.to_dict() == {"attempt": "7"}
    [payment] = invoice.payments.data
    assert (payment.status, payment.amount_paid) == ("paid", 2000)
    assert client.v1.payment_intents.retrieve(payment.payment.payment_intent).customer == session.customer.id


def test_what_is_bought_once_is_on_the_first_invoice_only(client, sim):
    items = [recurring("Dues", 2000, "month"), line("Donation", 500, 2)]
    session = client.v1.checkout.sessions.create(subscribing(line_items=items))
    assert session.amount_total == 3000
    sim.pay(session.id)
    sim.advance(32 * DAY)
    renewal, first = client.v1.invoices.list({"customer": client.v1.customers.list().data[0].id}).data
    assert [(one.description, one.amount) for one in first.lines.data] == [
        ("1 × Dues (at NZ$20.00 / month)", 2000),
        ("Donation", 1000),
    ]
    assert first.lines.data[1].parent.type == "invoice_item_details"
    assert [one.amount for one in renewal.lines.data] == [2000]


def test_a_decline_leaves_the_session_open_and_nothing_begun(client, sim):
    session = client.v1.checkout.sessions.create(subscribing())
    assert fill_in(session.url, card="4000 0000 0000 0002").status_code == 402
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert client.v1.subscriptions.list({"status": "all"}).data == []
    assert client.v1.invoices.list().data == []
    assert fill_in(session.url).status_code == 303
    assert client.v1.checkout.sessions.retrieve(session.id).status == "complete"


def test_an_expired_session_takes_its_declined_intent_with_it(client, sim):
    session = client.v1.checkout.sessions.create(subscribing())
    sim.pay(session.id, "4000000000000002")
    client.v1.checkout.sessions.expire(session.id)
    assert client.v1.payment_intents.list().data[0].status == "canceled"


@pytest.mark.parametrize(("answer", "state", "begun"), [(True, "paid", 1), (False, "declined", 0)])
def test_the_bank_may_ask_first(client, sim, answer, state, begun):
    session = client.v1.checkout.sessions.create(subscribing())
    assert sim.pay(session.id, "4000002500003155", authenticate=answer).state == state
    assert len(client.v1.subscriptions.list().data) == begun


def test_events_come_in_this_order(client, sim):
    session = client.v1.checkout.sessions.create(subscribing())
    sim.pay(session.id)
    sim.settle()
    assert told(sim) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "customer.created",
        "payment_method.attached",
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "invoice_payment.paid",
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.updated",
        "checkout.session.completed",
        "charge.updated",
    ]


def test_a_renewal_is_drafted_for_an_hour_and_then_paid(client, sim, subscribed):
    subscription = subscribed(interval="month")
    sim.settle()
    end = subscription.items.data[0].current_period_end
    before = len(sim.events())
    sim.advance(end - sim.account.time() + 60)
    renewed = client.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert renewed.items.data[0].current_period_start == end
    assert (renewed.latest_invoice.status, renewed.latest_invoice.automatically_finalizes_at) == ("draft", end + 3600)
    assert told(sim, before) == ["invoice.upcoming", "invoice.created", "customer.subscription.updated"]
    sim.advance(3600)
    invoice = client.v1.invoices.retrieve(renewed.latest_invoice.id)
    assert (invoice.status, invoice.billing_reason, invoice.amount_paid) == ("paid", "subscription_cycle", 2000)
    assert invoice.lines.data[0].period.start == end
    assert told(sim, before)[3:10] == [
        "payment_intent.created",
        "invoice.finalized",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "invoice.paid",
        "invoice.payment_succeeded",
    ]


def test_the_upcoming_invoice_has_no_id_and_the_next_amount(sim, subscribed):
    subscribed(interval="month")
    sim.advance(31 * DAY)
    [upcoming] = [event["data"]["object"] for event in sim.events() if event["type"] == "invoice.upcoming"]
    assert "id" not in upcoming
    assert upcoming["amount_due"] == 2000


def test_ten_years_by_the_month_are_a_few_steps_each(client, sim, subscribed, monkeypatch):
    subscription = subscribed(interval="month")
    assert sim.settle()
    steps: list[str] = []
    for name, work in due.HANDLERS.items():
        noted = lambda account, id, name=name, work=work: (steps.append(name), work(account, id))  # noqa: E731
        monkeypatch.setitem(due.HANDLERS, name, noted)
    sim.advance(3653 * DAY)
    assert 121 <= len(steps) <= 121 * 6
    assert len(list(client.v1.invoices.list({"status": "paid", "limit": 100}).auto_paging_iter())) in (120, 121)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "active"


def test_the_thirty_first_comes_back_after_february(client, sim, subscribed):
    go_to(sim, "2035-01-31")
    subscription = subscribed(interval="month")
    ends = []
    for _ in range(4):
        end = client.v1.subscriptions.retrieve(subscription.id).items.data[0].current_period_end
        ends.append(day_of(end))
        sim.advance(end - sim.account.time() + 1)
    assert ends == ["2035-02-28", "2035-03-31", "2035-04-30", "2035-05-31"]


def test_a_leap_day_comes_back_every_fourth_year(client, sim, subscribed):
    go_to(sim, "2036-02-29")
    subscription = subscribed(expiry="12/50")
    sim.advance(4 * 366 * DAY)
    invoices = list(client.v1.invoices.list({"subscription": subscription.id}).auto_paging_iter())
    assert [day_of(invoice.created) for invoice in reversed(invoices)] == [
        "2036-02-29",
        "2037-02-28",
        "2038-02-28",
        "2039-02-28",
        "2040-02-29",
    ]


def test_a_trial_pays_nothing_until_its_end(client, sim):
    end = int(time.time()) + 40 * DAY
    session = client.v1.checkout.sessions.create(subscribing(subscription_data={"trial_end": end}))
    assert (session.amount_total, session.payment_status) == (0, "no_payment_required")
    assert "NZ$20.00 / year, from" in requests.get(session.url, timeout=60).text
    assert sim.pay(session.id, "4000002760003184", authenticate=True).state == "paid"
    [subscription] = client.v1.subscriptions.list({"status": "trialing"}).data
    assert subscription.default_payment_method is not None
    assert client.v1.invoices.retrieve(subscription.latest_invoice).amount_paid == 0
    assert client.v1.payment_intents.list().data == []
    sim.advance(37 * DAY + 60)
    assert "customer.subscription.trial_will_end" in told(sim)


def test_a_trial_may_begin_without_a_card(client, sim):
    data = {"trial_period_days": 30}
    session = client.v1.checkout.sessions.create(subscribing(subscription_data=data, payment_method_collection="if_required"))
    assert sim.pay(session.id, "").state == "paid"
    assert client.v1.subscriptions.list({"status": "trialing"}).data[0].default_payment_method is None


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"mode": "payment"}, "mode"),
        ({"line_items": [line("Donation", 500)]}, "line_items"),
        ({"payment_intent_data": {"description": "Dues"}}, "payment_intent_data"),
        ({"customer_creation": "always"}, "customer_creation"),
        ({"subscription_data": {"trial_end": int(time.time()) + 47 * 3600}}, "subscription_data[trial_end]"),
        ({"subscription_data": {"trial_end": int(time.time()) + 732 * DAY}}, "subscription_data[trial_end]"),
        ({"line_items": [recurring("Dues", 500, "year", 4)]}, "line_items[0][price_data][recurring][interval_count]"),
    ],
)
def test_a_subscription_that_stripe_would_refuse_is_refused(client, change, param):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.checkout.sessions.create(subscribing(**change))
    assert refusal.value.param == param


def test_what_belongs_to_subscriptions_is_refused_for_one_payment(client):
    for name, value in (("subscription_data", {"description": "x"}), ("submit_type", "subscribe")):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.checkout.sessions.create(checkout(**{name: value}))
        assert refusal.value.param == name


def test_a_known_customer_subscribes_and_stays_one_customer(client, sim):
    customer = client.v1.customers.create({"email": "grace@example.org"})
    params = {name: value for name, value in subscribing().items() if name != "customer_email"}
    session = client.v1.checkout.sessions.create({**params, "customer": customer.id})
    sim.pay(session.id)
    assert [one.id for one in client.v1.customers.list()] == [customer.id]
    [subscription] = client.v1.subscriptions.list({"customer": customer.id}).data
    assert [one.id for one in client.v1.checkout.sessions.list({"subscription": subscription.id})] == [session.id]
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.checkout.sessions.create({**subscribing(), "customer": customer.id})


def test_a_gift_may_be_given_every_month(client, sim):
    session = client.v1.checkout.sessions.create(subscribing(500, "month", submit_type="donate"))
    assert "Donate NZ$5.00" in requests.get(session.url, timeout=60).text
    assert fill_in(session.url).status_code == 303
    assert client.v1.subscriptions.list().data[0].items.data[0].price.unit_amount == 500


def test_a_stored_price_is_subscribed_to_for_three_years(client, sim):
    recurring_price = {"interval": "year", "interval_count": 3}
    price = client.v1.prices.create(
        {"currency": "nzd", "unit_amount": 387, "product_data": {"name": "Dues"}, "recurring": recurring_price}
    )
    session = client.v1.checkout.sessions.create(subscribing(line_items=[{"price": price.id, "quantity": 1}]))
    sim.pay(session.id)
    sim.advance(3 * 366 * DAY)
    assert [invoice.amount_paid for invoice in client.v1.invoices.list()] == [387, 387]
    assert client.v1.subscriptions.list({"price": price.id}).data[0].status == "active"


def test_what_is_to_renew_survives_a_restart(tmp_path):
    state = tmp_path / "state.db"
    with Simulator(state=state) as sim:
        client = stripe.StripeClient("sk_test_x", base_addresses={"api": sim.url})
        session = client.v1.checkout.sessions.create(subscribing(interval="month"))
        sim.pay(session.id)
    with Simulator(state=state) as sim:
        client = stripe.StripeClient("sk_test_x", base_addresses={"api": sim.url})
        sim.advance(62 * DAY)
        invoices = client.v1.invoices.list().data
        assert [invoice.status for invoice in invoices] == ["paid", "paid", "paid"]
        assert all(invoice.hosted_invoice_url.startswith(sim.url) for invoice in invoices)
