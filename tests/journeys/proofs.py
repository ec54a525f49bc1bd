"""Officers confirm that it is they who sit there, and again while a story is long: on a busy machine it outlasts a proof."""

from __future__ import annotations

import re
import time
from weakref import WeakKeyDictionary

from playwright.sync_api import BrowserContext, Page

from tests.journeys.conftest import PATIENCE, Party

FRESH = 150  # seconds of the five minutes for which a proof opens the doors of dangerous acts
_used: dict[tuple[str, str], str] = {}  # the last code of each, in each party
_proven: WeakKeyDictionary[BrowserContext, tuple[Party, str, float]] = WeakKeyDictionary()  # who sits there, and since when


def code_at_dev_people(party: Party, email: str) -> str:
    """What the demo shows that this officer’s app would show now."""
    return re.search(rf"{email}.*?<b class=\"num\">(\d{{6}})</b>", party.get("/dev/people"), re.DOTALL)[1]


def confirm(page: Page, party: Party, email: str) -> None:
    """With a code that this officer has not confirmed with before: within half a minute the app shows the same one."""
    end = time.monotonic() + PATIENCE
    while (code := code_at_dev_people(party, email)) == _used.get((party.url, email)) and time.monotonic() < end:
        page.wait_for_timeout(500)
    _used[party.url, email] = code
    page.get_by_label("Code from your authenticator app").fill(code)
    page.get_by_role("button", name="Confirm").click()
    _proven[page.context] = (party, email, time.monotonic())


def stay_fresh(page: Page) -> None:
    """Confirm anew, in another tab, if this browser’s officer has proven it, and that was a while ago. Forms that are open are
    stale then: this stands before a page is loaded, and is done before every `goto`."""
    party, email, at = _proven.get(page.context, (None, "", 0.0))
    if party is None or time.monotonic() - at < FRESH:
        return
    tab = page.context.new_page()
    tab.goto(party.url + "/confirm?next=/me")
    if tab.get_by_label("Code from your authenticator app").count():  # not signed out meanwhile
        confirm(tab, party, email)
        tab.wait_for_url("**/me")
    tab.close()
