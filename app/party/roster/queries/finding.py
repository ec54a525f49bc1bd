"""People found by what is typed: a part of a name, a whole email or phone number, a member’s number. Nothing typed is kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select

from app.ground.db import session, stop_early
from app.ground.mail import office
from app.ground.seal import PREFIX_LETTERS, fold
from app.party.belonging.rules import NotAPhone, read_phone
from app.party.branches.scope import Scope
from app.party.people import queries as people
from app.party.people.models import NameBuckets, Person

from .. import rules
from ..models import OnRoster
from ..rules import Asked
from .asking import Condition, arms
from .commonness import about

SHOWN = 50
# How many candidates are unsealed at most: all there are of a name that is not common; of a common one as many as are shown and
# a few, since which of thousands are the first fifty says nothing, and with a filter each of them can cost a hundred looks.
FEW, ENOUGH = 500, 60


_APART = re.compile(r"\b(\w) (?=\w\w)")  # “o brien”, for O’Brien
_NUMBER = re.compile(r"(?:no\.?|number|#)\s*(\d+)", re.IGNORECASE)  # as the desk writes a member’s number


class HasPerson(Protocol):
    """A row of the roster, or another that is about a person."""

    @property
    def person_id(self) -> Any: ...


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
    if (number := _NUMBER.fullmatch(typed)) is not None:
        typed = number[1]
    if "@" in typed:
        return _one(OnRoster.person_id.in_(_with_email(typed)), conditions)
    digits = "".join(sign for sign in typed if sign not in " -()+.")
    if digits.isascii() and digits.isdigit():
        if typed[0] in "0+(":
            return _by_phone(typed, conditions)
        if digits.startswith("64") and len(digits) > 9:  # no member has such a number; other systems leave the plus away
            return _by_phone(f"+{digits}", conditions)
        return _one(OnRoster.number == int(digits[:18]), conditions)
    words = fold(typed)
    found, joined = _by_name(words.split(), conditions), _APART.sub(r"\1", words)
    return found if found.rows or joined == words else _by_name(joined.split(), conditions)


def _candidates(conditions: Condition) -> Select[UUID, bytes | None]:
    """Ids and sealed details: from behind two walls, each of which hides who is out of sight."""
    asked = select(OnRoster.person_id, Person.sealed).join(Person, Person.id == OnRoster.person_id)
    return asked.where(conditions, Person.sealed.is_not(None))


def _rows(names: dict[UUID, str]) -> list[tuple[OnRoster, str]]:
    """The rows of these people, by name."""
    rows = {row.person_id: row for row in session.scalars(select(OnRoster).where(OnRoster.person_id.in_(names)))}
    return [(rows[person_id], name) for person_id, name in names.items() if person_id in rows]


def _with_email(typed: str) -> Select[UUID]:
    """Whoever has this email on one of their records."""
    return select(func.coalesce(Person.same_as, Person.id)).where(Person.email_index == people.email_index(typed))


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
    opened = {person_id: _open(person_id, sealed) for person_id, sealed in session.execute(asked.limit(SHOWN))}
    others = {person_id for person_id, details in _other_records(opened) if details.get("phone") == number}
    fitting = [person_id for person_id, details in opened.items() if details.get("phone") == number or person_id in others]
    return Found(_rows({person_id: opened[person_id]["name"] for person_id in fitting}))


def _by_name(words: list[str], conditions: Condition) -> Found:
    buckets = [office().seal.bucket(word) for word in words if len(word) >= 2]
    if not buckets:
        raise rules.NotANumber()
    # A word that is longer than what is kept of it finds many whom it does not name.
    told_apart = all(len(word) <= PREFIX_LETTERS[-1] for word in words)
    most = ENOUGH if told_apart and about(buckets) > FEW else FEW
    asked = _candidates(conditions).join(NameBuckets, NameBuckets.person_id == OnRoster.person_id)
    stop_early()  # at four million a hash of everybody who is behind took a second
    candidates = session.execute(asked.where(NameBuckets.buckets.contains(buckets)).limit(most)).all()
    names = {person_id: _name(person_id, sealed) for person_id, sealed in candidates}
    fitting = [
        (_parts_only(fold(name), words), fold(name), person_id, name)
        for person_id, name in names.items()
        if _fits(fold(name), words)
    ]
    missed = names.keys() - {person_id for *_order, person_id, _name in fitting}
    for person_id, details in _other_records(missed):
        if _fits(fold(details["name"]), words):
            fitting.append((len(words), fold(names[person_id]), person_id, names[person_id]))
    fitting.sort()  # whose names have the words whole first
    shown = {person_id: name for *_order, person_id, name in fitting[:SHOWN]}
    return Found(_rows(shown), all_of_them=len(candidates) < most and len(fitting) <= SHOWN)


def _parts_only(folded: str, words: list[str]) -> int:
    """How many of the words are only the beginning of a part of the name."""
    parts = folded.split()
    return sum(word not in parts for word in words)


def _fits(folded: str, words: list[str]) -> bool:
    return all(folded.startswith(word) or f" {word}" in folded for word in words)


def _other_records(persons: Collection[UUID]) -> list[tuple[UUID, dict[str, str]]]:
    """What other records of these people say, each with the person it is part of."""
    if not persons:
        return []
    asked = select(Person.same_as, Person.id, Person.sealed).where(Person.same_as.in_(persons), Person.sealed.is_not(None))
    return [(whole, _open(record, sealed)) for whole, record, sealed in session.execute(asked) if whole]


def names_of(rows: Sequence[HasPerson]) -> dict[UUID, str]:
    """The names of a page of rows, in their order, as far as the people are in sight. What leaves here has been, or is being,
    written down (services.look_through)."""
    found = names_by_id([row.person_id for row in rows])
    return {row.person_id: found[row.person_id] for row in rows if row.person_id in found}


def names_by_id(ids: Collection[UUID]) -> dict[UUID, str]:
    """The same, of people by their ids."""
    found = session.execute(select(Person.id, Person.sealed).where(Person.id.in_(ids), Person.sealed.is_not(None)))
    return {person_id: _name(person_id, sealed) for person_id, sealed in found if sealed}


def _name(person_id: UUID, sealed: bytes | None) -> str:
    opened = _open(person_id, sealed)
    return str(opened["name"] or opened["email"])


def _open(person_id: UUID, sealed: bytes | None) -> dict[str, str]:
    assert sealed is not None  # erased people are left out where they are asked for
    return office().seal.open(sealed, table="people", row=person_id)
