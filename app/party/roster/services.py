"""Verbs: looks at the roster are written down; tallies are folded; pages of names go. The roster itself nobody writes."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from app.ground.db import session
from app.party.branches import services as branches
from app.party.branches.models import Office
from app.party.branches.scope import Scope
from app.party.people import queries as people
from app.party.people.models import Details

from . import queries, rules
from .rules import REASONS, Reason


def look_through(shown: Sequence[UUID], *, by: str, found: bool, held: Sequence[Office]) -> None:
    """Write down that a page of names was shown. Raises NoOffice."""
    branches.look_through(shown, by=by, what=rules.BY_NAME if found else rules.A_LIST, held=held)


def look_at(person_id: UUID, scope: Scope, *, by: str) -> None:
    """Write down that a person’s story was opened. Raises NotSeen, NoOffice."""
    _check_seen(person_id, scope)
    branches.look(person_id, by=by, what=rules.ONE, why="to see where they stand")


def show_details(person_id: UUID, scope: Scope, *, why: Reason, by: str) -> Details:
    """What names and reaches a person, after writing down who asked and why. Raises NotSeen, NoOffice."""
    _check_seen(person_id, scope)
    branches.look(person_id, by=by, what=rules.THEIR_DETAILS, why=REASONS[why])
    return people.details_of(people.get_person(person_id))


def _check_seen(person_id: UUID, scope: Scope) -> None:
    if queries.find(person_id, scope) is None:
        raise rules.NotSeen()


def fold() -> int:
    """Add up what has been tallied apart. Returns how many tallies are left."""
    return session.scalar(select(func.roster_fold())) or 0


def forget_pages() -> int:
    """Forget who was on a page of names that was shown more than a year ago: the database decides which. Returns how many."""
    return session.scalar(select(func.expire_pages_of_names())) or 0
