"""An organizer finds people, in Chromium: the secretary gives the branch its electorate, a member says where they live, and the
organizer finds them with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Party, Visitor, open_party
from tests.journeys.proofs import code_at_dev_people, confirm
from tests.journeys.test_browser_join import sign_in
from tests.journeys.test_pages import faults, look

# How many lines each date of the list takes.
DAYS = r"""[...document.querySelectorAll('.roster td')].flatMap(cell => {
  const text = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), days = []
  for (let node; (node = text.nextNode());) for (const day of node.data.matchAll(/\d+ [A-Z][a-z]+ \d{4}/g)) {
    const range = document.createRange()
    range.setStart(node, day.index); range.setEnd(node, day.index + day[0].length)
    days.push({day: day[0], lines: new Set([...range.getClientRects()].map(box => box.top)).size})
  }
  return days
})"""

OLIVE, TAMA, GRACE = (f"{key}@people.example" for key in ("olive", "tama", "grace"))


@pytest.fixture(scope="module")
def party(browser: Browser) -> Iterator[Party]:
    """A party of its own: an officer’s code that another story has used works no second time."""
    with open_party() as site:
        yield site


def enter(page: Page, party: Party, email: str, path: str) -> None:
    sign_in(page, party, email)
    page.goto(party.url + path)
    confirm(page, party, email)
    while (
        page.locator("h1").inner_text() == "Confirm that it is you"
    ):  # another story has used this code: the next one is due soon
        page.wait_for_timeout(10_000)
        confirm(page, party, email)
    page.wait_for_url(lambda url: url.endswith(path) and "/confirm" not in url)


def test_an_organizer_finds_a_member_of_the_branch_with_the_keyboard(party: Party, visitor: Visitor) -> None:
    olive = visitor()
    enter(olive, party, OLIVE, "/org/offices")
    olive.get_by_role("link", name="Electorates of Māngere").click()
    if olive.locator("h1").inner_text() == "Confirm that it is you":
        confirm(olive, party, OLIVE)
    olive.get_by_label("Māngere", exact=True).check()
    olive.get_by_role("button", name="Keep it so").click()
    expect(olive.locator("main")).to_contain_text("Māngere")

    grace = visitor(width=360)
    sign_in(grace, party, GRACE)
    grace.goto(party.url + "/me")
    grace.get_by_text("Change or add").click()
    grace.get_by_label("Electorate").select_option("mangere")
    grace.get_by_role("button", name="Save").first.click()

    tama = visitor(script=False)
    enter(tama, party, TAMA, "/org/people")
    expect(tama.locator("#list h2")).to_have_text("1 person")
    tama.get_by_label("Find").focus()
    tama.keyboard.type("okonkwo hale")
    tama.keyboard.press("Enter")
    expect(tama.locator("#list h2")).to_have_text("1 found")
    tama.get_by_role("link", name="Grace Okonkwo-Hale").focus()
    tama.keyboard.press("Enter")
    expect(tama.locator("h1")).to_have_text("Grace Okonkwo-Hale")
    assert GRACE not in tama.content()
    tama.get_by_label("To call or write to them").focus()
    tama.keyboard.press("Space")
    tama.keyboard.press("Enter")
    expect(tama.locator("#details")).to_contain_text(GRACE)
    assert "Aroha" not in tama.content()

    grace.goto(party.url + "/me")
    expect(grace.locator("#looks")).to_contain_text("Organizer of the branch Māngere: your details")
    expect(grace.locator("#looks")).to_contain_text("Organizer of the branch Māngere: your name among people found")


def test_the_pages_of_people_are_readable(party: Party, visitor: Visitor) -> None:
    olive = visitor()
    enter(olive, party, OLIVE, "/org/people")
    assert code_at_dev_people(party, OLIVE)
    for width, scheme in ((360, "light"), (1440, "dark"), (360, "dark"), (1440, "light")):
        olive.set_viewport_size({"width": width, "height": 900})
        olive.emulate_media(color_scheme=scheme)
        for name, path in (
            ("people", "/org/people"), ("filtered", "/org/people?stands=behind&branch=none"), ("found", "/org/people?find=ar"),
            ("nobody", "/org/people?find=zz"), ("slip", "/org/people?find=x"),
        ):  # fmt: skip
            olive.goto(party.url + path)
            look(olive, f"people-{name}-{width}-{scheme}")
            assert faults(olive) == [], path
            assert olive.evaluate("document.documentElement.scrollWidth") <= width, path
            assert [day for day in olive.evaluate(DAYS) if day["lines"] != 1] == [], path
        olive.goto(party.url + "/org/people?find=grace")
        olive.get_by_role("link", name="Grace Okonkwo-Hale").click()
        look(olive, f"people-one-{width}-{scheme}")
        assert faults(olive) == []
        assert olive.evaluate("document.documentElement.scrollWidth") <= width
