"""The public pages: what they promise is what the rules and the rooms say."""

from __future__ import annotations

from datetime import date, timedelta

from app.law.nz.electoral_act import RECORDS_YEARS
from app.law.party_rules import DUES, Rhythm
from app.party.api.rules import KEPT_FOR
from app.party.joining.rules import KEPT
from app.party.people.rules import SESSION_IDLES, SESSION_LIVES
from app.party.policy.rules import UNCONFIRMED_DAYS
from app.web import pages


def test_the_privacy_page_says_the_spans_that_the_rooms_keep_to():
    assert timedelta(days=pages.UNPAID_APPLICATION) == KEPT
    assert pages.UNCONFIRMED_ENDORSEMENT == UNCONFIRMED_DAYS
    assert timedelta(days=pages.TOLD_TO_SYSTEMS) == KEPT_FOR
    assert timedelta(days=pages.SIGNED_IN) == SESSION_LIVES
    assert timedelta(days=pages.IDLE) == SESSION_IDLES


def test_the_privacy_page_says_them_in_words(client):
    page = client.get("/privacy").get_data(as_text=True)
    records = RECORDS_YEARS.on(date(2026, 11, 23))
    assert "What an officer’s own system was told about you" in page
    for words in ("14 days", f"{records.value} years", records.cites, "Privacy Act 2020"):
        assert words in page


def test_the_home_page_asks_for_the_dues_of_today(client):
    from app.ground import clock

    fees = DUES.on(clock.today()).value.for_rhythm(Rhythm.YEARLY)
    page = client.get("/").get_data(as_text=True)
    assert f"Join for {fees.standard} a year" in page
    assert f"Or {fees.concession}" in page
