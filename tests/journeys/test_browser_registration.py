"""The party secretary prepares a registration, in Chromium: notes it, makes a pack in which one fails the check and the next
takes the place, prints it, and sends the annual declaration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PATIENCE, Party, Visitor, open_party
from tests.journeys.proofs import confirm, stay_fresh
from tests.journeys.test_browser_join import sign_in
from tests.journeys.test_pages import faults, look

OLIVE, AROHA = "olive@people.example", "aroha@people.example"
ROOT = "/org/registration"


@pytest.fixture(scope="module")
def party(browser: Browser) -> Iterator[Party]:
    """A party of its own: an officer’s code that another story has used works no second time."""
    with open_party() as site:
        yield site


def go(page: Page, party: Party, path: str) -> None:
    """To a page; where it asks who sits there, that is proven first."""
    page.goto(party.url + path)
    if page.locator("h1").inner_text() == "Confirm that it is you":
        confirm(page, party, OLIVE)
        page.wait_for_url(f"**{path}")


def test_a_pack_is_made_printed_and_the_declaration_sent(party: Party, visitor: Visitor) -> None:
    # Aroha says a date of birth by which she is too young to count: the roster cannot know, the pack does.
    aroha = visitor(width=360)
    sign_in(aroha, party, AROHA)
    aroha.goto(party.url + "/me")
    aroha.get_by_text("Change or add").click()
    aroha.get_by_label("Date of birth").fill(f"{party.today().year - 17}-01-01")
    aroha.get_by_role("button", name="Save").first.click()

    olive = visitor()
    sign_in(olive, party, OLIVE)
    go(olive, party, f"{ROOT}/registered")
    olive.get_by_label("The party was registered").check()
    olive.get_by_label("On", exact=True).fill("2020-03-01")
    olive.get_by_role("button", name="Note it").click()
    expect(olive.locator("#duties")).to_contain_text("fewer than 500 current financial members")
    expect(olive.locator("#freeze")).to_contain_text("the Commission")

    stay_fresh(olive)
    olive.get_by_role("link", name="Make a pack").click()
    olive.get_by_label("How many members").fill("3")
    olive.get_by_role("button", name="Choose and check them").click()
    expect(olive.locator("h1")).to_contain_text("Evidence for")
    expect(olive.locator("#members")).to_contain_text("Olive Tarawhiti")
    expect(olive.locator("#members")).not_to_contain_text("Aroha")
    expect(olive.locator("#others")).to_contain_text("Aroha Ngāpō-Whitfield")
    expect(olive.locator("#others")).to_contain_text("under 18")
    expect(olive.locator("main")).to_contain_text("3 pass")
    pack = olive.url.removeprefix(party.url)

    olive.get_by_role("button", name="Have a PDF made").click()
    for _ in range(2 * PATIENCE):
        go(olive, party, pack)
        if olive.get_by_role("link", name="PDF of 3 members").count():
            break
        olive.wait_for_timeout(1000)
    with olive.expect_download() as taken:
        olive.get_by_role("link", name="PDF of 3 members").click()
    assert taken.value.path().read_bytes().startswith(b"%PDF")

    go(olive, party, f"{pack}/print")
    assert olive.get_by_role("heading", name="What the member declared").count() == 3
    olive.emulate_media(media="print")
    look(olive, "registration-print")
    olive.emulate_media(media="screen")

    go(olive, party, f"{ROOT}/declaration/{party.today().year}")
    expect(olive.locator("main")).to_contain_text("fewer than 500")
    olive.get_by_label("It is signed, and went to the Electoral Commission").check()
    olive.get_by_role("button", name="Note that it was sent").click()
    expect(olive.locator("#duties")).to_contain_text(f"Declaration of {party.today().year}")

    aroha.goto(party.url + "/me")
    expect(aroha.locator("#looks")).to_contain_text("your evidence of membership, checked for the Electoral Commission")

    for width, scheme in ((360, "light"), (1440, "light"), (360, "dark"), (1440, "dark")):
        olive.set_viewport_size({"width": width, "height": 900})
        olive.emulate_media(color_scheme=scheme)
        for name, path in (
            ("overview", ROOT), ("new", f"{ROOT}/packs/new"), ("pack", pack), ("notice", f"{ROOT}/notice"),
            ("registered", f"{ROOT}/registered"),
        ):  # fmt: skip
            go(olive, party, path)
            look(olive, f"registration-{name}-{width}-{scheme}")
            assert faults(olive) == [], path
            assert olive.evaluate("document.documentElement.scrollWidth") <= width, path
