"""A treasurer writes down cash, and gives back and pays over what the law does not let the party keep, in Chromium."""

from __future__ import annotations

from datetime import datetime

from playwright.sync_api import Page, expect

from app.ground.clock import NEW_ZEALAND
from tests.journeys.conftest import Party, Visitor
from tests.journeys.proofs import confirm, stay_fresh
from tests.journeys.test_browser_desk import WIREMU, seen
from tests.journeys.test_browser_join import sign_in

OLIVE, HANS = "olive@people.example", "hans@abroad.example"


def today() -> str:
    return datetime.now(NEW_ZEALAND).date().isoformat()


def write_down(page: Page, party: Party, amount: str, **who: str) -> None:
    """Cash that came today, up to the page that says what the law makes of it."""
    page.goto(party.url + "/org/money/donations")
    page.get_by_role("link", name="Cash", exact=True).click()
    page.get_by_label("Amount", exact=True).first.fill(amount)
    page.get_by_label("Day it came to the party").fill(today())
    if who:
        page.get_by_label("Full name of who gave it").fill(who["name"])
        page.get_by_label("Their email address").fill(who["email"])
        page.locator("input[name=address]").fill(who["address"])
        page.get_by_label("A person abroad who is neither").check()
    else:
        page.get_by_label("No, and nobody here could reasonably know").check()
    page.get_by_role("button", name="See what the law makes of it").click()


def test_cash_is_recorded_and_what_may_not_be_kept_goes_back(party: Party, visitor: Visitor) -> None:
    page = visitor()
    sign_in(page, party, WIREMU)
    page.goto(party.url + "/org")
    confirm(page, party, WIREMU)
    page.wait_for_url("**/org")
    page.get_by_role("link", name="Donations", exact=True).click()
    seen(page, "donations")

    page.get_by_role("link", name="Cash", exact=True).click()
    page.get_by_role("button", name="See what the law makes of it").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter the amount.")
    seen(page, "donation-errors")

    write_down(page, party, "2000")
    expect(page.locator("main")).to_contain_text("Pay $500.00 to the Electoral Commission")
    seen(page, "confirm-donation")
    page.get_by_role("button", name="Write down $2,000.00").click()
    expect(page.locator("main")).to_contain_text("Pay over: $500.00")
    seen(page, "donation")

    write_down(page, party, "80", name="Hans Vogel", email=HANS, address="Lindenstr. 4, Berlin")
    expect(page.locator("main")).to_contain_text("Not all of this may be kept")
    page.get_by_role("button", name="Write down $80.00").click()
    expect(page.locator("main")).to_contain_text("Receipt 2")
    assert "receipt" in party.letter_to(HANS, about="Thank you")["text"]

    page.goto(party.url + "/org/money/quarantine")
    seen(page, "quarantine")
    stay_fresh(page)
    page.get_by_role("link", name="Give it back").click()
    seen(page, "give-back")
    page.get_by_role("button", name="Give $30.00 back").click()
    assert "207K(2A)" in party.letter_to(HANS, about="goes back to you")["text"]
    page.goto(party.url + "/org/money/quarantine")
    page.get_by_role("link", name="Its payment, where it is noted as paid out").click()
    stay_fresh(page)
    page.get_by_role("link", name="It was paid out").click()
    page.get_by_label("Day it was paid out").fill(today())
    page.get_by_role("button", name="Note it").click()

    page.goto(party.url + "/org/money/quarantine")
    expect(page.locator("main")).not_to_contain_text("Give back")
    stay_fresh(page)
    page.get_by_role("link", name="It was paid to the Electoral Commission").click()
    page.get_by_label("Day it was paid").fill(today())
    page.get_by_label("The bank’s reference of the payment").fill("EC 26-11")
    seen(page, "pay-over")
    page.get_by_role("button", name="Note that it was paid").click()
    expect(page.locator("main")).to_contain_text("in time")
    page.goto(party.url + "/org/money/quarantine")
    expect(page.locator("main")).to_contain_text("Nothing is open")


def test_the_party_secretary_enters_a_loan(party: Party, visitor: Visitor) -> None:
    page = visitor()
    sign_in(page, party, OLIVE)
    page.goto(party.url + "/org")
    confirm(page, party, OLIVE)
    page.wait_for_url("**/org")
    page.get_by_role("link", name="Loans", exact=True).click()
    page.get_by_role("link", name="Enter a loan").click()
    page.get_by_label("Amount", exact=True).fill("31000")
    page.get_by_label("Day it was entered into").fill(today())
    page.get_by_label("Full name of the lender").fill("Mere Kingi")
    page.get_by_label("Their address").fill("9 Tōtara Road, Gisborne 4010")
    page.get_by_label("A person who lives in New Zealand").check()
    page.get_by_label("Terms").fill("4 % a year, repaid in two years")
    seen(page, "loan-form")
    page.get_by_role("button", name="Look at it again").click()
    page.get_by_role("button", name="Enter $31,000.00").click()
    seen(page, "loan")
    page.goto(party.url + "/org/money/quarantine")
    expect(page.locator("main")).to_contain_text("File a big-loan return")
