"""Questions about endorsements: how many, by whom as far as they said so, and one by its link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.ground.db import session
from app.ground.ids import read_id
from app.ground.mail import office
from app.party.people import queries as people

from .. import rules
from ..models import Endorsement, PolicyVersion, Shown
from ..models.endorsements import Words
from .members import Known, known_of

PURPOSE = "endorsement"


@dataclass(frozen=True)
class Endorsed:
    """How many endorsed a version: all of them, and members who were signed in among them; how many endorsed the version
    before, and how many of those this one too. Nothing is carried over."""

    version: int
    count: int
    members: int
    before: int = 0
    again: int = 0

    @property
    def tells(self) -> bool:
        """Whether there are enough to be told."""
        return self.count >= rules.TELLS_FROM

    @property
    def tells_members(self) -> bool:
        """Whether members and others can be told apart without telling of a few."""
        return self.members >= rules.TELLS_FROM and self.count - self.members >= rules.TELLS_FROM

    @property
    def tells_before(self) -> bool:
        return self.before >= rules.TELLS_FROM

    @property
    def tells_again(self) -> bool:
        return self.again >= rules.TELLS_FROM


def endorsed(version: PolicyVersion) -> Endorsed:
    """How many endorsed a version, as exactly as we know."""
    before = aliased(Endorsement)
    counted = (Endorsement.version_id == version.id, Endorsement.confirmed_at.is_not(None))
    row = session.execute(select(func.count(), func.count(Endorsement.person_id)).where(*counted)).one()
    count, members = int(row[0]), int(row[1])
    previous = session.scalar(
        select(PolicyVersion.id).where(PolicyVersion.policy_id == version.policy_id, PolicyVersion.number == version.number - 1)
    )
    if previous is None:
        return Endorsed(version.number, count, members)
    then = count_of(previous)
    same = and_(before.mailbox_index == Endorsement.mailbox_index, before.version_id == previous)
    both = select(func.count()).select_from(Endorsement).join(before, same)
    again = session.scalar(both.where(*counted, before.confirmed_at.is_not(None))) or 0
    return Endorsed(version.number, count, members, then, again)


def count_of(version_id: UUID) -> int:
    """How many endorsed a version."""
    counted = (Endorsement.version_id == version_id, Endorsement.confirmed_at.is_not(None))
    return session.scalar(select(func.count()).select_from(Endorsement).where(*counted)) or 0


# One of them


def mailbox_index(email: str, policy_id: UUID) -> bytes:
    """The blind index of a mailbox within one policy: it leads to no other policy, and to no person."""
    return office().seal.index(PURPOSE, f"{policy_id}:{people.email_key(email)}")


def print_of(endorsement: Endorsement) -> str:
    """What tells one state of an endorsement from another: it is sealed anew whenever it is wished otherwise."""
    return sha256(endorsement.sealed).hexdigest()[:16]


def words_of(endorsement: Endorsement) -> Words:
    opened = office().seal.open(endorsement.sealed, table="policy_endorsements", row=endorsement.id)
    return Words(**opened)


def link_path(endorsement_id: UUID) -> str:
    """Where an endorsement is confirmed and withdrawn, secret and all: for a letter, never for a log."""
    return f"/endorsements/{endorsement_id}.{office().seal.token(PURPOSE, endorsement_id)}"


def read_link(text: str) -> UUID | None:
    """The id of the endorsement that a link’s text spells, if we made it. Asks no database."""
    spelt, _, secret = text.partition(".")
    found = read_id(spelt)
    return found if found and office().seal.is_token(secret, PURPOSE, found) else None


def find_by_link(text: str) -> Endorsement | None:
    """The endorsement a letter leads to. Looking changes nothing."""
    found = read_link(text)
    return session.get(Endorsement, found) if found else None


def endorsement_of(person_id: UUID, version_id: UUID) -> Endorsement | None:
    """A member’s endorsement of a version."""
    return session.scalar(select(Endorsement).where(Endorsement.person_id == person_id, Endorsement.version_id == version_id))


# The list of those with a name or a reason


@dataclass(frozen=True)
class Voice:
    """An endorsement as it is shown. `who` is "" for somebody who is not named; `why_hidden` stands in place of the words."""

    id: UUID
    who: str
    region: str
    reason: str
    is_member: bool
    at: datetime
    why_hidden: str = ""


def voice_of(endorsement: Endorsement, known: Known | None, *, on: date) -> Voice:
    """As it is shown, or would be."""
    words = words_of(endorsement)
    if endorsement.person_id is not None:
        who = known.shown(endorsement.display, on=on) if known else ""
    else:
        who = rules.named(endorsement.display, words.name, born_on=None, on=on)
    region = words.region if endorsement.display == Shown.FIRST and who else ""
    at = endorsement.confirmed_at or endorsement.made_at
    return Voice(endorsement.id, who, region, words.reason, endorsement.person_id is not None, at)


def voices(version_id: UUID, *, before: UUID | None, on: date) -> tuple[list[Voice], bool]:
    """Those of a version that have words, the newest first, and whether more follow. Hidden ones keep their place."""
    there = (
        Endorsement.version_id == version_id,
        Endorsement.has_words,
        Endorsement.confirmed_at.is_not(None),
        or_(Endorsement.shown_at.is_not(None), Endorsement.hidden_at.is_not(None)),
    )
    asked = select(Endorsement).where(*there)
    last = session.get(Endorsement, before) if before else None
    if last is not None:
        asked = asked.where(tuple_(Endorsement.confirmed_at, Endorsement.id) < (last.confirmed_at, last.id))
    newest = asked.order_by(Endorsement.confirmed_at.desc(), Endorsement.id.desc()).limit(rules.A_PAGE + 1)
    rows = session.scalars(newest).all()
    return voices_of(rows[: rules.A_PAGE], on=on), len(rows) > rules.A_PAGE


def voices_of(rows: Sequence[Endorsement], *, on: date) -> list[Voice]:
    there = known_of(row.person_id for row in rows)
    return [
        Voice(row.id, "", "", "", row.person_id is not None, row.confirmed_at or row.made_at, rules.WHY[row.hidden_because])
        if row.hidden_because
        else voice_of(row, there.get(row.person_id), on=on)
        for row in rows
    ]
