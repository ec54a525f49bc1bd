"""Verbs: a letter to many is drafted and changed."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from app.ground import audit, clock, mail
from app.ground.audit import Action
from app.ground.db import session
from app.ground.ids import new_id
from app.ground.mail import Kind
from app.party.branches.scope import Scope
from app.party.roster.rules import Asked

from .. import rules, texts
from ..models import Mailing
from ..queries import Written


def draft(kind: Kind, asked: Asked, said: Written, scope: Scope, *, by: str, offices: Iterable[str]) -> Mailing:
    """Write down a letter to those who are asked for, of those whom the scope sees. Nothing is sent.

    Raises OnlySecretary, and what `texts.draw` refuses.
    """
    rules.check_may_write(kind, offices)
    mailing_id, now = new_id(), clock.now()
    mailing = Mailing(
        id=mailing_id,
        kind=kind,
        asked=asked.spell(),
        branches=None if scope.everyone else sorted(scope.branches, key=str),
        sealed=_seal(mailing_id, said),
        made_at=now,
        made_by=by,
        changed_at=now,
        rate=rules.USUAL_RATE,
    )
    session.add(mailing)
    audit.record(Action.MAILING_DRAFTED, audit.of("mailing", mailing_id), by=by, kind=kind)
    return mailing


def change(mailing: Mailing, kind: Kind, said: Written, *, by: str, offices: Iterable[str]) -> None:
    """Have a draft say something else. An authority that was given, or asked for, was for the text before.

    Raises NoLongerDraft, OnlySecretary, and what `texts.draw` refuses.
    """
    check_is_draft(mailing)
    rules.check_may_write(kind, offices)
    mailing.sealed, mailing.kind, mailing.changed_at = _seal(mailing.id, said), kind, clock.now()
    mailing.asked_authority_at = mailing.authorised_at = mailing.authorised_by = None
    mailing.refused_at = mailing.refused_because = None
    audit.record(Action.MAILING_CHANGED, audit.of("mailing", mailing.id), by=by, kind=kind)


def check_is_draft(mailing: Mailing) -> None:
    """Holds the row until the end of the transaction: two presses come one after the other. Raises NoLongerDraft."""
    session.refresh(mailing, with_for_update=True)
    if mailing.state not in ("draft", "waiting"):
        raise rules.NoLongerDraft()


def _seal(mailing_id: UUID, said: Written) -> bytes:
    texts.draw(said.subject, said.text, mail.office().public_url)
    return mail.office().seal.close({"subject": said.subject, "text": said.text}, table="mailings", row=mailing_id)
