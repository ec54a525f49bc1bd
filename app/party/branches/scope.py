"""Whom somebody may see. One answer builds the WHERE of every question about people: screen, count, segment, file, API, job.

Behind it stands a second wall (migration 0023): PostgreSQL hides the rows of the roster, and the people on it, that lie outside
what the transaction says it looks as. `looking_as` says it. A transaction that has not said it sees an empty roster.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, true

from app.ground import db

from . import queries, rules
from .models import Office

HOUSE = "house"  # the house itself: a worker, a check, a command at the machine


@dataclass(frozen=True)
class Scope:
    """Everyone; or the members of these branches; or, where neither is said, nobody."""

    everyone: bool = False
    branches: frozenset[UUID] = frozenset()

    def __bool__(self) -> bool:
        return self.everyone or bool(self.branches)

    def __str__(self) -> str:
        """As the database is told it."""
        if self.everyone:
            return "everyone"
        return f"branches:{','.join(sorted(map(str, self.branches)))}" if self.branches else "nobody"

    def sees(self, branch_id: UUID | None) -> bool:
        """Whether somebody of this branch (None: of none) is in it."""
        return self.everyone or (branch_id is not None and branch_id in self.branches)

    def where(self, branch: Any) -> ColumnElement[bool]:
        """The condition on the column that has a person’s branch."""
        if self.everyone:
            return true()
        if not self.branches:
            return false()
        few: ColumnElement[bool] = branch.in_(sorted(self.branches, key=str))
        return few


EVERYONE, NOBODY = Scope(everyone=True), Scope()


LOOK = "look at people"


def of_offices(held: Iterable[Office], *, right: str = LOOK) -> Scope:
    """What those of these offices see together that give a right: a branch each for an organizer, everyone for who may look at
    people and is of none. An office that does not give it lends its sight to none that does."""
    looking = [office for office in held if rules.may([office.office], LOOK) and rules.may([office.office], right)]
    return Scope(
        everyone=any(office.branch_id is None for office in looking),
        branches=frozenset(office.branch_id for office in looking if office.branch_id),
    )


def scope_of(person_id: UUID, *, on: date, right: str = LOOK) -> Scope:
    """For whom a person has a right on a day, by the offices they hold on it; nobody, where none of them gives it."""
    return of_offices(queries.held_by(person_id, on=on), right=right)


@contextmanager
def looking_as(scope: Scope | str) -> Iterator[None]:
    """Within this block every transaction tells the database what it looks as: a scope, or HOUSE. Stands around
    `transaction()`, never inside one."""
    with db.looking_as(str(scope)):
        yield
