"""Verbs: a link that works once is written, used, swept away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update

from app.ground import clock, limits, mail
from app.ground.db import session
from app.ground.ids import new_id
from app.ground.mail import office

from .. import emails, queries, rules
from ..models import Authenticator, OneTimeLink, Purpose, SignIn


def write_link(
    purpose: Purpose,
    *,
    person_id: UUID | None = None,
    subject_id: UUID | None = None,
    details: Mapping[str, Any] | None = None,
    lives: timedelta | None = None,
) -> OneTimeLink:
    """Write down a link that works once, for `lives` (default: LINK_LIVES of its purpose). `details` are sealed into it."""
    link_id, now = new_id(), clock.now()
    link = OneTimeLink(
        id=link_id,
        purpose=purpose,
        person_id=person_id,
        subject_id=subject_id,
        sealed=office().seal.close(details, table="one_time_links", row=link_id) if details else None,
        made_at=now,
        expires_at=now + (lives or rules.LINK_LIVES[purpose]),
        used_at=None,
    )
    session.add(link)
    return link


def make_link(
    purpose: Purpose,
    *,
    person_id: UUID | None = None,
    subject_id: UUID | None = None,
    details: Mapping[str, Any] | None = None,
    lives: timedelta | None = None,
) -> str:
    """The same, and the path it is reached at, secret and all: for a letter, never for a log."""
    return queries.link_path(write_link(purpose, person_id=person_id, subject_id=subject_id, details=details, lives=lives))


def use_link(purpose: Purpose, text: str) -> OneTimeLink:
    """Use up the link that `text` spells, exactly once however many try. Raises LinkSpent."""
    link_id = queries.read_link(purpose, text)
    used: OneTimeLink | None = (
        None
        if link_id is None
        else session.scalar(
            update(OneTimeLink)
            .where(
                OneTimeLink.id == link_id,
                OneTimeLink.purpose == purpose,
                OneTimeLink.used_at.is_(None),
                OneTimeLink.expires_at > clock.now(),
            )
            .values(used_at=clock.now())
            .returning(OneTimeLink)
        )
    )
    if used is None:
        raise rules.LinkSpent()
    return used


def sweep() -> None:
    """Delete links that are spent by age, with what their letters said; sessions that have ended;
    authenticator apps that were never confirmed; rate windows gone by.

    A used link stays until its age, so that using it twice is still answered the same.
    """
    now = clock.now()
    gone = session.execute(
        delete(OneTimeLink)
        .where(OneTimeLink.expires_at < now - timedelta(hours=1))
        .returning(OneTimeLink.id, OneTimeLink.purpose)
    ).all()
    mail.forget_letters([emails.key_of(purpose, link_id) for link_id, purpose in gone])
    session.execute(delete(SignIn).where((SignIn.expires_at < now) | (SignIn.last_seen_at < now - rules.SESSION_IDLES)))
    unfinished = (Authenticator.confirmed_at.is_(None), Authenticator.added_at < now - rules.SETTING_UP_LIVES)
    session.execute(delete(Authenticator).where(*unfinished))
    limits.sweep()
