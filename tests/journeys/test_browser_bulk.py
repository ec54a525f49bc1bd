"""An organizer cares for people, in Chromium and with the keyboard alone: filters the list, keeps it as a segment, makes a
segment of segments, tags all who are in it after looking, and takes it back."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import PATIENCE, Party, Visitor, open_party
from tests.journeys.test_browser_people import OLIVE, enter
from tests.journeys.test_pages import faults, look


@pytest.fixture(scope="module")
def party(browser: Browser) -> Iterator[Party]:
    """A party of its own: an officer’s code that another story has used works no second time."""
    with open_party() as site:
        yield site


def reach(page: Page, there: Locator, *, most: int = 90) -> None:
    """Tab to where one wants to be, as who has no mouse does."""
    for _ in range(most):
        if there.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not get to {there}")


def go(page: Page, there: Locator) -> None:
    reach(page, there)
    page.keyboard.press("Enter")


def choose(page: Page, label: str, value: str) -> None:
    """In a list of choices: type what one wants."""
    reach(page, page.get_by_label(label, exact=True))
    page.keyboard.type(value)


def test_filter_keep_nest_tag_and_take_back_with_the_keyboard(party: Party, visitor: Visitor) -> None:
    olive = visitor(script=False)
    enter(olive, party, OLIVE, "/org/people/tags")
    reach(olive, olive.get_by_label("Name"))
    olive.keyboard.type("Lift to Napier")
    olive.keyboard.press("Enter")
    expect(olive.locator("#list")).to_contain_text("Lift to Napier")

    for filter_, value, name in (("Standing", "In good", "In good standing"), ("Holds an office", "Any", "Officers")):
        olive.goto(party.url + "/org/people")
        reach(olive, olive.locator("summary").filter(has_text="Filters"))
        olive.keyboard.press("Enter")
        choose(olive, filter_, value)
        olive.keyboard.press("Enter")
        go(olive, olive.get_by_role("button", name="Show", exact=True))
        go(olive, olive.get_by_role("link", name="Keep as a segment"))
        reach(olive, olive.get_by_label("Name"))
        olive.keyboard.type(name)
        olive.keyboard.press("Enter")
        expect(olive.locator("h1")).to_have_text(name)

    go(olive, olive.get_by_role("link", name="All segments"))
    go(olive, olive.get_by_role("link", name="In good standing"))
    reach(olive, olive.get_by_label("Who is also in"))
    olive.keyboard.press("ArrowDown")
    olive.keyboard.press("ArrowDown")
    expect(olive.get_by_label("Who is not in")).to_be_checked()
    choose(olive, "Segment", "Officers")
    go(olive, olive.get_by_role("button", name="Add this part"))
    expect(olive.locator("#parts")).to_contain_text("Who is not in: Segment: Officers")
    said = re.search(r"(\d+) (?:person|people) now", olive.locator("main").inner_text())
    assert said
    count = int(said[1])
    go(olive, olive.get_by_role("link", name="Open the list"))
    go(olive, olive.get_by_role("link", name="Tag these, or set a task"))
    reach(olive, olive.get_by_label("Give them a tag"))
    olive.keyboard.press("Space")
    choose(olive, "Tag", "Lift")
    go(olive, olive.get_by_role("button", name="Look at it first"))
    expect(olive.locator("main")).to_contain_text("Among them: Aroha Ngāpō-Whitfield")
    go(olive, olive.get_by_role("button", name=re.compile("Do it for")))
    until(olive, "Done")
    expect(olive.locator("main")).to_contain_text(f"{count} of {count}")
    go(olive, olive.get_by_role("button", name="Take it back"))
    until(olive, "Taken back")
    olive.goto(party.url + "/org/people/tags")
    expect(olive.locator("#list")).to_contain_text("0 people")


def until(page: Page, state: str) -> None:
    """Look again until the worker has got so far."""
    end = time.monotonic() + 2 * PATIENCE
    while not re.search(rf"State\s+{state}\b", page.locator("main").inner_text()):
        assert time.monotonic() < end, page.locator("main").inner_text()
        time.sleep(0.5)
        page.goto(page.url)


def test_the_pages_of_what_is_kept_are_readable(party: Party, visitor: Visitor) -> None:
    olive = visitor()
    enter(olive, party, OLIVE, "/org/people")
    olive.goto(party.url + "/org/people?find=grace")
    olive.get_by_role("link", name="Grace Okonkwo-Hale").click()
    one = olive.url
    olive.get_by_label("Tag", exact=True).select_option("Lift to Napier")
    olive.get_by_role("button", name="Give the tag").click()
    olive.get_by_text("Add a note").click()
    olive.get_by_label("A call").check()
    olive.get_by_label("What is to be known").fill("Would host a meeting\nin the garage")
    olive.get_by_role("button", name="Keep the note").click()
    olive.get_by_text("Set a task", exact=True).click()
    olive.get_by_label("What is to be done").fill("Call about the lift to Napier")
    olive.get_by_role("button", name="Set the task").click()
    expect(olive.locator("#tasks")).to_contain_text("A task, sealed")
    segment = olive.evaluate("fetch('/org/people/segments').then(r => r.text())")
    segment = re.search(r"/org/people/segments/[0-9a-f-]{36}", segment)[0]
    act = olive.evaluate("fetch('/org/people/bulk/acts').then(r => r.text())")
    act = re.search(r"/org/people/bulk/[0-9a-f-]{36}", act)[0]
    for width, scheme in ((360, "light"), (1440, "dark"), (360, "dark"), (1440, "light")):
        olive.set_viewport_size({"width": width, "height": 900})
        olive.emulate_media(color_scheme=scheme)
        for name, path in (
            ("people", "/org/people?stands=good"), ("tags", "/org/people/tags"), ("segments", "/org/people/segments"),
            ("segment", segment), ("keep", "/org/people/segments/new?stands=good"), ("tasks", "/org/people/tasks"),
            ("many", "/org/people/bulk?stands=good"), ("acts", "/org/people/bulk/acts"), ("act", act),
        ):  # fmt: skip
            olive.goto(party.url + path)
            look(olive, f"care-{name}-{width}-{scheme}")
            assert faults(olive) == [], path
            assert olive.evaluate("document.documentElement.scrollWidth") <= width, path
        olive.goto(one)
        olive.get_by_role("button", name="Show what they say").click()
        expect(olive.locator("#notes")).to_contain_text("in the garage")
        expect(olive.locator("#tasks")).to_contain_text("Call about the lift to Napier")
        look(olive, f"care-one-{width}-{scheme}")
        assert faults(olive) == []
        assert olive.evaluate("document.documentElement.scrollWidth") <= width
