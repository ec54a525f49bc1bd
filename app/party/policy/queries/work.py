"""What waits for an officer: things to let through, questions to answer, proposals to decide on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from app.ground.db import session

from .. import rules
from ..models import Amendment, AmendmentDecision, AmendmentSupport, Comment, Endorsement, Policy, PolicyVersion
from ..rules import State
from .amendments import Proposed, proposals
from .comments import Said, count_overdue, said
from .endorsements import Voice, voice_of
from .members import known_of

_HELD = (Comment.shown_at.is_(None), Comment.hidden_at.is_(None))
_WAITING = (
    Comment.needs_reply, Comment.answered_at.is_(None), Comment.shown_at.is_not(None), Comment.hidden_at.is_(None),
)  # fmt: skip
_HELD_VOICE = (Endorsement.confirmed_at.is_not(None), Endorsement.shown_at.is_(None), Endorsement.hidden_at.is_(None))
_HELD_AMENDMENT = (Amendment.opened_on.is_(None), Amendment.refused_at.is_(None), Amendment.withdrawn_at.is_(None))


@dataclass(frozen=True)
class Waiting:
    """How much waits: to be let through, for an answer (`overdue` among them), for a decision."""

    held: int
    unanswered: int
    overdue: int
    undecided: int


def waiting(*, on: date) -> Waiting:
    held = sum(
        session.scalar(select(func.count()).select_from(noun).where(*those)) or 0
        for noun, those in ((Comment, _HELD), (Endorsement, _HELD_VOICE), (Amendment, _HELD_AMENDMENT))
    )
    unanswered = session.scalar(select(func.count()).select_from(Comment).where(*_WAITING)) or 0
    return Waiting(held, unanswered, count_overdue(None, on=on), len(to_decide(on=on)))


@dataclass(frozen=True)
class OnPolicy:
    """A comment, with the policy it is on."""

    slug: str
    said: Said


def held_comments(*, on: date) -> list[OnPolicy]:
    """Comments that wait to be let through, oldest first, a page of them."""
    return _on_policies(session.scalars(select(Comment).where(*_HELD).order_by(Comment.id).limit(rules.A_PAGE)).all(), on=on)


def unanswered(*, on: date) -> list[OnPolicy]:
    """Questions and concerns that wait for the party’s answer, oldest first, a page of them."""
    asked = select(Comment).where(*_WAITING).order_by(Comment.made_at, Comment.id).limit(rules.A_PAGE)
    return _on_policies(session.scalars(asked).all(), on=on)


def newest_comments(*, before: UUID | None, on: date) -> tuple[list[OnPolicy], bool]:
    """Every comment and reply that is not held, the newest first, and whether more follow."""
    asked = select(Comment).where(Comment.shown_at.is_not(None)).order_by(Comment.id.desc()).limit(rules.A_PAGE + 1)
    rows = session.scalars(asked.where(Comment.id < before) if before else asked).all()
    return _on_policies(rows[: rules.A_PAGE], on=on), len(rows) > rules.A_PAGE


def _on_policies(rows: Sequence[Comment], *, on: date) -> list[OnPolicy]:
    slugs = slugs_of([row.policy_id for row in rows])
    return [OnPolicy(slugs[row.policy_id], one) for row, one in zip(rows, said(rows, by=None, on=on), strict=True)]


def slugs_of(policy_ids: Sequence[UUID]) -> dict[UUID, str]:
    rows = session.execute(select(Policy.id, Policy.slug).where(Policy.id.in_(set(policy_ids))))
    return {row[0]: row[1] for row in rows}


@dataclass(frozen=True)
class HeldVoice:
    """The words of an endorsement that wait to be let through."""

    slug: str
    version: int
    voice: Voice


def held_voices(*, on: date) -> list[HeldVoice]:
    rows = session.execute(
        select(Endorsement, PolicyVersion.number, Policy.slug)
        .join(PolicyVersion, PolicyVersion.id == Endorsement.version_id)
        .join(Policy, Policy.id == PolicyVersion.policy_id)
        .where(*_HELD_VOICE)
        .order_by(Endorsement.id)
        .limit(rules.A_PAGE)
    ).all()
    there = known_of(row[0].person_id for row in rows)
    return [HeldVoice(slug, number, voice_of(one, there.get(one.person_id), on=on)) for one, number, slug in rows]


@dataclass(frozen=True)
class ToJudge:
    """An amendment that waits for an officer, with the policy it is to."""

    slug: str
    proposed: Proposed


def held_amendments(*, on: date) -> list[ToJudge]:
    """Proposals that wait to be opened, oldest first."""
    return _to_judge(session.scalars(select(Amendment).where(*_HELD_AMENDMENT).order_by(Amendment.id)).all(), on=on)


def to_decide(*, on: date) -> list[ToJudge]:
    """Proposals that closed with the support they needed and have no decision, oldest first."""
    undecided = ~select(AmendmentDecision.amendment_id).where(AmendmentDecision.amendment_id == Amendment.id).exists()
    support = select(func.count()).where(AmendmentSupport.amendment_id == Amendment.id).correlate(Amendment).scalar_subquery()
    closed = (Amendment.closes_on < on, Amendment.withdrawn_at.is_(None), undecided, support >= Amendment.needed)
    rows = session.scalars(select(Amendment).where(*closed).order_by(Amendment.closes_on, Amendment.id)).all()
    return [one for one in _to_judge(rows, on=on) if one.proposed.state is State.SUPPORTED]


def _to_judge(rows: Sequence[Amendment], *, on: date) -> list[ToJudge]:
    found: list[ToJudge] = []
    for policy_id in dict.fromkeys(row.policy_id for row in rows):
        policy = session.get_one(Policy, policy_id)
        theirs = [row for row in rows if row.policy_id == policy_id]
        found += [ToJudge(policy.slug, one) for one in proposals(theirs, policy, by=None, on=on)]
    return sorted(found, key=lambda one: one.proposed.amendment.id)
