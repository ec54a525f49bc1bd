"""The portal and the page of an invoice in a real Chromium without JavaScript, and judged for everybody's use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import stripe
from axe_playwright_python.sync_playwright import Axe
from conftest import DAY
from playwright.sync_api import Browser, Page

from stripe_sim import Simulator

SMALL_PHONE: Any = {"width": 320, "height": 640}


def open_portal(client: stripe.StripeClient, customer: str) -> Any:
    return client.v1.billing_portal.sessions.create({"customer": customer, "return_url": "http://127.0.0.1:9/membership"})


def test_a_member_changes_the_card_cancels_and_thinks_again(
    sim: Simulator, client: stripe.StripeClient, subscribed: Callable[..., Any], browser: Browser
) -> None:
    subscription = subscribed(interval="month")
    context = browser.new_context(java_script_enabled=False, viewport=SMALL_PHONE)
    page: Page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(open_portal(client, subscription.customer).url)
    page.get_by_role("link", name="Use another card").click()
    page.get_by_label("Card number").fill("4000 0027 6000 3184")
    page.get_by_label("Expiry date").fill("12/40")
    page.get_by_label("Security code (CVC)").fill("123")
    page.get_by_label("Name on card").fill("Ada Lovelace")
    page.get_by_role("button", name="Save card").click()
    page.get_by_role("button", name="Complete authentication").click()
    assert "Visa ending in 3184" in page.inner_text("main")
    page.get_by_role("link", name="Cancel this subscription").click()
    page.get_by_role("button", name="Cancel subscription").click()
    assert client.v1.subscriptions.retrieve(subscription.id).cancel_at is not None
    page.get_by_role("button", name="Keep it running").click()
    assert client.v1.subscriptions.retrieve(subscription.id).cancel_at is None
    assert "Next payment on" in page.inner_text("main")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_portal_and_invoices_are_accessible_and_fit_a_small_phone(
    sim: Simulator, client: stripe.StripeClient, subscribed: Callable[..., Any], browser: Browser, scheme: Any
) -> None:
    subscription = subscribed(interval="month")
    portal = open_portal(client, subscription.customer)
    sim.portal_update_card(portal.url, "4000000000000341")
    sim.advance(32 * DAY)
    owed, paid = client.v1.invoices.list().data
    context = browser.new_context(viewport=SMALL_PHONE, color_scheme=scheme, bypass_csp=True)  # axe brings a script
    page = context.new_page()
    for url in (
        portal.url,
        f"{portal.url}/card",
        f"{portal.url}/cancel/{subscription.id}",
        owed.hosted_invoice_url,
        paid.hosted_invoice_url,
    ):
        page.goto(url)
        found = Axe().run(page).response["violations"]
        assert not found, (url, scheme, [(v["id"], v["nodes"][0]["html"]) for v in found])
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, url
    context.close()
