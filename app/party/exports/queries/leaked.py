"""Whose file a leaked file is: read as a spreadsheet or a mail program left it, and held to the key of every file there was."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import is_zipfile

from app.ground import mail

from ..models import Export
from ..rules import marks
from ..rules.cells import unguard
from ..rules.marks import Mark
from .files import keys_asked

PURPOSE = "export marks"
MOST_ROWS = 200_000  # that are read of one file: far more than are needed


def key_of(export: Export) -> bytes:
    """What a file is marked with: derived from its id and a key outside the database, as long as that key lives."""
    return bytes.fromhex(mail.office().seal.token(PURPOSE, export.id))


@dataclass(frozen=True)
class Likeness:
    """How well a leaked file fits the marks of one of ours."""

    export: Export
    fits: int
    among: int
    chance: float

    @property
    def is_sure(self) -> bool:
        return self.chance < marks.SURE


def whose(file: Path) -> list[Likeness]:
    """Our files, those whose marks fit a leaked one best first; `chance` counts that many were asked."""
    found = list(_marks(_rows(file)))
    ours = keys_asked()
    fits = [(one, marks.fitting(key_of(one), found)) for one in ours]
    likely = [Likeness(one, count, len(found), min(1.0, marks.chance(count, found) * len(ours))) for one, count in fits]
    return sorted(likely, key=lambda one: one.fits, reverse=True)


def _rows(file: Path) -> Iterator[list[str]]:
    if is_zipfile(file):
        from openpyxl import load_workbook  # no file of ours is one: only somebody else’s copy, now and then

        sheet = load_workbook(file, read_only=True, data_only=True).active
        for row in sheet.iter_rows(values_only=True):
            yield ["" if value is None else str(value) for value in row]
        return
    raw = file.read_bytes()
    coding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = raw.decode(coding)
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))


def _marks(rows: Iterable[list[str]]) -> Iterator[Mark]:
    """The marks of every cell that has some. Of a file without its header every cell is asked both ways: those that were never
    marked fit any key by a half, and decide nothing."""
    names: list[int] | None = None
    addresses: list[int] = []
    seen: set[tuple[bytes, str]] = set()
    for number, row in enumerate(rows):
        if number > MOST_ROWS:
            return
        if names is None:
            folded = [head.strip().casefold() for head in row]
            names, addresses = ([n for n, head in enumerate(folded) if head == which] for which in ("name", "address"))
            if names or addresses:
                continue
            names = addresses = list(range(len(row)))
        cells = [(marks.read_name, n) for n in names] + [(marks.read_address, n) for n in addresses]
        for read, place in cells:
            mark = read(unguard(row[place])) if place < len(row) else None
            if mark and (mark.kind, mark.text) not in seen:  # the same text says the same again, and is no more evidence
                seen.add((mark.kind, mark.text))
                yield mark
