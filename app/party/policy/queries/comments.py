"""Questions about comments: those on a section or on all, a page at a time; how many; which wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnExpressionArgument, and_, func, or_, select
from sqlalchemy.sql import ColumnElement

from app.ground import clock
from app.ground.db import session

from .. import rules
from ..models import Comment, Policy, PolicyVersion, Shown
from .members import known_of

_VISIBLE = (Comment.shown_at.is_not(None), Comment.hidden_at.is_(None))


@dataclass(frozen=True)
class Said:
    """A comment or a reply as it is shown. `who` is "" for somebody who is not named; `why_hidden` stands in its place:
    then neither a name nor a stance is told, for it may not be theirs, and may not be meant any more."""

    id: UUID
    anchor: str
    stance: str
    body: str
    who: str
    official_as: str
    of: str  # the text it spoke of: “version 2”, “the draft (3)”
    at: datetime
    is_reply: bool
    is_held: bool
    why_hidden: str
    mine: bool
    due: date | None
    overdue: bool
    answered_at: datetime | None
    replies: tuple[Said, ...] = ()


def count_by_section(policy_id: UUID) -> dict[str, int]:
    """How many comments each section has that are shown, replies aside."""
    shown = (Comment.policy_id == policy_id, Comment.parent_id.is_(None), *_VISIBLE)
    rows = session.execute(select(Comment.anchor, func.count()).where(*shown).group_by(Comment.anchor))
    return {row[0]: row[1] for row in rows}


def count_on(policy_id: UUID, anchor: str) -> int:
    shown = (Comment.policy_id == policy_id, Comment.anchor == anchor, Comment.parent_id.is_(None), *_VISIBLE)
    return session.scalar(select(func.count()).select_from(Comment).where(*shown)) or 0


def _overdue(*, on: date) -> tuple[ColumnExpressionArgument[bool], ...]:
    """Those for which `rules.is_overdue` holds, as the database can ask it: by the rule of this day."""
    last = clock.start_of(on - timedelta(days=rules.rule_on(on).answer_days))
    return (Comment.needs_reply, Comment.answered_at.is_(None), *_VISIBLE, Comment.made_at < last)


def count_overdue(policy_id: UUID | None, *, on: date) -> int:
    """How many questions and concerns have waited too long for the party’s answer, on a policy or on all."""
    asked = select(func.count()).select_from(Comment).where(*_overdue(on=on))
    return session.scalar(asked.where(Comment.policy_id == policy_id) if policy_id else asked) or 0


def find_comment(comment_id: UUID) -> Comment | None:
    return session.get(Comment, comment_id)


def comments_on(
    policy: Policy, anchor: str | None, *, before: UUID | None, by: UUID | None, on: date
) -> tuple[list[Said], bool]:
    """Comments on a section, or on all, with their replies, the newest first, and whether more follow. `by`: who looks; they
    see their own that wait. What was hidden keeps its place, with the reason."""
    there = (Comment.policy_id == policy.id, Comment.parent_id.is_(None), _may_see(by))
    asked = select(Comment).where(*there).order_by(Comment.id.desc()).limit(rules.A_PAGE + 1)
    if anchor is not None:
        asked = asked.where(Comment.anchor == anchor)
    rows = session.scalars(asked.where(Comment.id < before) if before else asked).all()
    return said(rows[: rules.A_PAGE], by=by, on=on), len(rows) > rules.A_PAGE


def comment_with_replies(comment: Comment, *, by: UUID | None, on: date) -> Said | None:
    """One comment with its replies, if whoever looks may see it."""
    found = session.scalar(select(Comment).where(Comment.id == comment.id, _may_see(by)))
    return said([found], by=by, on=on)[0] if found else None


def _may_see(by: UUID | None) -> ColumnElement[bool]:
    hidden = and_(Comment.hidden_at.is_not(None), Comment.hidden_because != rules.TAKEN_BACK)
    seen = or_(Comment.shown_at.is_not(None), hidden)
    return or_(seen, Comment.person_id == by) if by else seen


def replies_to(comment_ids: Sequence[UUID], *, by: UUID | None) -> Sequence[Comment]:
    """The replies to these, oldest first."""
    return session.scalars(select(Comment).where(Comment.parent_id.in_(comment_ids), _may_see(by)).order_by(Comment.id)).all()


def said(rows: Sequence[Comment], *, by: UUID | None, on: date) -> list[Said]:
    """Comments as they are shown, each with its replies."""
    replies = replies_to([row.id for row in rows], by=by) if rows else ()
    everyone = known_of(row.person_id for row in (*rows, *replies) if row.display != Shown.ANONYMOUS)
    numbers = _numbers([row.version_id for row in rows])

    def shown(row: Comment, answers: tuple[Said, ...] = ()) -> Said:
        person = None if row.hidden_at or row.official_as else everyone.get(row.person_id)
        of = f"version {numbers[row.version_id]}" if row.version_id in numbers else f"the draft ({row.draft_revision})"
        asks = row.needs_reply and row.is_visible
        return Said(
            id=row.id, anchor=row.anchor, stance="" if row.hidden_at else row.stance or "",
            body="" if row.hidden_at else row.body, who=person.shown(row.display, on=on) if person else "",
            official_as=row.official_as or "", of=of, is_reply=row.parent_id is not None, at=row.made_at, is_held=row.is_held,
            why_hidden=rules.WHY[row.hidden_because] if row.hidden_because else "",
            mine=by is not None and row.person_id == by, due=rules.answer_due(row) if asks else None,
            overdue=asks and rules.is_overdue(row, on=on), answered_at=row.answered_at, replies=answers,
        )  # fmt: skip

    return [shown(row, tuple(shown(reply) for reply in replies if reply.parent_id == row.id)) for row in rows]


def _numbers(ids: Sequence[UUID | None]) -> dict[UUID | None, int]:
    asked = {one for one in ids if one is not None}
    if not asked:
        return {}
    rows = session.execute(select(PolicyVersion.id, PolicyVersion.number).where(PolicyVersion.id.in_(asked)))
    return {row[0]: row[1] for row in rows}


def count_replies(comment_id: UUID) -> int:
    """How many replies a comment has, answers of the party aside."""
    theirs = (Comment.parent_id == comment_id, Comment.official_as.is_(None))
    return session.scalar(select(func.count()).select_from(Comment).where(*theirs)) or 0
