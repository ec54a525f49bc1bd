"""Questions about who takes part: how they stand, and the name they may be shown by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import exists, select

from app.ground import clock
from app.ground.db import session
from app.ground.mail import office
from app.law.membership import Standing, standing
from app.party.dues import queries as dues
from app.party.membership import queries as memberships
from app.party.people import queries as people
from app.party.people.models import Person

from .. import rules
from ..models import Amendment, Comment, Endorsement


@dataclass(frozen=True)
class Known:
    """What we hold of a person that matters to how they are shown."""

    name: str
    born_on: date | None

    def shown(self, display: str, *, on: date) -> str:
        """Their name as they chose to be shown; "" for none."""
        return rules.named(display, self.name, born_on=self.born_on, on=on)


def standing_of(person_id: UUID, *, on: date) -> Standing | None:
    """Where a person’s membership stands; None without one."""
    current = memberships.current_of(person_id)
    return standing(dues.history_of(current), on=on) if current else None


def is_member(person_id: UUID, *, on: date) -> bool:
    """Whether a person is a member under the party’s rules, behind with dues or not."""
    return standing_of(person_id, on=on) in (Standing.GOOD, Standing.BEHIND)


def known(person_id: UUID) -> Known:
    details = people.details_of(people.get_person(person_id))
    return Known(details.name, details.born_on)


def known_of(person_ids: Iterable[UUID | None]) -> dict[UUID | None, Known]:
    """Of several people at once; who was erased is not among them."""
    asked = {one for one in person_ids if one is not None}
    rows = session.scalars(select(Person).where(Person.id.in_(asked), Person.sealed.is_not(None))) if asked else ()
    found = {row.id: people.details_of(row) for row in rows}
    return {person_id: Known(details.name, details.born_on) for person_id, details in found.items()}


def is_trusted(person_id: UUID) -> bool:
    """Whether what a person writes is shown at once: an officer has let something of theirs through before, and has hidden
    nothing of theirs within 90 days."""
    since = clock.ago(days=rules.TRIED_DAYS)
    unread = "system"  # shown at once, not read by an officer
    let_through = [
        exists().where(Comment.person_id == person_id, Comment.shown_at.is_not(None), Comment.shown_by != unread),
        exists().where(Amendment.person_id == person_id, Amendment.opened_on.is_not(None), Amendment.refused_at.is_(None)),
        exists().where(Endorsement.person_id == person_id, Endorsement.shown_at.is_not(None), Endorsement.shown_by != unread),
    ]
    hidden = [
        exists().where(Comment.person_id == person_id, Comment.hidden_at > since, Comment.hidden_because != rules.TAKEN_BACK),
        exists().where(Endorsement.person_id == person_id, Endorsement.hidden_at > since),
        exists().where(Amendment.person_id == person_id, Amendment.refused_at > since),
    ]
    if was_hidden_lately(person_id) or any(session.scalar(select(one)) for one in hidden):
        return False
    return any(session.scalar(select(one)) for one in let_through)


def memory_index(person_id: UUID) -> bytes:
    """Under which it is remembered that words of a person were hidden, once those are gone."""
    return office().seal.index("endorsement", f"hidden:{person_id}")


def was_hidden_lately(person_id: UUID) -> bool:
    """Whether an officer has hidden an endorsement of theirs within 90 days that they have withdrawn or replaced since."""
    theirs = (Endorsement.mailbox_index == memory_index(person_id), Endorsement.hidden_at > clock.ago(days=rules.TRIED_DAYS))
    return bool(session.scalar(select(exists().where(*theirs))))
