"""The roster made anew, from nothing, by the owner of the tables: by every core, its indexes built at the end."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import psycopg

PARTS, AT_ONCE = 64, 2  # ranges of people; how many of them are read at once


def rebuild(url: str, *, graces: Mapping[str, int] | None) -> Iterator[str]:
    """Empty the roster and write every row again from its view; say how far it is. What people do meanwhile is followed as
    always; officers see a part until it is done. `graces`: party rule 5 as it stands, None to leave it.

    A run that is cut short leaves a part, and no index: run again, it makes all of it.
    """
    began = time.monotonic()
    with psycopg.connect(url, autocommit=True) as owner:
        indexes = [str(row[0]) for row in owner.execute(_INDEXES).fetchall()]
        if graces is not None:
            with owner.transaction():
                owner.execute("delete from roster_graces")
                owner.cursor().executemany("insert into roster_graces values (%s, %s)", list(graces.items()))
        with owner.transaction():
            owner.execute("truncate roster, roster_tallies")
            for (name,) in owner.execute(_NAMES).fetchall():
                owner.execute(f'drop index "{name}"')
        cuts = [row[0] for row in owner.execute(_CUTS, {"parts": PARTS}).fetchall()]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        written = sum(pool.map(lambda span: _write(url, *span), list(pairwise([None, *cuts, None]))))
    yield f"{written} rows of the roster in {time.monotonic() - began:.0f} s."
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda statement: _run(url, statement), indexes or _from_the_models()))
    _run(url, _TALLY)
    _run(url, "vacuum analyze roster, roster_tallies")
    yield f"With its indexes after {time.monotonic() - began:.0f} s."


_NAMES = "select indexname from pg_indexes where schemaname = 'public' and tablename = 'roster' and indexname <> 'pk_roster'"
_INDEXES = "select indexdef from pg_indexes where schemaname = 'public' and tablename = 'roster' and indexname <> 'pk_roster'"
# Where to cut people into parts of one size.
_CUTS = """
    select id from (
        select id, row_number() over (order by id) as place, count(*) over () as whole from people
    ) p where place > 1 and place %% greatest(whole / %(parts)s, 1000) = 1 order by id
"""
_TALLY = """
    lock table roster in share mode;
    truncate roster_tallies;
    insert into roster_tallies (whole, branch_id, decided, owed_from, can_enrol, people)
    select grouping(branch_id) = 1, branch_id, decided, owed_from, can_enrol, count(*) from roster
     group by grouping sets ((branch_id, decided, owed_from, can_enrol), (decided, owed_from, can_enrol))
"""
_COLUMNS = (
    "person_id, since, membership_id, number, decided, ended_on, owed_from, set_code, electorate_code, branch_id, can_enrol,"
    " consents, last_gave_on"
)


def _write(url: str, since: object, until: object) -> int:
    """The rows of the people of one part. Who was written meanwhile is written as they are."""
    with psycopg.connect(url) as owner:
        owner.execute("set local hustings.roster = 'tallied at the end'")
        done = owner.execute(
            f"insert into roster ({_COLUMNS}, changed_at) select {_COLUMNS}, clock_timestamp() from roster_now"  # noqa: S608
            " where (%(since)s::uuid is null or person_id >= %(since)s) and (%(until)s::uuid is null or person_id < %(until)s)"
            " on conflict do nothing",
            {"since": since, "until": until},
        )
        return done.rowcount


def _run(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("set maintenance_work_mem = '256MB'; set work_mem = '64MB'")
        owner.execute(statement)


def _from_the_models() -> list[str]:
    """How the indexes are made, for a run after one that was cut short between dropping and building them."""
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.schema import CreateIndex

    from app.wiring import metadata

    made = metadata.tables["roster"].indexes
    return [str(CreateIndex(index).compile(dialect=postgresql.dialect())) for index in made]  # type: ignore[no-untyped-call]
