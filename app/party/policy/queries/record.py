"""What one person said and did about policies: for their own page, and for the file of everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select

from app.ground.db import session
from app.party.people import queries as people
from app.party.people.models import Person

from .. import rules
from ..models import Amendment, AmendmentDecision, AmendmentSupport, Comment, Endorsement, Policy, PolicyVersion
from ..rules import State
from .amendments import decisions_of, proposed
from .endorsements import mailbox_index, voice_of
from .members import known
from .work import slugs_of

MOST = 50


@dataclass(frozen=True)
class OwnEndorsement:
    id: UUID
    slug: str
    version: int
    on: datetime
    who: str
    reason: str


@dataclass(frozen=True)
class OwnComment:
    id: UUID
    slug: str
    anchor: str
    at: datetime
    state: str
    is_reply: bool
    can_take_back: bool


@dataclass(frozen=True)
class OwnAmendment:
    id: UUID
    slug: str
    heading: str
    at: datetime
    state: State


@dataclass(frozen=True)
class Record:
    """A person’s own endorsements, comments, proposals, and the proposals they support, the newest first, fifty of each."""

    endorsements: tuple[OwnEndorsement, ...]
    comments: tuple[OwnComment, ...]
    amendments: tuple[OwnAmendment, ...]
    supports: tuple[OwnAmendment, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.endorsements or self.comments or self.amendments or self.supports)


def record_of(person_id: UUID, *, on: date) -> Record:
    person = people.get_person(person_id)
    them = known(person_id)
    given = [one for one in endorsements_of(person) if one.confirmed_at is not None][-MOST:]
    numbers = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            select(PolicyVersion.id, PolicyVersion.number, Policy.slug)
            .join(Policy, Policy.id == PolicyVersion.policy_id)
            .where(PolicyVersion.id.in_([one.version_id for one in given]))
        )
    }
    comments = comments_of(person_id, most=MOST)
    slugs = slugs_of([one.policy_id for one in comments])
    endorsements = []
    for one in reversed(given):
        voice = voice_of(one, them, on=on)
        number, slug = numbers[one.version_id]
        endorsements.append(OwnEndorsement(one.id, slug, number, voice.at, voice.who, voice.reason))
    return Record(
        tuple(endorsements),
        tuple(
            OwnComment(
                one.id, slugs[one.policy_id], one.anchor, one.made_at, _state(one), one.parent_id is not None,
                one.hidden_at is None and one.official_as is None,
            )
            for one in comments
        ),
        tuple(_own(one, person_id, on=on) for one in amendments_of(person_id, most=MOST)),
        tuple(
            _own(session.get_one(Amendment, one.amendment_id), person_id, on=on)
            for one in supports_of(person_id, most=MOST)
        ),
    )  # fmt: skip


def _state(comment: Comment) -> str:
    if comment.is_held:
        return "waiting to be read by an officer"
    return rules.WHY[comment.hidden_because] if comment.hidden_because else "shown"


def _own(row: Amendment, person_id: UUID, *, on: date) -> OwnAmendment:
    shown = proposed(row, by=person_id, on=on)
    slug = session.scalar(select(Policy.slug).where(Policy.id == row.policy_id)) or ""
    return OwnAmendment(row.id, slug, shown.heading, row.made_at, shown.state)


# Rows


def endorsements_of(person: Person) -> Sequence[Endorsement]:
    """A person’s endorsements, oldest first: those given when they were signed in, and those that their mailbox gave, once it
    is proven to be theirs."""
    theirs = Endorsement.person_id == person.id
    if person.sealed is not None and person.email_confirmed_at is not None:
        email = people.details_of(person).email
        indexes = [mailbox_index(email, policy_id) for policy_id in session.scalars(select(Policy.id))]
        theirs = or_(theirs, Endorsement.mailbox_index.in_(indexes))
    return session.scalars(select(Endorsement).where(theirs).order_by(Endorsement.id)).all()


def comments_of(person_id: UUID, *, most: int | None = None) -> Sequence[Comment]:
    """The newest first."""
    asked = select(Comment).where(Comment.person_id == person_id).order_by(Comment.id.desc())
    return session.scalars(asked.limit(most)).all()


def amendments_of(person_id: UUID, *, most: int | None = None) -> Sequence[Amendment]:
    """The newest first."""
    asked = select(Amendment).where(Amendment.person_id == person_id).order_by(Amendment.id.desc())
    return session.scalars(asked.limit(most)).all()


def supports_of(person_id: UUID, *, most: int | None = None) -> Sequence[AmendmentSupport]:
    """The newest first."""
    asked = select(AmendmentSupport).where(AmendmentSupport.person_id == person_id).order_by(AmendmentSupport.id.desc())
    return session.scalars(asked.limit(most)).all()


def decisions_about(amendments: Sequence[Amendment]) -> Sequence[AmendmentDecision]:
    """What was decided about these."""
    return list(decisions_of([one.id for one in amendments]).values())
