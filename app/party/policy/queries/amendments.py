"""Questions about amendments: where each stands, who supports it, what is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import func, or_, select

from app.ground.db import session

from .. import rules
from ..models import Amendment, AmendmentDecision, AmendmentSupport, Policy, PolicyVersion
from ..rules import State
from ..texts.comparing import Comparison
from ..texts.reading import read
from ..texts.sections import body_of, change_with
from ..texts.words import Text
from .members import known_of
from .policies import versions


@dataclass(frozen=True)
class Proposed:
    """An amendment as it is shown. `who` is "" for an author who is not named, and of what was refused; `was` is the section in
    the base."""

    amendment: Amendment
    state: State
    support: int
    decision: AmendmentDecision | None
    base_number: int
    base_source: str
    heading: str
    was: str
    who: str
    mine: bool
    supported: bool  # by whoever looks
    rebased_as: UUID | None

    @cached_property
    def base(self) -> Text:
        return read(self.base_source)

    @cached_property
    def change(self) -> Comparison:
        """What of the section it would change, word by word."""
        return change_with(self.base_source, self.amendment.anchor, self.amendment.body)

    @property
    def is_open(self) -> bool:
        return self.state is State.OPEN

    @property
    def may_withdraw(self) -> bool:
        return self.mine and self.state in (State.HELD, State.OPEN)

    @property
    def may_rebase(self) -> bool:
        return self.mine and self.state is State.OUTDATED and self.rebased_as is None

    @property
    def why(self) -> str:
        return rules.WHY[self.amendment.refused_because] if self.amendment.refused_because else ""


def find_amendment(amendment_id: UUID) -> Amendment | None:
    return session.get(Amendment, amendment_id)


def proposed(amendment: Amendment, *, by: UUID | None, on: date) -> Proposed:
    policy = session.get_one(Policy, amendment.policy_id)
    return proposals([amendment], policy, by=by, on=on)[0]


def amendments_to(policy: Policy, *, before: UUID | None, by: UUID | None, on: date) -> tuple[list[Proposed], bool]:
    """Those to a policy that were opened, and one’s own, the newest first, and whether more follow."""
    opened = or_(Amendment.opened_on.is_not(None), Amendment.refused_at.is_not(None))
    seen = or_(opened, Amendment.person_id == by) if by else opened
    asked = select(Amendment).where(Amendment.policy_id == policy.id, seen)
    asked = asked.where(Amendment.id < before) if before else asked
    rows = session.scalars(asked.order_by(Amendment.id.desc()).limit(rules.A_PAGE + 1)).all()
    return proposals(rows[: rules.A_PAGE], policy, by=by, on=on), len(rows) > rules.A_PAGE


def open_to(policy: Policy, *, on: date) -> list[Proposed]:
    """Those that can be supported on a day, by when they close."""
    there = (Amendment.policy_id == policy.id, Amendment.closes_on >= on)
    rows = session.scalars(select(Amendment).where(*there).order_by(Amendment.closes_on, Amendment.id)).all()
    return [one for one in proposals(rows, policy, by=None, on=on) if one.is_open]


def proposals(rows: Sequence[Amendment], policy: Policy, *, by: UUID | None, on: date) -> list[Proposed]:
    """Amendments to one policy, as they are shown on a day."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    texts = versions(policy.id)
    support, decided = support_of(ids), decisions_of(ids)
    everyone = known_of(row.person_id for row in rows)
    rebased = {
        row[0]: row[1]
        for row in session.execute(select(Amendment.rebase_of_id, Amendment.id).where(Amendment.rebase_of_id.in_(ids)))
    }
    supported = supported_by(by, ids) if by else set()

    def shown(row: Amendment) -> Proposed:
        base = next(one for one in texts if one.id == row.base_version_id)
        section = read(base.source).section(row.anchor)
        person = None if row.refused_at else everyone.get(row.person_id)
        decision = decided.get(row.id)
        state = rules.state_of(
            row, support=support.get(row.id, 0), outcome=decision.outcome if decision else None,
            overtaken_at=overtaken_at(row, policy, texts), on=on,
        )  # fmt: skip
        return Proposed(
            amendment=row, state=state, support=support.get(row.id, 0), decision=decision,
            base_number=base.number, base_source=base.source,
            heading=section.heading if section else row.anchor, was=body_of(base.source, row.anchor) or "",
            who=person.shown(row.display, on=on) if person else "", mine=by is not None and row.person_id == by,
            supported=row.id in supported, rebased_as=rebased.get(row.id),
        )  # fmt: skip

    return [shown(row) for row in rows]


def overtaken_at(amendment: Amendment, policy: Policy, texts: Sequence[PolicyVersion]) -> datetime | None:
    """When a version after its base first said something else in its section, or the policy was retired."""
    base = next(one for one in texts if one.id == amendment.base_version_id)
    was = body_of(base.source, amendment.anchor)
    for later in texts:
        if later.number > base.number and body_of(later.source, amendment.anchor) != was:
            return later.published_at
    return policy.retired_at


def support_of(ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many members support each; who left after it closed still counts."""
    rows = session.execute(
        select(AmendmentSupport.amendment_id, func.count())
        .where(AmendmentSupport.amendment_id.in_(ids))
        .group_by(AmendmentSupport.amendment_id)
    )
    return {row[0]: row[1] for row in rows}


def supported_by(person_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    theirs = (AmendmentSupport.person_id == person_id, AmendmentSupport.amendment_id.in_(ids))
    return set(session.scalars(select(AmendmentSupport.amendment_id).where(*theirs)))


def decisions_of(ids: Sequence[UUID]) -> dict[UUID, AmendmentDecision]:
    rows = session.scalars(select(AmendmentDecision).where(AmendmentDecision.amendment_id.in_(ids)))
    return {row.amendment_id: row for row in rows}
