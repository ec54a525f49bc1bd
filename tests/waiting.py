"""Waiting for what is to happen, not for a while; and stopping what takes too long by its own work, not by the clock."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg


def wait_for_waiting(owner: psycopg.Connection, number: int = 1) -> None:
    """Until so many sessions of the database wait for a lock; a minute at most, which is long on the busiest machine."""
    asked = (
        "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        " and backend_type = 'client backend'"
    )
    end = time.monotonic() + 60
    while owner.execute(asked).fetchone()[0] < number:
        assert time.monotonic() < end, "nobody waits"
        time.sleep(0.01)


@contextmanager
def no_more_work_than(seconds: float) -> Iterator[None]:
    """Stop what has kept the processor busy for so many seconds, with an AssertionError in the midst of it. What others do on
    the machine meanwhile does not count."""

    def stop(*_: object) -> None:
        raise AssertionError(f"that is more than {seconds} s of work")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
