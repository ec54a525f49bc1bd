"""The database is away: pages that need none are there, the others say so and what became of the money, and all come back."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from stripe import WebhookSignature

from .running import GONE, Installation, Joiner, Visitor, check_books, until

NEEDS_NONE = (
    "/privacy", "/law", "/law/try", "/join", "/sign-in", "/support", "/join/saved", "/sign-in/sent", "/healthz",
)  # fmt: skip
# Made from the database, and the same for everyone: whichever worker has given one gives it on.
READ = ("/", "/policies", "/policies/data-caps")


@pytest.fixture
def read_before(site: Installation) -> None:
    """Somebody read the pages, at each of the two workers."""
    site.wait_until_ready()
    for path in READ * 12:
        assert Visitor(site.url).ask(path).status == 200


@pytest.fixture
def away(site: Installation) -> Iterator[None]:
    """PostgreSQL is killed, and whoever would start it again is held."""
    site.wait_until_ready()
    [postgres] = site.processes("postgres")
    os.kill(site.process.pid, signal.SIGSTOP)
    os.kill(postgres, signal.SIGKILL)
    try:
        until(lambda: Visitor(site.url).ask("/readyz").status == 503, about="noticed")
        yield
    finally:
        os.kill(site.process.pid, signal.SIGCONT)
        site.wait_until_ready()


def test_pages_that_need_no_records_are_there(site: Installation, away):
    assert {path: Visitor(site.url).ask(path).status for path in NEEDS_NONE} == dict.fromkeys(NEEDS_NONE, 200)


def test_pages_that_somebody_has_read_are_read_on(site: Installation, read_before, away):
    assert [Visitor(site.url).ask(path).status for path in READ * 6] == [200] * len(READ * 6)


def test_pages_that_need_records_say_so_and_what_became_of_the_money(site: Installation, away):
    visitor = Visitor(site.url)
    for path in ("/join/thanks/0199ffff-0000-7000-8000-000000000000", "/dev/mailbox"):
        answer = visitor.ask(path)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "10"), path
        assert "We cannot reach our records just now" in answer.text
        assert "Nothing was charged by this page." in answer.text


def test_stripe_is_told_to_come_again(site: Installation, away):
    body = json.dumps({"id": "evt_1", "object": "event", "type": "x", "livemode": False, "data": {"object": {"id": "pi_1"}}})
    secret = json.loads((site.instance / "keys.json").read_text())["STRIPE_WEBHOOK_SECRET"]
    signature = WebhookSignature.generate_signature_header(body, secret, int(time.time()))
    request = urllib.request.Request(f"{site.url}/webhooks/stripe", data=body.encode(), headers={"Stripe-Signature": signature})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == 503


def test_somebody_who_joins_meanwhile_presses_again_and_is_a_member(site: Installation):
    before = site.one("select count(*) from memberships")
    joiner = Joiner(site, "Marama Tūpato")
    joiner.open_form()
    [postgres] = site.processes("postgres")
    os.kill(site.process.pid, signal.SIGSTOP)
    try:
        os.kill(postgres, signal.SIGKILL)

        def refused() -> bool:
            try:
                answer = joiner.ask("/join", joiner.form)
            except GONE:
                return False
            assert answer.status == 503
            assert "Nothing you sent was saved" in answer.text
            return True

        until(refused, about="a refusal")
    finally:
        os.kill(site.process.pid, signal.SIGCONT)
    for step in joiner.steps[1:]:
        step()
    check_books(site, [joiner], members_before=before)
