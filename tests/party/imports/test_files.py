"""What a file is, is read from its bytes: good ones in every spelling, and hostile ones that are refused with a sentence."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

import openpyxl
import pytest

from app.party.imports.rules import reading
from app.party.imports.rules.faults import BadFile
from app.party.imports.rules.workbooks import FORMULA
from tests.party.imports.lists import ADA, HEADINGS, as_csv


def rows_of(content: bytes) -> list[tuple[int, list[str]]]:
    return list(reading.open_file(content).rows)


def refusal(content: bytes) -> str:
    with pytest.raises(BadFile) as refused:
        rows_of(content)
    return refused.value.sentence


def workbook(rows: Iterable[list], change=lambda book, sheet: None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    change(book, sheet)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_csv_file_is_read_in_every_spelling(sign, code):
    assert rows_of(as_csv([ADA], sign=sign, code=code)) == [(2, list(ADA))]


def test_a_file_of_windows_1252_is_read():
    assert rows_of(as_csv([["Zoë Ångström", "zoe@people.example"]], HEADINGS[:2], code="cp1252")) == [
        (2, ["Zoë Ångström", "zoe@people.example"])
    ]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_a_first_line_that_tells_excel_what_parts_the_columns_is_obeyed_and_is_no_row(sign):
    content = f"sep={sign}\r\n".encode() + as_csv([ADA], sign=sign)
    assert reading.open_file(content).headings == list(HEADINGS)
    assert rows_of(content) == [(3, list(ADA))]


def test_a_list_whose_first_row_is_a_person_is_refused_as_that_person_would_be_lost():
    assert "first row must say" in refusal(b"Ada Lovelace,ada@people.example\nBen,ben@people.example\n")
    assert rows_of(b"Name,Email (with its @)\nAda,ada@people.example\n") == [(2, ["Ada", "ada@people.example"])]


def test_empty_rows_are_passed_over_and_lines_are_those_of_the_file():
    content = b'\n\nName,Email\n\n"Ada\nLovelace",ada@people.example\n,\nBen,ben@people.example\n'
    assert [line for line, _ in rows_of(content)] == [5, 8]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"), (b"\x00 \r\n", "empty"), (b"\x89PNG\r\n\x1a\n....", "picture"), (b"\xff\xd8\xff\xe0JFIF", "picture"),
        (b"%PDF-1.7 name,email", "PDF"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "XLS"), (b"\x1f\x8b\x08name", "archive"),
        (b"<svg onload=alert(1)>", "picture"), (b"\xef\xbb\xbf<!DOCTYPE html>", "web page"), (b"MZ\x90\x00", "program"),
        (b"PK\x03\x04 no zip", "none"), (b"name,email\nA\x00da,ada@people.example\n", "NUL"),
        (b'name,email\n"Ada,ada@people.example\nBen,ben@people.example\n', "quotation mark"),
        (b"1,2\n3,4\n", "first row"), (b"name" + b",x" * 300 + b"\n", "columns"),
        (b"name\n" + b"A\n" * 100_002, "100,000"), (b"x" * (20 * 1024 * 1024 + 1), "20 MB"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_with_a_sentence(content, said):
    assert said in refusal(content)


def test_hidden_sheets_rows_and_columns_are_dropped():
    def hide(book, sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True
        secret = book.create_sheet("old", 0)
        secret.append(["Name", "Email"])
        secret.append(["Secret", "secret@people.example"])
        secret.sheet_state = "hidden"

    rows = [["Name", "Salary", "Email"], ["Ada", 1, "ada@people.example"], ["Hidden", 2, "h@people.example"], ["Ben", 3, ""]]
    opened = reading.open_file(workbook(rows, hide))
    assert (opened.kind, opened.headings) == ("xlsx", ["Name", "Email"])
    assert list(opened.rows) == [(2, ["Ada", "ada@people.example"]), (4, ["Ben", ""])]


def test_a_formula_is_told_and_not_worked_out():
    _, row = rows_of(workbook([["Name", "Email"], ["Ada", '=HYPERLINK("http://x.example","a")']]))[0]
    assert row[1].startswith(FORMULA)


def test_days_and_numbers_of_a_workbook_are_read_as_they_are_shown():
    from datetime import date

    assert rows_of(workbook([["Name", "Born", "Phone", "Enrolled"], ["Ada", date(1988, 3, 9), 64215550199, True]])) == [
        (2, ["Ada", "1988-03-09", "64215550199", "yes"])
    ]


def packed(parts: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name, content in parts.items():
            bomb.writestr(name, content)
    return held.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """A workbook with one part put in the place of its own."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return packed({**{one: book.read(one) for one in book.namelist()}, name: part})


def test_a_workbook_whose_every_sheet_is_hidden_is_refused():
    book = workbook([["Name"], ["Ada"]])
    with zipfile.ZipFile(io.BytesIO(book)) as opened:
        names = opened.read("xl/workbook.xml").replace(b'state="visible"', b'state="hidden"')
    assert "hidden" in refusal(with_part(book, "xl/workbook.xml", names))


SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def test_a_bomb_is_refused_before_anything_of_it_is_unpacked(monkeypatch):
    large = with_part(workbook([["Name"], ["Ada"]]), SHEET, b" " * (60 << 20))
    many = packed({"[Content_Types].xml": b"", **{f"xl/{number}": b"" for number in range(3000)}})
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_args, **_how: pytest.fail("it was unpacked"))
    assert "unpack" in refusal(large)
    assert "unpack" in refusal(many)


def sheet_of(rows: str, before: str = "") -> str:
    return f"{before}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"


def row_at(row: int, cell: str) -> str:
    return f'<row r="{row}"><c r="{cell}" t="inlineStr"><is><t>x</t></is></c></row>'


ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "sheet",
    [
        sheet_of('<row r="1"><c><v>&b;</v></c></row>', ENTITIES),
        sheet_of("", '<!DOCTYPE w SYSTEM "file:///etc/passwd">'),
        f"<worksheet {MAIN}><sheetData><row",
        sheet_of(row_at(1048576, "A1048576")),
        sheet_of(row_at(1, "XFD1")),
    ],
    ids=["entities", "outside", "cut", "far down", "far right"],
)
def test_a_sheet_that_is_made_to_hurt_is_refused(sheet):
    assert refusal(with_part(workbook([["Name"], ["Ada"]]), SHEET, sheet.encode()))


def test_a_row_is_as_wide_as_its_headings():
    assert reading.fitted(["Ada"], 2) == ["Ada", ""]
    assert reading.fitted(["Ada", "x", " "], 2) == ["Ada", "x"]
    assert reading.fitted(["Ada", "x", "y"], 2) is None
    assert reading.fitted(["A" * 5000], 1) is None
