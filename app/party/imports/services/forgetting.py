"""Verbs: what a file said is deleted, when nobody wants it or the time to take it back is over."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, or_, select, update

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import session

from .. import rules
from ..models import ImportPart, ImportRow, PeopleImport
from ..rules import Outcome
from .checking import get_held


def forget(import_id: UUID, *, by: str) -> None:
    """A file that was sent is not to be imported: all that it said is deleted. Pressed twice it is done once.

    Raises NotWaiting for one that was confirmed.
    """
    found = get_held(import_id)
    if found.state == "forgotten":
        return
    rules.check_state(found.state, "sent", "checking", "checked")
    _empty(found)
    audit.record(Action.IMPORT_FORGOTTEN, audit.of("people_import", import_id), by=by)


def empty_old() -> int:
    """Forget files that nobody confirmed within three days, and what was kept to take an import back, seven days after it.
    Returns how many."""
    now = clock.now()
    waiting = (PeopleImport.confirmed_at.is_(None), PeopleImport.sent_at < now - rules.WAITS)
    done = (PeopleImport.done_at < now - rules.UNDO_WITHIN, PeopleImport.undoing_at.is_(None))
    found = session.scalars(
        select(PeopleImport)
        .where(PeopleImport.emptied_at.is_(None), or_(PeopleImport.confirmed_at.is_(None) & waiting[1], done[0] & done[1]))
        .with_for_update(skip_locked=True)
    ).all()
    for one in found:
        _empty(one)
        audit.record(Action.IMPORT_FORGOTTEN, audit.of("people_import", one.id), by="system")
    return len(found)


def _empty(found: PeopleImport) -> None:
    """Delete the raw file and what its rows say. What stays: which row of it is whom, for people it added or changed."""
    session.execute(delete(ImportPart).where(ImportPart.import_id == found.id))
    stays = ImportRow.outcome.in_((Outcome.MADE, Outcome.CHANGED))
    session.execute(delete(ImportRow).where(ImportRow.import_id == found.id, or_(ImportRow.outcome.is_(None), ~stays)))
    session.execute(update(ImportRow).where(ImportRow.import_id == found.id).values(sealed=None))
    found.sealed, found.emptied_at = None, clock.now()
