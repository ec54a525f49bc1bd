"""Verbs: what a program of an officer’s looks at is written down as if the officer had, and the person sees that it was one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.party.branches import services as branches
from app.party.branches.models import Office
from app.party.people import queries as people
from app.party.people.models import Details
from app.party.roster.rules import REASONS, Reason

from .. import rules


def look_through(shown: Sequence[UUID], *, by: str, found: bool, held: Sequence[Office]) -> None:
    """Write down that a page of names was given. Raises NoOffice."""
    branches.look_through(shown, by=by, what=rules.BY_NAME if found else rules.A_LIST, held=held)


def look_at(person_id: UUID, *, by: str) -> None:
    """Write down that a story was given. Raises NoOffice for somebody whom `by` does not see."""
    branches.look(person_id, by=by, what=rules.ONE, why="to see where they stand")


def show_details(person_id: UUID, *, why: Reason, by: str) -> Details:
    """What names and reaches a person, after writing down who asked and why. Raises NoOffice for somebody whom `by` does not
    see."""
    branches.look(person_id, by=by, what=rules.THEIR_DETAILS, why=REASONS[why])
    return people.details_of(people.get_person(person_id))
