"""People written in the application's own role, as any request would: each wall of the database is tried on each row."""

from __future__ import annotations

import psycopg

from app.ground.settings import APP_ROLE

from .making import TABLES, Maker, Party, Words, columns

# COPY does not go through row-level security: what it guards is copied beside it and inserted from there.
WALLED = ("people",)


def write(party: Party, first: int, last: int, *, url: str) -> None:
    """Make and write these people in one transaction, with their rows of the roster."""
    rows = Maker(party, Words(party), first, last).make()
    with psycopg.connect(url, options=f"-c role={APP_ROLE} -c timezone=UTC") as connection:
        connection.execute("set local hustings.roster = 'later'")
        for table in TABLES:
            named, into = columns(table, party), table
            if table in WALLED:
                into = f"{table}_beside"
                connection.execute(f"create temp table {into} on commit drop as select {named} from {table} limit 0")  # noqa: S608
            with connection.cursor().copy(f"copy {into} ({named}) from stdin") as copy:
                copy.write("".join(rows.get(table, ())))
            if table in WALLED:
                connection.execute(f"insert into {table} ({named}) select {named} from {into}")  # noqa: S608
        connection.execute("select roster_write(array_agg(id)) from people_beside")
