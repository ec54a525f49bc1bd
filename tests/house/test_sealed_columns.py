"""Every sealed column is on the one list that rotation, checks and backups read."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from psycopg import errors
from sqlalchemy import LargeBinary, Uuid

from app.ground.sealed import places
from app.wiring import metadata

ROOT = Path(__file__).resolve().parents[2]
# Bytes that are no details: keyed indexes and hashes, by the end of their name, and public halves of passkeys.
PLAIN = {"passkeys.credential_id", "passkeys.public_key", "rate_counts.key"}
PLAIN_ENDS = ("_index", "_hash")


def test_every_column_of_bytes_is_sealed_or_known_to_be_plain():
    listed = {str(place) for place in places(metadata)}
    bytes_of = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    stray = {name for name in bytes_of - listed - PLAIN if not name.endswith(PLAIN_ENDS)}
    assert stray == set(), "declare it Mapped[Sealed] (app/ground/sealed.py), or say above why it is plain"
    assert {"people.sealed", "payments.frozen", "declarations.sealed", "letters.sealed"} <= listed
    assert not [name for name in listed if name.endswith(PLAIN_ENDS)]


def test_every_sealed_row_is_named_by_one_uuid():
    for place in places(metadata):
        assert isinstance(metadata.tables[place.table].columns[place.row].type, Uuid), place


def test_what_is_sealed_in_the_code_is_sealed_for_a_table_of_the_list():
    """`seal.close(…, table="…")` names the table the value lies in; another name would not be opened by the rotation."""
    listed, named = {place.table for place in places(metadata)}, set()
    for file in sorted((ROOT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("close", "open"):
                tables = [keyword.value for keyword in node.keywords if keyword.arg == "table"]
                named |= {value.value for value in tables if isinstance(value, ast.Constant)}
    assert named == listed


def test_a_table_that_refuses_change_lets_its_sealed_column_be_sealed_anew(app, owner):
    """Such a trigger names the column: `execute function refuse_change('sealed')`. A rotation would stop there otherwise."""
    rows = owner.execute(
        """select tgrelid::regclass::text, encode(tgargs, 'escape') from pg_trigger
            where tgfoid = 'refuse_change'::regproc and tgtype & 16 > 0 and not tgisinternal"""
    ).fetchall()
    assert len(rows) >= 7
    refusing = dict(rows)
    for place in places(metadata):
        if place.table in refusing:
            assert refusing[place.table].removesuffix("\\000") == place.column, place


def test_sealing_anew_passes_where_change_is_refused(app, owner):
    """The trigger itself, on a table made for this test."""
    with owner.transaction(force_rollback=True):
        owner.execute("create table kept_things (id uuid primary key, sealed bytea, said text)")
        owner.execute(
            "create trigger refuse_change before update or delete on kept_things"
            " for each row execute function refuse_change('sealed')"
        )
        owner.execute("insert into kept_things values (gen_random_uuid(), '\\x01aabb', 'x')")
        assert owner.execute("update kept_things set sealed = '\\x02ccdd'").rowcount == 1
        for way in (
            "update kept_things set sealed = '\\x02aabb'",
            "update kept_things set sealed = '\\x03aa'",
            "update kept_things set sealed = '\\x03aabb', said = 'y'",
            "delete from kept_things",
        ):
            with pytest.raises(errors.IntegrityConstraintViolation, match="append-only"), owner.transaction():
                owner.execute(way)
