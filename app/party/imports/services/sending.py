"""Verbs: a file is sent."""

from __future__ import annotations

import zlib
from base64 import b64encode
from itertools import islice
from typing import Any

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id
from app.ground.mail import office

from ..models import ImportPart, PeopleImport
from ..rules import columns
from ..rules.reading import MOST_CELL, open_file

_PART = 1024 * 1024
_SAMPLE = 3


def take_file(content: bytes, *, by: str) -> PeopleImport:
    """Keep a file, sealed, and guess what its columns are. Only its first rows are read; nobody is looked up.

    Raises BadFile for what is no list of people; then nothing is kept.
    """
    opened = open_file(content)
    sample = [[cell[:MOST_CELL] for cell in row[: len(opened.headings)]] for _, row in islice(opened.rows, _SAMPLE)]
    system, row = columns.system_of(opened.headings), new_id()
    kept = {"headings": opened.headings, "sample": sample, "mapping": columns.guess(opened.headings, system)}
    sent = PeopleImport(
        id=row,
        kind=opened.kind,
        system=system,
        sent_at=clock.now(),
        sent_by=by,
        sealed=_sealed(row, kept),
        took=[],
    )
    session.add(sent)
    session.flush()  # its parts point at it
    packed = zlib.compress(content, 6)
    for position, start in enumerate(range(0, len(packed), _PART), 1):
        part = new_id()
        sealed = {"part": b64encode(packed[start : start + _PART]).decode()}
        session.add(
            ImportPart(
                id=part,
                import_id=row,
                position=position,
                sealed=office().seal.close(sealed, table="import_parts", row=part),
            )
        )
    audit.record(Action.IMPORT_SENT, audit.of("people_import", row), by=by, system=system, bytes=len(content))
    return sent


def _sealed(row: Any, kept: dict[str, Any]) -> bytes:
    return office().seal.close(kept, table="people_imports", row=row)
