"""The whole history of taking part in a policy as data: what its pages show, and nothing of anybody that they do not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.ground import clock
from app.ground.db import session

from .. import rules
from ..models import Amendment, AmendmentDecision, Comment, Policy
from .amendments import Proposed, proposals
from .comments import Said, said
from .endorsements import Voice, endorsed, voices
from .policies import versions

AT_ONCE = 500


def head(policy: Policy, *, on: date) -> dict[str, Any]:
    """Which policy, by which rules, as at which day."""
    return {"slug": policy.slug, "as_at": on.isoformat(), "rules": str(rules.rule_on(on)), "told_from": rules.TELLS_FROM}


def endorsements(policy: Policy, *, on: date) -> Iterator[dict[str, Any]]:
    """Each version’s count, None below ten, and what those said who were to be shown."""
    for version in versions(policy.id):
        numbers = endorsed(version)
        yield {
            "version": version.number,
            "count": numbers.count if numbers.tells else None,
            "members": numbers.members if numbers.tells_members else None,
            "of_those_who_endorsed_the_version_before": numbers.again if numbers.tells_again else None,
            "shown": list(_voices(version.id, on=on)),
        }


def _voices(version_id: UUID, *, on: date) -> Iterator[dict[str, Any]]:
    last, more = None, True
    while more:
        page, more = voices(version_id, before=last, on=on)
        yield from map(_voice, page)
        last = page[-1].id if page else None


def _voice(one: Voice) -> dict[str, Any]:
    return {
        "who": one.who or None,
        "region": one.region or None,
        "reason": one.reason or None,
        "member": one.is_member,
        "on": clock.day_of(one.at).isoformat(),
        "hidden_because": one.why_hidden or None,
    }


def comments(policy: Policy, *, on: date) -> Iterator[dict[str, Any]]:
    """Every comment that was shown, with its replies, oldest first; some hundred read at a time."""
    last: UUID | None = None
    asked = select(Comment).where(Comment.policy_id == policy.id, Comment.parent_id.is_(None), Comment.shown_at.is_not(None))
    while True:
        page = asked.where(Comment.id > last) if last else asked
        rows = session.scalars(page.order_by(Comment.id).limit(AT_ONCE)).all()
        if not rows:
            return
        yield from (_said(one) for one in said(rows, by=None, on=on))
        last = rows[-1].id
        session.expunge_all()


def _said(one: Said) -> dict[str, Any]:
    told = {
        "id": str(one.id),
        "section": one.anchor,
        "of": one.of,
        "stance": one.stance or None,
        "who": one.who or None,
        "answer_of_the_party_by": one.official_as or None,
        "at": one.at.isoformat(),
        "body_md": one.body or None,
        "hidden_because": one.why_hidden or None,
        "answer_due": one.due.isoformat() if one.due else None,
        "answered_at": one.answered_at.isoformat() if one.answered_at else None,
        "overdue": one.overdue,
    }
    return {**told, "replies": [_said(reply) for reply in one.replies]} if not one.is_reply else told


def amendments(policy: Policy, *, on: date) -> Iterator[dict[str, Any]]:
    """Every amendment that was opened, oldest first, with its support and what was decided."""
    opened = select(Amendment).where(Amendment.policy_id == policy.id, Amendment.opened_on.is_not(None))
    for one in proposals(session.scalars(opened.order_by(Amendment.id)).all(), policy, by=None, on=on):
        yield _proposed(one)


def _proposed(one: Proposed) -> dict[str, Any]:
    row = one.amendment
    return {
        "id": str(row.id),
        "section": row.anchor,
        "base_version": one.base_number,
        "who": one.who or None,
        "state": str(one.state),
        "opened_on": row.opened_on.isoformat() if row.opened_on else None,
        "closes_on": row.closes_on.isoformat() if row.closes_on else None,
        "members_in_good_standing_when_it_opened": row.eligible,
        "support_needed": row.needed,
        "support": one.support,
        "rebase_of": str(row.rebase_of_id) if row.rebase_of_id else None,
        "body_md": None if row.refused_at else row.body,
        "rationale_md": None if row.refused_at else row.rationale,
        "refused_because": one.why or None,
        "decision": _decision(one.decision) if one.decision else None,
    }


def _decision(one: AmendmentDecision) -> dict[str, Any]:
    return {
        "outcome": one.outcome,
        "by": one.decided_by,
        "on": one.decided_on.isoformat(),
        "reasons_md": one.reasons,
        "body_md": one.body,
        "for": one.votes_for,
        "against": one.votes_against,
        "abstained": one.abstained,
        "eligible": one.eligible,
    }
