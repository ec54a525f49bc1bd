"""What members do about their dues in a browser, in steps that several stories share."""

from __future__ import annotations

import re
import time

from playwright.sync_api import Page, expect

from tests.journeys.conftest import PATIENCE, Party
from tests.journeys.test_browser_join import fill_in
from tests.journeys.test_pages import faults, look
from tests.walk import links

GOOD, OTHER, FAILS_LATER, ASKS_ALWAYS = "4242424242424242", "5555555555554444", "4000000000000341", "4000002760003184"
SCREENS = ((360, "light"), (1440, "dark"), (360, "dark"), (1440, "light"))


def join(
    page: Page, party: Party, name: str, *, rhythm: str = "yearly", renews: bool = False, card: str = GOOD, asks: bool = False
) -> str:
    """Join and pay by card; the email address. `asks`: the card's bank wants it confirmed."""
    email = f"{name.split()[0].lower()}@people.example"
    fill_in(page, party.url, name=name, email=email, address="4 Harakeke Street, Ōpōtiki 3122")
    page.locator(f"input[name=rhythm][value={rhythm}]").check()
    assert not page.locator("input[name=renews]").is_checked(), "nothing is ticked for anybody"
    if renews:
        page.locator("input[name=renews]").check()
    page.get_by_role("button", name="Continue to payment").click()
    page.wait_for_url(party.simulator + "/**")
    fill_card(page, card, "Subscribe" if renews else "Pay")
    if asks:
        page.get_by_role("button", name="Complete").click()
    page.wait_for_url(party.url + "/join/thanks/**")
    party.letter_to(email, about="/sign-in/")
    return email


def dues_link(party: Party, letter: dict[str, str]) -> str:
    """The one page to which a letter about dues leads."""
    found = set(links(letter["text"], "/dues/"))
    assert len(found) == 1, letter["text"]
    return party.url + found.pop()


def give_card(page: Page, party: Party, url: str, card: str) -> None:
    """Another card, on the provider's page, from the page of the dues."""
    page.goto(url)
    page.get_by_role("button", name="Give another card").click()
    page.wait_for_url(party.simulator + "/**")
    fill_card(page, card, "Save card")
    page.wait_for_url(re.compile(f"{re.escape(party.url)}|{re.escape(party.simulator)}/p/session"))


def fill_card(page: Page, card: str, button: str) -> None:
    page.get_by_label("Card number").fill(card)
    page.get_by_label("Expiry date").fill("12/40")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on card").fill("A Payer")
    page.locator("form").filter(has=page.get_by_label("Card number")).get_by_role("button", name=button).click()


def see(page: Page, name: str) -> None:
    """The page as it stands, on a phone and on a desk, by day and by night: nothing runs off the side, axe finds nothing.

    In a browser with script: axe is one.
    """
    size = page.viewport_size
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        look(page, f"{name}-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if (width, scheme) in SCREENS[:2]:
            assert faults(page) == [], name
    page.set_viewport_size(size)
    page.emulate_media(color_scheme="light")


def see_letter(page: Page, party: Party, letter: dict[str, str], name: str) -> None:
    """A letter as a mail program shows it."""
    back = page.url
    page.goto(f"{party.url}/dev/mailbox/{letter['id']}.html")
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        look(page, f"letter-{name}-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    page.goto(back)


def charges_of(party: Party, email: str) -> list[tuple[int, str]]:
    """Every charge the provider has tried for whoever has this address, oldest first: cents, and how it ended."""
    found = party.at_stripe("/v1/charges?limit=100")["data"]
    customers = {one["id"] for one in party.at_stripe("/v1/customers?limit=100")["data"] if one["email"] == email}
    theirs = [one for one in found if one["customer"] in customers or one["billing_details"]["email"] == email]
    return [(one["amount"], one["status"]) for one in reversed(theirs)]


def subscriptions_of(party: Party, email: str) -> list[str]:
    """How the provider's subscriptions of whoever has this address stand."""
    customers = {one["id"] for one in party.at_stripe("/v1/customers?limit=100")["data"] if one["email"] == email}
    found = party.at_stripe("/v1/subscriptions?status=all&limit=100")["data"]
    return [one["status"] for one in found if one["customer"] in customers]


def subjects(party: Party, email: str) -> list[str]:
    """What was written to somebody, newest first."""
    return [letter["subject"] for letter in party.letters_to(email)]


def main_says(page: Page, text: str) -> None:
    expect(page.locator("main")).to_contain_text(text)


def comes_to_say(page: Page, text: str, *, at: str = "main", seconds: float = PATIENCE) -> None:
    """What the provider tells, or a worker does, arrives after the page does: look again until it says it."""
    end = time.monotonic() + seconds
    while text not in page.locator(at).inner_text() and time.monotonic() < end:
        time.sleep(0.3)
        page.reload()
    expect(page.locator(at)).to_contain_text(text)
