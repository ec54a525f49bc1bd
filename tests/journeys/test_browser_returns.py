"""A secretary files the year’s return, in Chromium: figures, the rows behind one, the press that files, the paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.ground.embedded import Embedded
from app.ground.seal import Seal
from app.ground.settings import read
from bench import many_donations
from tests.journeys.conftest import Party, Visitor, open_party
from tests.journeys.proofs import confirm, stay_fresh
from tests.journeys.test_browser_join import sign_in
from tests.journeys.test_pages import faults, look

OLIVE = "olive@people.example"


@pytest.fixture(scope="module")
def party(browser: Browser) -> Iterator[Party]:
    """A party of its own: last year’s donations would stand in everybody else’s way."""
    with open_party() as site:
        yield site


def seen(page: Page, name: str) -> None:
    """Narrow and wide, light and dark: nothing runs off the side, and axe finds nothing."""
    for width, scheme in ((360, "light"), (360, "dark"), (1440, "light"), (1440, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        look(page, f"returns-{name}-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        assert faults(page) == [], (name, width, scheme)


def test_a_secretary_files_the_years_return(party: Party, visitor: Visitor, tmp_path: Path) -> None:
    year = party.today().year - 1
    settings = read({"INSTANCE": str(party.instance), "PATH": party.env["PATH"]})
    url = Embedded(party.instance).url(user="hustings_app")
    many_donations.fill(80, year, seal=Seal(settings.seal_keys, index_key=settings.index_key), url=url)

    page = visitor()
    sign_in(page, party, OLIVE)
    page.goto(party.url + "/org/returns")
    confirm(page, party, OLIVE)
    page.wait_for_url("**/org/returns")
    seen(page, "years")
    page.get_by_role("link", name=f"Open {year}").click()
    expect(page.locator("main")).to_contain_text("It adds up")
    seen(page, "year")
    page.get_by_role("link", name=re.compile("^A\\. ")).click()
    expect(page.locator("main")).to_contain_text("together")
    page.get_by_role("button", name="Show the names").click()
    expect(page.locator("main strong").first).to_be_visible()
    seen(page, "part")
    page.get_by_role("link", name=f"Back to {year}").click()

    stay_fresh(page)
    page.get_by_role("link", name="File the donations return").click()
    seen(page, "file")
    page.get_by_role("button", name="File it").click()
    expect(page.locator("main")).to_contain_text("It is filed")
    seen(page, "filed")
    page.get_by_role("link", name="Make it again and compare").click()
    expect(page.locator("main")).to_contain_text("The same hash")
    seen(page, "again")
    with page.expect_download() as download:
        page.get_by_role("link", name="The return as PDF").click()
    download.value.save_as(tmp_path / "return.pdf")
    assert (tmp_path / "return.pdf").read_bytes().startswith(b"%PDF")

    page.get_by_role("link", name=f"Back to {year}").click()
    stay_fresh(page)
    page.get_by_role("link", name="Amend the donations return").click()
    page.get_by_label("Why it is amended").fill("Something was forgotten.")
    page.get_by_role("button", name="Amend it").click()
    expect(page.get_by_role("alert")).to_contain_text("There is nothing to amend")
    seen(page, "nothing-to-amend")
    page.goto(f"{party.url}/org/returns/{year}/file/loans")
    page.get_by_role("button", name="File it").click()
    expect(page.locator("main")).to_contain_text("It is filed")
