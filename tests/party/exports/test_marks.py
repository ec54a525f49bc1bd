"""Whose a leaked file is: by marks in its spaces, however much of it is gone."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest
from openpyxl import Workbook

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.party.exports import queries
from app.party.exports.models import Export
from app.party.exports.rules import COLUMNS, marks
from app.party.exports.rules.cells import cell, unguard
from app.party.people import queries as people
from app.seeding_many import names

luck = random.Random(26)


PEOPLE = [(names.name(luck), names.address(luck)) for _ in range(2000)]


@pytest.fixture
def ours(cast) -> list[Export]:
    """Thirty files that were written, of three officers."""
    officers = [people.find_by_email(f"{key}@people.example").id for key in ("olive", "wiremu", "tama")]
    with transaction():
        for number in range(30):
            now = clock.now()
            session.add(
                Export(
                    id=new_id(), asked_by_id=officers[number % 3], asked_at=now, asked={}, whom="everybody", scope="everyone",
                    why="check", bom=False, expected=2000, begun_at=now, written_at=now, rows=2000, office="an office",
                )
            )  # fmt: skip
    return [one.export for one in queries.whose(Path("/dev/null"))]


def marked(export: Export, who=PEOPLE) -> list[list[str]]:
    """Rows as a file has them."""
    mark_name, mark_address = marks.marker(queries.key_of(export))
    rows = [["", "", mark_name(name), "", "", mark_address(address), *[""] * 11] for name, address in who]
    return [list(COLUMNS), *rows]


def leak(tmp_path: Path, rows: list[list[str]], *, coding: str = "utf-8", delimiter: str = ",") -> Path:
    file = tmp_path / "leaked.csv"
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    file.write_bytes(out.getvalue().encode(coding, errors="replace"))
    return file


def the_one(file: Path) -> Export:
    (sure,) = [one for one in queries.whose(file) if one.is_sure]
    return sure.export


def test_a_whole_file_a_sorted_one_and_one_row_in_fifty_lead_to_who_asked_for_it(ours, tmp_path):
    mine = ours[17]
    header, *rows = marked(mine)
    for left in (rows, sorted(rows, key=lambda row: row[2]), luck.sample(rows, 40)):
        assert the_one(leak(tmp_path, [header, *left])).id == mine.id


def test_names_alone_addresses_alone_and_a_file_without_its_header_do(ours, tmp_path):
    mine = ours[3]
    header, *rows = marked(mine)
    for left in (
        [["name"], *([row[2]] for row in rows)],
        [["Address", "x"], *([row[5], "1"] for row in rows[:50])],
        rows,
        [[row[5], row[2]] for row in rows],
    ):
        assert the_one(leak(tmp_path, left)).id == mine.id
    assert header


@pytest.mark.parametrize(("coding", "delimiter"), [("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1252", ",")])
def test_as_spreadsheets_save_it(ours, tmp_path, coding, delimiter):
    assert the_one(leak(tmp_path, marked(ours[8]), coding=coding, delimiter=delimiter)).id == ours[8].id


def test_saved_as_a_workbook(ours, tmp_path):
    book = Workbook()
    for row in marked(ours[29])[:300]:
        book.active.append(row)
    book.save(tmp_path / "leaked.xlsx")
    assert the_one(tmp_path / "leaked.xlsx").id == ours[29].id


def test_two_files_mixed_name_both(ours, tmp_path):
    header, *one = marked(ours[1], PEOPLE[:1000])
    _, *other = marked(ours[2], PEOPLE[1000:])
    found = [like.export.id for like in queries.whose(leak(tmp_path, [header, *one, *other])) if like.is_sure]
    assert set(found) == {ours[1].id, ours[2].id}


def test_a_list_that_is_none_of_ours_or_too_short_names_nobody(ours, tmp_path):
    header = list(COLUMNS)
    plain = [["", "", name, "", "", address, *[""] * 11] for name, address in PEOPLE]
    for left in (plain, marked(ours[5])[1:4]):
        assert not [one for one in queries.whose(leak(tmp_path, [header, *left])) if one.is_sure]


def test_marks_change_nothing_that_anybody_reads():
    mark_name, mark_address = marks.marker(bytes(24))
    for name, address in PEOPLE[:200]:
        assert mark_name(name).strip() == name
        assert mark_address(address).replace(marks.NBSP, " ") == address
        assert unguard(cell(name)[1:-1]) == name


def test_the_command_says_who_and_exits_1_when_it_cannot(app, ours, tmp_path):
    run = app.test_cli_runner().invoke
    said = run(args=["exports", "whose", str(leak(tmp_path, marked(ours[0])[:200]))])
    assert said.exit_code == 0, said.output
    person = people.get_person(ours[0].asked_by_id)
    assert people.details_of(person).name in said.output
    assert str(person.id) in said.output
    said = run(args=["exports", "whose", str(leak(tmp_path, [list(COLUMNS)]))])
    assert said.exit_code == 1
