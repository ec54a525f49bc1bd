"""What is done behind the pages: the worker, its jobs, the letters, the timetable."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from croniter import croniter  # what procrastinate itself reads the timetable with
from sqlalchemy import text

from app.ground import clock
from app.ground.db import session
from app.ground.settings import Settings
from app.law import polling
from app.web.health import NUMBERS, number
from app.wiring import timetable

SILENT, SLOW, UNSENT = 60, 600, 3600  # seconds
GRACE = timedelta(minutes=15)  # for a turn of the timetable to have been begun


def faults(settings: Settings) -> Iterator[str]:
    """In production a worker must be there always; the demo may stand still, as long as nothing waits for it."""
    silence = session.scalar(
        text("select extract(epoch from clock_timestamp() - max(last_heartbeat)) from procrastinate_workers")
    )
    alive = silence is not None and silence < SILENT
    waiting = _number("hustings_jobs_oldest_seconds")
    if not alive and (not settings.demo or waiting > SLOW):
        heard = "was ever heard of" if silence is None else f"has been heard of for {_span(float(silence))}"
        yield f"No worker {heard}: start flask worker, and have it started again when it stops."
    elif waiting > SLOW:
        yield f"A job has been waiting for {_span(waiting)}: read the worker’s log, or start another worker."
    yield from _failed()
    unsent = _number("hustings_letters_oldest_seconds")
    if unsent > UNSENT and (alive or not settings.demo) and not polling.silent_until(clock.now()):
        yield (
            f"{int(_number('hustings_letters_unsent'))} letters are not sent, the oldest for {_span(unsent)}: see whether "
            f"MAIL_URL answers. They go by themselves once it does."
        )
    if alive or not settings.demo:
        yield from missed_turns(clock.wall())


def _number(name: str) -> float:
    question = next(question for called, _about, question in NUMBERS if called == name)
    return number(question)


def _failed() -> Iterator[str]:
    rows = session.execute(
        text("select task_name, count(*) from procrastinate_jobs where status = 'failed' group by 1 order by 1")
    ).all()
    if rows:
        named = ", ".join(f"{name} ({count})" for name, count in rows)
        yield (
            f"Jobs were given up: {named}. Read the worker’s log for why; flask reconcile looks at payments again, and letters "
            f"are tried again by themselves."
        )


def missed_turns(now: datetime) -> Iterator[str]:
    """Chores of the timetable whose latest turn was not begun."""
    begun: dict[str, int] = {
        row.task_name: row.at
        for row in session.execute(
            text("select task_name, max(defer_timestamp) as at from procrastinate_periodic_defers group by 1")
        ).all()
    }
    first = session.scalar(text("select min(defer_timestamp) from procrastinate_periodic_defers"))
    if first is None:
        return  # no worker has ever been here, which is said elsewhere
    for timed in timetable():
        turn: float = croniter(timed.cron, now - GRACE).get_prev(float)
        if turn > begun.get(timed.name, 0) and turn >= first:
            at = datetime.fromtimestamp(turn, UTC)
            yield f"{timed.name} should have run at {at:%Y-%m-%d %H:%M} UTC and did not: see that a worker runs all the time."


def _span(seconds: float) -> str:
    for size, word in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {word}"
    return f"{int(seconds)} seconds"
