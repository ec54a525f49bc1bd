"""Verbs: a bank’s file is looked at, confirmed, undone, forgotten. All of a file is imported, or nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, text, update

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id
from app.ground.mail import office

from .. import queries, rules
from ..models import BankImport, BankLine
from ..rules.reading import Read, as_json, read_statement
from .lines import close_work

CURRENCY = "NZD"
_AT_ONCE = 2000


@dataclass(frozen=True)
class Imported:
    """What confirming did: how many lines the file has, and how many of them were new."""

    lines: int
    new: int


def look_at_file(content: bytes, *, account: str, by: str, on: date) -> BankImport:
    """Read a file and keep its lines, sealed, until they are confirmed. Nothing is imported.

    Raises BadFile, with a sentence for each line that cannot be read; then nothing is kept.
    """
    statement = read_statement(content, account=account, today=on)
    days = [line.on for line in statement.lines]
    row = new_id()
    looked = BankImport(
        id=row,
        account=statement.account,
        lines_in_file=len(statement.lines),
        first_on=min(days),
        last_on=max(days),
        sealed=office().seal.close(
            {"lines": [as_json(line) for line in statement.lines], "empty": statement.empty}, table="bank_imports", row=row
        ),
        looked_at=clock.now(),
        looked_by=by,
    )
    session.add(looked)
    audit.record(Action.BANK_FILE_READ, audit.of("bank_import", row), by=by, lines=len(statement.lines))
    return looked


def confirm_import(import_id: UUID, *, by: str) -> Imported:
    """Take every line of a file that was looked at and is not known yet. Pressed twice, or a file that was imported before:
    nothing is there twice. Raises NotWaiting."""
    found = session.get_one(BankImport, import_id, with_for_update=True, populate_existing=True)
    if found.state == "confirmed":
        return Imported(found.lines_in_file, found.lines_new or 0)
    if found.state != "looked at":
        raise rules.NotWaiting()
    lock_for_now(f"bank:{found.account}")
    statement = queries.statement_of(found)
    new = queries.new_in(statement)
    for start in range(0, len(new), _AT_ONCE):
        rows = [_row(line, index) for line, index in new[start : start + _AT_ONCE]]
        session.execute(_INSERT, {"import": found.id, "currency": CURRENCY, "lines": json.dumps(rows)})
    found.confirmed_at, found.confirmed_by, found.lines_new, found.sealed = clock.now(), by, len(new), None
    audit.record(Action.BANK_IMPORTED, audit.of("bank_import", found.id), by=by, lines=found.lines_in_file, new=len(new))
    return Imported(found.lines_in_file, len(new))


# One statement for many lines: twenty thousand of them, one at a time, would take longer than a request may.
_INSERT = text("""
    insert into bank_lines (id, import_id, number, identity_index, "on", cents, currency, sealed)
    select id, :import, number, decode(identity, 'hex'), "on", cents, :currency, decode(sealed, 'hex')
      from jsonb_to_recordset(cast(:lines as jsonb))
           as line (id uuid, number bigint, identity text, "on" date, cents bigint, sealed text)
""")


def _row(line: Read, index: bytes) -> dict[str, object]:
    row = new_id()
    return {
        "id": str(row),
        "number": line.number,
        "identity": index.hex(),
        "on": line.on.isoformat(),
        "cents": line.cents,
        "sealed": office().seal.close({"line": as_json(line)}, table="bank_lines", row=row).hex(),
    }


def forget_import(import_id: UUID, *, by: str) -> None:
    """Empty a file that was looked at: it is not to be imported. Nothing for one that was confirmed, or is empty."""
    found = session.get_one(BankImport, import_id, with_for_update=True, populate_existing=True)
    if found.state == "looked at":
        found.sealed = None
        audit.record(Action.BANK_FILE_FORGOTTEN, audit.of("bank_import", found.id), by=by)


def undo_import(import_id: UUID, *, by: str) -> int:
    """Take back the lines of an import of which none was matched or set aside. The same file can be imported again.

    Undone twice, it is undone once. Raises Touched, NotWaiting.
    """
    found = session.get_one(BankImport, import_id, with_for_update=True, populate_existing=True)
    if found.undone_at:
        return 0
    if found.confirmed_at is None:
        raise rules.NotWaiting()
    lock_for_now(f"bank:{found.account}")
    own = session.scalars(select(BankLine.id).where(BankLine.import_id == found.id).with_for_update()).all()
    touched = session.scalar(
        select(func.count())
        .select_from(BankLine)
        .where(BankLine.import_id == found.id, BankLine.matched_at.is_not(None) | BankLine.set_aside_at.is_not(None))
    )
    if touched:
        raise rules.Touched(count=touched)
    now = clock.now()
    session.execute(update(BankLine).where(BankLine.import_id == found.id).values(undone_at=now, sealed=None))
    found.undone_at, found.undone_by = now, by
    for line_id in own:
        close_work(line_id, by=by, because="undone")
    audit.record(Action.BANK_UNDONE, audit.of("bank_import", found.id), by=by, lines=len(own))
    return len(own)


def forget(*, on: date) -> int:
    """Empty files that nobody confirmed within a day, and the words of lines that were dealt with years ago."""
    waiting = session.execute(
        update(BankImport)
        .where(BankImport.sealed.is_not(None), BankImport.looked_at < clock.now() - rules.WAITS)
        .values(sealed=None)
        .returning(BankImport.id)
    ).all()
    old = date(on.year - rules.KEPT_YEARS, on.month, 1)
    session.execute(
        update(BankLine)
        .where(
            BankLine.sealed.is_not(None),
            BankLine.on < old,
            BankLine.matched_at.is_not(None) | BankLine.set_aside_at.is_not(None),
        )
        .values(sealed=None)
    )
    return len(waiting)
