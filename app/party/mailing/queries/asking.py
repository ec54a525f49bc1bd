"""Whom a mailing goes to: those who are asked for, and of them those whom a letter of its class may go to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true

from app.ground.db import allow_long_counts, session
from app.ground.ids import read_id
from app.ground.mail import Kind
from app.party.branches import queries as branches
from app.party.branches.scope import Scope
from app.party.electorates import queries as electorates
from app.party.roster.models import OnRoster
from app.party.roster.queries.asking import arms
from app.party.roster.rules import Asked

from .. import rules
from ..models import Mailing


@dataclass(frozen=True)
class Whom:
    """How many are asked for, and how many of them a letter may go to."""

    asked: int
    able: int

    @property
    def others(self) -> int:
        return self.asked - self.able


def conditions(kind: Kind, asked: Asked, scope: Scope, *, on: date) -> ColumnElement[bool]:
    """Those whom a letter of this class may go to: who allows news, for a campaign; members, for what is about membership."""
    if kind is Kind.CAMPAIGN:
        return _any(replace(asked, consent=rules.NEWS), scope, on=on)
    return and_(_any(asked, scope, on=on), OnRoster.membership_id.is_not(None))


def _any(asked: Asked, scope: Scope, *, on: date) -> ColumnElement[bool]:
    parts = [and_(true(), *conditions) for conditions in arms(asked, scope, on=on)]
    return or_(*parts) if parts else false()


def number_of(kind: Kind, asked: Asked, scope: Scope, *, on: date) -> int:
    """How many a letter of this class would go to now, exactly."""
    allow_long_counts()
    fits = conditions(kind, asked, scope, on=on)
    return session.scalar(select(func.count()).select_from(OnRoster).where(fits)) or 0


def whom(kind: Kind, asked: Asked, scope: Scope, *, on: date) -> Whom:
    allow_long_counts()
    everybody = session.scalar(select(func.count()).select_from(OnRoster).where(_any(asked, scope, on=on))) or 0
    return Whom(everybody, number_of(kind, asked, scope, on=on))


def scope_of_mailing(mailing: Mailing) -> Scope:
    """Whom a mailing is about at most: what whoever wrote it saw then."""
    return Scope(everyone=True) if mailing.branches is None else Scope(branches=frozenset(mailing.branches))


def covers(held: Scope, wanted: Scope) -> bool:
    """Whether who sees `held` sees everybody of `wanted`."""
    return held.everyone or (not wanted.everyone and bool(wanted.branches) and wanted.branches <= held.branches)


def branch_name(branch_id: UUID | None, *, on: date) -> str:
    there = next((one.name for one in branches.open_branches(on=on) if one.id == branch_id), "") if branch_id else ""
    return there or rules.FIELDS["branch"][1]


def seat_name(code: str | None, *, on: date) -> str:
    return next((seat.name for seat in electorates.electorates_on(on) if seat.code == code), rules.FIELDS["electorate"][1])


def read_mailing_id(key: str) -> UUID | None:
    """Which mailing a letter is of, by its key; None for any other letter."""
    about, _, rest = key.partition(":")
    return read_id(rest.partition(":")[0]) if about in ("mailing", "mailing-test") else None
