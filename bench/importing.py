"""A list of 50,000 people is brought in: read, held against everybody we know, sealed, written down. In turns with what the
bare engine does for as many sealed rows that are known to be new: COPY beside, and INSERT … ON CONFLICT into the same tables.

Of the list four in five are new, some are known by their email, some are likely somebody (the name and the phone of somebody).
"""

from __future__ import annotations

import csv
import io
import random
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import psycopg

from app.ground import clock, db
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.ground.mail import office
from app.ground.settings import APP_ROLE
from app.party.branches.rules import OfficeName
from app.party.imports import errands, queries, services
from app.party.people import queries as people
from app.party.people.models import Details
from app.seeding_many import names

from .figures import Figure
from .officers import holder
from .place import Place

ROWS = 50_000
LUCK = random.Random()  # no seed: a database that is kept has met the rows of the last run
HEADINGS = ("Name", "Email", "Phone", "Address", "Date of birth", "Subscribed")


def run(place: Place) -> list[Figure]:
    with place.app().app_context():
        by = f"person:{holder(place, OfficeName.SECRETARY)}"
        known = _known(place)
        turns = []
        for _ in range(min(place.rounds, 3)):
            ours = _bring_in(_list(known), by)
            turns.append((*ours, _bare(place, plain=False), _bare(place, plain=True)))
        sent, checked, applied, bare, plain = (median(turn[which] for turn in turns) for which in range(5))
    whole = sent + checked + applied
    size = f"{ROWS:,} rows, {place.people:,} people"
    rate, parts = ROWS / whole, f"sent {sent:.1f} s, checked {checked:.1f} s, imported {applied:.1f} s"
    return [
        Figure(
            "import.rows", rate, "rows/s", ROWS / bare, bare / whole, ">= 0.25",
            "COPY beside and INSERT … ON CONFLICT of sealed rows into the same tables", f"{size}; {parts}",
        ),
        Figure("import.rate", rate, "rows/s", None, None, ">= 2000", "", size),
        Figure(
            "import.plain", rate, "rows/s", ROWS / plain, plain / whole, None,
            "the same into tables with their keys only: no triggers, no search", size,
        ),
    ]  # fmt: skip


def _known(place: Place) -> list[Details]:
    """Some people who are there."""
    with psycopg.connect(place.postgres.url()) as owner:
        rows = owner.execute(
            "select id, sealed from people where sealed is not null order by md5(id::text) limit %s", [ROWS // 5]
        ).fetchall()
    return [Details.from_json(office().seal.open(sealed, table="people", row=row)) for row, sealed in rows]


def _list(known: list[Details]) -> bytes:
    held, some = io.StringIO(), LUCK.sample(known, min(len(known), ROWS // 5))
    writer = csv.writer(held)
    writer.writerow(HEADINGS)
    for number in range(ROWS):
        name, mark = names.name(LUCK), new_id().hex[-14:]
        row = [name, f"{mark}{number}@people.example", _phone(), names.address(LUCK), _born(), "yes"]
        if number % 5 == 0 and some:
            one = some[number // 5 % len(some)]
            if number % 20 == 0 and one.phone:
                row[0], row[2] = one.name, one.phone
            else:
                row = [one.name, one.email, one.phone, one.address, "", ""]
        writer.writerow(row)
    return held.getvalue().encode()


def _phone() -> str:
    return f"+6421{LUCK.randint(2_000_000, 9_999_999)}"


def _born() -> str:
    return f"{LUCK.randint(1, 28)}/{LUCK.randint(1, 12)}/{LUCK.randint(1935, 2008)}"


def _bring_in(content: bytes, by: str) -> tuple[float, float, float]:
    """Seconds for sending, checking, importing."""

    def send() -> Any:
        with transaction():
            return services.take_file(content, by=by).id

    import_id, sent = _timed(send)
    with transaction():
        services.begin_check(import_id, queries.kept_of(queries.find_import(import_id)).mapping, proven=True, by=by)
    _, checked = _timed(lambda: errands.check(import_id))
    with transaction():
        services.confirm(import_id, (), by=by)
    _, applied = _timed(lambda: errands.apply(import_id))
    counts = queries.counts_of(import_id)
    db.session.remove()
    assert counts.rows == ROWS, counts
    assert counts.outcomes["made"] > ROWS // 2, counts
    return sent, checked, applied


def _bare(place: Place, *, plain: bool) -> float:
    """Seconds in which the database alone takes as many rows, two thousand at a time as the import does. `plain`: into tables
    of their own, with their keys and no more."""
    seal, rows, buckets, consents = office().seal, [], [], []
    at = clock.now()
    for number in range(ROWS):
        name, person, email = names.name(LUCK), new_id(), f"{new_id().hex[-14:]}{number}@people.example"
        details = Details(name, email, names.address(LUCK), _phone()).as_json()
        rows.append((person, seal.close(details, table="people", row=person), people.email_index(email), None, at))
        buckets.append((person, seal.search_buckets(name, str(details["phone"]))))
        consents.append((new_id(), person, "news", True, "elsewhere", "bench", at))
    tables = {
        "people": ("id, sealed, email_index, can_enrol, created_at", rows),
        "people_name_buckets": ("person_id, buckets", buckets),
        "consents": ("id, person_id, kind, given, wording, source, at", consents),
    }
    with psycopg.connect(place.postgres.url()) as owner:
        if plain:
            for table in tables:
                owner.execute(f"drop table if exists bare_{table}")
                owner.execute(f"create table bare_{table} (like {table} including defaults)")
                owner.execute(f"grant select, insert on bare_{table} to {APP_ROLE}")
            owner.execute("create unique index on bare_people (email_index)")
            owner.execute("alter table bare_people add primary key (id)")
            owner.execute("alter table bare_people_name_buckets add primary key (person_id)")
    url = place.postgres.url(user="hustings_app")
    with psycopg.connect(url, options=f"-c role={APP_ROLE} -c timezone=UTC") as link:
        began = time.perf_counter()
        for start in range(0, ROWS, services.applying.rules.AT_ONCE):
            end = start + services.applying.rules.AT_ONCE
            for table, (columns, every) in tables.items():
                part = every[start:end]
                into = f"bare_{table}" if plain else table
                link.execute(f"create temp table {table}_beside on commit drop as select {columns} from {into} limit 0")
                with link.cursor().copy(f"copy {table}_beside ({columns}) from stdin") as copy:
                    for row in part:
                        copy.write_row(row)
                link.execute(f"insert into {into} ({columns}) select {columns} from {table}_beside on conflict do nothing")
            link.commit()
        return time.perf_counter() - began


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    found = work()
    taken = time.perf_counter() - began
    session.remove()
    return found, taken
