"""A treasurer imports a bank’s file twice, in Chromium: what is sure at once, the rest a line at a time."""

from __future__ import annotations

import re
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Party, Visitor
from tests.journeys.proofs import confirm, stay_fresh
from tests.journeys.test_browser_desk import WIREMU, seen
from tests.journeys.test_browser_join import fill_in, sign_in
from tests.party.bank.files import westpac

HEMI = "hemi@people.example"


def send(page: Page, content: bytes, name: str = "statement.csv") -> None:
    page.get_by_label("Statement, as a CSV file").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="See what is in it").click()


def statement(party: Party, transfer: str) -> list[tuple[date, str, str, str]]:
    today = party.today()
    return [
        (today, "20.00", "Hēmi Pārata-Stone", transfer),
        (today, "7.00", "OKONKWO HALE G", "kia ora"),
        (today, "45.00", "Ngāti Whānau Trust", "koha"),
        (today - timedelta(days=1), "-4.50", "The bank", "Monthly fee"),
    ]


def test_a_treasurer_imports_a_bank_file_twice(party: Party, visitor: Visitor) -> None:
    hemi = visitor()
    fill_in(hemi, party.url, name="Hēmi Pārata-Stone", email=HEMI, address="9 Mānuka Street, Ōtaki 5512")
    hemi.locator("input[name=pay_by][value=bank]").check()
    hemi.get_by_role("button", name="Continue to payment").click()
    asked = party.letter_to(HEMI, about="reference")
    transfer = re.search(r"\b([0-9A-Z]{9})\b", asked["text"])[1]

    page = visitor()
    sign_in(page, party, WIREMU)
    page.goto(party.url + "/org/money")
    confirm(page, party, WIREMU)
    page.wait_for_url("**/org/money")
    page.get_by_role("link", name="Bank statements").click()
    rows = statement(party, transfer)

    send(page, westpac(*rows) + b"31/02/2026,5.00,x,,,,\n12/11/2026,five,y,,,,\n")
    expect(page.locator("#bad-file")).to_contain_text("Line 6: There is no day")
    expect(page.locator("#bad-file")).to_contain_text("Line 7:")
    seen(page, "bank-bad-file")

    send(page, westpac(*rows[:2]))
    expect(page.locator("main")).to_contain_text("2 lines, 0 known already, 2 new. Nothing is imported yet.")
    page.get_by_role("button", name="Import 2 new lines").click()
    expect(page.locator("main")).to_contain_text("2 lines, 0 known already, 2 new.")

    stay_fresh(page)
    page.get_by_role("link", name="Back to bank statements").click()
    send(page, westpac(*rows))
    expect(page.locator("main")).to_contain_text("4 lines, 2 known already, 2 new. Nothing is imported yet.")
    seen(page, "bank-dry-run")
    page.get_by_role("button", name="Import 2 new lines").click()
    seen(page, "bank-imported")
    stay_fresh(page)
    page.get_by_role("link", name="Back to bank statements").click()
    send(page, westpac(*rows))
    expect(page.locator("main")).to_contain_text("Nothing in it is new")
    seen(page, "bank-nothing-new")
    page.get_by_role("button", name="Forget this file").click()
    expect(page.locator("main")).not_to_contain_text("Looked at, and not imported")
    seen(page, "bank-statements")

    stay_fresh(page)
    page.get_by_role("link", name="Show those whose reference and amount fit").click()
    expect(page.locator("main")).to_contain_text(f"It quotes {transfer}, a transfer of $20.00 that is waited for.")
    seen(page, "bank-sure")
    page.get_by_role("button", name="Record what is ticked").click()
    expect(page.locator("main")).to_contain_text("Recorded: 1")
    assert party.letter_to(HEMI, about="receipt", but=[asked["id"]])
    seen(page, "bank-sure-done")

    page.goto(party.url + "/org/money/bank")
    stay_fresh(page)
    page.locator("#came a", has_text="$7.00").click()
    page.get_by_role("button", name="Take it up").click()
    page.get_by_role("button", name="Show what the bank wrote").click()
    expect(page.locator("#words")).to_contain_text("OKONKWO HALE G")
    expect(page.locator("#may-be")).to_contain_text("is the only one with the payer’s name")
    seen(page, "bank-line")
    page.locator("#may-be").get_by_role("button", name="Look whose").click()
    expect(page.locator("main")).to_contain_text("Grace Okonkwo-Hale")
    seen(page, "bank-confirm")
    page.get_by_role("button", name="Record $7.00").click()
    expect(page.locator("main")).to_contain_text("Recorded from this line")
    seen(page, "bank-matched")

    page.goto(party.url + "/org/money/bank")
    stay_fresh(page)
    page.locator("#came a", has_text="$45.00").click()
    page.get_by_text("Split it over several references").click()
    page.get_by_label("Reference", exact=True).fill("2")
    page.get_by_label("Amount", exact=True).fill("5")
    page.get_by_label("Reference of part 2").fill("1")
    page.get_by_label("Amount of part 2").fill("20")
    page.locator("#record").get_by_role("button", name="Look whose it is").click()
    expect(page.get_by_role("alert")).to_contain_text("The parts come to $25.00 and the line to $45.00")
    seen(page, "bank-split-errors")
    page.get_by_label("Amount of part 2").fill("40")
    page.locator("#record").get_by_role("button", name="Look whose it is").click()
    expect(page.locator("main")).to_contain_text("Part 2 of 2")
    seen(page, "bank-split-confirm")
    page.get_by_role("button", name="Record $45.00").click()
    expect(page.locator("#matches")).to_contain_text("Give payment")

    page.goto(party.url + "/org/money/bank")
    page.locator("#went a").first.click()
    page.get_by_label("Why it is none of ours to match").select_option("fee")
    page.get_by_role("button", name="Set it aside").click()
    expect(page.locator("main")).to_contain_text("A fee of the bank")
    seen(page, "bank-aside")
    page.get_by_role("button", name="Open it again").click()
    expect(page.locator("main")).to_contain_text("Matched to nothing yet")

    page.goto(party.url + "/org/money/accounts")
    seen(page, "accounts-export")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Take the file").click()
    assert taken.value.suggested_filename.startswith("ledger-")
