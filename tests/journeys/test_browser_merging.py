"""Two records become one person, in Chromium: somebody joins again with another email, the secretary finds the pair, compares,
merges, sees one story, and takes it back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Party, Visitor, open_party
from tests.journeys.dues_walk import comes_to_say
from tests.journeys.proofs import confirm
from tests.journeys.test_browser_people import enter
from tests.journeys.test_pages import faults, look
from tests.walk import links

OLIVE = "olive@people.example"


@pytest.fixture(scope="module")
def party(browser: Browser) -> Iterator[Party]:
    """A party of its own: an officer’s code that another story has used works no second time."""
    with open_party() as site:
        yield site


def go(page: Page, party: Party, path: str) -> None:
    page.goto(party.url + path)
    if page.locator("h1").inner_text() == "Confirm that it is you":
        confirm(page, party, OLIVE)
        page.wait_for_url(f"**{path}")


def follow(party: Party, path: str) -> str:
    """Where the letter to the other mailbox leads."""
    return links(party.letter_to("l.in@people.example", about=path)["text"], path)[0]


def looked_at(page: Page, name: str) -> None:
    """Small by day and wide by night: a picture, no fault of axe, nothing that runs off."""
    for width, scheme in ((360, "light"), (1440, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        look(page, f"merging-{name}-{width}-{scheme}")
        assert faults(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_a_pair_is_found_compared_merged_and_taken_back(party: Party, visitor: Visitor) -> None:
    # Lin, who hears from us under one address, asks with the same mailbox spelt in another way.
    lin = visitor(width=360)
    lin.goto(party.url + "/support")
    lin.get_by_label("Email address").fill("l.in@people.example")
    lin.get_by_role("checkbox").check()
    lin.get_by_role("button", name="Send me the letters").click()
    lin.goto(party.url + follow(party, "/support/"))
    lin.get_by_role("button", name="Yes, write to me").click()

    olive = visitor()
    enter(olive, party, OLIVE, "/org")
    comes_to_say(olive, "Pairs of records that may be one person")
    olive.goto(party.url + "/org/duplicates")
    expect(olive.locator("main")).to_contain_text("1 pair that may be one person")
    looked_at(olive, "pairs")
    olive.get_by_role("link", name=re.compile("Lin Castellane")).click()
    if olive.locator("h1").inner_text() == "Confirm that it is you":
        confirm(olive, party, OLIVE)
    expect(olive.locator("main")).to_contain_text("The same mailbox, spelt in another way")
    looked_at(olive, "pair")
    olive.get_by_label("lin@people.example").check()
    olive.get_by_role("button", name="See what it does").click()
    expect(olive.locator("h1")).to_have_text("Is this right?")
    looked_at(olive, "confirm")
    olive.get_by_role("button", name="They are one person").click()
    expect(olive.locator("h1")).to_have_text("Lin Castellane")
    expect(olive.locator("main")).to_contain_text("1 other record is part of this person")
    expect(olive.locator("main")).to_contain_text("Another record became part of this one")
    looked_at(olive, "story")
    go(olive, party, "/org/duplicates")
    expect(olive.locator("main")).to_contain_text("No pair waits")

    # The other mailbox says so itself.
    lin.goto(party.url + follow(party, "/same/"))
    looked_at(lin, "same")
    lin.get_by_role("button", name="Yes, both are mine").click()
    expect(lin.locator("h1")).to_have_text("Both records are yours")

    olive.goto(party.url + "/org/people?find=lin@people.example")
    olive.get_by_role("link", name="Lin Castellane").click()
    olive.get_by_role("link", name="Merge a duplicate, or take one back…").click()
    expect(olive.locator("main")).to_contain_text("Their mailbox has confirmed it")
    looked_at(olive, "records")
    olive.get_by_role("link", name="Take it back").click()
    if olive.locator("h1").inner_text() == "Confirm that it is you":
        confirm(olive, party, OLIVE)
    looked_at(olive, "undo")
    olive.get_by_role("button", name="Take it back").click()
    expect(olive.locator("h1")).to_have_text("Lin Castellane")
    expect(olive.locator("main")).not_to_contain_text("other record")
    go(olive, party, "/org/duplicates")
    comes_to_say(olive, "1 pair that may be one person")
