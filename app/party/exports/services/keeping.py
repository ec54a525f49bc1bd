"""Verbs: a file is handed over to whoever asked for it, and forgotten after a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from app.ground import audit, clock, mail
from app.ground.audit import Action
from app.ground.db import session
from app.ground.strongroom import Kept

from .. import queries, rules
from ..models import Export


@dataclass(frozen=True)
class Taken:
    """A file that is handed over: what it is called, where it lies, what opens it."""

    name: str
    file_id: UUID
    kept: Kept


def take(export_id: UUID, *, person_id: UUID, by: str, on: date) -> Taken:
    """Hand a file over to whoever asked for it; that it was taken is written down first. Raises NotThere (also for somebody
    else’s), Gone, Narrower."""
    file = session.scalar(select(Export).where(Export.id == export_id).with_for_update())
    if file is None or file.asked_by_id != person_id or not file.written_at:
        raise rules.NotThere()
    if not file.can_be_taken(at=clock.now()):
        raise rules.Gone()
    if not rules.covers(queries.scope_of(person_id, on=on), rules.read_scope(file.scope)):
        raise rules.Narrower()
    assert file.sealed
    assert file.file_id
    assert file.digest
    key = bytes.fromhex(mail.office().seal.open(file.sealed, table="exports", row=file.id)["key"])
    file.taken_at = clock.now()
    audit.record(Action.EXPORT_TAKEN, audit.of("export", file.id), by=by, rows=file.rows, digest=file.digest)
    return Taken(file.name, file.file_id, Kept(key, file.bytes or 0, file.digest))


def forget_expired() -> list[UUID]:
    """Forget the keys of files whose day is over: no copy of them opens any more. Returns the files to be removed."""
    over = select(Export).where(Export.sealed.is_not(None), Export.expires_at <= clock.now()).with_for_update()
    gone = []
    for file in session.scalars(over):
        file.sealed, file.removed_at = None, clock.now()
        audit.record(Action.EXPORT_REMOVED, audit.of("export", file.id), by="system")
        gone.append(file.file_id)
    return [file_id for file_id in gone if file_id]


def names_kept() -> list[UUID]:
    """The files that can still be taken."""
    return [name for name in session.scalars(select(Export.file_id).where(Export.sealed.is_not(None))) if name]


def forget_who_was_in() -> int:
    """Forget who was in files that were written more than a year ago: the database decides which. Returns how many files."""
    return session.scalar(select(func.expire_files_of_names())) or 0
