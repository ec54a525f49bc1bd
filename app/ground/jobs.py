"""What must happen after is a row: jobs in the same PostgreSQL, in the same transaction, run by Procrastinate's worker.

A job is written in the statement below rather than through the library's `defer`, because one INSERT takes all jobs of a
transaction and lets a second wish for the same chore pass quietly. The library's own way to say “only once” is a unique
index over waiting jobs: with it, a job that failed cannot wait again while its like is waiting. The table, its triggers
and the worker are the library's own; the migration that installs them pins their version.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from . import clock
from .db import at_the_end, session
from .settings import APP_ROLE

HEARTBEAT, STALLED = 3.0, 12.0
TRIES = 17  # the last after a day and a half: whoever we ask may be away for that long
TURN_TRIES = 10  # the last after a quarter of an hour: then it is the next turn's

_INSERT = text("""
    insert into procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
    select 'hustings', task, wish.priority, null, null, wish.args, at
      from jsonb_to_recordset(cast(:jobs as jsonb))
        as wish (task text, priority int, once boolean, args jsonb, at timestamptz)
     where not once or not exists (
           select from procrastinate_jobs waiting
            where waiting.status = 'todo' and waiting.task_name = task and waiting.args = wish.args
              and coalesce(waiting.scheduled_at, now()) <= coalesce(at, now()))
""")


@dataclass(frozen=True)
class Chore:
    name: str
    run: Callable[..., None]


@dataclass(frozen=True)
class Timed:
    """A chore of the timetable: `cron` has five fields, UTC."""

    name: str
    cron: str
    run: Callable[..., None]


def enqueue(name: str, *, at: datetime | None = None, once: bool = False, priority: int = 0, **ids: UUID | int | str) -> None:
    """Have chore `name` done after this transaction is kept, not before `at` (UTC). Arguments are ids, never details. The row
    holds the world's time for `at`, because the table lives on the database's clock.

    `once`: if the same chore with the same ids already waits and will be done by then, this is the same wish and is not
    added. (Two transactions at once may both add it: chores bear being done twice.)
    """
    pending: list[dict[str, Any]] = session().info.setdefault("jobs", [])
    if not pending:
        at_the_end(_write)
    args = {key: value if isinstance(value, int) else str(value) for key, value in ids.items()}
    wish = {"task": name, "priority": priority, "once": once, "args": args, "at": clock.wall_at(at).isoformat() if at else None}
    if not (once and wish in pending):
        pending.append(wish)


def _write(current: Session) -> None:
    current.execute(_INSERT, {"jobs": json.dumps(current.info.pop("jobs"))})


def bring_nearer(span: timedelta) -> None:
    """Time has passed in this house that did not pass outside: what waits for a moment to come waits so much less long."""
    session.execute(
        text(
            "update procrastinate_jobs set scheduled_at = scheduled_at - :span where status = 'todo' and scheduled_at > now()"
        ),
        {"span": span},
    )


def at_hand() -> tuple[int, int]:
    """How many jobs wait that could be done now, and how many are being done."""
    row = session.execute(
        text("""
            select count(*) filter (where status = 'todo') as waiting, count(*) filter (where status = 'doing') as doing
              from procrastinate_jobs
             where status = 'doing' or (status = 'todo' and coalesce(scheduled_at, '-infinity') <= clock_timestamp())""")
    ).one()
    return row.waiting, row.doing


def _patient(manager: type[Any]) -> type[Any]:
    """Procrastinate's job manager, which leaves a turn of the timetable to the next one where that waits already."""
    from procrastinate.exceptions import UniqueViolation
    from procrastinate.jobs import Status

    class Manager(manager):  # type: ignore[misc]  # a base that is known when it runs
        async def retry_job(self, job: Any, **how: Any) -> None:
            try:
                await super().retry_job(job, **how)
            except UniqueViolation:
                await self.finish_job(job, status=Status.FAILED, delete_job=True)

    return Manager


def work(
    url: str,
    *,
    chores: list[Chore],
    timetable: list[Timed],
    around: Callable[[], AbstractContextManager[Any]],
    until_idle: bool = False,
    concurrency: int = 4,
) -> None:
    """Do chores until told to stop (SIGTERM lets the one in hand end), or until none waits. `around` holds each of them."""
    import procrastinate  # the web does without it

    connector = procrastinate.PsycopgConnector(
        conninfo=url, kwargs={"options": f"-c role={APP_ROLE} -c timezone=UTC"}, min_size=1, max_size=4
    )
    app = procrastinate.App(connector=connector)
    app.job_manager = _patient(procrastinate.manager.JobManager)(connector)
    retry = procrastinate.RetryStrategy(max_attempts=TRIES, exponential_wait=2)
    retry_turn = procrastinate.RetryStrategy(max_attempts=TURN_TRIES, exponential_wait=2)

    def held(run: Callable[..., None]) -> Callable[..., None]:
        def call(**args: Any) -> None:
            args.pop("timestamp", None)  # the timetable's own argument
            with around():
                run(**args)

        return call

    for chore in chores:
        app.task(name=chore.name, queue="hustings", retry=retry)(held(chore.run))
    for timed in timetable:
        # Before everything else: the timetable must tick while a long queue is being worked off.
        task = app.task(name=timed.name, queue="hustings", priority=10, queueing_lock=timed.name, retry=retry_turn)
        app.periodic(cron=timed.cron)(task(held(timed.run)))

    @app.task(name="jobs.rescue", queue="hustings", priority=20, queueing_lock="jobs.rescue", pass_context=True)
    async def rescue(context: Any, timestamp: int) -> None:
        """Take up what a killed worker had in hand."""
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
            await app.job_manager.retry_job(job)

    if timetable:  # who has none does what waits, and adds nothing to it
        app.periodic(cron="* * * * * */5")(rescue)

    with app.open():
        app.run_worker(
            queues=["hustings"],
            concurrency=concurrency,
            wait=not until_idle,
            delete_jobs="successful",
            listen_notify=not until_idle,
            fetch_job_polling_interval=2,
            update_heartbeat_interval=HEARTBEAT,
            stalled_worker_timeout=STALLED,
            install_signal_handlers=not until_idle,
        )
