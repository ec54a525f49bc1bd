"""The database is away: pages that need none are there, the others say so and what became of the money, and all come back."""

from __future__ import annotations

import http.client
import json
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from stripe import WebhookSignature

from app.ground.news import LISTENER

from .running import GONE, Installation, Joiner, Visitor, check_books, until

NEEDS_NONE = (
    "/privacy", "/law", "/law/try", "/join", "/sign-in", "/support", "/join/saved", "/sign-in/sent", "/healthz",
)  # fmt: skip
# Made from the database, and the same for everyone: whichever worker has given one gives it on.
READ = ("/", "/policies", "/policies/data-caps")


def answering(site: Installation, link: http.client.HTTPConnection) -> int:
    """Which worker has taken this link."""
    ours, theirs = f"0100007F:{site.port:04X}", f"0100007F:{link.sock.getsockname()[1]:04X}"
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    [inode] = [row[9] for row in rows if (row[1], row[2]) == (ours, theirs)]
    [worker] = [pid for pid in site.processes("web workers") if f"socket:[{inode}]" in open_files(pid)]
    return worker


def open_files(pid: int) -> set[str]:
    found = set()
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found.add(os.readlink(file))
    return found


def read_at_both(site: Installation) -> None:
    seen: set[int] = set()

    def once() -> bool:
        link = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
        try:
            for path in READ:
                link.request("GET", path)
                answer = link.getresponse()
                assert (answer.status, len(answer.read()) > 0) == (200, True)
            seen.add(answering(site, link))
        finally:
            link.close()
        return len(seen) == 2

    until(once, about=f"an answer of each worker, only of {seen}")


@pytest.fixture
def read_before(site: Installation) -> None:
    """Somebody read the pages at each of the two workers, once both listen for news: one that begins to listen drops what it
    has kept, for it may have missed some."""
    site.wait_until_ready()
    read_at_both(site)
    listening = f"select count(*) = 2 from pg_stat_activity where application_name = '{LISTENER}' and query = 'select 1'"
    until(lambda: site.one(listening), about="both workers listening for news")
    read_at_both(site)


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
