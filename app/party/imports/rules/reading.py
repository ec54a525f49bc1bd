"""A file of people, opened: bytes become headings and rows of cells, or a sentence that says what is wrong with the whole.

What it is is read from its bytes, never from its name. Python’s own csv reader and openpyxl do the reading.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.ground.encodings import encoding_of

from . import workbooks
from .faults import BadFile

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 250
MOST_CELL = 4000
CSV, XLSX = "csv", "xlsx"
_AN_EMAIL = re.compile(r"\S@\S+\.\S")  # is somebody’s: where the first row has one, it is a person, and would be lost
_TOLD_SIGN = re.compile(r"sep=([,;\t|])\r?$", re.MULTILINE | re.IGNORECASE)  # a first line for Excel: what parts the columns
_NO_TEXT = {
    b"%PDF": "a PDF", b"\xd0\xcf\x11\xe0": "an old spreadsheet (XLS)", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture", b"\x1f\x8b": "an archive", b"7z\xbc\xaf": "an archive", b"Rar!": "an archive",
    b"\x7fELF": "a program", b"MZ": "a program",
    b"<!DOCTYPE": "a web page", b"<html": "a web page", b"<svg": "a picture", b"<?xml": "an XML file",
    b"{\\rtf": "a text document", b"SQLite format 3": "a database",
}  # fmt: skip


@dataclass(frozen=True)
class Opened:
    """A file that can be read. `rows` gives the line of the file a row begins on, and its cells."""

    kind: str
    headings: list[str]
    rows: Iterator[tuple[int, list[str]]]


def open_file(content: bytes) -> Opened:
    """The headings of a file, and its rows as they are asked for. Raises BadFile, here or while rows are read."""
    kind = kind_of(content)
    lines = _counted(workbooks.rows(content) if kind == XLSX else _csv_rows(content))
    first = next(lines, None)
    if first is None:
        raise BadFile("There is nothing in this file. Export it again.")
    line, cells = first
    headings = [" ".join(cell.split())[:80] for cell in cells]
    while headings and not headings[-1]:
        headings.pop()
    if not any(sign.isalpha() for cell in headings for sign in cell) or any(map(_AN_EMAIL.search, headings)):
        raise BadFile(
            "The first row must say what each column is: Name, Email and so on. Add it, and send the file again.", line
        )
    if len(headings) > MOST_COLUMNS:
        raise BadFile(f"There are {len(headings)} columns; {MOST_COLUMNS} is the most. Take out what is not needed.", line)
    return Opened(kind, headings, lines)


def kind_of(content: bytes) -> str:
    """CSV or XLSX, as the bytes say. Raises BadFile for anything else."""
    if len(content) > MOST_BYTES:
        raise BadFile("This file is larger than 20 MB. Split it, and send the parts one by one.")
    if not content.strip(b"\x00 \t\r\n"):
        raise BadFile("This file is empty. Export it again.")
    if content.startswith(b"PK\x03\x04"):
        return XLSX
    head = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:32]
    for mark, what in _NO_TEXT.items():
        if head.startswith(mark) or content.startswith(mark):
            raise BadFile(f"This is {what}, whatever it is called. Save the list as CSV or XLSX, and send that.")
    return CSV


def _counted(lines: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that have something in them. Raises BadFile for too many."""
    count = 0
    for line, row in lines:
        if any(cell and not cell.isspace() for cell in row):
            count += 1
            if count > MOST_ROWS + 1:
                raise BadFile(f"There are more than {MOST_ROWS:,} rows. Split the file, and send the parts one by one.", line)
            yield line, row


def _csv_rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(content)
    told = _TOLD_SIGN.match(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=told[1] if told else _delimiter(text), strict=True)
    if told:
        next(reader)
    while True:
        begins = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            wrong = "A quotation mark is missing in this line, or there is one too many. Mend it, or export the file again."
            raise BadFile(wrong, begins) from None
        yield begins, row


def _decoded(content: bytes) -> str:
    """The text: UTF-8 or UTF-16, with or without their marks, or Windows-1252. Raises BadFile."""
    try:
        text = content.decode(encoding_of(content))
    except UnicodeDecodeError:
        raise BadFile("The letters of this file cannot be read. Save it as CSV UTF-8, and send that.") from None
    if "\x00" in text:
        line = text[: text.index("\x00")].count("\n") + 1
        raise BadFile("There is a sign in this line that no list of people has (NUL). Save the list as CSV UTF-8.", line)
    return text


def _delimiter(text: str) -> str:
    """The sign that parts the first line into most columns: comma, semicolon or tab."""
    first = next((line for line in text.splitlines() if line.strip()), "")

    def columns(sign: str) -> int:
        try:
            return len(next(csv.reader([first], delimiter=sign), []))
        except csv.Error:
            return 0

    return max((",", ";", "\t"), key=columns)


def fitted(row: Sequence[str], width: int) -> list[str] | None:
    """A row as wide as its headings; None where there is more in it, as after a comma that is not in quotation marks."""
    if any(cell.strip() for cell in row[width:]) or any(len(cell) > MOST_CELL for cell in row):
        return None
    return [*row[:width], *[""] * (width - len(row))]
