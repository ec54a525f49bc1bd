"""The main story, in a real Chromium with JavaScript switched off."""

from __future__ import annotations

import json

from playwright.sync_api import Page, expect

from tests.walk import links

GOOD, DECLINED, ASKS = "4242 4242 4242 4242", "4000 0000 0000 0002", "4000 0025 0000 3155"


def fill_in(page: Page, url: str, *, name: str, email: str, address: str, dues: str = "standard", above: str = "") -> None:
    page.goto(url + "/join")
    page.get_by_label("Full name, as on the electoral roll").fill(name)
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Home address").fill(address)
    page.locator("input[name=can_enrol][value=yes]").check()
    page.locator(f"input[name=dues][value={dues}]").check()
    page.get_by_label("More, if you like").fill(above)
    page.get_by_label("Sign by typing your full name").fill(name)


def pay(page: Page, card: str) -> None:
    page.get_by_label("Card number").fill(card)
    page.get_by_label("Expiry date").fill("12/40")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on card").fill("A Payer")
    page.get_by_role("button", name="Pay").click()


def sign_in(page: Page, party, email: str) -> None:
    known = [letter["id"] for letter in party.letters_to(email)]
    page.goto(party.url + "/sign-in")
    page.get_by_label("Email").first.fill(email)
    page.get_by_role("button", name="link").click()
    letter = party.letter_to(email, about="/sign-in/", but=known)
    page.goto(party.url + links(letter["text"], "/sign-in/")[0])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me")


def test_join_be_declined_pay_sign_in_see_why_download_revoke_and_leave(party, visitor):
    page = visitor(script=False)
    name, email, address = "Mārama Tīhore-Quill", "marama@people.example", "27 Pūriri Close, Whakatāne 3120"
    fill_in(page, party.url, name=name, email=email, address=address, above="12.50")
    page.get_by_role("button", name="Continue to payment").click()

    page.wait_for_url(party.simulator + "/**")
    expect(page.locator("body")).to_contain_text("32.50")
    pay(page, DECLINED)
    expect(page.locator("body")).to_contain_text("declined")
    expect(page.locator("body")).to_contain_text("not been charged")

    page.get_by_role("link", name="Back").click()  # to us: everything is still there
    expect(page.locator("main")).to_contain_text("You have not been charged")
    assert page.get_by_label("Full name, as on the electoral roll").input_value() == name
    assert page.get_by_label("Home address").input_value() == address
    assert page.locator("input[name=dues][value=standard]").is_checked()
    page.get_by_label("Sign by typing your full name").fill(name)
    page.get_by_role("button", name="Continue to payment").click()
    page.wait_for_url(party.simulator + "/**")
    pay(page, GOOD)

    page.wait_for_url(party.url + "/join/thanks/**")
    letter = party.letter_to(email, about="/sign-in/")
    assert name not in letter["subject"]
    page.reload()
    expect(page.locator("h1")).to_contain_text("You are a member")
    expect(page.locator("main")).to_contain_text("$32.50")

    page.goto(party.url + links(letter["text"], "/sign-in/")[0])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me")
    expect(page.locator("main")).to_contain_text("current financial member")
    expect(page.locator("main")).to_contain_text("Electoral Act 1993 s 3(1)")
    expect(page.locator("main")).to_contain_text("Counts toward 500")

    with page.expect_download() as readable:
        page.get_by_role("link", name="Everything, to read").click()
    text = readable.value.path().read_text()
    assert name in text
    assert address in text
    with page.expect_download() as data:
        page.get_by_role("link", name="Everything, as data").click()
    assert name in json.dumps(json.loads(data.value.path().read_text()), ensure_ascii=False)

    other = visitor(script=False)
    sign_in(other, party, email)
    page.reload()
    elsewhere = page.locator("li", has_text="Signed in").filter(has_not_text="(this one)")
    elsewhere.get_by_role("button", name="Sign out").click()
    other.reload()
    other.wait_for_url("**/sign-in**")

    page.goto(party.url + "/me/leave")
    expect(page.locator("main")).to_contain_text("Electoral Act 1993")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Leave the party").click()
    expect(page.locator("h1")).to_contain_text("left")
    page.goto(party.url + "/me")
    page.wait_for_url("**/sign-in**")


def test_a_bank_that_asks_is_answered_and_the_member_admitted(party, visitor):
    page = visitor(script=False)
    fill_in(
        page,
        party.url,
        name="Hēmi Vaipulu",
        email="hemi@people.example",
        address="9 Tōtara Road, Timaru 7910",
        dues="concession",
    )
    page.get_by_role("button", name="Continue to payment").click()
    page.wait_for_url(party.simulator + "/**")
    pay(page, ASKS)
    page.get_by_role("button", name="Complete").click()
    page.wait_for_url(party.url + "/join/thanks/**")
    party.letter_to("hemi@people.example", about="$5.00")


def test_a_half_finished_form_comes_back_by_an_emailed_link(party, visitor):
    page = visitor(script=False)
    page.goto(party.url + "/join")
    page.get_by_label("Full name, as on the electoral roll").fill("Sefina Ōkura")
    page.get_by_label("Email address").fill("sefina@people.example")
    page.get_by_role("button", name="Finish later").click()
    page.wait_for_url("**/join/saved")
    letter = party.letter_to("sefina@people.example", about="/join/resume/")

    elsewhere = visitor(script=False)
    elsewhere.goto(party.url + links(letter["text"], "/join/resume/")[0])
    assert elsewhere.get_by_label("Full name, as on the electoral roll").input_value() == "Sefina Ōkura"


def test_hear_from_us_without_joining(party, visitor):
    page = visitor(script=False)
    page.goto(party.url + "/support")
    page.get_by_label("Email").first.fill("listener@people.example")
    page.get_by_role("checkbox").first.check()
    page.locator("main form button").first.click()
    page.wait_for_url("**/support/sent")
    letter = party.letter_to("listener@people.example", about="/support/")
    page.goto(party.url + links(letter["text"], "/support/")[0])
    page.locator("main form button").first.click()
    expect(page.locator("main")).to_contain_text("Your address is confirmed")
