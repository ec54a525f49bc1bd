"""Giving, in a real Chromium: once, monthly until it is stopped from the receipt, by bank, and refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Party, Visitor, open_party
from tests.journeys.dues_walk import (
    GOOD,
    charges_of,
    comes_to_say,
    fill_card,
    main_says,
    see,
    see_letter,
    subjects,
    subscriptions_of,
)
from tests.journeys.test_browser_desk import WIREMU, fill
from tests.journeys.test_browser_join import sign_in
from tests.journeys.test_browser_office import confirm
from tests.walk import links


@pytest.fixture(scope="module")
def party(browser: Browser) -> Iterator[Party]:
    with open_party() as site:
        yield site


def offer(page: Page, party: Party, name: str, email: str, *, other: str = "", ties: str = "here", **chosen: str) -> None:
    """Fill in the form of giving, and send it."""
    page.goto(party.url + "/give")
    if other:
        page.get_by_label("Another amount (optional)").fill(other)
    for field, value in chosen.items():
        page.locator(f"input[name={field}][value='{value}']").check()
    page.get_by_label("Full name of who gives").fill(name)
    page.get_by_label("Email address").fill(email)
    page.locator("input[name=address]").fill("7 Mānuka Rise, Taupō 3330")
    page.locator(f"input[name=ties][value={ties}]").check()
    page.get_by_role("button", name="Continue to payment").click()


def pay(page: Page, party: Party, button: str = "Pay") -> None:
    page.wait_for_url(party.simulator + "/**")
    fill_card(page, GOOD, button)
    page.wait_for_url(party.url + "/give/thanks/**")


def test_somebody_gives_once_with_the_cards_cost_and_gets_a_receipt(party: Party, visitor: Visitor) -> None:
    page = visitor()
    page.goto(party.url + "/give")
    see(page, "give")
    page.locator("input[name=cover]").check()
    offer_of = "rewi@people.example"
    page.get_by_label("Full name of who gives").fill("Rewi Tāwhai")
    page.get_by_label("Email address").fill(offer_of)
    page.locator("input[name=address]").fill("7 Mānuka Rise, Taupō 3330")
    page.locator("input[name=ties][value=here]").check()
    page.get_by_role("button", name="Continue to payment").click()
    pay(page, party)
    comes_to_say(page, "It has arrived")
    main_says(page, "$26.01")
    see(page, "give-thanks")
    letter = party.letter_to(offer_of, about="Receipt")
    assert f"In {party.today().year} you have given us $26.01 so far" in letter["text"]
    see_letter(page, party, letter, "donation")
    assert charges_of(party, offer_of) == [(2601, "succeeded")]


def test_a_monthly_gift_is_stopped_from_the_receipt_without_signing_in(party: Party, visitor: Visitor) -> None:
    page = visitor(script=False)
    email = "hinewai@people.example"
    offer(page, party, "Hinewai Poutama", email, often="monthly", amount="1000")
    pay(page, party, "Subscribe")
    letter = party.letter_to(email, about="The next $10.00 is taken on")
    stranger = visitor()
    path = set(links(letter["text"], "/give/"))
    assert len(path) == 1
    stranger.goto(party.url + path.pop())
    main_says(stranger, "a month")
    see(stranger, "gift")
    stranger.get_by_role("button", name="Stop giving monthly").click()
    main_says(stranger, "Nothing more is taken")
    party.letter_to(email, about="is stopped")
    end = 50
    while subscriptions_of(party, email) != ["canceled"] and end:
        end -= 1
        stranger.wait_for_timeout(200)
    assert subscriptions_of(party, email) == ["canceled"]


def test_two_browsers_that_give_at_the_same_moment_do_not_pass_the_limit_together(party: Party, visitor: Visitor) -> None:
    one, two = visitor(), visitor()
    email = "ingrid@abroad.example"
    for page in (one, two):
        page.goto(party.url + "/give")
        page.get_by_label("Another amount (optional)").fill("30")
        page.get_by_label("Full name of who gives").fill("Ingrid Solheim")
        page.get_by_label("Email address").fill(email)
        page.locator("input[name=address]").fill("Storgata 2, Bergen")
        page.locator("input[name=ties][value=abroad]").check()
    for page in (one, two):  # neither waits for the other's answer
        page.get_by_role("button", name="Continue to payment").click(no_wait_after=True)
    for page in (one, two):
        page.get_by_text("There is a problem").or_(page.get_by_label("Card number")).wait_for()
    refused = two if re.match(party.simulator, one.url) else one
    lucky = one if refused is two else two
    main_says(refused, "s 207K(2A)")
    main_says(refused, "You can still give $20.00")
    main_says(refused, "Nothing was charged")
    see(refused, "give-refused")
    fill_card(lucky, GOOD, "Pay")
    lucky.wait_for_url(party.url + "/give/thanks/**")
    comes_to_say(lucky, "It has arrived")
    assert charges_of(party, email) == [(3000, "succeeded")]


def test_a_gift_by_bank_is_received_when_a_treasurer_has_seen_it(party: Party, visitor: Visitor) -> None:
    page = visitor()
    email = "tiaki@people.example"
    offer(page, party, "Tiaki Moana", email, other="120", pay_by="bank")
    expect(page.locator("h1")).to_contain_text("Now your bank transfer")
    reference = re.search(r"with ([0-9A-Z]{9}) as the reference", party.letter_to(email, about="reference")["text"])[1]
    desk = visitor()
    sign_in(desk, party, WIREMU)
    desk.goto(party.url + "/org/money/record")
    confirm(desk, party, WIREMU)
    desk.goto(party.url + "/org/money/record")
    fill(desk, reference, "120")
    main_says(desk, "It is a donation")
    see(desk, "record-donation")
    desk.get_by_role("button", name="Record $120.00").click()
    main_says(desk, "It is a donation that was received")
    party.letter_to(email, about="Thank you. Your donation has arrived")
    assert subjects(party, email)[0] == "Thank you for your donation"
