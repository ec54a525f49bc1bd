"""Sealing every value anew under the highest key, beside a running application.

Where it stands is in the values themselves: each begins with the number of its key. So a run that is killed loses nothing
and the next one goes on. Rows are taken in batches, a transaction each, under the weakest lock that keeps others from
writing them; a row somebody else holds is passed over and taken later, read afresh.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from app.ground.seal import Seal, SealBroken, digest
from app.ground.sealed import Place, by_number, present

BATCH = 500
PATIENCE = 30.0  # seconds for which rows may be held by somebody else before we say so


class StillHeld(Exception):
    """Rows that somebody else has held for too long to be sealed anew now."""


@dataclass
class Work:
    """One column on its way to the highest key."""

    place: Place
    values: int
    old: int
    broken: set[str] = field(default_factory=set)


def survey(connection: psycopg.Connection, places: list[Place], *, key: int) -> list[Work]:
    """How many values each column has, and how many of them are not under `key`."""
    found = []
    for place in present(connection, places):
        numbers = by_number(connection, place)
        found.append(Work(place, sum(numbers.values()), sum(count for number, count in numbers.items() if number != key)))
    return found


def seal_anew(
    connection: psycopg.Connection, work: Work, seal: Seal, *, batch: int = BATCH, patience: float = PATIENCE
) -> Iterator[int]:
    """Seal what is left of one column, and yield after each batch how many values it was.

    `connection` is the owner's, in autocommit. Values that do not open stay as they are and are named in `work.broken`.
    Raises StillHeld when rows stay locked for `patience` seconds.
    """
    quiet_since = time.monotonic()
    while True:
        after = None
        while True:
            with connection.transaction():
                rows = connection.execute(_next(work.place, after), _bounds(seal.current, after, batch)).fetchall()
                anew = _open_and_close(rows, work, seal)
                if anew:
                    connection.execute(_keep(work.place), [list(anew), list(anew.values())])
            if anew:
                quiet_since = time.monotonic()
                yield len(anew)
            if not rows:
                break
            after = rows[-1][0]
        left = survey(connection, [work.place], key=seal.current)[0].old - len(work.broken)
        if left <= 0:
            return
        if time.monotonic() - quiet_since > patience:
            raise StillHeld(
                f"{left} values of {work.place} are held by somebody else: run flask keys rotate again when they are done."
            )
        time.sleep(0.1)


def _open_and_close(rows: list[tuple[object, bytes]], work: Work, seal: Seal) -> dict[object, bytes]:
    anew = {}
    for row, sealed in rows:
        try:
            anew[row] = seal.anew(bytes(sealed), table=work.place.table, row=row)  # type: ignore[arg-type]  # a UUID
        except SealBroken:
            work.broken.add(f"{work.place.table}:{row}")
    return anew


def _next(place: Place, after: object) -> sql.Composed:
    """The next rows not under the key, by their own key; not those that others hold, and waiting for nobody."""
    further = sql.SQL("" if after is None else "and {row} > %(after)s").format(row=sql.Identifier(place.row))
    return sql.SQL(
        "select {row}, {column} from {table} where substring({column}, 1, 1) <> %(key)s {further}"
        " order by {row} limit %(batch)s for no key update skip locked"
    ).format(
        further=further, row=sql.Identifier(place.row), column=sql.Identifier(place.column), table=sql.Identifier(place.table)
    )


def _bounds(key: int, after: object, batch: int) -> dict[str, object]:
    return {"key": bytes([key]), "batch": batch, **({} if after is None else {"after": after})}


def _keep(place: Place) -> sql.Composed:
    return sql.SQL(
        "update {table} set {column} = anew.value from unnest(%s::uuid[], %s::bytea[]) as anew (row, value)"
        " where {table}.{row} = anew.row"
    ).format(row=sql.Identifier(place.row), column=sql.Identifier(place.column), table=sql.Identifier(place.table))


def not_as_signed(connection: psycopg.Connection, seal: Seal) -> list[str]:
    """Declarations that open, and do not say what was signed: their digest, made that day, is of another text."""
    found = []
    with connection.transaction(), connection.cursor(name="every_declaration") as cursor:
        cursor.itersize = 2000
        for row, sealed, signed in cursor.execute("select id, sealed, digest from declarations"):
            try:
                if digest(seal.open(bytes(sealed), table="declarations", row=row)) != signed:
                    found.append(f"declarations:{row}")
            except SealBroken:
                continue  # named by those who look for what does not open
    return found


def unreadable(connection: psycopg.Connection, place: Place, seal: Seal, *, most: int | None = None) -> list[str]:
    """Rows of one column whose value does not open, by name: of all of them, or of the oldest and newest `most`."""
    column, table, row = sql.Identifier(place.column), sql.Identifier(place.table), sql.Identifier(place.row)
    every = sql.SQL("select {row}, {column} from {table} where {column} is not null").format(
        row=row, column=column, table=table
    )
    if most is None:
        question = every
    else:
        ends = [every + sql.SQL(f" order by {{}} {way} limit {most:d}").format(row) for way in ("asc", "desc")]
        question = sql.SQL("({}) union ({})").format(*ends)
    broken = []
    with connection.transaction(), connection.cursor(name="every_sealed_value") as cursor:
        cursor.itersize = 2000
        for key, sealed in cursor.execute(question):
            try:
                seal.open(bytes(sealed), table=place.table, row=key)
            except SealBroken:
                broken.append(f"{place.table}:{key}")
    return broken
