"""Questions: who of these may be erased, what lies in the bin, what is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from app.ground import clock
from app.ground.db import session
from app.party.agreeing import queries as agreeing
from app.party.branches import queries as branches
from app.party.branches.models import Office
from app.party.branches.scope import Scope, of_offices
from app.party.giving.models import Donor
from app.party.joining.models import Declaration
from app.party.membership.models import Membership
from app.party.receipts.models import Receipt
from app.party.roster import queries as roster
from app.party.roster.models import SUPPORTER, OnRoster
from app.party.roster.queries.asking import arms
from app.party.roster.rules import Asked

from . import rules
from .models import Erasing, ToErase


def scope_of(person_id: UUID, *, on: date) -> Scope:
    """Whom this person may ask to be erased."""
    return of_offices(branches.held_by(person_id, on=on), right=rules.RIGHT)


def to_erase(asked: Asked, scope: Scope, *, on: date) -> Select[UUID]:
    """The ids of those who fit and may be erased: supporters of whom the law makes us keep nothing, and who lie in no bin."""
    return _who(asked, scope, on=on).where(*_may_go())


def count(asked: Asked, scope: Scope, *, on: date) -> tuple[int, int]:
    """How many would be erased, and how many fit and must be kept by law."""
    all_of_them = select(func.count()).select_from(_who(asked, scope, on=on).subquery())
    erased = select(func.count()).select_from(to_erase(asked, scope, on=on).subquery())
    kept = select(func.count()).select_from(_who(asked, scope, on=on).where(or_(*_kept_by_law())).subquery())
    return (session.scalar(erased) or 0, session.scalar(kept) or 0) if session.scalar(all_of_them) else (0, 0)


def first_of(asked: Asked, scope: Scope, *, on: date, known: int) -> list[OnRoster]:
    """Some of those who would be erased, the newest first as the list of people has them. `known`: how many there are."""
    return roster.page(asked, scope, on=on, size=rules.NAMED, known=known, also=_may_go()).rows


def _who(asked: Asked, scope: Scope, *, on: date) -> Select[UUID]:
    parts = [and_(True, *conditions) for conditions in arms(asked, scope, on=on)]
    return select(OnRoster.person_id).where(OnRoster.decided == SUPPORTER, or_(False, *parts))


def _may_go() -> list[ColumnElement[bool]]:
    """Nothing is kept of them by law, and they lie in no bin. Each said by itself: what is not one thing nor another together,
    PostgreSQL cannot look up person by person (an anti join), and reads those tables whole for the first few names."""
    return [*(~kept for kept in _kept_by_law()), ~_in_a_bin()]


def _kept_by_law() -> list[ColumnElement[bool]]:
    """What can be told in a question; each is held to the whole plan of leaving again before they are erased."""
    return [exists().where(noun.person_id == OnRoster.person_id) for noun in (Donor, Declaration, Receipt, Membership, Office)]


def _in_a_bin() -> ColumnElement[bool]:
    open_bin = and_(Erasing.id == ToErase.erasing_id, Erasing.taken_back_at.is_(None), Erasing.done_at.is_(None))
    return exists().where(ToErase.person_id == OnRoster.person_id, open_bin, Erasing.binned_at.is_not(None))


def find(erasing_id: UUID) -> Erasing | None:
    return session.get(Erasing, erasing_id)


def due(*, on: date) -> Sequence[UUID]:
    """What is to be carried out on a day."""
    waiting = (Erasing.due_on <= on, Erasing.done_at.is_(None), Erasing.taken_back_at.is_(None))
    return session.scalars(select(Erasing.id).where(*waiting).order_by(Erasing.due_on)).all()


@dataclass(frozen=True)
class Shown:
    """A bin as its page shows it."""

    bin: Erasing
    state: str
    tone: str
    can_be_taken_back: bool


def bins(scope: Scope) -> list[Shown]:
    """What was asked for, newest first: to who sees everyone, since a bin says of whom it is."""
    if not scope.everyone:
        return []
    return [_shown(row) for row in session.scalars(select(Erasing).order_by(Erasing.id.desc()).limit(rules.SHOWN))]


def _shown(row: Erasing) -> Shown:
    if row.taken_back_at:
        return Shown(row, "taken back", "info", False)
    if row.done_at:
        return Shown(row, "erased", "warning", False)
    if row.due_on:
        return Shown(row, "in the bin", "warning", True)
    act = agreeing.find(row.agreement_id) if row.agreement_id else None
    waits = bool(act and (act.waits(at=clock.now()) or (act.agreed_at and not act.done_at)))
    return Shown(row, "waits for a second officer" if waits else "not agreed to", "info" if waits else "error", False)
