"""Migrations: one line of them, named for what they do, and what they make is what the models say."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory

from app.web.health import newest_migration

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ScriptDirectory(str(ROOT / "migrations"))
REVISIONS = list(SCRIPTS.walk_revisions())


def test_there_is_one_line_and_its_numbers_have_no_gap():
    assert len(SCRIPTS.get_heads()) == 1
    assert newest_migration() == SCRIPTS.get_current_head()
    assert [revision.revision for revision in reversed(REVISIONS)] == [f"{n:04}" for n in range(1, len(REVISIONS) + 1)]


@pytest.mark.parametrize("revision", REVISIONS, ids=lambda revision: revision.revision)
def test_every_migration_is_named_for_what_it_does_and_says_it(revision):
    name = Path(revision.path).stem
    assert re.fullmatch(rf"{revision.revision}_[a-z][a-z_]+", name)
    assert revision.doc, "the first line says what it does"
    assert len(revision.doc) > 20


def test_the_models_are_the_tables(app):
    """Migrations and models say the same; procrastinate's tables are its own."""
    from alembic import command

    from app.cli import alembic

    command.check(alembic())


def test_migrating_what_is_up_to_date_changes_nothing(app, owner):
    from alembic import command

    from app.cli import alembic

    before = owner.execute("select version_num from alembic_version").fetchall()
    command.upgrade(alembic(), "head")
    assert owner.execute("select version_num from alembic_version").fetchall() == before


def test_constraints_follow_one_naming_convention(app, owner: psycopg.Connection):
    rows = owner.execute(
        """select conrelid::regclass::text, conname from pg_constraint
            where connamespace = 'public'::regnamespace and contype in ('p', 'u', 'f', 'c')"""
    ).fetchall()
    ours = [(table, name) for table, name in rows if not table.startswith(("procrastinate", "alembic"))]
    assert len(ours) > 40
    for table, name in ours:
        assert re.match(rf"(pk|uq|fk|ck)_{table}(_|$)", name), name


def test_every_foreign_key_that_is_followed_has_an_index(app, owner: psycopg.Connection):
    """Erasing or looking up from the other side would read the whole table."""
    rows = owner.execute(
        """select c.conrelid::regclass::text, a.attname from pg_constraint c
             join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
            where c.contype = 'f' and c.connamespace = 'public'::regnamespace
              and not exists (select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])"""
    ).fetchall()
    small = {("electorates", "set_code")}
    # Followed from this side only: rows on the other side are never deleted.
    one_way = {
        ("applications", "payment_id"), ("declarations", "payment_id"), ("residences", "set_code"),
        ("branch_moves", "branch_id"), ("merges", "ended_membership_id"),
    }  # fmt: skip
    assert {row for row in rows if not row[0].startswith("procrastinate")} - small - one_way == set()
