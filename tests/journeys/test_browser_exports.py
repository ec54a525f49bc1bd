"""Files of people, in Chromium: an organizer takes the branch’s and reads it; the secretary’s file of the whole party waits for
the treasurer; and supporters lie in the bin."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PATIENCE, Party, Visitor, open_party
from tests.journeys.proofs import confirm
from tests.journeys.test_browser_join import sign_in
from tests.journeys.test_pages import faults, look

OLIVE, TAMA, WIREMU, GRACE = (f"{key}@people.example" for key in ("olive", "tama", "wiremu", "grace"))


@pytest.fixture(scope="module")
def party(browser: Browser) -> Iterator[Party]:
    """A party of its own: an officer’s code that another story has used works no second time."""
    with open_party() as site:
        yield site


def enter(page: Page, party: Party, email: str, path: str) -> None:
    sign_in(page, party, email)
    page.goto(party.url + path)
    confirm(page, party, email)
    page.wait_for_url(f"**{path}")


def take(page: Page, party: Party, email: str, to: Path) -> list[dict[str, str]]:
    """Wait for the file, take it, and read it as a spreadsheet would."""
    for _ in range(4 * PATIENCE):
        if page.get_by_role("link", name="Take the file").count():
            break
        page.wait_for_timeout(500)
        page.get_by_role("link", name="Look again").click()
    with page.expect_download() as came:
        page.get_by_role("link", name="Take the file").click()
    came.value.save_as(to)
    with to.open(encoding="utf-8-sig", newline="") as file:
        *rows, last = csv.DictReader(file)
    assert last["person"] == f"# rows: {len(rows)}"
    assert f"-{len(rows)}-rows-" in came.value.suggested_filename
    return rows


def look_at(page: Page, name: str) -> None:
    """At both ends of widths, light and dark; axe finds nothing, nothing runs off the side."""
    for width, scheme in ((360, "dark"), (1440, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        look(page, f"exports-{name}-{width}-{scheme}")
        assert faults(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_files_of_people_and_two_officers(party: Party, visitor: Visitor, tmp_path: Path) -> None:
    olive = visitor()
    enter(olive, party, OLIVE, "/org/offices")
    olive.get_by_role("link", name="Electorates of Māngere").click()
    if olive.locator("h1").inner_text() == "Confirm that it is you":
        confirm(olive, party, OLIVE)
    olive.get_by_label("Māngere", exact=True).check()
    olive.get_by_role("button", name="Keep it so").click()
    grace = visitor()
    sign_in(grace, party, GRACE)
    grace.get_by_text("Change or add").click()
    grace.get_by_label("Electorate").select_option("mangere")
    grace.get_by_role("button", name="Save").first.click()

    # The organizer: from the list, without script.
    tama = visitor(script=False)
    enter(tama, party, TAMA, "/org/people")
    tama.get_by_role("link", name="A file of these people").click()
    expect(tama.locator("main")).to_contain_text("One person would be in it: everybody in Māngere")
    tama.get_by_role("button", name="Ask for the file").click()
    expect(tama.locator("#problem")).to_contain_text("Choose what it is for")
    tama.get_by_label("To call people").check()
    tama.get_by_role("button", name="Ask for the file").click()
    (row,) = take(tama, party, TAMA, tmp_path / "branch.csv")
    assert (row["name"].strip(), row["email"], row["branch"]) == ("Grace Okonkwo-Hale", GRACE, "Māngere")
    grace.goto(party.url + "/me")
    seen = "Organizer of the branch Māngere: your record in a file of people, to call people"
    expect(grace.locator("#looks")).to_contain_text(seen)

    # The whole party: the secretary asks, the treasurer agrees.
    olive.goto(party.url + "/org/exports")
    expect(olive.locator("main")).to_contain_text("Another officer must agree")
    look_at(olive, "ask")
    olive.get_by_label("For an audit").check()
    olive.get_by_role("button", name="Ask for the file").click()
    expect(olive.locator("main")).to_contain_text("waits for a second officer")
    look_at(olive, "waits")
    wiremu = visitor()
    letter = party.letter_to(WIREMU, about="asks for something that one officer alone may not do")
    assert "everybody in the party, for an audit" in letter["text"]
    enter(wiremu, party, WIREMU, "/org/agreeing")
    expect(wiremu.locator("#waiting")).to_contain_text("Olive Tarawhiti (party secretary)")
    look_at(wiremu, "agreeing")
    wiremu.get_by_role("button", name="Agree").click()
    expect(wiremu.locator("main")).to_contain_text("You have agreed")
    party.letter_to(OLIVE, about="The file you asked for is written")
    olive.reload()
    rows = take(olive, party, OLIVE, tmp_path / "party.csv")
    assert len(rows) == 6
    look_at(olive, "ready")

    # Supporters: the bin.
    olive.goto(party.url + "/org/erasing?stands=supporter")
    expect(olive.locator("main")).to_contain_text("1 supporter would be erased")
    look_at(olive, "erase")
    olive.get_by_label("They were brought in by mistake").check()
    olive.get_by_label("Erase them: this is not taking them off a list").check()
    olive.get_by_role("button", name="Ask that they be erased").click()
    expect(olive.locator("#bin")).to_contain_text("waits for a second officer")
    wiremu.goto(party.url + "/org/agreeing")
    wiremu.get_by_role("button", name="Agree").click()
    expect(wiremu.locator("main")).to_contain_text("You have agreed")
    for _ in range(2 * PATIENCE):  # for the worker
        olive.reload()
        if "in the bin" in olive.locator("#bin").inner_text():
            break
        olive.wait_for_timeout(500)
    expect(olive.locator("#bin")).to_contain_text("in the bin")
    look_at(olive, "bin")
    olive.get_by_role("button", name="Take them back").click()
    expect(olive.locator("main")).to_contain_text("They are out of the bin")
