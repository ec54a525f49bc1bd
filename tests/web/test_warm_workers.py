"""Two workers on a socket, each with its own pages: what is published is everywhere a moment later, and a herd asks once."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from app.ground.db import session, transaction
from app.ground.news import LISTENER, tell
from app.web.warm import A_MOMENT
from tests.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Site:
    port: int
    process: subprocess.Popen[bytes]
    foreign: frozenset[int]  # links of this process, which may listen, too

    def ask(self, path: str, *, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """One request on a connection of its own, which either of the two may take."""
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            link.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = link.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            link.close()

    def see(self, path: str) -> tuple[str, str]:
        """What the page says, and which worker made it."""
        status, _, body = self.ask(path)
        assert status == 200, body
        value, _, worker = body.decode().partition(" by ")
        return value, worker

    def links(self, owner: psycopg.Connection) -> list[int]:
        """The links on which the workers listen."""
        return [pid for pid in listening(owner) if pid not in self.foreign]

    def from_both(self, path: str) -> set[str]:
        """What the page says at the one worker and at the other."""
        seen: dict[str, str] = {}
        until(lambda: seen.update([self.see(path)[::-1]]) or len(seen) == 2)
        return set(seen.values())


def listening(owner: psycopg.Connection) -> list[int]:
    said = "select pid from pg_stat_activity where application_name = %s"
    return [row[0] for row in owner.execute(said, [LISTENER])]


def until(what: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def site(whole_app, settings, owner_url) -> Iterator[Site]:
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("create schema probe; create table probe.pages (name text primary key, value text)")
        owner.execute("create sequence probe.asked; grant usage on schema probe to hustings_app")
        owner.execute("grant all on all tables in schema probe to hustings_app")
        owner.execute("grant all on all sequences in schema probe to hustings_app")
        port, folder = free_ports(), tempfile.mkdtemp(prefix="hustings-workers-")
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", "2"]
        command += [
            "--blocking-threads",
            "16",
            "--no-ws",
            "--log-level",
            "warning",
            "--workers-kill-timeout",
            "300",
            "tests.web.two_workers:app",
        ]
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "STRIPE_", "PARTY_"))}
        env = {**clean, "INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url, "PORT": str(port)}
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        found = Site(port, process, frozenset(listening(owner)))
        try:
            until(lambda: process.poll() is None and _answers(found), 180)
            yield found
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(60)
            owner.execute("drop schema probe cascade")


def _answers(site: Site) -> bool:
    try:
        return site.ask("/healthz")[0] == 200
    except OSError:
        return False


@pytest.fixture
def probe(site, owner, request) -> str:
    """A page of its own for each test, at its first version, with both workers listening."""
    name = request.node.originalname
    owner.execute("insert into probe.pages values (%s, 'version 1')", [name])
    site.from_both("/probe/another")
    until(lambda: len(site.links(owner)) == 2)
    return f"/probe/{name}"


def change(path: str, value: str, *, aloud: bool = True, beside: str = "") -> None:
    """Publish, as a verb would, in a third process; or without a word. `beside`: another page that comes to say the same."""
    with transaction():
        session.execute(text("update probe.pages set value = :value where name in (:name, :other)"),
                        {"value": value, "name": path.rpartition("/")[2], "other": beside.rpartition("/")[2]})  # fmt: skip
        if aloud:
            tell()


def until_both_say(site: Site, path: str, value: str) -> None:
    """Within half the minute after which a page is looked at anew whatever was heard."""
    until(lambda: site.from_both(path) == {value}, 30)


def asked(owner: psycopg.Connection) -> int:
    return owner.execute("select last_value from probe.asked").fetchone()[0]


def test_what_is_published_is_at_both_workers_a_moment_later(site, probe):
    assert site.from_both(probe) == {"version 1"}
    change(probe, "version 2")
    until_both_say(site, probe, "version 2")
    for _ in range(20):
        assert site.see(probe)[0] == "version 2"


def test_what_was_never_told_is_not_seen_before_its_minute_is_over(site, probe):
    """So that the test above shows what it says: it is the news that does it."""
    assert site.from_both(probe) == {"version 1"}
    change(probe, "version 2", aloud=False)
    time.sleep(0.5)
    assert site.from_both(probe) == {"version 1"}


def test_while_it_is_published_nobody_sees_the_old_page_after_the_new_one(site, probe):
    """Readers come all the time; each worker goes from the one to the other once. A page that was being made is not kept."""
    seen: dict[str, list[str]] = {}

    def read(_turn: int) -> None:
        value, worker = site.see(probe)
        seen.setdefault(worker, []).append(value)

    with ThreadPoolExecutor(6) as readers:
        for number in range(2, 6):
            under_way = [readers.submit(read, turn) for turn in range(12)]
            time.sleep(0.15)  # the page is being made
            change(probe, f"version {number}")
            for one in under_way:
                one.result()
            until_both_say(site, probe, f"version {number}")
            for _ in range(6):
                assert site.see(probe)[0] == f"version {number}"
    assert len(seen) == 2


def test_a_herd_asks_once_at_each_worker(site, probe, owner):
    owner.execute("insert into probe.pages values ('beside-the-herd', 'version 1')")
    beside = "/probe/beside-the-herd"
    for number in range(2, 5):
        assert site.from_both(probe)
        change(probe, f"version {number}", beside=beside)
        until_both_say(site, beside, f"version {number}")  # they have heard of it, and nobody has asked for the page yet
        before = asked(owner)
        with ThreadPoolExecutor(24) as herd:
            values = list(herd.map(lambda _: site.see(probe), range(48)))
        assert {value for value, _ in values} == {f"version {number}"}
        assert 0 < asked(owner) - before <= len({worker for _, worker in values}) <= 2


def test_news_that_was_missed_because_the_link_was_cut_is_made_good(site, probe, owner):
    assert site.from_both(probe) == {"version 1"}
    for pid in site.links(owner):
        owner.execute("select pg_terminate_backend(%s, 5000)", [pid])
    change(probe, "version 2", aloud=False)
    until_both_say(site, probe, "version 2")


def test_while_the_database_is_away_the_page_is_there_and_afterwards_it_is_the_new_one(site, probe, owner):
    assert site.from_both(probe) == {"version 1"}
    owner.execute("alter role hustings_app nologin")
    try:
        owner.execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity where usename = 'hustings_app'")
        end = time.monotonic() + 2 * A_MOMENT
        while time.monotonic() < end:
            assert site.see(probe)[0] == "version 1"
            time.sleep(0.2)
        assert site.ask("/probe/nobody-has-asked-for-this")[0] == 503
        owner.execute("update probe.pages set value = 'version 2' where name = %s", [probe.rpartition("/")[2]])
    finally:
        owner.execute("alter role hustings_app login")
    until(lambda: site.from_both(probe) == {"version 2"})


@pytest.mark.parametrize("path", ["/", "/tools/time-to-cap?cap=30&speed=100"])
def test_on_a_real_socket_a_head_is_a_head_and_a_304_has_no_body(site, path):
    for coding in ("gzip", "gzip;q=0"):
        status, headers, body = site.ask(path, Accept_Encoding=coding)
        assert status == 200
        assert (headers.get("content-encoding") == "gzip") == (coding == "gzip")
        assert int(headers["content-length"]) == len(body)
        status, head, nothing = site.ask(path, method="HEAD", Accept_Encoding=coding)
        assert (status, nothing) == (200, b"")
        assert {**head, "date": ""} == {**headers, "date": ""}
        known = f'"other", {headers["etag"]}'
        status, head, nothing = site.ask(path, Accept_Encoding=coding, If_None_Match=known)
        assert (status, nothing) == (304, b"")
        assert head["etag"] == headers["etag"]
        assert head["vary"] == "Accept-Encoding"


def test_a_site_that_listens_ends_when_it_is_told_to(site, owner):
    """The last test of this file."""
    assert site.links(owner)
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(site.process.pid)], capture_output=True, text=True, check=True)
    workers = found.stdout.split()
    assert len(workers) >= 2
    site.process.send_signal(signal.SIGTERM)
    assert site.process.wait(120) == 0  # by themselves: who does not end would be ended after 300 seconds
    until(lambda: not any(Path(f"/proc/{worker}/cmdline").exists() for worker in workers))
