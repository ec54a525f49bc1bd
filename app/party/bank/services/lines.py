"""Verbs: a line is looked at, set aside and taken back, taken up; one that waits becomes work for the desk."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import session
from app.party.payments import services as payments
from app.party.payments.models import Difference

from .. import queries, rules
from ..models import BankLine
from ..rules.reading import Read

KIND = "bank line"


def hold(line_id: UUID) -> BankLine:
    """The line, as it stands now, and nobody else changes it meanwhile. Raises sqlalchemy.exc.NoResultFound."""
    return session.get_one(BankLine, line_id, with_for_update=True, populate_existing=True)


def subject_of(line_id: UUID) -> str:
    return audit.of("bank_line", line_id)


def see_line(line: BankLine, *, by: str) -> Read | None:
    """What the bank wrote on a line: whoever paid has a name there, so the look is written down. None for words that were
    emptied."""
    if line.sealed is None:
        return None
    audit.record(Action.BANK_LINE_SEEN, subject_of(line.id), by=by)
    return queries.words_of(line)


def set_aside(line_id: UUID, *, because: str, by: str) -> None:
    """Say that a line is none of ours to match: `because` from rules.ASIDE. Said twice, the first stands.

    Raises WasMatched, WasUndone.
    """
    line = hold(line_id)
    if line.set_aside_at:
        return
    rules.check_open(line.state)
    line.set_aside_at, line.set_aside_by, line.set_aside_because = clock.now(), by, because
    close_work(line.id, by=by, because="set aside")
    audit.record(Action.BANK_LINE_SET_ASIDE, subject_of(line.id), by=by, why=because)


def take_back(line_id: UUID, *, by: str) -> None:
    """What was set aside is open again. Nothing for a line that is not. Raises WasMatched, WasUndone."""
    line = hold(line_id)
    if line.set_aside_at is None:
        rules.check_open(line.state)
        return
    line.set_aside_at = line.set_aside_by = line.set_aside_because = None
    audit.record(Action.BANK_LINE_TAKEN_BACK, subject_of(line.id), by=by)


def take_up(line_id: UUID, *, owner_id: UUID, by: str) -> None:
    """Make an officer the one who looks into an open line: it is on the work list, with them. Raises as check_open does."""
    line = hold(line_id)
    rules.check_open(line.state)
    payments.note_difference(KIND, subject_of(line.id), cents=line.cents)
    session.flush()
    item = session.scalar(
        select(Difference.id).where(
            Difference.kind == KIND, Difference.subject == subject_of(line.id), Difference.closed_at.is_(None)
        )
    )
    assert item is not None
    payments.take_up(item, owner_id=owner_id, by=by)


def close_work(line_id: UUID, *, by: str, because: str) -> None:
    """It is dealt with: what stood on the work list about it is closed."""
    payments.close_differences(KIND, subject_of(line_id), by=by, because=because)


def watch(*, on: date) -> int:
    """Put on the work list every line on which money came days ago and nobody was credited. Done twice, it is there once."""
    waiting = queries.waiting_since(on - rules.WORK_AFTER)
    for line_id, cents in waiting:
        payments.note_difference(KIND, subject_of(line_id), cents=cents)
    return len(waiting)
