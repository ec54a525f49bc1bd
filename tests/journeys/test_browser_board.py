"""The desk’s one screen, in Chromium: a number leads to the people behind it, and a picture has its numbers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Party, Visitor, open_party
from tests.journeys.test_browser_people import enter
from tests.journeys.test_pages import faults, look

OLIVE = "olive@people.example"


@pytest.fixture(scope="module")
def party(browser: Browser) -> Iterator[Party]:
    with open_party() as site:
        seed = [sys.executable, "-m", "flask", "seed", "--people", "700"]
        subprocess.run(seed, env=site.env, check=True, capture_output=True, timeout=600)
        yield site


def test_the_secretary_reads_what_needs_doing_and_follows_a_number_to_its_people(party: Party, visitor: Visitor) -> None:
    page = visitor(width=1440)
    enter(page, party, OLIVE, "/org")
    assert faults(page) == []
    look(page, "org-1440")
    page.get_by_text("The numbers").first.click()
    expect(page.get_by_role("table").first).to_be_visible()
    assert faults(page) == []
    tile = page.get_by_role("link", name="Behind with dues")
    number = tile.locator("b").inner_text()
    tile.click()
    expect(page.locator("#list h2")).to_contain_text(number)

    for width, dark in ((360, False), (360, True), (1440, True)):
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(party.url + "/org")
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        look(page, f"org-{width}-{'dark' if dark else 'light'}")
