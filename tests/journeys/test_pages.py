"""Every page as people meet it: readable by everybody, light, quiet, and nobody else's business."""

from __future__ import annotations

import gzip
import urllib.request
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.conftest import SHOTS, Party, Visitor
from tests.journeys.test_browser_join import sign_in

PUBLIC = ("/", "/policies", "/policies/broadband-pricing", "/policies/data-caps", "/privacy", "/law")
FORMS = ("/law/try", "/join", "/support", "/sign-in", "/sign-in/sent", "/support/sent", "/join/saved", "/nothing-here")
HEAVY = {"/law": 64_000}  # every rule there is, once; a tenth of it on the wire
EVIDENCE = (
    "/charts", "/charts/cap-share", "/charts/cap-share/table", "/tools", "/tools/cap-cost", "/tools/time-to-cap?cap=30&speed=x",
    "/tools/time-to-cap?cap=30&speed=100", "/tools/price-elsewhere",
    "/sources", "/corrections", "/data/broadband", "/data/broadband/share_uncapped",
)  # fmt: skip
REO = ("/mi/", "/mi/policies", "/mi/policies/data-caps", "/mi/tools/cap-cost", "/mi/join", "/mi/nothing-here")
DEMO = ("/dev/clock", "/dev/mailbox", "/dev/parts", "/dev/people")
MEMBERS = ("/me", "/me/leave")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def faults(page: Page) -> list[str]:
    """What axe finds, a line each."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}}).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


def look(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True, timeout=60_000)  # long pages on a busy machine


def slug(path: str) -> str:
    return path.partition("?")[0].strip("/").replace("/", "-") or "home"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_and_nothing_runs_off_the_side(party: Party, visitor: Visitor, width: int, dark: bool) -> None:
    page = visitor(width=width, dark=dark)
    sign_in(page, party, "aroha@people.example")
    for path in (*PUBLIC, *REO, *EVIDENCE, *FORMS, *DEMO, *MEMBERS):
        page.goto(party.url + path)
        look(page, f"{slug(path)}-{width}-{'dark' if dark else 'light'}")
        assert faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_forms_with_errors_are_as_readable(party: Party, visitor: Visitor) -> None:
    page = visitor(width=360)
    for path in ("/join", "/support", "/sign-in"):
        page.goto(party.url + path)
        page.locator("main form button:not([type=button])").first.click()
        page.wait_for_selector("[role=alert]")
        look(page, f"{slug(path)}-errors-360")
        assert page.title().startswith("Error: "), path
        assert faults(page) == [], path


def test_nothing_runs_off_the_narrowest_screen(party: Party, visitor: Visitor) -> None:
    page = visitor(width=320)
    for path in (*PUBLIC, *REO, *EVIDENCE, *FORMS, *DEMO):
        page.goto(party.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_the_checkout_of_the_simulator_is_readable_too(party: Party, visitor: Visitor) -> None:
    from tests.journeys.test_browser_join import fill_in

    page = visitor(width=360)
    fill_in(page, party.url, name="Nikau Ashdown", email="nikau@people.example", address="2 Tī Kōuka Way, Levin 5510")
    page.get_by_role("button", name="Continue to payment").click()
    page.wait_for_url(party.simulator + "/**")
    look(page, "simulator-checkout-360")
    assert faults(page) == []


def test_pages_are_light_and_public_ones_set_no_cookie(party: Party) -> None:
    sheets = set()
    for path in (*PUBLIC, "/join", "/support", "/sign-in"):
        with urllib.request.urlopen(party.url + path) as answer:
            body = answer.read()
            if path in PUBLIC:
                assert answer.headers["Set-Cookie"] is None, path
                assert answer.headers["Cache-Control"].startswith("public"), path
            else:
                assert answer.headers["Cache-Control"] == "no-store", path
        most, size = HEAVY.get(path, 30_000), len(gzip.compress(body) if path.startswith("/policies/") else body)
        assert size <= most, f"{path} is {size} bytes"
        sheets |= {part.split('"')[0] for part in body.decode().split('rel="stylesheet" href="')[1:]}
    assert len(sheets) == 1
    with urllib.request.urlopen(party.url + sheets.pop()) as answer:
        assert len(gzip.compress(answer.read())) <= 14_000


def test_pages_of_the_evidence_are_light_when_compressed(party: Party) -> None:
    for path in EVIDENCE:
        if "?" not in path:
            with urllib.request.urlopen(party.url + path) as answer:
                assert len(gzip.compress(answer.read())) <= 30_000, path
                assert answer.headers["Set-Cookie"] is None, path
                assert answer.headers["Cache-Control"].startswith("public"), path


def test_a_calculator_is_tried_with_the_keyboard_and_its_result_is_a_link(party: Party, visitor: Visitor) -> None:
    page = visitor(width=360)
    page.goto(party.url + "/tools")
    page.get_by_role("link", name="What does the cap cost?").click()
    page.get_by_label("What you use").fill("1,5")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert page.title().startswith("Error: ")
    assert page.get_by_label("What you use").input_value() == "1,5"
    page.get_by_label("What you use").fill("90")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=status]")
    assert page.get_by_role("status").get_by_text("$195.00").first.is_visible()
    link = page.url.removesuffix("#result")
    assert page.get_by_label("Link to copy").input_value() == link
    letter = page.get_by_role("link", name="Send it by email").get_attribute("href") or ""
    assert unquote(letter).endswith(link)
    assert page.context.cookies() == []
