"""A reader reads, calculates and passes on; the party secretary publishes the next version, and its changes are read.
In Chromium; the reader has no script."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PATIENCE, Party, Visitor, open_party
from tests.journeys.proofs import confirm, stay_fresh
from tests.journeys.test_browser_join import sign_in
from tests.journeys.test_pages import faults, look

OLIVE = "olive@people.example"


@pytest.fixture(scope="module")
def party(browser: Browser) -> Iterator[Party]:
    """A party of its own: an officer’s code that another story has used works no second time."""
    with open_party() as site:
        yield site


def seen(page: Page, name: str) -> None:
    """Narrow and light, wide and dark: nothing runs off the side, and axe finds nothing."""
    for width, scheme in ((360, "light"), (1440, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        look(page, f"policies-{name}-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        assert faults(page) == [], (name, width, scheme)


def test_a_reader_calculates_on_their_own_bill_and_passes_the_result_on(party: Party, visitor: Visitor) -> None:
    page = visitor(script=False)
    page.goto(party.url + "/policies")
    page.get_by_role("link", name="What does your data cap really cost?").click()
    expect(page.locator("main")).to_contain_text("The case against")
    assert page.context.cookies() == []

    page.get_by_role("link", name="2013", exact=True).click()
    expect(page.locator("main")).to_contain_text("almost everyone had a cap")
    page.get_by_role("link", name="now", exact=True).click()

    page.get_by_label("What you use").fill("90")
    page.get_by_role("button", name="Work it out").click()
    expect(page.locator(".result")).to_contain_text("$195.00")
    link = page.get_by_label("Link to copy").input_value()
    assert link == party.url + "/tools/cap-cost?block=&cap=30&price=75&rate=2&used=90"
    other = visitor(script=False)
    other.goto(link)
    expect(other.locator(".result")).to_contain_text("$195.00")

    other.emulate_media(media="print")
    expect(other.get_by_label("What you use")).to_be_hidden()
    expect(other.locator(".result")).to_contain_text("$195.00")

    narrow = visitor(script=False)
    narrow.set_viewport_size({"width": 320, "height": 900})
    narrow.goto(party.url + "/policies/data-caps")
    look(narrow, "policies-data-caps-320-light")
    lines = narrow.locator("td .nowrap").evaluate_all(
        "found => found.map(one => [one.textContent, one.getClientRects().length])"
    )
    assert ["DC-1", 1] in lines
    assert {count for _ref, count in lines} == {1}  # no line ends within a reference
    narrow.emulate_media(media="print")
    expect(narrow.get_by_label("What you use")).to_be_hidden()


def test_the_secretary_publishes_the_next_version_and_its_changes_are_read(party: Party, visitor: Visitor) -> None:
    reader, page = visitor(script=False), visitor()
    reader.goto(party.url + "/policies/broadband-pricing")
    expect(reader.locator("main")).to_contain_text("version 1")

    sign_in(page, party, OLIVE)
    page.goto(party.url + "/org/policies")
    confirm(page, party, OLIVE)
    page.wait_for_url("**/org/policies")
    seen(page, "shelf")
    page.get_by_role("link", name="Broadband pricing").click()
    page.get_by_role("button", name="Write the next version").click()
    text = page.get_by_label("The text, in Markdown")
    source = text.input_value()
    day = re.search(r"- By: (\d{4}-\d{2}-\d{2})", source)
    assert day is not None
    text.fill(
        source.replace(day[0], "- By: 2029-03-31", 1).replace("## The case against", "Some 99% agree.\n\n## The case against")
    )
    page.get_by_label("What changes, in a sentence").fill("BP-1 has another day.")
    page.get_by_role("button", name="Save and see it").click()
    expect(page.locator("#faults")).to_contain_text("A number without a citation")
    seen(page, "faulty")
    page.get_by_label("The text, in Markdown").fill(source.replace(day[0], "- By: 2029-03-31", 1))
    page.get_by_role("button", name="Save and see it").click()
    expect(page.locator("main")).to_contain_text("Nothing keeps it from being published")
    stay_fresh(page)
    page.get_by_role("link", name="Publish it").click()
    page.get_by_label("Who adopted it").fill("the members’ meeting")
    page.get_by_label("As party secretary I authorise").check()
    seen(page, "publish")
    page.get_by_role("button", name="Publish it").click()
    expect(page.locator("main")).to_contain_text("31 March 2029")

    for _ in range(6):  # whichever web worker answers, and a browser that has not kept the page for its minute
        end = time.monotonic() + PATIENCE / 2  # each hears of it a moment later; by itself it would look after a minute
        while time.monotonic() < end:
            reader = visitor(script=False)
            reader.goto(party.url + "/policies/broadband-pricing")
            if "version 2" in reader.locator("main").inner_text():
                break
        assert "version 2" in reader.locator("main").inner_text()
    reader.get_by_role("link", name="What changed").click()
    expect(reader.locator("main")).to_contain_text("1 commitment changed, 0 added, 0 removed")
    expect(reader.locator("main")).to_contain_text("31 March 2029")
    page.goto(reader.url)
    seen(page, "compared")
    reader.get_by_role("link", name="Side by side").click()
    page.goto(reader.url)
    seen(page, "side")
    reader.get_by_role("link", name="Read version 1").click()
    expect(reader.locator("main")).not_to_contain_text("31 March 2029")
