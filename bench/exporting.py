"""A file of the whole party, in turns with COPY of the same columns; and of a small part of it, for what memory grows by.

`ours`: the worker’s errand in a process of its own, from the row that was asked for to the file that can be taken: rights,
count, who is in it, unsealing, marks, cells, encryption, the disk. `COPY`: PostgreSQL hands the same columns of the same rows
over as its owner, without walls, sealed as they lie; nothing is done with them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import timedelta
from statistics import median
from uuid import UUID

import psutil  # type: ignore[import-untyped]  # no stubs for the sake of a benchmark
import psycopg

from app.ground import clock, strongroom
from app.ground.db import session, transaction
from app.party.agreeing import services as agreeing
from app.party.branches.rules import OfficeName
from app.party.branches.scope import EVERYONE, looking_as
from app.party.exports import queries, services
from app.party.exports.rules import Why
from app.party.roster.rules import Asked

from .figures import Figure
from .officers import holder
from .place import Place

COPY = """
    copy (select r.person_id, r.number, p.sealed, r.can_enrol, r.decided, r.since, r.owed_from, r.set_code, r.electorate_code,
                 b.name, r.consents, r.last_gave_on
            from roster r join people p on p.id = r.person_id left join branches b on b.id = r.branch_id) to stdout
"""


def run(place: Place) -> list[Figure]:
    with place.app().app_context():
        secretary, treasurer = holder(place, OfficeName.SECRETARY), holder(place, OfficeName.TREASURER)
        everybody, part = Asked(), _small(place)
        turns = []
        for _ in range(max(min(place.rounds, 3), 1)):
            copied = _copy(place)
            turns.append((_write(place, everybody, secretary, treasurer), copied))
        small = _write(place, part, secretary, treasurer)
    ours = [whole["rows"] / whole["seconds"] for whole, _ in turns]
    bare = [whole["rows"] / seconds for whole, seconds in turns]
    ratio = median(one / other for one, other in zip(ours, bare, strict=True))
    peak, base = max(whole["peak"] for whole, _ in turns), small["peak"]
    note = f"{turns[0][0]['rows']:,} rows; {median(w['cpu'] for w, _ in turns):.1f} s of the worker’s processor"
    return [
        Figure("exports.all", median(ours), "rows/s", median(bare), ratio, ">= 0.25", "COPY of the same columns", note),
        Figure(
            "exports.memory", peak, "MB", None, None, "<= 200", "", f"highest of the process; {turns[0][0]['began']:.0f} before"
        ),
        Figure("exports.memory.grown", peak - base, "MB", None, None, "<= 16", "", f"above a file of {small['rows']:,} rows"),
    ]


def _small(place: Place) -> Asked:
    """Whom some ten thousand, or all there are, joined."""
    with psycopg.connect(place.postgres.url()) as owner:
        row = owner.execute(
            "select max(since) from (select since from roster where decided <> 'supporter' order by since desc limit 10000) r"
        ).fetchone()
        last = row[0] if row else clock.today()
        row = owner.execute(
            "select min(since) from (select since from roster where decided <> 'supporter' order by since desc limit 10000) r"
        ).fetchone()
        first = row[0] if row else last
    return Asked(joined_from=first + timedelta(days=1)) if first < last else Asked(joined_from=first)


def _copy(place: Place) -> float:
    with psycopg.connect(place.postgres.url()) as owner, owner.cursor() as cursor:
        owner.execute("set max_parallel_workers_per_gather = 0")
        began = time.perf_counter()
        with cursor.copy(COPY) as rows:
            for _row in rows:
                pass
        return time.perf_counter() - began


def _write(place: Place, asked: Asked, secretary: UUID, treasurer: UUID) -> dict[str, float]:
    """Ask for a file, agree to it, and have it written by a process of its own, which says what it took."""
    on, by = clock.today(), f"person:{secretary}"
    with looking_as(EVERYONE), transaction():
        file = services.ask(asked, EVERYONE, why=Why.CHECK, bom=False, person_id=secretary, by=by, on=on)
        export_id, agreement_id = file.id, file.agreement_id
    if agreement_id:
        with transaction():
            agreeing.agree(agreement_id, second_id=treasurer, by=f"person:{treasurer}", on=on)
        with transaction():
            agreeing.carry_out(agreement_id)
    command = [sys.executable, "-m", "bench.exporting", str(export_id)]
    done = subprocess.run(command, env=place.environ(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    took: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    written = queries.find(export_id)
    assert written
    assert written.file_id
    took["rows"] = written.rows or 0
    strongroom.remove(written.file_id)
    session.remove()
    return took


def _alone(export_id: UUID) -> None:
    """In a process of its own, as a worker has the errand in hand."""
    from app import create_app
    from app.party.exports import errands

    me = psutil.Process()
    with create_app().app_context():
        began = me.memory_info().rss / 1e6
        clocked, used = time.perf_counter(), time.process_time()
        errands.write(export_id)
        took = {"seconds": time.perf_counter() - clocked, "cpu": time.process_time() - used, "began": began, "peak": _peak()}
    print(json.dumps(took))


def _peak() -> float:
    """The most memory this process ever held, in MB."""
    with open("/proc/self/status") as said:
        return next(int(line.split()[1]) / 1000 for line in said if line.startswith("VmHWM"))


if __name__ == "__main__":
    _alone(UUID(sys.argv[1]))
