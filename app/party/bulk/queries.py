"""Questions about acts on many: whom one is for, for how many nothing changes, and which there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from app.ground.db import allow_long_counts, session
from app.ground.mail import office as house_office
from app.party.branches.scope import Scope
from app.party.casework import queries as casework
from app.party.roster import queries as roster
from app.party.roster.models import OnRoster
from app.party.roster.queries import asking
from app.party.roster.rules import Asked, read_asked

from .models import Act, Slice
from .rules import SHOWN, Kind

MOST_LISTED = 50


@dataclass(frozen=True)
class Whom:
    """All whom a list asks for, or (`picked`) those who were ticked on it: of those a scope sees."""

    asked: Asked
    picked: tuple[UUID, ...] = ()

    def condition(self, scope: Scope, *, on: date) -> ColumnElement[bool]:
        parts = asking.arms(self.asked, scope, on=on)
        ticked = [OnRoster.person_id.in_(self.picked)] if self.picked else []
        return and_(or_(false(), *(and_(true(), *part) for part in parts)), *ticked)


def whom(act: Act) -> Whom:
    return Whom(read_asked(act.asked), tuple(act.picked or ()))


@dataclass(frozen=True)
class Counted:
    """How many people, and what tells them from any others: their ids hashed and laid over each other, in whatever order."""

    people: int
    digest: str


def count(people: Whom, scope: Scope, *, on: date) -> Counted:
    """Exactly how many, and who, as one digest."""
    allow_long_counts()
    return _counted(session.execute(select(*_digest(OnRoster.person_id)).where(people.condition(scope, on=on))).one())


def _digest(person: Any) -> tuple[Any, ...]:
    return func.count(), *(func.bit_xor(func.uuid_hash_extended(person, seed)) for seed in (1, 2))


def _counted(row: Sequence[Any]) -> Counted:
    people, one, two = row
    return Counted(int(people), f"{one or 0:x}.{two or 0:x}")


def count_frozen(act: Act) -> Counted:
    """The same of those who were written down for an act."""
    frozen = select(func.unnest(Slice.people).label("person")).where(Slice.act_id == act.id).subquery()
    return _counted(session.execute(select(*_digest(frozen.c.person))).one())


def changes(kind: str, *, tag_id: UUID | None, assigned_to: UUID | None, on: date) -> ColumnElement[bool]:
    """The condition that an act would change something for somebody: who has the tag is not given it, and a task is set only
    about whom the officer it is for sees."""
    if kind == Kind.TASK:
        assert assigned_to is not None
        return casework.scope_to_care(assigned_to, on=on).where(OnRoster.branch_id)
    assert tag_id is not None
    tagged = casework.has_tag(OnRoster.person_id, tag_id)
    return tagged if kind == Kind.UNTAG else ~tagged


def how_many_change(people: Whom, changed: ColumnElement[bool], scope: Scope, *, on: date) -> int:
    allow_long_counts()
    asked = select(func.count()).select_from(OnRoster).where(people.condition(scope, on=on), changed)
    return session.scalar(asked) or 0


def first_of(people: Whom, scope: Scope, *, on: date) -> list[OnRoster]:
    """Some of them, for the page where it is confirmed: the first of the list, or of those who were ticked."""
    if people.picked:
        asked = select(OnRoster).where(people.condition(scope, on=on)).order_by(OnRoster.since.desc()).limit(SHOWN)
        return list(session.scalars(asked))
    return roster.page(people.asked, scope, on=on, size=SHOWN).rows


def find_act(act_id: UUID, person_id: UUID, scope: Scope) -> Act | None:
    """An act of one’s own; any, for who sees everyone."""
    act = session.get(Act, act_id)
    return act if act and (scope.everyone or act.asked_by == person_id) else None


def acts(person_id: UUID, scope: Scope) -> list[Act]:
    """The last acts that were confirmed, newest first: one’s own; all, for who sees everyone."""
    asked = select(Act).where(Act.confirmed_at.is_not(None))
    if not scope.everyone:
        asked = asked.where(Act.asked_by == person_id)
    return list(session.scalars(asked.order_by(Act.looked_at.desc()).limit(MOST_LISTED)))


def words_of(act: Act) -> str:
    """What is to be done about each, opened; empty for an act that sets no tasks."""
    if act.sealed is None:
        return ""
    return str(house_office().seal.open(act.sealed, table="bulk_acts", row=act.id)["words"])
