"""A passkey is offered after paying, and then signs in without a letter; in Chromium with a virtual authenticator."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.proofs import confirm
from tests.journeys.test_browser_join import sign_in


def test_add_a_passkey_and_sign_in_with_it(party, visitor):
    page = visitor()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(page, party, "tama@people.example")
    page.get_by_role("link", name="confirm that it is you").click()  # an officer: a letter alone adds nothing
    confirm(page, party, "tama@people.example")
    page.wait_for_url("**/me#signed-in")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("button", name="Remove")).to_have_count(2)  # the app, and now the passkey

    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url(party.url + "/")
    page.goto(party.url + "/sign-in")
    page.get_by_role("button", name="passkey").click()
    page.wait_for_url("**/me")
    expect(page.locator("h1")).to_contain_text("Tama")

    page.goto(party.url + "/org/offices")  # a passkey that verified its user is a second step by itself
    expect(page.locator("h1")).to_have_text("Offices")
