"""What happened last to those one sees. Numbers, not names: a name is a look, and stands on the person’s own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.ground.db import session
from app.party.branches.scope import Scope
from app.party.membership.models import Membership, MembershipMove
from app.party.roster.models import OnRoster

SHOWN = 8
LOOKED_THROUGH = 2000  # of the party’s latest decisions: of a small branch in a large party there may be none among them


@dataclass(frozen=True)
class Latest:
    """A decision about a member. `to` is where they stand by it."""

    person_id: UUID
    number: int
    to: str
    on: date


def latest(scope: Scope) -> list[Latest]:
    """The last decisions, newest first, to be asked inside `looking_as(scope)`. Ids grow with time, so the newest are the end
    of an index."""
    last = select(MembershipMove.id).order_by(MembershipMove.id.desc()).limit(LOOKED_THROUGH).subquery()
    rows = session.execute(
        select(OnRoster.person_id, Membership.number, MembershipMove.to, MembershipMove.on)
        .select_from(last)
        .join(MembershipMove, MembershipMove.id == last.c.id)
        .join(Membership, Membership.id == MembershipMove.membership_id)
        .join(OnRoster, OnRoster.person_id == Membership.person_id)
        .where(scope.where(OnRoster.branch_id))
        .order_by(MembershipMove.id.desc())
        .limit(SHOWN)
    )
    return [Latest(*row) for row in rows]
