"""A worker’s cold start, from nothing to its first answer, and what it holds in memory when idle (PSS)."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import psycopg

from .drive import fetch
from .figures import Figure
from .place import Place, Server
from .visitor import get

TIMES = 3


def run(place: Place) -> list[Figure]:
    web_starts, web_memory, job_starts, job_memory = [], [], [], []
    for number in range(TIMES):
        began = time.monotonic()
        web = place.ours(name=f"cold {number}", target="wsgi:app")
        web_starts.append(time.monotonic() - began)
        for path in ("/", "/join", "/policies/data-caps"):
            fetch(web, get(path))
        time.sleep(1)
        web_memory += [_pss(process.pid) for process in web.tree()[1:]]
        place.stop(web)
        began = time.monotonic()
        worker = place.start("job worker", [sys.executable, "-m", "flask", "worker"], place.environ())
        _until_it_beats(place, worker)
        job_starts.append(time.monotonic() - began)
        time.sleep(1)
        job_memory.append(sum(_pss(process.pid) for process in worker.tree()))
        worker.stop()
    return [
        Figure(
            "worker.web.cold_start", statistics.median(web_starts), "s", target="<= 3", note="Granian, two workers, to /healthz"
        ),
        Figure("worker.web.idle_memory", statistics.median(web_memory), "MB", target="<= 110", note="PSS of one of two"),
        Figure("worker.jobs.cold_start", statistics.median(job_starts), "s", target="<= 3", note="to its first heartbeat"),
        Figure("worker.jobs.idle_memory", statistics.median(job_memory), "MB", target="<= 110", note="PSS"),
    ]


def _until_it_beats(place: Place, worker: Server) -> None:
    with psycopg.connect(place.postgres.url(), autocommit=True) as owner:
        owner.execute("delete from procrastinate_workers")
        while not owner.execute("select 1 from procrastinate_workers").fetchone():
            assert worker.process.poll() is None, "the worker ended"
            time.sleep(0.02)


def _pss(pid: int) -> float:
    """The share of memory that is this process’s, in megabytes (Linux)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1000
    raise RuntimeError("this system tells no PSS")
