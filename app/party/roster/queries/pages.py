"""A page of the roster, found by where the last one ended: the last page is as near as the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal, select, tuple_, union_all

from app.ground.db import session
from app.ground.ids import read_id
from app.party.branches.scope import Scope

from .. import rules
from ..models import OnRoster
from ..rules import Asked, Order
from .asking import Condition, arms

FEW = 100_000  # are put in order in a moment
_KEYS = {Order.NEWEST: OnRoster.since, Order.LAPSING: OnRoster.owed_from}


@dataclass(frozen=True)
class Place:
    """Where a page begins: after a row, before one, or at the end (`before` nothing)."""

    row: tuple[date, UUID] | None = None
    backward: bool = False


START, END = Place(), Place(backward=True)


def read_place(*, after: str, before: str) -> Place:
    """A place from an address; the start where it spells none."""
    if before == "end":
        return END
    row = _read_row(after or before)
    return Place(row, backward=bool(before) and not after) if row else START


def _read_row(typed: str) -> tuple[date, UUID] | None:
    day, _, spelt = typed.partition(".")
    person_id = read_id(spelt)
    try:
        return (date.fromisoformat(day), person_id) if person_id else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Page:
    """`after`, `before`: how the next page and the one before it are spelt; empty where there is none."""

    rows: list[OnRoster]
    after: str = ""
    before: str = ""


def page(
    asked: Asked,
    scope: Scope,
    *,
    on: date,
    place: Place = START,
    size: int = rules.A_PAGE,
    known: int | None = None,
    also: Sequence[Condition] = (),
) -> Page:
    """A page of whom is asked for, of those the scope sees. `known`: how many there are, where that was counted. `also`: what a
    room above knows of people, as conditions."""
    up = (asked.order is Order.LAPSING) != place.backward
    every = [[*conditions, *also] for conditions in arms(asked, scope, on=on)]
    walked = not (asked.tag or asked.office or asked.segment) or not _are_few(every, known)
    parts = [_walk(conditions, asked.order, place, up=up, walked=walked).limit(size + 1) for conditions in every]
    if not parts:
        return Page([])
    found = list(session.scalars(parts[0] if len(parts) == 1 else _merged(parts, asked.order, up=up).limit(size + 1)))
    more, rows = len(found) > size, found[:size]
    if place.backward:
        rows.reverse()
    if not rows:
        return Page([])
    first, last = _spell(rows[0], asked.order), _spell(rows[-1], asked.order)
    if place.backward:
        return Page(rows, after=last if place.row else "", before=first if more else "")
    return Page(rows, after=last if more else "", before=first if place.row else "")


def _are_few(every: Sequence[Sequence[Any]], known: int | None) -> bool:
    """Whether so few fit that they are better found first and put in order then. Who has a tag may be far down the list: the
    few hundred tagged years ago would have the whole party walked for one page."""
    if known is not None:
        return known <= FEW
    left = FEW
    for conditions in every:
        some = select(literal(1)).select_from(OnRoster).where(*conditions).limit(left + 1).subquery()
        left -= session.scalar(select(func.count()).select_from(some)) or 0
    return left >= 0


def _walk(conditions: Sequence[Any], order: Order, place: Place, *, up: bool, walked: bool = True) -> Select[OnRoster]:
    """Along the index; or, not `walked`, by a sum that no index has, so that whom the conditions find is put in order."""
    key = _KEYS[order]
    asked = select(OnRoster).where(*conditions)
    if place.row:
        here, there = tuple_(key, OnRoster.person_id), tuple_(*place.row)
        asked = asked.where(here > there if up else here < there)
    by = key if walked else key + literal(0)
    return asked.order_by(*((by, OnRoster.person_id) if up else (by.desc(), OnRoster.person_id.desc())))


def _merged(parts: list[Select[OnRoster]], order: Order, *, up: bool) -> Select[OnRoster]:
    """The parts, each cut to a page by its own index, as one."""
    each = [part.with_only_columns(OnRoster.person_id).subquery() for part in parts]
    ids = union_all(*(select(one.c.person_id) for one in each))
    key = _KEYS[order]
    ways = (key, OnRoster.person_id) if up else (key.desc(), OnRoster.person_id.desc())
    return select(OnRoster).where(OnRoster.person_id.in_(ids)).order_by(*ways)


def _spell(row: OnRoster, order: Order) -> str:
    return f"{row.since if order is Order.NEWEST else row.owed_from}.{row.person_id}"


def find(person_id: UUID, scope: Scope) -> OnRoster | None:
    """A person’s row, if the scope sees it."""
    return session.scalar(select(OnRoster).where(OnRoster.person_id == person_id, scope.where(OnRoster.branch_id)))
