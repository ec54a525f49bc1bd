"""Directions, commits and imports: what the import contracts say, and what they cannot see."""

from __future__ import annotations

import ast
import io
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest
from sqlalchemy.orm import RelationshipDirection

from app.ground.db import Base
from app.wiring import metadata

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "app").rglob("*.py"))
# Bottom to top. A noun may point at its own room and at rooms before it.
ROOMS = (
    "people",
    "electorates",
    "payments",
    "receipts",
    "membership",
    "branches",
    "dues",
    "giving",
    "evidence",
    "casework",
    "bank",
    "joining",
    "policy",
    "belonging",
    "returns",
    "roster",
    "registration",
    "mailing",
    "agreeing",
    "exports",
    "erasing",
    "merging",
    "imports",
    "bulk",
    "api",
    "desk",
)


def test_the_import_contracts_hold():
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run([sys.executable, "-c", command, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def names(file: Path) -> set[str]:
    """The words of a file's code: names only, no comments, no strings."""
    tokens = tokenize.generate_tokens(io.StringIO(file.read_text()).readline)
    return {token.string for token in tokens if token.type == tokenize.NAME}


def test_one_file_commits():
    """Promise 2: the word stands in app/ground/db.py and in no other file's code."""
    assert [file.relative_to(ROOT).as_posix() for file in SOURCES if "commit" in names(file)] == ["app/ground/db.py"]


def imported(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found


def test_only_the_gateway_imports_stripe_and_nobody_the_simulator():
    knows = [file.relative_to(ROOT).as_posix() for file in SOURCES if "stripe" in imported(file)]
    assert {name.rpartition("/")[0] for name in knows} == {"app/gateways/stripe"}
    assert not [file for file in SOURCES if "stripe_sim" in imported(file)]


def test_a_gateway_is_not_asked_where_rows_are_written():
    """Promise 2: verbs and questions call no gateway; doors and errands do, outside any transaction."""
    inner = ("services", "queries", "rules", "models", "emails")
    for file in SOURCES:
        if "party" in file.parts and (file.stem in inner or file.parent.name in inner):
            assert "stripe_gateway" not in names(file), file


@pytest.mark.parametrize("word", ["utils", "util", "helpers", "common", "base", "manager", "handler", "misc"])
def test_no_file_is_named_for_nothing(word):
    assert not [file for file in SOURCES if file.stem == word or file.parent.name == word]


def room_of(table: str) -> int | None:
    mapper = next((m for m in Base.registry.mappers if m.local_table.name == table), None)
    if mapper is None:
        return None
    parts = mapper.class_.__module__.split(".")
    return ROOMS.index(parts[2]) if parts[:2] == ["app", "party"] else -1


def test_every_room_with_nouns_is_on_the_list():
    rooms = {m.class_.__module__.split(".")[2] for m in Base.registry.mappers if m.class_.__module__.startswith("app.party")}
    assert rooms <= set(ROOMS)


def test_no_foreign_key_points_upstairs():
    downhill = 0
    for table in metadata.tables.values():
        for key in table.foreign_keys:
            here, there = room_of(table.name), room_of(key.column.table.name)
            assert here is not None, table.name
            assert there is not None, table.name
            assert there <= here, f"{table.name}.{key.parent.name} points upstairs at {key.column.table.name}"
            downhill += 1
    assert downhill > 10


def test_no_relationship_points_upstairs_or_is_written_twice():
    for mapper in Base.registry.mappers:
        for relation in mapper.relationships:
            here, there = room_of(mapper.local_table.name), room_of(relation.mapper.local_table.name)
            assert here is not None
            assert there is not None
            assert there <= here, f"{mapper.class_.__name__}.{relation.key} points upstairs"
            if there < here:
                assert relation.direction is RelationshipDirection.MANYTOONE, f"{mapper.class_.__name__}.{relation.key}"
            assert relation.back_populates is None, f"{mapper.class_.__name__}.{relation.key} is written twice"


def test_every_room_says_what_it_is():
    for room in ROOMS:
        package = ROOT / "app" / "party" / room
        if (package / "services.py").exists() or (package / "services").exists():
            assert (package / "README.md").exists(), f"{room} has verbs and no README"


def test_every_column_of_money_is_whole_cents():
    from sqlalchemy import BigInteger, Float, Numeric

    for table in metadata.tables.values():
        for column in table.columns:
            assert not isinstance(column.type, Float | Numeric), f"{table.name}.{column.name}"
            if column.name == "cents":
                assert isinstance(column.type, BigInteger)
