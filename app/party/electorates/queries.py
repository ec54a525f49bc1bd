"""Questions about electorates."""

from __future__ import annotations

from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.ground.db import session
from app.ground.seal import fold

from .models import Electorate, ElectorateSet, Residence

KINDS = ("general", "maori")


def set_on(day: date) -> ElectorateSet | None:
    """The set of electorates in force on `day`; None before the first we know."""
    return next((known for known in _sets() if known.since <= day and (known.until is None or day < known.until)), None)


def sets() -> tuple[ElectorateSet, ...]:
    """Every set we know."""
    return _sets()


def electorates_on(day: date) -> list[Electorate]:
    """The electorates in force on `day`: general, then Māori, each by name, macrons aside."""
    in_force = set_on(day)
    if in_force is None:
        return []
    return list(_seats(in_force.code))


def every_seat() -> list[Electorate]:
    """Every electorate of every set we know."""
    return [seat for known in _sets() for seat in _seats(known.code)]


# A migration writes these tables and nothing else does, so a running process reads them once.


@cache
def _sets() -> tuple[ElectorateSet, ...]:
    with Session(session.get_bind()) as own:
        return tuple(own.scalars(select(ElectorateSet)))


@cache
def _seats(set_code: str) -> tuple[Electorate, ...]:
    with Session(session.get_bind()) as own:
        rows = own.scalars(select(Electorate).where(Electorate.set_code == set_code))
        return tuple(sorted(rows, key=lambda seat: (KINDS.index(seat.kind), fold(seat.name))))


def residence_of(person_id: UUID, *, on: date) -> Electorate | None:
    """Where a person last said they live, in the set in force on `on`. What they said in an older set does not carry over:
    a name can stay while its boundary moves."""
    in_force = set_on(on)
    if in_force is None:
        return None
    return session.scalar(
        select(Electorate)
        .join(Residence, (Residence.set_code == Electorate.set_code) & (Residence.electorate_code == Electorate.code))
        .where(Residence.person_id == person_id, Electorate.set_code == in_force.code)
        .order_by(Residence.id.desc())
        .limit(1)
    )


def residences_of(person_id: UUID) -> list[tuple[Residence, Electorate]]:
    """Everything a person ever said about where they live, oldest first."""
    rows = session.execute(
        select(Residence, Electorate)
        .join(Electorate, (Residence.set_code == Electorate.set_code) & (Residence.electorate_code == Electorate.code))
        .where(Residence.person_id == person_id)
        .order_by(Residence.id)
    )
    return [(said, seat) for said, seat in rows]


def asked_again(person_id: UUID, *, on: date) -> Electorate | None:
    """Where a person last said they live, if that was in an older set than the one in force on `on` and they have said nothing
    since: they are asked again, and nothing is taken from the name of the old one."""
    if residence_of(person_id, on=on) is not None:
        return None
    said = residences_of(person_id)
    return said[-1][1] if said else None
