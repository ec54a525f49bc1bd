"""What the documents say is there is there: addresses, commands, settings, tables, decisions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.wiring import metadata
from tests.house.doors import DOORS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
SECURITY = (ROOT / "SECURITY.md").read_text()
DECISIONS = sorted((ROOT / "app" / "decisions").glob("[0-9]*.md"))


def section(name: str) -> str:
    return README.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def test_every_address_in_the_readme_is_a_door():
    rules = {rule for rule, _, _ in DOORS}
    told = {
        path
        for line in section("Addresses").splitlines()
        for path in re.findall(r"`(/[^`]*)`", line.partition("|")[2].partition("|")[0])
    }
    assert len(told) > 12
    assert told - rules == set()


def test_every_command_in_the_readme_is_there(app):
    told = re.findall(r"^    flask (\S+)(?: (\S+))?  ", section("Commands"), re.MULTILINE)
    assert len(told) >= 8
    for first, second in told:
        command = app.cli.commands[first]
        if second:
            assert second in command.commands, f"flask {first} {second}"


def test_every_make_target_in_the_documents_is_there():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    told = set(re.findall(r"(?:`|    )make ([a-z]+)", README + SECURITY))
    assert {"serve", "test", "check"} <= told <= targets


def test_every_setting_is_in_the_readme_and_every_one_in_the_readme_is_read():
    source = (ROOT / "app" / "ground" / "settings.py").read_text()
    read = set(re.findall(r'(?:env\.get\(|needed\(|_number\(env, )"([A-Z_]+)"', source)) | {"PARTY_NAME", "PROMOTER"}
    table = {
        name
        for line in section("Settings").splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([A-Z_]{4,})`", line.split("|")[1])
    }
    assert read - table == set(), "not in the README"
    assert table - read == set(), "nobody reads it"


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_the_security_page_says_what_every_table_gives_away(table):
    assert f"`{table}`" in SECURITY or f"`{table}." in SECURITY


def test_decisions_are_numbered_without_a_gap_and_own_up():
    assert [file.name[:4] for file in DECISIONS] == [f"{n:04}" for n in range(1, len(DECISIONS) + 1)]
    for file in DECISIONS:
        text = file.read_text()
        assert text.startswith(f"# {file.name[:4]} "), file.name
        for heading in ("## What forced it", "## Decision", "## What follows"):
            assert heading in text, f"{file.name} has no “{heading}”"
        assert "\n- Bad: " in text, f"{file.name} has no bad consequence"


def test_files_that_documents_name_are_there():
    for document in (README, SECURITY, *(file.read_text() for file in DECISIONS)):
        for name in re.findall(r"`((?:app|tests|static|templates|migrations)/[\w./]+\.\w+)`", document):
            assert (ROOT / name).exists(), name
