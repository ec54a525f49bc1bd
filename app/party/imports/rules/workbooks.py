"""An XLSX file, read by openpyxl row by row: what is hidden is dropped, a formula is shown as one, and a bomb does not go off.

openpyxl parses with defusedxml where that is installed, and we refuse to go on without it. Hidden rows and columns are not
told by its reading mode for large files, so one more pass over the sheet finds them. It is loaded when the first workbook
comes: most processes never see one.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from defusedxml.common import DefusedXmlException

from .faults import BadFile

MOST_UNPACKED = 200 * 1024 * 1024
MOST_TIMES = 200  # how many times larger a part may be unpacked than packed
MOST_PARTS = 2000
MOST_LINES = 200_000
_NOT_A_WORKBOOK = "This file is packed like a spreadsheet and is none. Save the list as CSV or XLSX, and send that."


def rows(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet that is not hidden, with their numbers, without hidden rows and columns. Raises BadFile."""
    from openpyxl.utils.exceptions import InvalidFileException

    _check_parts(content)
    try:
        yield from _read(content)
    except (
        BadZipFile,
        InvalidFileException,
        DefusedXmlException,
        KeyError,
        ValueError,
        TypeError,
        SyntaxError,
        EOFError,
        OSError,
        expat.ExpatError,
    ):
        raise BadFile(_NOT_A_WORKBOOK) from None


def _check_parts(content: bytes) -> None:
    """Raises BadFile for what is no workbook, or would unpack to far more than it is."""
    try:
        with ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
    except (BadZipFile, ValueError, OSError):
        raise BadFile(_NOT_A_WORKBOOK) from None
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise BadFile(_NOT_A_WORKBOOK)
    large = sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > MOST_PARTS
    dense = any(part.file_size > MOST_TIMES * max(part.compress_size, 1) and part.file_size > 1 << 20 for part in parts)
    if large or dense or any(part.flag_bits & 1 or part.compress_type not in (0, zipfile.ZIP_DEFLATED) for part in parts):
        raise BadFile(
            "This file would unpack to far more than it is, so it was not opened. Save the list as CSV, and send that."
        )


def _read(content: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import DEFUSEDXML, load_workbook

    assert DEFUSEDXML, "defusedxml is one of our dependencies"
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        sheet: Any = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
        if sheet is None:
            raise BadFile("Every sheet of this workbook is hidden. Show the one with the list, save it, and send it again.")
        hidden_rows, hidden_columns = _hidden(content, sheet._worksheet_path)
        sheet.reset_dimensions()  # what the sheet says of its own size is not believed
        for number, row in enumerate(sheet.iter_rows(), 1):
            if number not in hidden_rows:
                yield number, [_cell(cell) for place, cell in enumerate(row, 1) if place not in hidden_columns]
    finally:
        book.close()


def _hidden(content: bytes, path: str) -> tuple[set[int], set[int]]:
    """The numbers of the rows and columns of a sheet that somebody hid, or a filter. Expat itself, as the pass sees every cell;
    a sheet that declares entities is refused, as defusedxml refuses it."""
    hidden_rows: set[int] = set()
    hidden_columns: set[int] = set()
    counted = 0

    def start(name: str, said: dict[str, str]) -> None:
        nonlocal counted
        kind = name.rpartition(" ")[2]
        if kind == "c" and len(said.get("r", "").rstrip("0123456789")) > 2:
            raise BadFile(f"Line {counted} has cells beyond column ZZ. Take out what is not part of the list.")
        if kind == "row":
            counted = int(said.get("r") or counted + 1)
            if counted > MOST_LINES:
                raise BadFile(f"There are rows beyond line {MOST_LINES:,}. Take out what is not part of the list.")
            if _is_set(said.get("hidden")) or said.get("ht") == "0":
                hidden_rows.add(counted)
        elif kind == "col" and (_is_set(said.get("hidden")) or said.get("width") == "0"):
            hidden_columns.update(range(int(said["min"]), min(int(said["max"]), 20_000) + 1))

    def refuse(*_: object) -> None:
        raise BadFile(_NOT_A_WORKBOOK)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EntityDeclHandler, parser.StartDoctypeDeclHandler = start, refuse, refuse
    with ZipFile(io.BytesIO(content)) as packed, packed.open(path) as source:
        parser.ParseFile(source)
    return hidden_rows, hidden_columns


def _is_set(value: str | None) -> bool:
    return value in ("1", "true")


def _cell(cell: Any) -> str:
    """What a cell shows, as text. A formula stays as it is written: the row is refused for it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return f"{FORMULA}{value}" if cell.data_type == "f" else str(value)


FORMULA = "\x00formula:"  # no cell that is typed begins so
