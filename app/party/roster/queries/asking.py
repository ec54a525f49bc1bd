"""What is asked of the roster, as conditions: the scope first, then what somebody chose. Every question begins here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, literal

from app.ground.ids import read_id
from app.law.membership import CanEnrol, Standing
from app.law.party_rules import DUES
from app.party.branches.scope import Scope
from app.party.electorates import queries as electorates

from ..models import SUPPORTER, OnRoster
from ..rules import Asked, Stands

Condition = ColumnElement[bool]


def arms(asked: Asked, scope: Scope, *, on: date) -> list[list[Condition]]:
    """The conditions in parts that have nobody in common and are walked each along its own index: a branch each, and of the
    lapsed those who were ended and those who are to be. A single OR would have the database sort them all."""
    shared = list(_shared(asked, on=on))
    return [[*where, *stands, *shared] for where in _where(asked, scope) for stands in _stands(asked.stands, on=on)]


def _where(asked: Asked, scope: Scope) -> Iterator[list[Condition]]:
    """The scope: of who sees branches, a part a branch."""
    chosen = read_id(asked.branch)
    if scope.everyone:
        if asked.branch == "none":
            yield [OnRoster.branch_id.is_(None)]
        else:
            yield [OnRoster.branch_id == chosen] if chosen else []
        return
    seen: list[UUID] = sorted(scope.branches, key=str)
    for branch_id in seen:
        if not asked.branch or branch_id == chosen:
            yield [OnRoster.branch_id == branch_id]


def _stands(stands: Stands | None, *, on: date) -> Iterator[list[Condition]]:
    lapses = on - timedelta(days=DUES.on(on).value.lapse_days)
    good = OnRoster.decided == Standing.GOOD
    match stands:
        case None:
            yield []
        case Stands.GOOD:
            yield [good, OnRoster.owed_from > on]
        case Stands.BEHIND:
            yield [good, OnRoster.owed_from <= on, OnRoster.owed_from > lapses]
        case Stands.LAPSED:
            yield [OnRoster.decided == Standing.LAPSED]
            yield [good, OnRoster.owed_from <= lapses]
        case _:
            yield [OnRoster.decided == str(stands)]


def _shared(asked: Asked, *, on: date) -> Iterator[Condition]:
    if asked.electorate:
        in_force = electorates.set_on(on)
        yield OnRoster.electorate_code == asked.electorate
        yield OnRoster.set_code == (in_force.code if in_force else "")
    if asked.joined_from or asked.joined_to:
        yield OnRoster.decided != SUPPORTER
    if asked.joined_from:
        yield OnRoster.since >= asked.joined_from
    if asked.joined_to:
        yield OnRoster.since <= asked.joined_to
    if asked.lapsing:
        yield and_(
            OnRoster.decided == Standing.GOOD,
            OnRoster.owed_from > on,
            OnRoster.owed_from <= on + timedelta(days=asked.lapsing),
        )
    if asked.can_enrol in tuple(CanEnrol):
        yield OnRoster.can_enrol == asked.can_enrol
    if asked.consent:
        yield literal(asked.consent) == any_(OnRoster.consents)
    if asked.gave:
        yield OnRoster.last_gave_on >= on.replace(month=1, day=1)
