"""All tables at once: emptied, pictured, put back. As their owner, past the walls and the triggers, which only tests do."""

from __future__ import annotations

import psycopg

KEPT = ("electorate_sets", "electorates", "alembic_version", "audit_head", "roster_graces")


def empty(url: str) -> None:
    """Take every row out of every table, past the walls: only the owner can, and only tests do."""
    with psycopg.connect(url) as connection:
        connection.execute("set session_replication_role = replica")
        for name in held(connection):
            connection.execute(f'delete from "{name}"')
        connection.execute("update audit_head set seq = 0, hash = repeat('0', 64)")


def held(connection: psycopg.Connection) -> list[str]:
    """The tables that have rows, but for those that every test begins with."""
    tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
    asked = " union all ".join(
        f"select '{name}' where exists (select from \"{name}\")" for (name,) in tables if name not in KEPT
    )
    return [name for (name,) in connection.execute(asked)]


def picture(url: str) -> dict[str, bytes]:
    """Every row there is, table by table, and where the log has come to. Of empty tables: nothing."""
    with psycopg.connect(url) as connection:
        names = held(connection)
        return {name: _copied(connection, name) for name in [*names, "audit_head"]} if names else {}


def _copied(connection: psycopg.Connection, name: str) -> bytes:
    with connection.cursor().copy(f'copy "{name}" to stdout (format binary)') as rows:
        return b"".join(rows)


def copy_back(url: str, rows: dict[str, bytes]) -> None:
    """Put the rows of a picture into empty tables, past the walls and the triggers: what those wrote is in the picture."""
    with psycopg.connect(url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("delete from audit_head")
        for name, content in rows.items():
            with connection.cursor().copy(f'copy "{name}" from stdin (format binary)') as copy:
                copy.write(content)
