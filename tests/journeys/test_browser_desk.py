"""A treasurer’s evening, in Chromium: a transfer is recorded and makes a member, cash is recorded and goes back."""

from __future__ import annotations

import re
from datetime import datetime

import psycopg
from playwright.sync_api import Page, expect

from app.ground.clock import NEW_ZEALAND
from app.ground.embedded import Embedded
from app.ground.ids import new_id
from tests.journeys.conftest import Party, Visitor
from tests.journeys.proofs import confirm, stay_fresh
from tests.journeys.test_browser_join import fill_in, sign_in
from tests.journeys.test_pages import faults, look

WIREMU, REWI = "wiremu@people.example", "rewi@people.example"
GRACE = "2"  # the second of the cast to join


def seen(page: Page, name: str) -> None:
    """Look at a page narrow and wide, light and dark: nothing runs off its side, and axe finds nothing."""
    for width, scheme in ((360, "light"), (360, "dark"), (1440, "light"), (1440, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        look(page, f"desk-{name}-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        assert faults(page) == [], (name, width, scheme)


def find_something(party: Party) -> None:
    """What a night’s reconciling might put on the work list, written as its owner."""
    with psycopg.connect(Embedded(party.instance).url(), autocommit=True) as link:
        for kind, subject, cents in (("balance", "currency:NZD", -420), ("payout", "payout:po_1", 123_456)):
            link.execute(
                "insert into differences (id, kind, subject, cents, found_at) "
                "values (%s, %s, %s, %s, now() - interval '3 days')",
                [new_id(), kind, subject, cents],
            )


def fill(page: Page, reference: str, amount: str, *, above: str = "", cash: bool = False) -> None:
    page.get_by_label("Reference on the statement").fill(reference)
    page.get_by_label("Amount that came").fill(amount)
    page.get_by_label("Of it above the dues").fill(above)
    page.get_by_label("Day it came").fill(datetime.now(NEW_ZEALAND).date().isoformat())
    if cash:
        page.get_by_label("In cash").check()
    page.get_by_role("button", name="Look whose it is").click()


def test_a_treasurer_records_money_and_gives_some_back(party: Party, visitor: Visitor) -> None:
    rewi = visitor()
    fill_in(rewi, party.url, name="Rewi Kāretu-Moon", email=REWI, address="3 Rātā Road, Tīmaru 7910")
    rewi.locator("input[name=pay_by][value=bank]").check()
    rewi.get_by_role("button", name="Continue to payment").click()
    asked = party.letter_to(REWI, about="reference")
    transfer = re.search(r"\b([0-9A-Z]{9})\b", asked["text"])[1]

    page = visitor()
    sign_in(page, party, WIREMU)
    page.goto(party.url + "/org")
    confirm(page, party, WIREMU)
    page.wait_for_url("**/org")
    seen(page, "today")
    stay_fresh(page)
    page.get_by_role("link", name="Money", exact=True).click()
    expect(page.locator("main")).to_contain_text(transfer)
    find_something(party)
    page.reload()
    page.get_by_role("button", name="Take it up").last.click()
    expect(page.locator("#work")).to_contain_text("With: treasurer")
    seen(page, "money")
    page.get_by_label("How item 1 was dealt with").select_option("explained")
    page.get_by_role("button", name="Close it").first.click()
    expect(page.locator("#work")).not_to_contain_text("does not agree on the balance")

    page.goto(party.url + "/org/money/record")
    fill(page, transfer[:-1] + ("A" if transfer[-1] != "A" else "B"), "-3", above="50")
    expect(page.get_by_role("alert")).to_contain_text("The check sign does not fit")
    expect(page.get_by_role("alert")).to_contain_text("Enter an amount in dollars")
    seen(page, "record-errors")
    fill(page, transfer, "20")
    expect(page.locator("main")).to_contain_text("It makes them a member")
    seen(page, "confirm-application")
    page.get_by_role("button", name="Record $20.00").click()
    expect(page.locator("main")).to_contain_text("is admitted, on")
    seen(page, "recorded")
    assert party.letter_to(REWI, about="receipt", but=[asked["id"]])

    page.goto(party.url + "/org/money")
    fill(page, GRACE, "15", above="10", cash=True)
    seen(page, "confirm-member")
    page.get_by_role("button", name="Record $15.00").click()
    expect(page.locator("main")).to_contain_text("is credited with it")
    page.get_by_role("button", name="Show whose it is").click()
    expect(page.locator("#whose")).to_contain_text("Their own reference")
    seen(page, "payment")
    stay_fresh(page)
    page.get_by_role("link", name="Give money back").click()
    page.get_by_label("Amount to give back").fill("99")
    page.get_by_label("It was paid by mistake").check()
    page.get_by_role("button", name="See what it does").click()
    expect(page.get_by_role("alert")).to_contain_text("At most $15.00")
    seen(page, "refund-errors")
    page.get_by_label("Amount to give back").fill("15")
    page.get_by_role("button", name="See what it does").click()
    expect(page.locator("main")).to_contain_text("was above the dues")
    seen(page, "confirm-refund")
    page.get_by_role("button", name="Give $15.00 back").click()
    stay_fresh(page)
    page.get_by_role("link", name="It was paid out").click()
    seen(page, "handed-back")
    page.get_by_label("Day it was paid out").fill(datetime.now(NEW_ZEALAND).date().isoformat())
    page.get_by_role("button", name="Note it").click()
    expect(page.locator("main")).to_contain_text("Given back")
    page.goto(party.url + "/org/money/accounts")
    seen(page, "accounts")
