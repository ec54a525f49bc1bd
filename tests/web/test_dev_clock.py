"""The door of the demo's clock, and the command behind it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import time as at
from datetime import timedelta
from pathlib import Path

import pytest

from app.ground import clock, passing
from app.party.dues import queries as dues
from app.party.membership import queries as memberships
from app.party.people import queries as people
from tests.ground.test_settings import PRODUCTION
from tests.house.page_reader import faults
from tests.walk import hidden


@pytest.fixture
def file(app, settings) -> Iterator[Path]:
    kept = passing.file_of(settings)
    yield kept
    for left in kept.parent.glob("clock*"):
        left.unlink()


def press(client, to: str):
    token = hidden(client.get("/dev/clock").get_data(as_text=True), "csrf_token")
    return client.post("/dev/clock", data={"csrf_token": token, "to": to})


def test_it_says_when_the_house_is_and_pages_of_the_demo_say_it_where_that_is_not_now(file, client, settings):
    page = client.get("/dev/clock").get_data(as_text=True)
    assert "in this house, as outside" in page
    assert "It is " not in client.get("/dev/mailbox").get_data(as_text=True)
    passing.move_on(file, timedelta(days=400))
    page = client.get("/dev/clock").get_data(as_text=True)
    assert faults(page, promoter=settings.promoter) == []
    assert f"{clock.now().astimezone(clock.NEW_ZEALAND):%b %Y}" in page
    assert "Outside it is" in page
    assert "It is " in client.get("/dev/mailbox").get_data(as_text=True)


@pytest.mark.parametrize("to", ["", "yesterday", "-1"])
def test_only_the_days_it_offers_are_taken(file, client, to):
    assert press(client, to).status_code == 400
    assert not file.exists()


def test_while_time_passes_it_says_how_far_and_takes_no_other(file, client, settings):
    token = hidden(client.get("/dev/clock").get_data(as_text=True), "csrf_token")
    with passing.alone(file):
        today = clock.today()
        passing.note(file, passing.Progress(today, today + timedelta(days=3), today + timedelta(days=7), ["It rained."]))
        page = client.get("/dev/clock").get_data(as_text=True)
        assert faults(page, promoter=settings.promoter) == []
        assert "Time is passing" in page
        assert "It rained." in page
        assert 'name="to"' not in page
        assert client.post("/dev/clock", data={"csrf_token": token, "to": "day"}).status_code == 409
    assert not file.exists()


def test_a_month_later_dues_are_owed_that_were_not_and_the_letters_are_there(file, client, cast, mailbox):
    """Through the door, in a process of its own, on the database of this test: without a worker and a world outside."""
    olive = people.find_by_email(cast["olive"].email)
    asked_on = dues.charges_of(memberships.current_of(olive.id))[-1].until - timedelta(days=30)
    assert (asked_on - clock.today()).days > 31
    before = asked_on - timedelta(days=20)
    passing.move_on(file, clock.start_of(before, at(12)) - clock.now())  # noon, whatever the clocks do on the way
    letters = len(mailbox())
    assert clock.today() == before

    assert press(client, "month").status_code == 303
    end = time.monotonic() + 300
    while not (done := passing.progress_of(file)) or done.at < done.until or passing.is_underway(file):
        assert time.monotonic() < end, done  # its process may take long to begin
        time.sleep(0.2)
    assert (done.since, done.at) == (before, done.until)
    assert clock.today() == done.until
    assert clock.now().astimezone(clock.NEW_ZEALAND).hour == 10
    assert done.trouble == []

    charges = dues.charges_of(memberships.current_of(olive.id))
    assert not charges[-1].is_paid
    assert clock.day_of(charges[-1].raised_at) == before + timedelta(days=20)
    asked = [letter for letter in mailbox()[: len(mailbox()) - letters] if letter.to == cast["olive"].email]
    assert [letter.subject for letter in asked] == ["Your dues are due soon"]
    assert clock.day_of(asked[0].queued_at) == before + timedelta(days=20)
    assert asked[0].sent_at is not None


def test_where_anything_is_real_the_command_refuses_and_changes_nothing(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "flask", "clock", "advance", "1"],
        env={"PATH": os.environ["PATH"], **PRODUCTION, "INSTANCE": str(tmp_path), "FLASK_APP": "wsgi:app"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "this is no demo" in done.stderr
    assert list(tmp_path.iterdir()) == []
