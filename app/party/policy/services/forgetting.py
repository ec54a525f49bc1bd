"""Verb: somebody leaves, and what they said and did about policies no longer leads to them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import delete, select, update

from app.ground import clock, news
from app.ground.db import session

from .. import rules
from ..models import Amendment, AmendmentSupport, Comment, Shown
from .endorsing import withdraw_all_of


def forget(person_id: UUID, *, on: date) -> None:
    """Endorsements are withdrawn, and support for what is still open; what had closed was decided with it, and it counts on
    without its giver. Comments and proposals stay, of nobody; those that nobody has read yet go."""
    withdraw_all_of(person_id)
    held = (Comment.person_id == person_id, Comment.shown_at.is_(None), Comment.hidden_at.is_(None))
    session.execute(
        update(Comment)
        .where(*held)
        .values(body="", removed_at=clock.now(), hidden_at=clock.now(), hidden_by="author", hidden_because=rules.TAKEN_BACK)
    )
    nobody = {"person_id": None, "display": Shown.ANONYMOUS}
    session.execute(update(Comment).where(Comment.person_id == person_id).values(**nobody))
    running = select(Amendment.id).where(Amendment.closes_on >= on)
    theirs = AmendmentSupport.person_id == person_id
    session.execute(delete(AmendmentSupport).where(theirs, AmendmentSupport.amendment_id.in_(running)))
    session.execute(update(AmendmentSupport).where(theirs).values(person_id=None))
    carried_on = select(Amendment.rebase_of_id).where(Amendment.opened_on.is_not(None), Amendment.rebase_of_id.is_not(None))
    unopened = (Amendment.person_id == person_id, Amendment.opened_on.is_(None), Amendment.id.not_in(carried_on))
    session.execute(delete(Amendment).where(*unopened))
    session.execute(update(Amendment).where(Amendment.person_id == person_id).values(**nobody))
    news.tell()
