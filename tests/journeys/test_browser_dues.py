"""Dues over months and years, in a real Chromium: a party of its own, in which time passes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from app.law.party_rules import add_months
from app.web.words import day
from tests.journeys.conftest import SHOTS, Party, Visitor, open_party
from tests.journeys.dues_walk import (
    ASKS_ALWAYS,
    FAILS_LATER,
    OTHER,
    charges_of,
    comes_to_say,
    dues_link,
    fill_card,
    give_card,
    join,
    main_says,
    see,
    see_letter,
    subjects,
    subscriptions_of,
)
from tests.journeys.proofs import confirm
from tests.journeys.test_browser_desk import WIREMU, fill
from tests.journeys.test_browser_join import fill_in, sign_in
from tests.journeys.test_pages import look
from tests.party.receipts.pdf_reader import words
from tests.walk import links


@pytest.fixture(scope="module")
def party(browser: Browser) -> Iterator[Party]:
    with open_party() as site:
        yield site


def test_one_who_pays_by_bank_is_a_member_when_a_treasurer_has_seen_the_money(party: Party, visitor: Visitor) -> None:
    page = visitor()
    email = "aperahama@people.example"
    fill_in(page, party.url, name="Aperahama Greyling", email=email, address="8 Mangrove Road, Kaitaia 0410")
    page.locator("input[name=pay_by][value=bank]").check()
    see(page, "join-by-bank")
    page.get_by_role("button", name="Continue to payment").click()
    page.wait_for_url(party.url + "/join/thanks/**")
    expect(page.locator("h1")).to_contain_text("Now your bank transfer")
    letter = party.letter_to(email, about="Reference:")
    lines = dict(re.findall(r"^(Amount|To|Reference): (.+)$", letter["text"], re.MULTILINE))
    assert lines["Amount"] == "$20.00"
    for line in lines.values():
        main_says(page, line)
    see(page, "thanks-by-bank")
    see_letter(page, party, letter, "bank-transfer")

    desk = visitor()
    sign_in(desk, party, WIREMU)
    desk.goto(party.url + "/org/money/record")
    confirm(desk, party, WIREMU)
    desk.goto(party.url + "/org/money/record")
    fill(desk, lines["Reference"], "20")
    main_says(desk, "It makes them a member")
    desk.get_by_role("button", name="Record $20.00").click()
    main_says(desk, "is admitted, on")
    welcome = party.letter_to(email, about="Your payment arrived on")
    assert "Membership dues: $20.00" in welcome["text"]
    page.reload()
    expect(page.locator("h1")).to_contain_text("You are a member")
    page.goto(party.url + links(welcome["text"], "/sign-in/")[0])
    page.get_by_role("button", name="Sign in").click()
    main_says(page, "In good standing")
    main_says(page, "Bank transfer, reference")


def test_a_card_that_fails_is_mended_by_one_link_and_nothing_is_charged_twice(party: Party, visitor: Visitor) -> None:
    page = visitor(script=False)
    email = join(page, party, "Marama Quillfeather", rhythm="monthly", renews=True)
    home = dues_link(party, party.letter_to(email, about="/dues/"))
    page.goto(home)
    comes_to_say(page, "4242")
    give_card(page, party, home, FAILS_LATER)
    page.goto(home)
    comes_to_say(page, "0341")

    party.days_pass(32)
    letter = party.letter_to(email, about="We tried to take your dues of $2.00")
    assert "Your bank refused it" in letter["text"]
    assert "Nothing was charged." in letter["text"]
    assert "You are still a member." in letter["text"]

    page.goto(dues_link(party, letter))
    main_says(page, "In good standing")
    main_says(page, "failed")
    page.get_by_role("button", name="Settle $2.00").click()
    page.wait_for_url(party.simulator + "/i/**")
    fill_card(page, OTHER, "Pay")
    main_says(page, "paid")
    party.letter_to(email, about="Paid until")
    page.goto(home)
    comes_to_say(page, "Nothing is owed.")
    main_says(page, "In good standing")
    assert charges_of(party, email) == [(200, "succeeded"), (200, "failed"), (200, "succeeded")]
    assert subjects(party, email).count("Your dues have arrived") == 1
    assert subjects(party, email).count("Your dues could not be taken") == 1
    assert subscriptions_of(party, email) == ["active"]


def test_a_bank_that_wants_each_charge_confirmed_is_answered_by_one_link(party: Party, visitor: Visitor) -> None:
    page = visitor()
    email = join(page, party, "Hoani Bellweather", rhythm="monthly", renews=True, card=ASKS_ALWAYS, asks=True)
    party.days_pass(32)
    letter = party.letter_to(email, about="Your bank wants you to confirm it.")
    page.goto(dues_link(party, letter))
    page.get_by_role("button", name="Settle $2.00").click()
    page.wait_for_url(party.simulator + "/i/**")
    page.get_by_role("link", name="Confirm it").click()
    page.get_by_role("button", name="Complete").click()
    party.letter_to(email, about="Paid until")
    page.goto(dues_link(party, letter))
    main_says(page, "Nothing is owed.")
    assert subscriptions_of(party, email) == ["active"]
    assert [how for _, how in charges_of(party, email)].count("succeeded") == 2


def test_one_who_never_pays_is_written_to_lapses_and_comes_back_by_one_page(party: Party, visitor: Visitor) -> None:
    page = visitor()
    email = join(page, party, "Wikitoria Underhill", rhythm="monthly", renews=True)
    home = dues_link(party, party.letter_to(email, about="/dues/"))
    give_card(page, party, home, FAILS_LATER)

    party.days_pass(32)
    see_letter(page, party, party.letter_to(email, about="We tried to take your dues"), "declined")
    page.goto(home)
    see(page, "dues-failing")
    sign_in(page, party, email)
    main_says(page, "A charge of $2.00 to your Visa ending 0341 failed.")
    see(page, "me-failing")
    assert page.get_by_role("link", name="Settle it").get_attribute("href") == urlsplit(home).path
    party.days_pass(17)  # past the provider's last try, and the fourteen days of grace
    behind = party.letter_to(email, about="You are still a member until")
    page.goto(dues_link(party, behind))
    main_says(page, "Behind with dues")
    see(page, "dues-owing-behind")
    see_letter(page, party, behind, "behind")
    party.days_pass(78)
    last = party.letter_to(email, about="You are still a member until", but=[behind["id"]])
    party.days_pass(14)
    lapsed = party.letter_to(email, about="your membership lapsed")
    see_letter(page, party, lapsed, "lapsed")
    assert last["at"] < lapsed["at"]
    assert subscriptions_of(party, email) == ["canceled"]  # nothing is taken from one who is no member
    assert {how for _, how in charges_of(party, email)[1:]} == {"failed"}
    page.goto(home)
    main_says(page, "This membership has ended")
    see(page, "dues-ended")

    [back] = links(lapsed["text"], "/join/again/")
    page.goto(party.url + back)
    main_says(page, "Welcome back")
    assert page.get_by_label("Email address").input_value() == email
    assert page.locator("input[name=rhythm][value=monthly]").is_checked()
    see(page, "join-again")
    page.locator("input[name=can_enrol][value=yes]").check()
    page.get_by_label("Sign by typing your full name").fill("Wikitoria Underhill")
    page.get_by_role("button", name="Continue to payment").click()
    page.wait_for_url(party.simulator + "/**")
    before = [one["id"] for one in party.letters_to(email)]
    fill_card(page, OTHER, "Pay")
    page.wait_for_url(party.url + "/join/thanks/**")
    party.letter_to(email, about="Your payment arrived", but=before)
    page.reload()
    expect(page.locator("h1")).to_contain_text("You are a member")
    sign_in(page, party, email)
    main_says(page, "In good standing")


def test_money_given_back_at_the_provider_is_told_and_what_it_does(party: Party, visitor: Visitor) -> None:
    page = visitor()
    email = join(page, party, "Rangi Featherstone")
    sign_in(page, party, email)
    first = receipt_of(page)
    assert "DUPLICATE" not in first

    page.goto(party.simulator + "/_sim/")
    entry = page.locator("#payments + ul > li").filter(has_text="A Payer").first
    entry.get_by_role("button", name="Refund", exact=True).click()
    letter = party.letter_to(email, about="is going back the way it came")
    assert "$20.00 of your payment" in letter["text"]
    see_letter(page, party, letter, "refunded")

    page.goto(party.url + "/me")
    main_says(page, "$20.00 was paid back on")
    main_says(page, "Pay $20.00")
    main_says(page, "Behind with dues")
    see(page, "me-refunded")
    again = receipt_of(page)
    assert "DUPLICATE" in again
    assert "paid back" in again.lower() or "refund" in again.lower()


def receipt_of(page: Page) -> str:
    """The words of the newest receipt on one's own page, taken there."""
    page.get_by_role("link", name="Receipt").first.wait_for()
    address = page.get_by_role("link", name="Receipt").first.get_attribute("href")
    return words(page.request.get(urljoin(page.url, address)).body())


def test_the_card_of_a_member_is_printed_and_read_on_a_phone(party: Party, visitor: Visitor) -> None:
    page = visitor(width=360)
    page.goto(party.url + "/dev/clock")
    see(page, "clock")
    email = join(page, party, "Tui Marlborough-Ngata", rhythm="three-yearly")
    sign_in(page, party, email)
    page.get_by_role("link", name="Your card, to print").click()
    main_says(page, "Tui Marlborough-Ngata")
    main_says(page, f"Good until {day(add_months(party.today(), 36) - timedelta(days=1))}")
    see(page, "card")
    page.emulate_media(media="print")
    box = page.locator(".pass").bounding_box()
    assert abs(box["width"] / box["height"] - 85.6 / 54) < 0.05
    look(page, "card-print")
    printed = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    SHOTS.joinpath("card.pdf").write_bytes(printed)
