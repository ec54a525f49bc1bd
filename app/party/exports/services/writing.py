"""Verbs around the writing of a file: whether it may begin, and what it came to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.ground import audit, clock, mail
from app.ground.audit import Action
from app.ground.db import session
from app.ground.strongroom import Kept
from app.party.agreeing import queries as agreeing
from app.party.branches import queries as branches
from app.party.branches import services as looks
from app.party.branches.scope import Scope
from app.party.roster.rules import Asked, read_asked

from .. import emails, queries, rules
from ..models import Export
from ..rules import Because, Why


@dataclass(frozen=True)
class Plan:
    """What a file is to hold: whom, as whom, of whom and how many was agreed to, and with which mark. beside: how many people
    whoever asked has alone of late in other files."""

    export_id: UUID
    asked: Asked
    scope: Scope
    bom: bool
    agreed: int | None
    sketch: list[int]
    beside: int
    key: bytes


def begin(export_id: UUID, *, on: date) -> Plan | None:
    """Whether a file may be written now, and what it is to hold. None where it is written already, is not agreed to yet, or is
    refused here: whoever asked has lost the office that it needs."""
    file = _held(export_id)
    if file is None or file.written_at or file.refused_at:
        return None
    act = agreeing.find(file.agreement_id) if file.agreement_id else None
    if act and not act.done_at:
        return None
    scope = rules.read_scope(file.scope)
    if not rules.covers(queries.scope_of(file.asked_by_id, on=on), scope):
        refuse(export_id, Because.OFFICE)
        return None
    file.begun_at, file.progress = clock.now(), 0
    return Plan(
        file.id, read_asked(file.asked), scope, file.bom, act.people if act else None, file.sketch or [],
        queries.taken_lately(file.asked_by_id, beside=file.id), queries.key_of(file),
    )  # fmt: skip


def finish(export_id: UUID, file_id: UUID, kept: Kept, *, people: int, on: date) -> bool:
    """A file is whole: whoever asked may take it for a day, and each who is in it sees that. False, and refused, where whoever
    asked has lost the office meanwhile; the file is to be removed then."""
    file = _held(export_id)
    if file is None or file.written_at or file.refused_at:
        return False
    held = queries.offices_that_export(file.asked_by_id, on=on)
    if not rules.covers(queries.scope_of(file.asked_by_id, on=on), rules.read_scope(file.scope)):
        refuse(export_id, Because.OFFICE)
        return False
    file.office = " and ".join(branches.words(office.office, office.branch) for office in held)
    file.written_at, file.expires_at = clock.now(), clock.now() + rules.LASTS
    file.rows, file.progress, file.bytes, file.digest, file.file_id = people, people, kept.size, kept.digest, file_id
    file.sealed = mail.office().seal.close({"key": kept.key.hex()}, table="exports", row=file.id)
    by, why = audit.of("person", file.asked_by_id), rules.WHYS[Why(file.why)]
    looks.note_file(
        file_id, by=by, office=file.office, what=rules.WHAT, why=why, names=people, digest=kept.digest
    )  # fmt: skip
    audit.record(
        Action.EXPORT_WRITTEN, audit.of("export", file.id), by=by, office=file.office, why=why, scope=file.scope,
        asked=json.dumps(file.asked, sort_keys=True), rows=people, bytes=kept.size, digest=kept.digest, file=str(file_id),
    )  # fmt: skip
    emails.ready(file)
    return True


def refuse(export_id: UUID, because: Because) -> None:
    """A file is not to be, and whoever asked sees why. Said of one that is whole, or again, it changes nothing."""
    file = _held(export_id)
    if file is None or file.written_at or file.refused_at:
        return
    file.refused_at, file.refused_because = clock.now(), str(because)
    by = audit.of("person", file.asked_by_id)
    audit.record(Action.EXPORT_REFUSED, audit.of("export", file.id), by=by, because=str(because))


def _held(export_id: UUID) -> Export | None:
    asked = select(Export).where(Export.id == export_id).with_for_update()
    return session.scalar(asked.execution_options(populate_existing=True))
