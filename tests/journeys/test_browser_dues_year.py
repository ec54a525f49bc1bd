"""A year of dues in a real Chromium: one whose dues renew, and one who stopped that from a letter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from app.law.party_rules import add_months
from app.web.words import day
from tests.journeys.conftest import PATIENCE, Party, Visitor, open_party
from tests.journeys.dues_walk import (
    GOOD,
    charges_of,
    dues_link,
    fill_card,
    join,
    main_says,
    see,
    see_letter,
    subjects,
    subscriptions_of,
)
from tests.journeys.test_browser_join import sign_in


@pytest.fixture(scope="module")
def party(browser: Browser) -> Iterator[Party]:
    with open_party() as site:
        yield site


@dataclass
class Year:
    """Two who joined on the same day, and what was written to them until the day after its anniversary."""

    joined: date
    renews: str
    stopped: str

    @property
    def again(self) -> date:
        return add_months(self.joined, 12)


@pytest.fixture(scope="module")
def year(party: Party, browser: Browser) -> Iterator[Year]:
    context: BrowserContext = browser.new_context(locale="en-NZ")
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    joined = party.today()
    page.goto(party.url + "/join")
    slip = page.locator(".slip", has_text="First charge: today")
    assert day(joined) in slip.inner_text()
    assert day(add_months(joined, 12)) in slip.inner_text()
    see(page, "join")
    found = Year(joined, join(page, party, "Rewi Ellingham", renews=True), join(page, party, "Anahera Prestwick", renews=True))
    stop(page, party, found)
    for days in (336, 16, 11):
        party.days_pass(days)
    party.days_pass((found.again - party.today()).days + 1)
    yield found
    context.close()


def stop(page: Page, party: Party, year: Year) -> None:
    """From the link in the receipt, by one who is signed in nowhere."""
    letter = party.letter_to(year.stopped, about="To stop that, without signing in")
    see_letter(page, party, letter, "welcome-renews")
    home = dues_link(party, letter)
    page.goto(home)
    see(page, "dues-running")
    page.get_by_role("button", name="Stop renewing").click()
    main_says(page, "Stopped: nothing more is taken by itself.")
    see(page, "dues-stopped")
    see_letter(page, party, party.letter_to(year.stopped, about="As you asked, nothing more is taken"), "stopped")


def test_dues_that_renew_are_charged_once_a_year_with_one_letter_and_one_receipt(
    party: Party, visitor: Visitor, year: Year
) -> None:
    assert charges_of(party, year.renews) == [(2000, "succeeded"), (2000, "succeeded")]
    assert subscriptions_of(party, year.renews) == ["active"]
    told = subjects(party, year.renews)
    assert told.count("Your dues have arrived") == 1
    assert told.count("Your dues renew soon") == 1
    assert "Your dues are due soon" not in told
    page = visitor()
    letter = party.letter_to(year.renews, about="Paid until")
    see_letter(page, party, letter, "received")
    see_letter(page, party, party.letter_to(year.renews, about="You need do nothing."), "renews")
    sign_in(page, party, year.renews)
    main_says(page, "In good standing")
    for since in (year.joined, year.again):
        main_says(page, f"{day(since)} to {day(add_months(since, 12) - timedelta(days=1))}")
    assert page.locator("#receipts + ul > li").count() == 2
    see(page, "me-renews")
    page.get_by_role("link", name="Dues and renewal").first.click()
    main_says(page, "Nothing is owed.")
    main_says(page, day(add_months(year.again, 12)))


def test_who_stopped_from_a_letter_is_not_charged_is_reminded_and_pays_by_a_reminder(
    party: Party, visitor: Visitor, year: Year
) -> None:
    assert charges_of(party, year.stopped) == [(2000, "succeeded")]
    assert subscriptions_of(party, year.stopped) == ["canceled"]
    asked = [letter for letter in party.letters_to(year.stopped) if letter["subject"] == "Your dues are due soon"]
    assert [left for left in ("30", "14", "3") for one in asked if f"begins in {left} days" in one["text"]] == ["30", "14", "3"]
    assert len(asked) == 3

    page, beside = visitor(script=False), visitor()
    page.goto(dues_link(party, asked[0]))
    main_says(page, "$20.00")
    assert not page.get_by_role("checkbox").is_checked()
    beside.goto(page.url)
    see(beside, "dues-owing")
    see_letter(beside, party, asked[0], "asked")
    page.get_by_role("button", name="Pay $20.00").click()
    page.wait_for_url(party.simulator + "/**")
    fill_card(page, GOOD, "Pay")
    page.wait_for_url(party.url + "/dues/**")
    party.letter_to(year.stopped, about="Paid until")
    page.goto(dues_link(party, asked[0]))
    main_says(page, "Nothing is owed.")
    beside.reload()
    see(beside, "dues-paid")
    assert charges_of(party, year.stopped) == [(2000, "succeeded"), (2000, "succeeded")]
    page.get_by_role("button", name="Renew by card from").click()
    page.wait_for_url(party.simulator + "/**")
