"""People found by what is typed: a part of a name, a whole email or phone number, a member’s number. Nothing typed is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from app.ground.db import session, stop_early
from app.ground.mail import office
from app.ground.seal import fold
from app.party.belonging.rules import NotAPhone, read_phone
from app.party.branches.scope import Scope
from app.party.people import queries as people
from app.party.people.models import NameBuckets, Person

from .. import rules
from ..models import OnRoster
from ..rules import Asked
from .asking import Condition, arms

SHOWN = 50
# How many candidates are unsealed at most. Where a filter is set, finding as many would read many more.
MOST, MOST_FILTERED = 500, 150


@dataclass(frozen=True)
class Found:
    """Those whom the typed words fit, by name, at most fifty. `all_of_them`: whether nobody was left out."""

    rows: list[tuple[OnRoster, str]]
    all_of_them: bool = True


def find_people(typed: str, asked: Asked, scope: Scope, *, on: date) -> Found:
    """People whom a scope sees, who fit what is asked, and whom the typed words name. Raises NotANumber for a slip."""
    parts = arms(asked, scope, on=on)
    if not parts:  # a branch that the scope does not see: an OR of nothing would be no condition at all
        return Found([])
    conditions = or_(*(and_(True, *part) for part in parts))
    typed = typed.strip()
    if "@" in typed:
        return _one(Person.email_index == people.email_index(typed), conditions)
    digits = "".join(sign for sign in typed if sign not in " -()+.")
    if digits.isascii() and digits.isdigit():
        if typed[0] in "0+(":
            return _by_phone(typed, conditions)
        return _one(OnRoster.number == int(digits[:18]), conditions)
    return _by_name(typed, conditions, most=MOST if asked == Asked() and scope.everyone else MOST_FILTERED)


def _candidates(conditions: Condition) -> Select[UUID, bytes | None]:
    """Ids and sealed details: from behind two walls, each of which hides who is out of sight."""
    asked = select(OnRoster.person_id, Person.sealed).join(Person, Person.id == OnRoster.person_id)
    return asked.where(conditions, Person.sealed.is_not(None))


def _rows(names: dict[UUID, str]) -> list[tuple[OnRoster, str]]:
    """The rows of these people, by name."""
    rows = {row.person_id: row for row in session.scalars(select(OnRoster).where(OnRoster.person_id.in_(names)))}
    return [(rows[person_id], name) for person_id, name in names.items() if person_id in rows]


def _one(exactly: Condition, conditions: Condition) -> Found:
    found = session.execute(_candidates(conditions).where(exactly).limit(2)).all()
    return Found(_rows({person_id: _name(person_id, sealed) for person_id, sealed in found}))


def _by_phone(typed: str, conditions: Condition) -> Found:
    try:
        number = read_phone(typed)
    except NotAPhone:
        raise rules.NotANumber() from None
    fits = NameBuckets.buckets.contains([office().seal.phone_bucket(number)])
    asked = _candidates(conditions).join(NameBuckets, NameBuckets.person_id == OnRoster.person_id).where(fits)
    opened = [(person_id, _open(person_id, sealed)) for person_id, sealed in session.execute(asked.limit(SHOWN))]
    return Found(_rows({person_id: details["name"] for person_id, details in opened if details.get("phone") == number}))


def _by_name(typed: str, conditions: Condition, *, most: int) -> Found:
    words = fold(typed).split()
    buckets = [office().seal.bucket(word) for word in words if len(word) >= 2]
    if not buckets:
        raise rules.NotANumber()
    asked = _candidates(conditions).join(NameBuckets, NameBuckets.person_id == OnRoster.person_id)
    stop_early()  # at four million a hash of everybody who is behind took a second
    candidates = session.execute(asked.where(NameBuckets.buckets.contains(buckets)).limit(most)).all()
    fitting = []
    for person_id, sealed in candidates:
        name = _name(person_id, sealed)
        folded = fold(name)
        if all(folded.startswith(word) or f" {word}" in folded for word in words):
            fitting.append((folded, person_id, name))
    fitting.sort()
    shown = {person_id: name for _folded, person_id, name in fitting[:SHOWN]}
    return Found(_rows(shown), all_of_them=len(candidates) < most and len(fitting) <= SHOWN)


def names_of(rows: list[OnRoster]) -> dict[UUID, str]:
    """The names of a page of rows. What leaves here has been, or is being, written down (services.look_through)."""
    ids = [row.person_id for row in rows]
    found = session.execute(select(Person.id, Person.sealed).where(Person.id.in_(ids), Person.sealed.is_not(None)))
    return {person_id: _name(person_id, sealed) for person_id, sealed in found if sealed}


def _name(person_id: UUID, sealed: bytes | None) -> str:
    opened = _open(person_id, sealed)
    return str(opened["name"] or opened["email"])


def _open(person_id: UUID, sealed: bytes | None) -> dict[str, str]:
    assert sealed is not None  # erased people are left out where they are asked for
    return office().seal.open(sealed, table="people", row=person_id)
