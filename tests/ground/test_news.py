"""News crosses from process to process when a transaction is kept, and a link that was lost counts as news."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from app.ground.db import attempt, transaction
from app.ground.news import AGAIN, CHANNEL, DOUBT, LISTENER, Listener, tell

ROOT = Path(__file__).resolve().parents[2]
NOWHERE = "postgresql://nobody@/nothing?host=/nowhere"


def until(what: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


class Ear:
    """Counts what it hears."""

    def __init__(self, url: str):
        self.times = 0
        self.listener = Listener(url, self.hear)
        self.listener.begin()

    def hear(self) -> None:
        self.times += 1


@pytest.fixture
def ear(app, settings) -> Iterator[Ear]:
    made = Ear(settings.database_url)
    until(lambda: made.listener.hears)
    return made


@pytest.fixture
def near(app) -> Ear:
    """One in this process whose link leads nowhere."""
    return Ear(NOWHERE)


def links(owner: psycopg.Connection) -> list[int]:
    said = "select pid from pg_stat_activity where application_name = %s"
    return [row[0] for row in owner.execute(said, [LISTENER])]


def test_who_begins_to_listen_takes_that_for_news(ear):
    """What was told before is missed, so whatever was kept before is in doubt."""
    assert ear.times == 1


def test_what_another_process_tells_is_heard(ear, owner):
    with psycopg.connect(owner.info.dsn, autocommit=True) as another:
        another.execute("select pg_notify(%s, '')", [CHANNEL])
    until(lambda: ear.times == 2)


def test_it_is_heard_across_the_wire_only_once_it_is_kept(ear, app):
    with pytest.raises(ZeroDivisionError), transaction():
        tell()
        raise ZeroDivisionError
    with transaction():
        tell()
        tell()
        time.sleep(0.2)
        assert ear.times == 1
    assert ear.times >= 2  # at once, as it is this process; the wire may have been as quick
    until(lambda: ear.times == 3)  # and from the database, once
    time.sleep(0.1)
    assert ear.times == 3


def test_this_process_has_heard_it_when_the_transaction_is_kept_even_without_a_link(near):
    with transaction():
        with attempt():
            tell()
        assert near.times == 0
    assert near.times == 1
    with transaction():
        pass
    assert near.times == 1


def test_what_was_taken_back_in_part_is_no_news(near):
    with transaction(), pytest.raises(ZeroDivisionError), attempt():
        tell()
        raise ZeroDivisionError
    assert near.times == 0
    with pytest.raises(ZeroDivisionError), transaction():
        tell()
        raise ZeroDivisionError
    with transaction():
        pass
    assert near.times == 0


def test_a_link_that_was_cut_is_sought_again_and_its_return_is_news(ear, owner):
    for pid in links(owner):
        owner.execute("select pg_terminate_backend(%s, 5000)", [pid])
    until(lambda: ear.times == 2)
    until(lambda: ear.listener.hears)
    assert ear.times == 2


def test_as_long_as_the_database_lets_nobody_in_it_knows_that_it_hears_nothing(ear, owner):
    owner.execute("alter role hustings_app nologin")
    try:
        for pid in links(owner):
            owner.execute("select pg_terminate_backend(%s, 5000)", [pid])
        until(lambda: not ear.listener.hears)
        time.sleep(3 * AGAIN)
        assert not ear.listener.hears
        assert ear.times == 1
    finally:
        owner.execute("alter role hustings_app login")
    until(lambda: ear.listener.hears)
    assert ear.times == 2


def test_a_link_on_which_nobody_answers_is_in_doubt_and_nothing_told_meanwhile_is_lost(ear, owner):
    """The other end is stopped: the link is there, and says nothing."""
    pids = links(owner)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        until(lambda: not ear.listener.hears, DOUBT + 60)
        owner.execute("select pg_notify(%s, '')", [CHANNEL])
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    until(lambda: ear.listener.hears)
    until(lambda: ear.times == 2)


def test_it_listens_as_the_role_that_owns_nothing(ear, owner):
    assert owner.execute(
        "select distinct usename from pg_stat_activity where application_name = %s", [LISTENER]
    ).fetchall() == [("hustings_app",)]


def test_to_begin_again_is_to_go_on(ear):
    before = [thread for thread in threading.enumerate() if thread.name == LISTENER]
    for _ in range(3):
        ear.listener.begin()
    assert [thread for thread in threading.enumerate() if thread.name == LISTENER] == before
    assert ear.times == 1


def run(script: str, url: str) -> str:
    head = """
        import os, sys, time
        from app.ground.news import Listener
        def until(what):
            end = time.monotonic() + 60
            while not what():
                assert time.monotonic() < end
                time.sleep(0.01)
        listener = Listener(sys.argv[1], lambda: None)
        listener.begin()
    """
    code = textwrap.dedent(head) + textwrap.dedent(script)
    done = subprocess.run([sys.executable, "-c", code, url], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("state", ["listening", "on its way"])
def test_a_process_that_has_done_its_work_ends_though_it_listens(app, settings, state):
    run("until(lambda: listener.hears)" if state == "listening" else "", settings.database_url)  # else it is waited for in vain


def test_a_process_that_was_forked_off_does_not_believe_that_it_hears(app, settings):
    run(
        """
        until(lambda: listener.hears)
        child = os.fork()
        if child == 0:
            assert not listener.hears
            listener.begin()
            until(lambda: listener.hears)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
        assert listener.hears
        """,
        settings.database_url,
    )


def test_a_link_that_is_lost_is_logged_once_not_at_every_try():
    assert run("time.sleep(2.5)", NOWHERE).count("news_lost") == 1
