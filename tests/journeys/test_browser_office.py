"""An officer’s first day, in Chromium: signed in by letter, a second step set up, the offices open; and the way back in."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from pyotp import TOTP

from tests.journeys.conftest import Party, Visitor
from tests.journeys.proofs import confirm
from tests.journeys.test_browser_join import sign_in
from tests.journeys.test_pages import faults, look

OLIVE, AROHA = "olive@people.example", "aroha@people.example"


def test_a_reader_is_appointed_sets_up_an_app_and_reads(party: Party, visitor: Visitor) -> None:
    olive = visitor()
    sign_in(olive, party, OLIVE)
    olive.goto(party.url + "/org/offices/appoint")
    expect(olive.locator("h1")).to_have_text("Confirm that it is you")
    confirm(olive, party, OLIVE)
    olive.wait_for_url("**/org/offices/appoint")
    olive.get_by_label("Their email address").fill(AROHA)
    olive.get_by_label("Reader").check()
    olive.get_by_role("button", name="Give it").click()
    expect(olive.locator("main")).to_contain_text("Aroha Ngāpō-Whitfield")

    for width, scheme in ((360, "light"), (1440, "dark"), (360, "dark"), (1440, "light")):
        olive.set_viewport_size({"width": width, "height": 900})
        olive.emulate_media(color_scheme=scheme)
        for path in ("/org/offices", "/org/offices/appoint", "/org/offices/branch"):
            olive.goto(party.url + path)
            look(olive, f"{path.strip('/').replace('/', '-')}-{width}-{scheme}")
            assert faults(olive) == [], path
            assert olive.evaluate("document.documentElement.scrollWidth") <= width, path

    letter = party.letter_to(AROHA, about="you are reader")
    aroha = visitor(width=360)
    sign_in(aroha, party, AROHA)
    aroha.goto(party.url + "/org/offices")
    expect(aroha.locator("h1")).to_have_text("Set up a second step")
    aroha.get_by_role("button", name="Add an authenticator app").click()
    aroha.get_by_text("No camera?").click()
    secret = aroha.locator("code.secret").inner_text().replace(" ", "")
    look(aroha, "authenticator-360-light")
    assert faults(aroha) == []
    aroha.get_by_label("Code from your authenticator app").fill(TOTP(secret).now())
    aroha.get_by_role("button", name="Add it").click()
    aroha.wait_for_url("**/org/offices")
    expect(aroha.locator("main")).to_contain_text("You are reader.")
    assert "/org/offices" in letter["text"]


FACES = {(360, False): "tama", (360, True): "wiremu", (1440, False): "wiremu", (1440, True): "tama"}


@pytest.mark.parametrize(("width", "dark"), FACES)
def test_the_officers_pages_are_readable(party: Party, visitor: Visitor, width: int, dark: bool) -> None:
    email = f"{FACES[width, dark]}@people.example"
    page = visitor(width=width, dark=dark)
    sign_in(page, party, email)
    for path, name in (("/org/offices", "confirm"), ("/me", "me-officer")):
        page.goto(party.url + path)
        look(page, f"{name}-{width}-{'dark' if dark else 'light'}")
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
