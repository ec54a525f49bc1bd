"""The party secretary has supporters erased, in Chromium: chooses some on the list of people, sees who they are, says why, and
asks another officer. The pages are looked at on the way, narrow and wide, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import Party, Visitor, open_party
from tests.journeys.proofs import confirm
from tests.journeys.test_browser_imports import OLIVE, looked_at
from tests.journeys.test_browser_join import sign_in


@pytest.fixture(scope="module")
def party(browser: Browser) -> Iterator[Party]:
    """A party of its own: an officer’s code that another story has used works no second time."""
    with open_party() as site:
        yield site


def test_some_supporters_are_chosen_and_asked_to_be_erased(party: Party, visitor: Visitor) -> None:
    olive = visitor()
    main = olive.locator("main")
    sign_in(olive, party, OLIVE)
    olive.goto(f"{party.url}/org/erasing")
    confirm(olive, party, OLIVE)
    expect(main).to_contain_text("To choose some: open the list of supporters")
    looked_at(olive, "erasing-none-chosen")
    olive.get_by_role("link", name="Choose some").click()
    olive.get_by_role("button", name="Show").click()
    looked_at(olive, "erasing-people")
    olive.get_by_role("link", name="Erase these supporters").click()
    expect(main).to_contain_text("would be erased")
    expect(main).to_contain_text("Lin Castellane")
    looked_at(olive, "erasing-chosen")
    olive.get_by_role("button", name="Ask that they be erased").click()
    expect(main).to_contain_text("Choose why: it is written down.")
    olive.get_by_label("They have not been heard of for long").check()
    olive.get_by_label("Erase them: this is not taking them off a list").check()
    olive.get_by_role("button", name="Ask that they be erased").click()
    expect(main).to_contain_text("Nothing is erased before another officer has agreed and 30 days have passed.")
    expect(main).to_contain_text("waits for a second officer")
    looked_at(olive, "erasing-bin")
