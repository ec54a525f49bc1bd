"""A letter to many, in Chromium: the secretary writes to a segment, looks at it, tries it out, sends it, watches, stops it and
lets it go on; a member stops such letters in one press."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PATIENCE, Party, Visitor, open_party
from tests.journeys.proofs import confirm
from tests.journeys.test_browser_join import sign_in
from tests.journeys.test_pages import faults, look
from tests.walk import links

OLIVE, LIN = "olive@people.example", "lin@people.example"


@pytest.fixture(scope="module")
def party(browser: Browser) -> Iterator[Party]:
    """A party of its own, with enough people that a letter takes more than a minute."""
    with open_party() as site:
        seed = [sys.executable, "-m", "flask", "seed", "--people", "400"]
        done = subprocess.run(seed, env={**os.environ, **site.env}, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stderr[-2000:]
        yield site


def enter(page: Page, party: Party, email: str, path: str) -> None:
    sign_in(page, party, email)
    page.goto(party.url + path)
    confirm(page, party, email)
    page.wait_for_url(f"**{path}")


def sent(page: Page) -> int:
    return int(page.locator("#progress .big b").inner_text().replace(",", ""))


def wait_until(page: Page, least: int, seconds: int = 2 * PATIENCE) -> None:
    for _ in range(seconds * 2):
        page.get_by_role("link", name="Look again").click()
        if sent(page) >= least:
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{sent(page)} sent, not {least}: {page.locator('main').inner_text()}")


def test_the_secretary_writes_to_a_segment_and_a_member_stops_such_letters(party: Party, visitor: Visitor) -> None:
    olive = visitor()
    enter(olive, party, OLIVE, "/org/mailings")
    olive.get_by_role("link", name="Who lets us write with news").click()
    olive.get_by_label("News and campaign").check()
    olive.get_by_label("Subject").fill("Friday, {name}")
    olive.get_by_label("Text").fill("Kia ora {nick},\n\nwe meet on **Friday**.")
    olive.get_by_role("button", name="Keep the draft").click()
    expect(olive.locator("#problem")).to_contain_text("There is no field {nick}. You can use {name}")
    olive.get_by_label("Text").fill("Kia ora {name},\n\nwe meet on **Friday**.\n\n- bring {number}\n- [pay]({dues_link})")
    olive.get_by_role("button", name="Keep the draft").click()
    expect(olive.locator("h1")).to_have_text("Friday, {name}")

    olive.get_by_role("link", name="See it as one of them reads it").click()
    expect(olive.locator("main")).to_contain_text("To stop these letters, press once here")
    olive.get_by_role("link", name="As a mail program shows it").click()
    expect(olive.locator("strong")).to_have_text("Friday")
    olive.go_back()
    olive.get_by_role("link", name="Back").first.click()
    olive.get_by_role("button", name="Send me a test").click()
    expect(olive.locator("main")).to_contain_text("A test is on its way to you")
    assert party.letter_to(OLIVE, about="Kia ora Olive Tarawhiti")["subject"] == "Test: Friday, Olive Tarawhiti"

    olive.get_by_role("link", name="See to how many it goes").click()
    if olive.locator("h1").inner_text() == "Confirm that it is you":
        confirm(olive, party, OLIVE)
    many = int(re.findall(r"Send it to (\d+) people\?", olive.locator("h1").inner_text())[0])
    assert many > 60
    olive.get_by_label("Letters a minute").select_option("60")
    look(olive, "mailing-confirm")
    assert faults(olive) == []
    olive.get_by_role("button", name=f"Send it to {many} people").click()
    wait_until(olive, 5)
    olive.get_by_role("button", name="Stop it now").click()
    expect(olive.locator("main")).to_contain_text("An officer stopped it.")
    assert 5 <= sent(olive) < 60, "a letter a second"
    look(olive, "mailing-stopped")
    assert faults(olive) == []
    olive.get_by_label("Letters a minute").select_option("6000")
    olive.get_by_role("button", name="Go on").click()
    if olive.locator("h1").inner_text() == "Confirm that it is you":
        confirm(olive, party, OLIVE)
        olive.get_by_label("Letters a minute").select_option("6000")
        olive.get_by_role("button", name="Go on").click()
    for _ in range(4 * PATIENCE):
        olive.reload()
        if olive.get_by_text("Sent", exact=True).count():
            break
        olive.wait_for_timeout(500)
    assert sent(olive) == many

    letter = next(one for one in party.get("/dev/mailbox.json") if one["subject"].startswith("Friday") and one["to"] == LIN)
    lin = visitor(width=360)
    lin.goto(party.url + links(letter["text"], "/stop/")[0])
    look(lin, "mailing-stop")
    assert faults(lin) == []
    lin.get_by_role("button", name="Stop the news").click()
    expect(lin.locator("h1")).to_have_text("Our news by email is stopped")
    olive.reload()
    expect(olive.locator("#report")).to_contain_text("Said no to news by its link1")


def test_the_pages_of_letters_are_readable(party: Party, visitor: Visitor) -> None:
    olive = visitor()
    enter(olive, party, OLIVE, "/org/mailings")
    one = olive.locator("#list a").first.get_attribute("href")
    for width, scheme in ((360, "light"), (1440, "dark"), (360, "dark"), (1440, "light")):
        olive.set_viewport_size({"width": width, "height": 900})
        olive.emulate_media(color_scheme=scheme)
        for name, path in (("list", "/org/mailings"), ("new", "/org/mailings/new?stands=behind"), ("sent", one),
                           ("preview", f"{one}/preview")):  # fmt: skip
            olive.goto(party.url + path)
            look(olive, f"mailing-{name}-{width}-{scheme}")
            assert faults(olive) == [], path
            assert olive.evaluate("document.documentElement.scrollWidth") <= width, path
