"""Verbs: the party secretary’s authority for a campaign letter is asked for and given (Electoral Act 1993 ss 204F–204H)."""

from __future__ import annotations

from collections.abc import Iterable

from app.ground import audit, clock
from app.ground.audit import Action

from .. import rules
from ..models import Mailing
from .telling import Told, tell
from .writing import check_is_draft


def ask_authority(mailing: Mailing, *, by: str) -> None:
    """Put a draft before the party secretary. Asking again changes nothing. Raises NoLongerDraft."""
    check_is_draft(mailing)
    if mailing.asked_authority_at is None:
        mailing.asked_authority_at, mailing.asked_authority_by = clock.now(), by
        mailing.refused_at = mailing.refused_because = None
        tell(mailing, Told.ASKED, mailing.asked_authority_at)
        audit.record(Action.MAILING_ASKED, audit.of("mailing", mailing.id), by=by)


def authorise(mailing: Mailing, *, seen: str, by: str, offices: Iterable[str]) -> None:
    """Give the authority for the text that was read (`seen`, rules.stamp_of): a change of it takes it away.

    Raises NotSecretary, NoLongerDraft, ChangedSince.
    """
    if not rules.is_secretary(offices):
        raise rules.NotSecretary()
    check_is_draft(mailing)
    rules.check_seen(seen, mailing.changed_at)
    if mailing.authorised_at is None:
        mailing.authorised_at, mailing.authorised_by = clock.now(), by
        tell(mailing, Told.AUTHORISED, mailing.authorised_at)
        audit.record(
            Action.MAILING_AUTHORISED, audit.of("mailing", mailing.id), by=by, as_changed_at=mailing.changed_at.isoformat()
        )


def refuse_authority(mailing: Mailing, *, seen: str, because: rules.Why, by: str, offices: Iterable[str]) -> None:
    """Say no to the text that was read; whoever asked is told why, and may ask again.

    Raises NotSecretary, NoLongerDraft, ChangedSince, NotAsked.
    """
    if not rules.is_secretary(offices):
        raise rules.NotSecretary()
    check_is_draft(mailing)
    rules.check_seen(seen, mailing.changed_at)
    if mailing.state != "waiting":
        raise rules.NotAsked()
    mailing.asked_authority_at, mailing.refused_at, mailing.refused_because = None, clock.now(), str(because)
    tell(mailing, Told.REFUSED, mailing.refused_at)
    audit.record(Action.MAILING_NOT_AUTHORISED, audit.of("mailing", mailing.id), by=by, because=str(because))
