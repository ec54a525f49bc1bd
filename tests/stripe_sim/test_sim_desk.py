"""The desk at /_sim/: whoever plays the world in a demo moves time, payers and banks with plain forms."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from conftest import SECRET, checkout, new_client, subscribing
from playwright.sync_api import Browser

from stripe_sim import Simulator

DAY = 86400


@pytest.fixture
def sim(receiver):
    with Simulator(receiver.url, SECRET, posting_delay=0.02, payouts=True) as simulator:
        yield simulator


@pytest.fixture
def client(sim):
    return new_client(sim)


def look(sim) -> str:
    answer = requests.get(f"{sim.url}/_sim/", timeout=60)
    assert answer.status_code == 200
    return answer.text


def press(sim, do: str, **given: str) -> str:
    """What the page says after a button was pressed."""
    answer = requests.post(f"{sim.url}/_sim/", {"do": do, **given}, timeout=60)
    assert answer.status_code == 200
    return unescape(re.search(r'<p class="notice" role="status">(.*?)</p>', answer.text)[1])


def pay(client, sim, **more: Any) -> str:
    session = client.v1.checkout.sessions.create(checkout(**more))
    sim.pay(session.id)
    assert sim.settle()
    return client.v1.charges.list().data[0].id


def test_it_is_a_page_without_script_that_says_what_it_is(sim):
    page = requests.get(f"{sim.url}/_sim", timeout=60)
    assert "SIMULATOR — no money moves" in page.text
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert requests.get(f"{sim.url}/_sim/clock", timeout=60).json()["now"]  # the controls still speak JSON


def test_the_clock_is_moved(sim):
    before = sim.account.now()
    assert press(sim, "advance", seconds=str(7 * DAY)) == "The clock has moved ahead."
    assert 7 * DAY <= sim.account.now() - before <= 7 * DAY + 600
    assert press(sim, "advance", seconds="-5") == "Not done: time does not go back"


def test_payments_are_refunded_in_part_and_whole(sim, client):
    charge = pay(client, sim)
    assert "NZ$20.00 by Test Payer, card …4242: succeeded" in look(sim)
    press(sim, "refund", id=charge, amount="5.50")
    assert client.v1.charges.retrieve(charge).amount_refunded == 550
    assert press(sim, "refund", id=charge, amount="five").startswith("Not done: 'five' is no amount")
    press(sim, "refund", id=charge)
    assert "Refund of NZ$14.50: succeeded" in look(sim)
    assert "already been refunded" in press(sim, "refund", id=charge)
    newest = client.v1.refunds.list().data[0]
    press(sim, "end_refund", id=newest.id, how="failed")
    assert "Refund of NZ$14.50: failed" in look(sim)


@pytest.mark.parametrize(("how", "status"), [("True", "won"), ("False", "lost")])
def test_disputes_are_made_and_decided(sim, client, how, status):
    press(sim, "dispute", id=pay(client, sim))
    press(sim, "warn_of_fraud", id=client.v1.charges.list().data[0].id)
    [dispute] = client.v1.disputes.list().data
    press(sim, "decide", id=dispute.id, how=how)
    assert f"Dispute of NZ$20.00 (fraudulent): {status}" in look(sim)
    assert len(client.v1.radar.early_fraud_warnings.list().data) == 1


def test_payouts_and_saved_cards_are_played_with(sim, client):
    customer = client.v1.customers.create({})
    pay(client, sim, customer=customer.id, payment_intent_data={"setup_future_usage": "off_session"})
    [method] = client.v1.payment_methods.list({"customer": customer.id}).data
    press(sim, "renew_card", id=method.id)
    assert f"visa …4242, to 12/{method.card.exp_year + 3}" in look(sim)
    press(sim, "advance", seconds=str(5 * DAY))
    [payout] = client.v1.payouts.list().data
    press(sim, "fail_payout", id=payout.id)
    assert client.v1.payouts.retrieve(payout.id).status == "failed"


def test_subscriptions_are_taken_to_their_next_charge_and_canceled(sim, client, subscribed):
    first, second = subscribed(interval="month"), subscribed(interval="month")
    assert "1 × NZ$20.00 / month by Test Payer: active, charged next" in look(sim)
    press(sim, "advance_to_charge", id=first.id)
    assert [one.status for one in client.v1.invoices.list({"subscription": first.id})] == ["paid", "paid"]
    press(sim, "cancel_subscription", id=first.id, how="False")
    assert client.v1.subscriptions.retrieve(first.id).status == "canceled"
    assert press(sim, "cancel_subscription", id=first.id, how="False") == f"Not done: {first.id} is canceled already"
    press(sim, "cancel_subscription", id=second.id, how="True")
    assert client.v1.subscriptions.retrieve(second.id).cancel_at_period_end is True
    assert "/ month by Test Payer: active, ends " in look(sim)
    assert press(sim, "advance_to_charge", id=second.id).startswith("Not done: ")


def test_a_failed_charge_is_taken_to_its_next_attempt(sim, client, subscribed):
    subscription = subscribed(interval="month")
    card = bad_card(client)
    client.v1.payment_methods.attach(card, {"customer": subscription.customer})
    client.v1.subscriptions.update(subscription.id, {"default_payment_method": card})
    for _ in range(3):
        press(sim, "advance_to_charge", id=subscription.id)
    newest = client.v1.invoices.list({"subscription": subscription.id}).data[0]
    assert (newest.status, newest.attempt_count) == ("open", 3)


def bad_card(client) -> str:
    return client.v1.payment_methods.create({"type": "card", "card": {"token": "tok_chargeCustomerFail"}}).id


def test_a_subscription_on_a_test_clock_is_taken_there_by_its_own_clock(sim, client):
    clock = client.v1.test_helpers.test_clocks.create({"frozen_time": sim.account.now()})
    customer = client.v1.customers.create({"email": "ada@example.org", "test_clock": clock.id})
    params = {name: value for name, value in subscribing(interval="month").items() if name != "customer_email"}
    sim.pay(client.v1.checkout.sessions.create({**params, "customer": customer.id}).id)
    [subscription] = client.v1.subscriptions.list({"customer": customer.id}).data
    before = sim.account.now()
    press(sim, "advance_to_charge", id=subscription.id)
    assert sim.settle()
    assert [one.status for one in client.v1.invoices.list({"subscription": subscription.id})] == ["paid", "paid"]
    assert sim.account.now() - before < DAY


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"kind": "webhook", "fault": "duplicate", "value": "2"}, ("webhooks", "duplicate", 2)),
        ({"kind": "webhook", "fault": "drop", "value": "25"}, ("webhooks", "drop", "percent", 25)),
        ({"kind": "api", "fault": "slow", "path": "*", "times": "3", "seconds": "2"}, ("api", 0, "seconds", 2)),
        ({"kind": "refund", "fault": "fail", "seconds": "60"}, ("refunds", 0, "fault", "fail")),
        ({"kind": "payout", "fault": "declined"}, ("payouts", 0, "code", "declined")),
        ({"kind": "posting", "fault": "x", "value": "60"}, ("balance_transaction_delay", 60)),
    ],
)
def test_faults_are_set_and_cleared(sim, given, shown):
    assert press(sim, "set_fault", **given) == "The fault is set."
    value: Any = sim.faults.show()
    for step in shown[:-1]:
        value = value[step]
    assert value == shown[-1]
    assert press(sim, "clear_faults") == "No faults are set."
    assert sim.faults.show()["api"] == []


def test_webhooks_are_shown_and_sent_again(sim, client, receiver):
    pay(client, sim)
    assert "charge.succeeded" in look(sim)
    assert "delivered after 1 · last answer 200" in look(sim)
    [event] = client.v1.events.list({"type": "charge.succeeded"}).data
    arrived = len(receiver.letters)
    assert press(sim, "redeliver", id=event.id) == "1 webhooks sent again."
    receiver.wait_for(lambda letters: len(letters) > arrived)
    assert press(sim, "reset") == "The account is empty."
    assert "Nobody has paid yet." in look(sim)


def test_what_is_no_button_does_nothing(sim):
    assert press(sim, "stop") == "Not done: there is no 'stop'"


def test_another_websites_form_does_nothing(sim):
    answer = requests.post(f"{sim.url}/_sim/", {"do": "reset"}, headers={"Sec-Fetch-Site": "cross-site"}, timeout=60)
    assert answer.status_code in (400, 404)


def test_what_payers_type_is_shown_as_text(sim, client):
    session = client.v1.checkout.sessions.create(checkout())
    sim.pay(session.id, name="<b>Ada</b>")
    assert "&lt;b&gt;Ada&lt;/b&gt;" in look(sim)
    assert "<b>" not in look(sim)


@pytest.mark.parametrize("width", [320, 1280])
def test_in_a_browser_it_fits_and_is_accessible(sim, client, subscribed, browser: Browser, width):
    subscribed(interval="month")
    press(sim, "refund", id=pay(client, sim), amount="3")
    press(sim, "dispute", id=client.v1.charges.list().data[0].id)
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"{sim.url}/_sim/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.get_by_role("button", name="On by a day").click()
    assert page.get_by_role("status").inner_text() == "The clock has moved ahead."
    context.close()
