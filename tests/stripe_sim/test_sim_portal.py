"""The billing portal and the page of an invoice, with forms posted as a browser without script would."""

from __future__ import annotations

import pytest
import requests
import stripe
from conftest import DAY, FORM, told

CARD = {name: FORM[name] for name in ("card", "expiry", "cvc", "name")}
BACK = "http://127.0.0.1:9/membership"


def post(url, **fields):
    return requests.post(url, data=fields, allow_redirects=False, timeout=60)


def get(url):
    return requests.get(url, timeout=60)


@pytest.fixture
def portal(client, sim, subscribed):
    """A portal session of somebody who pays every month."""
    subscription = subscribed(interval="month")
    return client.v1.billing_portal.sessions.create({"customer": subscription.customer, "return_url": BACK})


def running(client):
    return client.v1.subscriptions.list().data[0]


def test_the_portal_shows_what_runs_the_card_and_the_invoices(client, sim, portal):
    page = get(portal.url)
    assert page.status_code == 200
    for words in ("Membership dues", "NZ$20.00 / month", "Next payment on", "Visa ending in 4242", "-0001", "Paid", BACK):
        assert words in page.text
    assert "<script" not in page.text
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert "billing_portal.session.created" in told(sim)


def test_a_new_card_pays_everything_from_now_on(client, sim, portal):
    answer = post(f"{portal.url}/card", **{**CARD, "card": "5555 5555 5555 4444"})
    assert (answer.status_code, answer.headers["Location"]) == (303, portal.url)
    customer = client.v1.customers.retrieve(portal.customer, {"expand": ["invoice_settings.default_payment_method"]})
    method = customer.invoice_settings.default_payment_method
    assert method.card.last4 == "4444"
    assert running(client).default_payment_method == method.id
    assert {"payment_method.attached", "customer.updated", "customer.subscription.updated"} <= set(told(sim))
    assert "Mastercard ending in 4444" in get(portal.url).text


def test_a_mistyped_card_is_said_beside_its_field(portal):
    answer = post(f"{portal.url}/card", **{**CARD, "card": "4242 4242 4242 4241"})
    assert answer.status_code == 422
    assert "Your card number is not right" in answer.text
    answer = post(f"{portal.url}/card", **{**CARD, "card": "4000 0000 0000 0002"})
    assert answer.status_code == 402
    assert "Your card was not saved" in answer.text


@pytest.mark.parametrize(("press", "saved"), [("complete", True), ("fail", False)])
def test_the_bank_may_ask_before_a_card_is_saved(client, sim, portal, press, saved):
    before = running(client).default_payment_method
    asked = post(f"{portal.url}/card", **{**CARD, "card": "4000 0027 6000 3184"}).headers["Location"]
    assert "is it you who is saving this card" in get(asked).text
    assert post(asked, answer=press).status_code == 303
    assert (running(client).default_payment_method != before) is saved


def test_a_card_that_fails_later_can_be_saved(client, sim, portal):
    assert sim.portal_update_card(portal.url, "4000000000000341").state == "saved"
    sim.advance(32 * DAY)
    assert running(client).status == "past_due"


def test_canceling_in_the_portal_sets_cancel_at_and_not_the_period_end_flag(client, sim, portal):
    subscription = running(client)
    page = get(f"{portal.url}/cancel/{subscription.id}")
    assert "Cancel your subscription" in page.text
    assert post(f"{portal.url}/cancel/{subscription.id}", do="cancel").headers["Location"] == portal.url
    ending = running(client)
    assert (ending.cancel_at, ending.cancel_at_period_end) == (subscription.items.data[0].current_period_end, False)
    assert "Ends on" in get(portal.url).text
    sim.advance(32 * DAY)
    assert client.v1.subscriptions.retrieve(subscription.id).status == "canceled"


def test_a_cancellation_is_taken_back(client, sim, portal):
    subscription = running(client)
    sim.portal_cancel(portal.id)
    assert running(client).cancel_at is not None
    assert post(f"{portal.url}/resume/{subscription.id}", do="resume").status_code == 303
    sim.advance(32 * DAY)
    assert (running(client).status, running(client).cancel_at) == ("active", None)


def test_a_flow_opens_at_its_task_and_leads_back(client, sim, portal):
    after = {"type": "redirect", "redirect": {"return_url": "http://127.0.0.1:9/done"}}
    update = {"type": "payment_method_update", "after_completion": after}
    session = client.v1.billing_portal.sessions.create({"customer": portal.customer, "flow_data": update})
    assert session.url.endswith("/card")
    page = get(session.url)
    assert "http://127.0.0.1:9" in page.headers["Content-Security-Policy"]
    assert post(session.url, **CARD).headers["Location"] == "http://127.0.0.1:9/done"
    cancel = {
        "type": "subscription_cancel",
        "subscription_cancel": {"subscription": running(client).id},
        "after_completion": {"type": "hosted_confirmation", "hosted_confirmation": {"custom_message": "Goodbye."}},
    }
    session = client.v1.billing_portal.sessions.create({"customer": portal.customer, "flow_data": cancel})
    done = requests.post(session.url, data={"do": "cancel"}, timeout=60)
    assert "Goodbye." in done.text
    with pytest.raises(stripe.InvalidRequestError, match="cannot be canceled"):
        client.v1.billing_portal.sessions.create({"customer": portal.customer, "flow_data": cancel})


def test_a_configuration_forbids_what_it_forbids(client, sim, portal):
    features = {"invoice_history": {"enabled": True}, "subscription_cancel": {"enabled": False}}
    made = client.v1.billing_portal.configurations.create({"features": features, "default_return_url": BACK})
    session = client.v1.billing_portal.sessions.create({"customer": portal.customer, "configuration": made.id})
    assert session.return_url == BACK
    page = get(session.url).text
    assert "Cancel this subscription" not in page
    assert "Use another card" not in page
    assert sim.portal_cancel(session.id).state == "closed"
    assert [c.is_default for c in client.v1.billing_portal.configurations.list()] == [False, True]
    now = {"subscription_cancel": {"enabled": True, "mode": "immediately"}}
    client.v1.billing_portal.configurations.update(made.id, {"features": now})
    assert sim.portal_cancel(session.id).state == "canceled"
    assert client.v1.subscriptions.list().data == []


def test_nobody_cancels_what_is_anothers(client, sim, portal, subscribed):
    other = subscribed()
    post(f"{portal.url}/cancel/{other.id}", do="cancel")
    assert client.v1.subscriptions.retrieve(other.id).cancel_at is None


def test_what_the_portal_cannot_do_here_is_said(client, portal):
    for wrong in (
        {"flow_data": {"type": "customer_update"}},
        {"flow_data": {"type": "subscription_update", "subscription_update": {"subscription": running(client).id}}},
    ):
        with pytest.raises(stripe.APIError) as refusal:
            client.v1.billing_portal.sessions.create({"customer": portal.customer, **wrong})
        assert refusal.value.http_status == 501


# -- the page of an invoice ------------------------------------------------------------------------------------


@pytest.fixture
def owed(client, sim, portal):
    """An invoice that the saved card could not pay."""
    sim.portal_update_card(portal.url, "4000000000000341")
    sim.advance(32 * DAY)
    return client.v1.invoices.list({"status": "open"}).data[0]


def test_an_invoice_is_paid_with_a_new_card_which_is_kept(client, sim, owed):
    page = get(owed.hosted_invoice_url)
    for words in (f"Pay invoice {owed.number}", "NZ$20.00", "Visa ending in 0341", "The payment did not go through"):
        assert words in page.text
    assert post(owed.hosted_invoice_url, **{**CARD, "card": "4000 0000 0000 0002"}).status_code == 402
    assert post(owed.hosted_invoice_url, do="saved").status_code == 402
    assert post(owed.hosted_invoice_url, **CARD).headers["Location"] == owed.hosted_invoice_url
    assert client.v1.invoices.retrieve(owed.id).status == "paid"
    subscription = client.v1.subscriptions.retrieve(owed.parent.subscription_details.subscription)
    assert subscription.status == "active"
    method = client.v1.payment_methods.retrieve(subscription.default_payment_method)
    assert (method.card.last4, method.customer) == ("4242", owed.customer)
    assert "This invoice is paid" in get(owed.hosted_invoice_url).text


@pytest.mark.parametrize(("press", "status"), [("complete", "paid"), ("fail", "open")])
def test_the_bank_may_ask_on_the_page_of_an_invoice(client, sim, owed, press, status):
    asked = post(owed.hosted_invoice_url, **{**CARD, "card": "4000 0027 6000 3184"}).headers["Location"]
    back = post(asked, answer=press).headers["Location"]
    assert back.startswith(owed.hosted_invoice_url)
    assert client.v1.invoices.retrieve(owed.id).status == status
    words = "This invoice is paid" if status == "paid" else "could not confirm that it was you"
    assert words in get(back).text


def test_what_the_bank_asked_in_vain_is_confirmed_on_the_page(client, sim, portal):
    sim.portal_update_card(portal.url, "4000002760003184", authenticate=True)
    sim.advance(32 * DAY)
    owed = client.v1.invoices.list({"status": "open"}).data[0]
    assert "Your bank wants you to confirm this payment" in get(owed.hosted_invoice_url).text
    assert sim.pay_invoice(owed.id, None, authenticate=True).state == "paid"
    assert client.v1.invoices.retrieve(owed.id).status == "paid"


def test_an_invoice_that_is_not_open_cannot_be_paid(client, sim, owed):
    client.v1.invoices.void_invoice(owed.id)
    assert "was withdrawn" in get(owed.hosted_invoice_url).text
    assert sim.pay_invoice(owed.id).state == "closed"
    assert get(f"{sim.url}/i/in_none").status_code == 404
    assert get(f"{sim.url}/p/session/bps_none").status_code == 404


def test_of_a_deleted_customer_the_portal_is_gone_and_the_debt_remains(client, sim, portal, owed):
    client.v1.customers.delete(portal.customer)
    assert get(portal.url).status_code == 404
    assert get(owed.hosted_invoice_url).status_code == 200
    with pytest.raises(ValueError, match="deleted"):
        sim.portal_cancel(portal.id)
    assert client.v1.invoices.pay(owed.id, {"paid_out_of_band": True}).status == "paid"
    assert client.v1.subscriptions.list().data == []


def test_the_same_can_be_asked_by_json(client, sim, portal):
    def ask(path, **given):
        answer = requests.post(f"{sim.url}/_sim/{path}", json=given, timeout=60)
        assert answer.status_code == 200, answer.text
        return answer.json()["state"]

    assert ask(f"portal_cancel/{portal.id}") == "canceled"
    assert ask(f"portal_resume/{portal.id}") == "resumed"
    assert ask(f"portal_update_card/{portal.id}", card="4000000000000341") == "saved"
    sim.advance(32 * DAY)
    owed = client.v1.invoices.list({"status": "open"}).data[0]
    assert ask(f"pay_invoice/{owed.id}", card="4000000000009995") == "declined"
    assert ask(f"pay_invoice/{owed.id}", card="4242424242424242") == "paid"
    assert requests.post(f"{sim.url}/_sim/pay_invoice/in_none", json={}, timeout=60).status_code == 400
