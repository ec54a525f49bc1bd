"""The party secretary brings people in, in Chromium: a faulty list, its columns, the check, a likely duplicate, the import,
the report, and taking all of it back. Each page is looked at on the way, narrow and wide, light and dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Party, Visitor, open_party
from tests.journeys.proofs import confirm
from tests.journeys.test_browser_join import sign_in
from tests.journeys.test_pages import faults, look

OLIVE = "olive@people.example"
LIST = """Full name;Mobile;Mail;Home address;DOB;Newsletter;Membership status;Tags
Ada Tūhoro;021 555 0199;ada@people.example;12 Rimu Street, Whangārei 0110;9/03/1988;yes;Current;Drives, Knocks on doors
Ben Kīngi;;ben@people.example;;;no;Lapsed;
Aroha Ngapo-Whitfield;;aroha.w@elsewhere.example;14 KOWHAI TERRACE, Te Awamutu 3800;9/3/1988;;Current;
Grace Okonkwo-Hale;021 555 0177;grace@people.example;;;;Current;drives
Cy Doe;12;cy@people.example;;31/02/1988;;;
;;di@;;;;;
"""
WAIT = 180_000  # for the worker, on a busy machine


@pytest.fixture(scope="module")
def party(browser: Browser) -> Iterator[Party]:
    """A party of its own: an officer’s code that another story has used works no second time."""
    with open_party() as site:
        yield site


def press(page: Page, party: Party, name: str, *ticks: str) -> None:
    """Press the button of a dangerous act. Where it asks to confirm again first, what was ticked is ticked once more."""
    for _ in range(2):
        for tick in ticks:
            page.get_by_label(tick, exact=True).check()
        page.get_by_role("button", name=name).click()
        if page.locator("h1").inner_text() != "Confirm that it is you":
            return
        confirm(page, party, OLIVE)


def looked_at(page: Page, name: str) -> None:
    for width, scheme in ((360, "light"), (1440, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        look(page, f"imports-{name}-{width}-{scheme}")
        assert faults(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_a_list_is_brought_in_and_taken_back(party: Party, visitor: Visitor) -> None:
    olive = visitor()
    main = olive.locator("main")
    sign_in(olive, party, OLIVE)
    olive.goto(f"{party.url}/org/import")
    confirm(olive, party, OLIVE)
    looked_at(olive, "files")
    olive.get_by_label("List of people, as CSV or XLSX").set_input_files(
        {"name": "members.csv", "mimeType": "text/csv", "buffer": LIST.encode()}
    )
    olive.get_by_role("button", name="See what its columns are").click()
    expect(olive.locator("h1")).to_have_text("What the columns are")
    expect(olive.get_by_label("Mail", exact=True)).to_have_value("email")
    expect(olive.get_by_label("Membership status")).to_have_value("")
    expect(main).to_contain_text("A membership needs a signed application")
    expect(olive.get_by_label("Tags", exact=True)).to_have_value("tags")
    olive.get_by_label("Newsletter").select_option("opt_in")
    olive.get_by_label("I can show, for each of them, that they let this party write to them").check()
    expect(olive.get_by_label("Dates such as 3/04/1990")).to_have_value("")
    looked_at(olive, "columns")
    olive.get_by_role("button", name="Check every row").click()
    expect(main).to_contain_text("3 rows good, 2 to fix, 1 likely somebody we know", timeout=WAIT)
    expect(main).to_contain_text("Drives (2), Knocks on doors (1)")
    expect(main).to_contain_text("2 of these tags would be new")
    at = olive.url
    looked_at(olive, "checked")

    olive.get_by_role("link", name="To fix", exact=True).click()
    expect(main).to_contain_text("Line 6")
    expect(main).to_contain_text("There is no day “31/02/1988”")
    looked_at(olive, "to-fix")
    olive.goto(at)
    with olive.expect_download() as taken:
        olive.get_by_role("link", name="Take the rows to fix as a CSV file").click()
    assert "di@" in taken.value.path().read_text()

    olive.get_by_role("link", name="Decide who they are").click()
    expect(main).to_contain_text("Aroha Ngāpō-Whitfield: the name agrees, and date of birth, address.")
    looked_at(olive, "twins")
    olive.get_by_role("button", name="This is Aroha Ngāpō-Whitfield").click()
    expect(main).to_contain_text("There are none")
    olive.goto(at)
    olive.get_by_role("link", name="People we know, something differs").click()
    looked_at(olive, "changed")
    olive.goto(at)
    press(olive, party, "Import this list", "Phone")
    expect(main).to_contain_text("People added: 2. People changed: 1.", timeout=WAIT)
    looked_at(olive, "done")

    olive.goto(f"{party.url}/org/people?find=tuhoro")
    olive.get_by_role("link", name="Ada Tūhoro").click()
    expect(main).to_contain_text("Knocks on doors")
    olive.goto(at)
    press(olive, party, "Undo this import")
    expect(main).to_contain_text("Erased again", timeout=WAIT)
    expect(main).to_contain_text("Put back as it was")
    looked_at(olive, "undone")
    olive.goto(f"{party.url}/org/people?find=tuhoro")
    expect(olive.get_by_role("link", name="Ada Tūhoro")).to_have_count(0)
