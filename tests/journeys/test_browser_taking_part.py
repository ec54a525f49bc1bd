"""Taking part, in Chromium: a visitor endorses by letter; a member comments and is answered, proposes, is supported; it is
decided."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import Party, Visitor, open_party
from tests.journeys.dues_walk import comes_to_say
from tests.journeys.policy_walk import SLUG, tell
from tests.journeys.proofs import confirm, stay_fresh
from tests.journeys.test_browser_join import sign_in
from tests.journeys.test_browser_office import OLIVE
from tests.journeys.test_pages import faults, look
from tests.walk import links

AROHA, MERE = "aroha@people.example", "mere@people.example"
PLACE = f"/policies/{SLUG}"


@pytest.fixture(scope="module")
def party(browser: Browser) -> Iterator[Party]:
    with open_party() as site:
        tell(site, "publish")
        tell(site, "members")
        yield site


def seen(page: Page, name: str) -> None:
    """Narrow and wide, light and dark: nothing runs off the side, and axe finds nothing."""
    for width, scheme in ((360, "light"), (1440, "dark"), (360, "dark"), (1440, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        look(page, f"taking-part-{name}-{width}-{scheme}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        assert faults(page) == [], (name, width, scheme)


def as_officer(party: Party, page: Page, path: str) -> None:
    sign_in(page, party, OLIVE)
    page.goto(party.url + path)
    confirm(page, party, OLIVE)
    page.wait_for_url(f"**{path}")


def endorse(party: Party, page: Page) -> None:
    """By a letter, without an account, and taken back again."""
    page.goto(party.url + PLACE)
    seen(page, "policy")
    page.get_by_role("link", name="Endorse it").click()
    page.get_by_role("button", name="Send me the letter").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter your email address.")
    seen(page, "endorse-errors")
    page.get_by_label("Email address").fill(MERE)
    page.get_by_label("First name").check()
    page.get_by_label("Your name").fill("Mere Tautahi-Brook")
    page.get_by_label("I am 18 or over").check()
    page.get_by_label("Region").select_option("Waikato")
    page.get_by_label("Why").fill("My brother’s farm is capped.")
    page.get_by_role("button", name="Show me how it would appear").click()
    expect(page.get_by_role("status")).to_contain_text("Mere, Waikato")
    seen(page, "endorse-preview")
    page.get_by_role("button", name="Send me the letter").click()
    expect(page.locator("h1")).to_have_text("Check your inbox")
    link = party.url + links(party.letter_to(MERE, about="see here how it would appear")["text"], "/endorsements/")[0]
    page.goto(link)
    seen(page, "endorse-confirm")
    page.get_by_role("button", name="Yes, I endorse it").click()
    expect(page.locator("main")).to_contain_text("It counts")
    seen(page, "endorsed")
    page.goto(party.url + PLACE)
    page.goto(link)
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("h1")).to_have_text("Withdrawn")


def endorse_without_script(party: Party, page: Page) -> None:
    """The same, in two taps."""
    email = "hone@people.example"
    page.goto(party.url + f"{PLACE}/endorse")
    page.get_by_label("Email address").fill(email)
    page.get_by_role("button", name="Send me the letter").click()
    page.goto(party.url + links(party.letter_to(email, about="see here how it would appear")["text"], "/endorsements/")[0])
    page.get_by_role("button", name="Yes, I endorse it").click()
    expect(page.locator("main")).to_contain_text("It counts")


def comment(party: Party, aroha: Page, olive: Page) -> None:
    """The first waits; it is let through, and answered."""
    aroha.goto(party.url + PLACE)
    aroha.locator("#say").get_by_role("link", name=re.compile("^comment.*What we will do")).click()
    aroha.get_by_label("a question").check()
    aroha.get_by_label("What you say").fill("Who **counts** the homes?")
    aroha.get_by_label("First name").check()
    aroha.get_by_role("button", name="Comment").click()
    expect(aroha.locator("main")).to_contain_text("an officer reads it before it is shown")
    seen(aroha, "comment-held")
    as_officer(party, olive, "/org/policies/comments")
    seen(olive, "moderating")
    olive.get_by_role("button", name="Let it through").click()
    olive.get_by_role("link", name=re.compile("^Answer")).first.click()
    olive.get_by_label("Answer of the party").fill("The regulator does, with our money.")
    seen(olive, "answer")
    olive.get_by_role("button", name="Answer").click()
    expect(olive.locator("main")).to_contain_text("The party has answered.")
    aroha.goto(party.url + PLACE + "/comments/do")
    comes_to_say(aroha, "Answer of the party", at="#comments")
    seen(aroha, "comments")
    assert party.letter_to(AROHA, about="There is an answer")


def propose(party: Party, aroha: Page) -> str:
    """Open at once, as an officer has read something of hers; supported by her and nine others."""
    aroha.goto(party.url + PLACE)
    aroha.locator("#say").get_by_role("link", name=re.compile("^propose a change.*The case against")).click()
    aroha.get_by_label("What the section should say").fill("Light users paid less. We would **never** forbid them.")
    aroha.get_by_label("Why").fill("It is fairer to say so.")
    seen(aroha, "propose")
    aroha.get_by_role("button", name="Show me what changes").click()
    expect(aroha.locator("main")).to_contain_text("This is what you propose")
    seen(aroha, "propose-preview")
    aroha.get_by_role("button", name="Propose it").click()
    aroha.wait_for_url(re.compile(r"/amendments/[0-9a-f-]{36}$"))
    amendment = aroha.url.rpartition("/")[2]
    aroha.get_by_role("button", name="I support it").click()
    expect(aroha.locator("#support")).to_contain_text("You support it.")
    tell(party, "support", amendment)
    aroha.goto(party.url + f"{PLACE}/amendments/{amendment}")
    comes_to_say(aroha, "10", at="#support")
    seen(aroha, "amendment-open")
    aroha.goto(party.url + "/me")
    seen(aroha, "record")
    return amendment


def decide(party: Party, olive: Page, amendment: str) -> None:
    as_officer(party, olive, "/org/policies/amendments")
    seen(olive, "judging")
    olive.get_by_role("link", name="change of “The case against”").click()
    stay_fresh(olive)
    olive.get_by_role("link", name="Write down the decision").click()
    olive.get_by_label("accepted, as it was proposed").check()
    olive.get_by_label("Reasons").fill("It is fairer, and it is what we would do.")
    olive.get_by_label("On which day").fill(party.today().isoformat())
    for label, number in (("Votes for", "30"), ("Votes against", "10"), ("Abstained", "2"), ("How many could vote", "210")):
        olive.get_by_label(label).fill(number)
    seen(olive, "decide")
    olive.get_by_role("button", name="Write it down").click()
    olive.wait_for_url(f"**{PLACE}/amendments/{amendment}")
    expect(olive.locator("main")).to_contain_text("42 of 210 who could vote took part (20.0%)")
    seen(olive, "decided")


def test_a_visitor_endorses_and_a_member_changes_a_policy(party: Party, visitor: Visitor) -> None:
    endorse(party, visitor())
    endorse_without_script(party, visitor(script=False))
    aroha = visitor()
    sign_in(aroha, party, AROHA)
    comment(party, aroha, visitor())
    amendment = propose(party, aroha)
    party.days_pass(15)
    decide(party, visitor(), amendment)
    assert party.letter_to(AROHA, about="It was decided by the policy conference")
    tell(party, "publish")
    reader = visitor()
    reader.goto(party.url + f"{PLACE}/v2")
    expect(reader.locator("#against strong")).to_have_text("never")
    reader.goto(party.url + f"{PLACE}/amendments")
    comes_to_say(reader, "accepted")
    seen(reader, "amendments")
