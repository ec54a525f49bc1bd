"""People loaded by the owner of the tables: triggers off in the sessions that load, indexes put off until all are there.

What a run is and what it must put back is written down before anything is taken away (the schema `seeding`, which is there only
while a run is), so that a run that was cut short is gone on with, and `flask doctor` says so until it is. Meant for an
installation that nobody uses meanwhile: without its indexes it is slow, and two people could be given one email address.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import LiteralString

import click
import psycopg

from .making import TABLES, Maker, Party, Words, columns

AT_ONCE = 2  # indexes that are built at one time
LOCK = "select pg_try_advisory_lock(hashtextextended('seeding', 0))"

BEGIN = """
create schema seeding;
create table seeding.run (people bigint, before bigint, today date, numbers bigint, chunk bigint);
create table seeding.done (first bigint primary key, last bigint not null);
create table seeding.put_back (place bigint primary key, statement text not null);
"""
# Primary keys stay: rows come in the order of their ids, and what points at them needs them.
PUT_OFF = """
select coalesce(c.conname, i.relname), c.conname is not null, t.relname,
       case when c.oid is null then pg_get_indexdef(i.oid)
            else format('alter table %%I add constraint %%I %%s', t.relname, c.conname, pg_get_constraintdef(c.oid)) end
  from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
  left join pg_constraint c on c.conindid = i.oid and c.contype = 'u'
 where t.relnamespace = 'public'::regnamespace and t.relname = any(%s) and not x.indisprimary
   and not exists (select from pg_constraint f where f.contype = 'f' and f.conindid = i.oid)
 order by i.relname
"""


class CutShort(click.ClickException):
    """A run for another number of people is not done."""

    def __init__(self, people: int):
        super().__init__(f"A run was cut short: flask seed --people {people} goes on with it. Nothing was added.")


class Underway(click.ClickException):
    def __init__(self) -> None:
        super().__init__("Another flask seed is adding people. Nothing was added.")


@dataclass(frozen=True)
class Run:
    """What is loaded. `missing`: the chunks that are not there yet, first and last (excluded); `done`: people who are."""

    party: Party
    missing: list[tuple[int, int]]
    done: int


@contextmanager
def begun(party: Party, url: str, *, chunk: int) -> Iterator[Run]:
    """A run that has begun, or the one that was cut short. Held for its length. Raises CutShort, Underway."""
    with psycopg.connect(url, autocommit=True) as owner:
        if not _one(owner, LOCK):
            raise Underway()
        if _one(owner, "select to_regnamespace('seeding') is null"):
            with owner.transaction():
                _begin(owner, party, chunk)
        question = "select people, before, today, numbers, chunk from seeding.run"
        people, before, today, numbers, chunk = owner.execute(question).fetchone()  # type: ignore[misc]
        if people != party.count:
            raise CutShort(people)
        there = {row[0] for row in owner.execute("select first from seeding.done")}
        chunks = [(first, min(first + chunk, people)) for first in range(0, people, chunk)]
        yield Run(
            replace(party, before=before, today=today, numbers=numbers),
            [one for one in chunks if one[0] not in there],
            sum(last - first for first, last in chunks if first in there),
        )


def unfinished(owner: psycopg.Connection) -> int:
    """How many people a run was to add that was cut short; 0 where there is none."""
    if _one(owner, "select to_regnamespace('seeding') is null"):
        return 0
    return _one(owner, "select people from seeding.run")


def _begin(owner: psycopg.Connection, party: Party, chunk: int) -> None:
    owner.execute(BEGIN)
    owner.execute(f"comment on schema seeding is 'flask seed --people {int(party.count)}'")
    numbers = _one(owner, "select coalesce(max(number), 0) from memberships")
    owner.execute(
        "insert into seeding.run values (%s, %s, %s, %s, %s)", [party.count, party.before, party.today, numbers, chunk]
    )
    owner.execute("select setval(pg_get_serial_sequence('memberships', 'number'), %s)", [numbers + party.count])
    for place, (name, is_constraint, table, statement) in enumerate(owner.execute(PUT_OFF, [list(TABLES)]).fetchall()):
        owner.execute("insert into seeding.put_back values (%s, %s)", [place, statement])
        owner.execute(f'alter table "{table}" drop constraint "{name}"' if is_constraint else f'drop index "{name}"')


_home: tuple[Party, Words, str]


def at_home(party: Party, url: str) -> None:
    """In each process that makes people: what it knows of the installation."""
    global _home
    _home = (party, Words(party), url)


def load(first: int, last: int) -> int:
    """Make and load these people in one transaction, which says that they are there. Returns how many."""
    party, words, url = _home
    rows = Maker(party, words, first, last).make()
    with psycopg.connect(url, options="-c timezone=UTC -c synchronous_commit=off") as owner:
        _without_triggers(owner)
        for table in TABLES:
            with owner.cursor().copy(f"copy {table} ({columns(table, party)}) from stdin") as copy:
                copy.write("".join(rows.get(table, ())))
        owner.execute("insert into seeding.done values (%s, %s)", [first, last])
    return last - first


def _without_triggers(owner: psycopg.Connection) -> None:
    """For this transaction. An owner who may not say so has every trigger run, which takes several times as long."""
    owner.execute("set local hustings.roster = 'later'")
    try:
        with owner.transaction():
            owner.execute("set local session_replication_role = replica")
    except psycopg.errors.InsufficientPrivilege:
        pass


def put_back(url: str) -> Iterator[str]:
    """Build what was put off, each once; say how long it took."""
    began = time.monotonic()
    with psycopg.connect(url) as owner:
        waiting = owner.execute("select place, statement from seeding.put_back order by place").fetchall()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        # A constraint takes its table for itself: plain indexes first, then those, one after the other.
        list(pool.map(lambda one: _build(url, *one), [one for one in waiting if not one[1].startswith("alter")]))
    for place, statement in waiting:
        if statement.startswith("alter"):
            _build(url, place, statement)
    yield f"{len(waiting)} indexes in {time.monotonic() - began:.0f} s."


def _build(url: str, place: int, statement: str) -> None:
    with psycopg.connect(url) as owner:
        owner.execute("set local maintenance_work_mem = '1GB'")
        owner.execute("set local max_parallel_maintenance_workers = 1")
        owner.execute(statement)
        owner.execute("delete from seeding.put_back where place = %s", [place])


def end(url: str) -> Iterator[str]:
    """Statistics as they are now, and no trace of the run."""
    began = time.monotonic()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda table: _tidy(url, table), TABLES))
    with psycopg.connect(url) as owner:
        owner.execute("select moves_tally_anew()")
        owner.execute("drop schema seeding cascade")
    yield f"Statistics in {time.monotonic() - began:.0f} s."


def _tidy(url: str, table: str) -> None:
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute(f"vacuum (analyze) {table}")


def _one(owner: psycopg.Connection, question: LiteralString) -> int:
    row = owner.execute(question).fetchone()
    assert row is not None
    return int(row[0])
