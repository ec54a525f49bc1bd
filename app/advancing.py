"""A demo in which time passes: day by day, as it would pass by itself, only sooner.

Each day is begun in its morning: the world outside (the payment provider's stand-in, which follows the same file) does what
has become due there, what it tells is heard and acted on, and then the timetable's chores of that day are done in their
order.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from app import wiring
from app.ground import clock, jobs, passing
from app.ground.db import transaction
from app.ground.jobs import Timed
from app.ground.passing import Progress

if TYPE_CHECKING:
    from flask import Flask

MORNING = clock_time(10)  # after all that the timetable and the rooms do in the night and at nine
QUIET_WITHIN, OURSELVES_AFTER = 20.0, 0.4  # seconds: for the jobs of a day; until we take a hand in them
log = structlog.get_logger()


def advance(app: Flask, file: Path, *, url: str, days: int, say: Callable[[date], None] = lambda _: None) -> Progress:
    """Let `days` days pass, to the morning of the last. Raises passing.Underway while another does.

    What fails on a day is noted and does not stop the days after it, as nothing would outside.
    """
    with passing.alone(file):
        day = clock.today()
        progress = Progress(since=day, at=day, until=day + timedelta(days=days))
        passing.note(file, progress)
        while progress.at < progress.until:
            progress.at += timedelta(days=1)
            _live_through(app, file, progress, url=url)
            passing.note(file, progress)
            say(progress.at)
        return progress


def _live_through(app: Flask, file: Path, progress: Progress, *, url: str) -> None:
    step = clock.start_of(progress.at, MORNING) - clock.now()
    shift = passing.move_on(file, max(step, timedelta()))
    with transaction():
        jobs.bring_nearer(max(step, timedelta()))
    if not passing.world_arrived(file, shift):
        progress.trouble.append(f"{progress.at}: the payment provider did not come after.")
    _do_what_waits(app, progress, url=url)
    for timed in todays(wiring.timetable()):
        try:
            timed.run()
        except Exception as error:
            log.exception("chore_failed", chore=timed.name)
            progress.trouble.append(f"{progress.at}: {timed.name} failed ({type(error).__name__}).")
    _do_what_waits(app, progress, url=url)


def todays(timetable: list[Timed]) -> list[Timed]:
    """The chores of one day, each once: those that come every few minutes first, then the daily ones by New Zealand's clock."""

    def turn(timed: Timed) -> clock_time:
        minute, hour = timed.cron.split()[:2]
        if not (minute.isdecimal() and hour.isdecimal()):
            return clock_time.min
        at = datetime.combine(clock.now().date(), clock_time(int(hour), int(minute)), UTC)
        return at.astimezone(clock.NEW_ZEALAND).time()

    return sorted(timetable, key=turn)


def _do_what_waits(app: Flask, progress: Progress, *, url: str) -> None:
    """Wait until no job is left that can be done; the worker does them, or we do where there is none."""
    began = time.monotonic()
    while True:
        with transaction():
            waiting, doing = jobs.at_hand()
        passed = time.monotonic() - began
        if not waiting and not doing:
            return
        if passed > QUIET_WITHIN:
            progress.trouble.append(f"{progress.at}: {waiting + doing} jobs were not done within {QUIET_WITHIN:.0f} seconds.")
            return
        if waiting and passed > OURSELVES_AFTER:
            jobs.work(url, chores=wiring.chores(), timetable=[], around=app.app_context, until_idle=True, concurrency=1)
        time.sleep(0.02)
