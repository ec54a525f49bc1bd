"""Verbs: a letter to many is stopped, called off, dropped."""

from __future__ import annotations

from sqlalchemy import delete

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import session

from .. import rules
from ..models import Mailing, MailingPart
from .telling import Told, tell
from .writing import check_is_draft


def stop(mailing: Mailing, *, by: str, because: str) -> None:
    """No further letter is handed over from now on: each asks before it goes. Raises NotSending."""
    session.refresh(mailing, with_for_update=True)
    if mailing.state != "sending":
        raise rules.NotSending()
    mailing.stopped_at, mailing.stopped_by, mailing.stopped_because = clock.now(), by, because
    tell(mailing, Told.STOPPED, mailing.stopped_at)
    audit.record(Action.MAILING_STOPPED, audit.of("mailing", mailing.id), by=by)


def call_off(mailing: Mailing, *, by: str) -> None:
    """What was stopped does not go on. Raises NotStopped."""
    session.refresh(mailing, with_for_update=True)
    if mailing.state != "stopped":
        raise rules.NotStopped()
    end(mailing, "called off", by=by)


def drop(mailing: Mailing, *, by: str) -> None:
    """Put a draft away. Raises NoLongerDraft."""
    check_is_draft(mailing)
    end(mailing, "dropped", by=by)


def end(mailing: Mailing, because: str, *, by: str) -> None:
    """It is over: the list of whom it went to is not kept."""
    mailing.ended_at, mailing.ended_because = clock.now(), because
    if mailing.confirmed_at and not by.startswith("person:"):
        tell(mailing, Told.SENT if because == "sent" else Told.CALLED_OFF, mailing.ended_at)
    session.execute(delete(MailingPart).where(MailingPart.mailing_id == mailing.id))
    audit.record(Action.MAILING_ENDED, audit.of("mailing", mailing.id), by=by, because=because)
