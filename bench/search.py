"""Search by name over sealed details: at this size and at 10,000 people. The plans go to bench-plans.txt."""

from __future__ import annotations

import time
from pathlib import Path

import psycopg

from app.ground.db import session
from app.ground.seal import fold
from app.party.people import queries

from .drive import percentile
from .figures import Figure
from .place import SMALL, Place

ASKED = 60
COMMON = ("ma", "ka", "sm", "wh", "jo", "har", "wil", "rang")


def run(place: Place) -> list[Figure]:
    found = _measure(place, "hustings", plans=Path("instance/bench-plans.txt"))
    small = {}
    if place.people > SMALL:
        place.fill("hustings_small", SMALL)
        small = _measure(place, "hustings_small")
    figures = []
    for kind, (p50, p95) in found.items():
        before = small.get(kind, (None, None))[1]
        figures.append(
            Figure(f"search.{kind}.p95", p95, "ms", None, None, "<= 100", "", f"p50 {p50:.1f} ms, {place.people} people")
        )
        if before:
            figures.append(Figure(f"search.{kind}.at_scale", p95, "ms", before, p95 / before, None, f"p95 at {SMALL} people"))
    return figures


def _measure(place: Place, database: str, *, plans: Path | None = None) -> dict[str, tuple[float, float]]:
    app = place.app(database)
    found: dict[str, tuple[float, float]] = {}
    with app.app_context():
        typed = _typed(place, database)
        for kind, names in typed.items():
            for name in names[:5]:
                queries.search_by_name(name)
            millis = []
            for name in names:
                began = time.perf_counter()
                queries.search_by_name(name)
                session.remove()
                millis.append((time.perf_counter() - began) * 1000)
            found[kind] = percentile(millis, 50), percentile(millis, 95)
        if plans:
            plans.parent.mkdir(mode=0o700, exist_ok=True)
            plans.write_text("\n\n".join(_plan(place, kind, names[0]) for kind, names in typed.items()) + "\n")
    return found


def _typed(place: Place, database: str) -> dict[str, list[str]]:
    """What people type: names that are there, drawn from the whole table."""
    with psycopg.connect(place.postgres.url(database=database)) as owner:
        rows = owner.execute(
            "select id from people where sealed is not null order by md5(id::text) limit %s", [ASKED]
        ).fetchall()
    names = [fold(queries.details_of(queries.get_person(row[0])).name).split() for row in rows]
    session.remove()
    return {
        "full_name": [f"{words[0]} {words[-1]}" for words in names],
        "two_prefixes": [f"{words[0][:3]} {words[-1][:3]}" for words in names],
        "family_name": [words[-1] for words in names],
        "given_name": [words[0] for words in names],
        "common_prefix": [prefix for _ in range(8) for prefix in COMMON],
        "nobody": [f"zzyx{number}" for number in range(20)],
    }


def _plan(place: Place, kind: str, name: str) -> str:
    """How PostgreSQL finds the candidates, measured."""
    from sqlalchemy import event

    lines: list[str] = []
    engine = session.get_bind()

    def note(_connection, cursor, statement, parameters, _context, _many) -> None:  # type: ignore[no-untyped-def]
        with psycopg.connect(place.postgres.url()) as owner:
            told = owner.execute(f"explain (analyze, buffers) {statement}", parameters).fetchall()
            lines.extend([f"-- {kind}: {name}", *(row[0] for row in told)])

    event.listen(engine, "before_cursor_execute", note)
    try:
        queries.search_by_name(name)
    finally:
        event.remove(engine, "before_cursor_execute", note)
        session.remove()
    return "\n".join(lines)
