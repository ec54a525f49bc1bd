"""Many synthetic people, for scale: made and sealed by every core, written by COPY. Nobody real is meant.

A few thousand are written in the application's own role, so that each wall of the database is tried on each row. More than that
are loaded by the owner of the tables (loading.py): without triggers, indexes and roster at the end.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import get_context

import click
from sqlalchemy import func, select

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.embedded import stop_with_parent
from app.keeping import roster
from app.party.branches import queries as branches
from app.party.branches import services as branch_services
from app.party.electorates import queries as electorates
from app.party.people.models import Person
from app.web.house import house

from . import loading, writing
from .making import Party, Places

CHUNK = 10_000  # people in one transaction
MANY = 10_000  # from so many on, where they are more than half of those who are there already, the owner loads them

Say = Callable[[str], object]


def fill(count: int, *, say: Say) -> None:
    """Add `count` people: members with their terms and what they paid, some of whom are behind, lapsed, left or came back, and
    supporters. Says how far it is as it goes. The audit log is not told of them: they are weight, not people.

    The same count over as many people on the same day makes the same people. A run of many that is cut short is gone on with
    by the same command; raises loading.CutShort for another count, loading.Underway while one runs.
    """
    began, here = time.monotonic(), gather(count)
    if count < MANY or count * 2 < here.before:
        chunks = [(first, min(first + CHUNK, count)) for first in range(0, count, CHUNK)]
        with _progress(count, say) as on:
            for first, last in chunks:
                writing.write(here, first, last, url=house().settings.database_url)
                on(last - first)
    else:
        _load(here, say)
    seconds = time.monotonic() - began
    say(f"{count} people in {seconds:.0f} s, {count / seconds:.0f} a second.")


def gather(count: int) -> Party:
    """What whoever makes people must know of the installation."""
    settings = house().settings
    before = session.scalar(select(func.count()).select_from(Person)) or 0
    session.remove()
    return Party(dict(settings.seal_keys), settings.index_key, settings.party_name, clock.today(), before, count, _places())


def _load(here: Party, say: Say) -> None:
    url = house().settings.database_owner_url
    with loading.begun(here, url, chunk=CHUNK) as run:
        if run.done:
            say(f"Going on with a run that was cut short: {run.done} of {here.count} people are there.")
        with _progress(here.count - run.done, say) as on:
            for size in _by_every_core(run, url):
                on(size)
        for line in loading.put_back(url):
            say(line)
        for line in roster.rebuild(url, graces=None):
            say(line)
        for line in loading.end(url):
            say(line)


def _places() -> Places:
    """A branch for each electorate that falls to none yet, made by the house’s own verbs; and which is whose."""
    today = clock.today()
    with transaction():
        taken = {(row.set_code, row.electorate_code) for row in branches.electorates_held(on=today)}
        for seat in electorates.electorates_on(today):
            if (seat.set_code, seat.code) not in taken:
                there = branches.find_branch(seat.name) or branch_services.add_branch(seat.name, by="system", on=today)
                held = [row.electorate_code for row in branches.electorates_held(on=today) if row.branch_id == there.id]
                branch_services.hold_electorates(there, [*held, seat.code], by="system", on=today)
        return sorted((row.set_code, row.electorate_code, str(row.branch_id)) for row in branches.electorates_held(on=today))


def _by_every_core(run: loading.Run, url: str) -> Iterator[int]:
    """The sizes of chunks as they are done. Spawned, not forked: a child must not share this process's connections."""
    waiting = iter(run.missing)
    underway: set[Future[int]] = set()
    with ProcessPoolExecutor(
        os.cpu_count(), mp_context=get_context("spawn"), initializer=_begin_work, initargs=(run.party, url)
    ) as pool:
        while True:
            while len(underway) < 4 and (chunk := next(waiting, None)):
                underway.add(pool.submit(loading.load, *chunk))
            if not underway:
                return
            done, underway = wait(underway, return_when=FIRST_COMPLETED)
            for one in done:
                yield one.result()


def _begin_work(party: Party, url: str) -> None:
    stop_with_parent()  # one that stayed would wait for ever, or add its people beside the next run's
    gc.disable()  # rows are strings in lists, and go with their chunk
    loading.at_home(party, url)


@contextmanager
def _progress(count: int, say: Say) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; elsewhere a line every five seconds."""
    if sys.stdout.isatty():
        with click.progressbar(length=count, label="People", show_pos=True) as bar:
            yield bar.update
        return
    made, next_line = 0, time.monotonic() + 5

    def on(size: int) -> None:
        nonlocal made, next_line
        made += size
        if time.monotonic() > next_line:
            say(f"{made} of {count} people")
            next_line = time.monotonic() + 5

    yield on
