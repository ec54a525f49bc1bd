"""Files that were sent: what lies in one, how far it is, and what each of its rows is."""

from __future__ import annotations

import zlib
from base64 import b64decode
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.ground import clock
from app.ground.db import session
from app.ground.mail import office
from app.party.casework import queries as casework
from app.party.casework.rules import key

from .. import rules
from ..models import ImportPart, ImportRow, PeopleImport
from ..rules import Outcome, Verdict
from ..rules.days import Order
from ..rules.values import Says


@dataclass(frozen=True)
class Kept:
    """What is kept of a file besides its rows: its headings, its first rows, what each column is, whether the officer says
    that its consents can be shown, and in which order they say its days are. `doubtful`: how many days a check read day first
    though they can be read both ways and nothing decides it; `decided`: of how many rows an officer said who they are;
    `tags`: which tags the rows name, and how many rows each."""

    headings: list[str]
    sample: list[list[str]]
    mapping: list[str]
    proven: bool = False
    order: str = Order.SHOWN
    doubtful: int = 0
    decided: int = 0
    tags: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Counts:
    """How many rows of a file are what, what became of them, and which fields differ in how many."""

    verdicts: Counter[str]
    outcomes: Counter[str]
    undone: Counter[str]
    fields: Counter[str]

    @property
    def rows(self) -> int:
        return sum(self.verdicts.values())


def find_import(import_id: UUID) -> PeopleImport | None:
    return session.get(PeopleImport, import_id, populate_existing=True)


def imports(*, before: UUID | None) -> tuple[list[PeopleImport], bool]:
    """What was sent, the newest first, and whether more follow."""
    asked = select(PeopleImport).order_by(PeopleImport.id.desc()).limit(rules.A_PAGE + 1)
    rows = session.scalars(asked.where(PeopleImport.id < before) if before else asked).all()
    return list(rows[: rules.A_PAGE]), len(rows) > rules.A_PAGE


def kept_of(found: PeopleImport) -> Kept:
    """Raises NotWaiting for a file that was emptied."""
    if found.sealed is None:
        raise rules.NotWaiting()
    return Kept(**office().seal.open(found.sealed, table="people_imports", row=found.id))


def new_tags(kept: Kept) -> list[str]:
    """Which of the tags that the rows name are none of the whole party’s yet."""
    there = casework.party_tags(on=clock.today()) if kept.tags else {}
    return [name for name in kept.tags if key(name) not in there]


def content_of(import_id: UUID) -> bytes:
    """The file as it was sent. Raises NotWaiting once it is gone."""
    parts = session.scalars(select(ImportPart).where(ImportPart.import_id == import_id).order_by(ImportPart.position)).all()
    if not parts:
        raise rules.NotWaiting()
    opened = (office().seal.open(part.sealed, table="import_parts", row=part.id)["part"] for part in parts)
    return zlib.decompress(b"".join(b64decode(part) for part in opened))


def counts_of(import_id: UUID) -> Counts:
    theirs = ImportRow.import_id == import_id
    found = Counts(Counter(), Counter(), Counter(), Counter())
    grouped = select(ImportRow.verdict, ImportRow.outcome, ImportRow.undone, func.count()).where(theirs)
    for verdict, outcome, undone, count in session.execute(
        grouped.group_by(ImportRow.verdict, ImportRow.outcome, ImportRow.undone)
    ):
        found.verdicts[verdict] += count
        if outcome:
            found.outcomes[outcome] += count
        if undone:
            found.undone[undone] += count
    name = func.unnest(ImportRow.changes).label("name")
    each = select(name).where(theirs, ImportRow.verdict == Verdict.CHANGED).subquery()
    for differs, count in session.execute(select(each.c.name, func.count()).group_by(each.c.name)):
        found.fields[differs] = count
    return found


def rows_of(import_id: UUID, verdict: Verdict, *, after: int = 0) -> tuple[list[ImportRow], bool]:
    """A page of the rows that are this, in the order of the file, and whether more follow."""
    asked = (
        select(ImportRow)
        .where(ImportRow.import_id == import_id, ImportRow.verdict == verdict, ImportRow.line > after)
        .order_by(ImportRow.line)
        .limit(rules.A_PAGE + 1)
    )
    found = session.scalars(asked).all()
    return list(found[: rules.A_PAGE]), len(found) > rules.A_PAGE


def find_row(import_id: UUID, row_id: UUID) -> ImportRow | None:
    row = session.get(ImportRow, row_id, populate_existing=True)
    return row if row and row.import_id == import_id else None


def opened(row: ImportRow) -> dict[str, Any]:
    """What is kept of a row: `is`, `was`, `like`, `twice`, `why`, `cells`, `did`. Empty once it is emptied."""
    return office().seal.open(row.sealed, table="import_rows", row=row.id) if row.sealed else {}


def says(row: ImportRow) -> Says:
    return Says.from_json(opened(row)["is"])


def some_rows(import_id: UUID, *, limit: int, wait: bool = False) -> list[ImportRow]:
    """The next rows that are to be imported, held until the end of this transaction. What somebody else holds is passed over,
    or waited for: another hand has it, or the person of a row is being forgotten."""
    verdicts = (Verdict.NEW, Verdict.CHANGED)
    return list(
        session.scalars(
            select(ImportRow)
            .where(ImportRow.import_id == import_id, ImportRow.outcome.is_(None), ImportRow.verdict.in_(verdicts))
            .order_by(ImportRow.line)
            .limit(limit)
            .with_for_update(skip_locked=not wait)
        )
    )


def some_done(import_id: UUID, *, limit: int) -> list[ImportRow]:
    """The next rows that are to be taken back, held until the end of this transaction: the last first."""
    return list(
        session.scalars(
            select(ImportRow)
            .where(
                ImportRow.import_id == import_id,
                ImportRow.outcome.in_((Outcome.MADE, Outcome.CHANGED)),
                ImportRow.undone.is_(None),
            )
            .order_by(ImportRow.line.desc())
            .limit(limit)
            .with_for_update()
        )
    )


def refused_of(found: PeopleImport) -> tuple[list[str], list[tuple[int, str, list[str]]]]:
    """The headings of a file, and the rows that could not be read: line, reasons, cells as they came. Raises NotWaiting."""
    kept = kept_of(found)
    rows = session.scalars(
        select(ImportRow)
        .where(ImportRow.import_id == found.id, ImportRow.verdict == Verdict.REFUSED, ImportRow.sealed.is_not(None))
        .order_by(ImportRow.line)
    )
    told = ((row.line, opened(row)) for row in rows)
    return kept.headings, [(line, " ".join(said["why"]), list(said["cells"])) for line, said in told]
