"""The jobs that wait are done, by the real worker, in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

from app.ground import db, jobs
from app.ground.jobs import Chore, Timed


def do_what_waits(
    url: str,
    chores: Sequence[Chore],
    around: Callable[[], AbstractContextManager[object]],
    *,
    timetable: Sequence[Timed] = (),
) -> None:
    """Do the jobs that wait now (not those for later) until none is left."""
    db.session.remove()

    def work() -> None:
        jobs.work(url, chores=list(chores), timetable=list(timetable), around=around, until_idle=True, concurrency=1)

    with ThreadPoolExecutor(1) as thread:  # a loop of its own: the browser's may be running in this one
        thread.submit(work).result()
