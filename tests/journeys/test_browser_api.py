"""The party secretary gives a program a key and has another system told, in Chromium: the key is copied from the page, used
by a program, and revoked; the system hears of a supporter over a socket, and the page says so."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import PATIENCE, Party, Visitor, open_party
from tests.journeys.proofs import confirm
from tests.journeys.test_browser_join import sign_in
from tests.journeys.test_pages import faults, look
from tests.party.api.conftest import Receiver, receiver  # noqa: F401  its fixture

OLIVE, LIN = (f"{key}@people.example" for key in ("olive", "lin"))


@pytest.fixture(scope="module")
def party(browser: Browser) -> Iterator[Party]:
    """A party of its own: an officer’s code that another story has used works no second time."""
    with open_party() as site:
        yield site


def ask(party: Party, path: str, key: str) -> tuple[int, Any]:
    """As a program asks."""
    request = urllib.request.Request(party.url + "/api/v1" + path, headers={"Authorization": f"Bearer {key}"})
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


def read_at_both_widths(page: Page, name: str) -> None:
    """The page as it stands, narrow and wide, light and dark; not loaded again, since some are shown only once."""
    for width, scheme in ((360, "light"), (1440, "dark"), (360, "dark"), (1440, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        look(page, f"api-{name}-{width}-{scheme}")
        assert faults(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_a_key_is_given_used_and_revoked_and_a_system_is_told(party: Party, visitor: Visitor, receiver: Receiver) -> None:  # noqa: F811
    olive = visitor()
    sign_in(olive, party, OLIVE)
    olive.goto(party.url + "/org/keys/new")
    confirm(olive, party, OLIVE)
    olive.wait_for_url("**/org/keys/new")
    olive.get_by_role("button", name="Give the key").click()
    expect(olive.locator("#problem")).to_contain_text("Enter a few words")
    read_at_both_widths(olive, "slip")
    olive.get_by_label("What is the key for?").fill("The events calendar")
    olive.get_by_label("Read people: number").check()
    olive.get_by_label("Read names").check()
    olive.get_by_label("30 days").check()
    olive.get_by_role("button", name="Give the key").click()
    expect(olive.locator("h1")).to_have_text("Your new key")
    key = olive.locator("#key").inner_text()
    read_at_both_widths(olive, "key")

    status, said = ask(party, "/people?find=okonkwo", key)
    assert (status, said["people"][0]["name"]) == (200, "Grace Okonkwo-Hale")

    olive.goto(party.url + "/org/hooks/new")
    olive.get_by_label("Address").fill(receiver.url + "/from-the-party")
    olive.get_by_label("Somebody let us write to them").check()
    olive.get_by_role("button", name="Add it").click()
    expect(olive.locator("h1")).to_have_text("The secret of your webhook")
    assert olive.locator("#secret").inner_text().startswith("hooksec_")
    read_at_both_widths(olive, "secret")
    olive.get_by_role("link", name="I have copied it").click()
    olive.get_by_role("button", name="Send a test").click()
    wait_for(receiver, "test")

    lin = visitor(width=360)
    sign_in(lin, party, LIN)
    lin.get_by_role("button", name="Stop").first.click()
    wait_for(receiver, "consent.changed")
    assert set(receiver.said()[-1]) == {"id", "kind", "at", "person"}
    assert ask(party, f"/people/{receiver.said()[-1]['person']}", key)[1]["consents"] == []
    olive.reload()
    expect(olive.locator("#told")).to_contain_text("consent.changed")
    end = time.monotonic() + PATIENCE  # that it was taken is written down after it was heard
    while olive.locator("#told .success").count() < 2 and time.monotonic() < end:
        time.sleep(0.3)
        olive.reload()
    expect(olive.locator("#told .success")).to_have_count(2)
    read_at_both_widths(olive, "hook")

    olive.goto(party.url + "/org/hooks")
    read_at_both_widths(olive, "hooks")
    olive.goto(party.url + "/org/keys")
    read_at_both_widths(olive, "keys")
    olive.get_by_role("button", name="Revoke").click()
    expect(olive.locator("main")).to_contain_text("Revoked")
    assert ask(party, "/people", key)[0] == 401
    olive.goto(party.url + "/api")
    read_at_both_widths(olive, "about")


def wait_for(receiver: Receiver, kind: str) -> None:  # noqa: F811
    end = time.monotonic() + PATIENCE
    while kind not in receiver.kinds():
        assert time.monotonic() < end, receiver.kinds()
        time.sleep(0.1)
