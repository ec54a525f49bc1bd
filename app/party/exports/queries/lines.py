"""The lines of a file: PostgreSQL writes them as CSV with what is sealed among them, and here it is opened in its place."""

from __future__ import annotations

from binascii import unhexlify
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from app.ground.db import copy_out, session
from app.ground.mail import office
from app.ground.seal import Seal
from app.law.membership import Standing
from app.law.party_rules import DUES
from app.party.branches.models import Branch
from app.party.branches.scope import Scope
from app.party.casework import queries as casework
from app.party.casework.models import Tag, Tagging
from app.party.people.models import Person
from app.party.roster.models import OnRoster
from app.party.roster.queries.asking import arms
from app.party.roster.rules import Asked

from ..rules import COLUMNS, SKETCHED
from ..rules.cells import SQL_GUARDED, header, last_line
from ..rules.writing import writer

AT_ONCE = 500  # lines
_NEVER = date(9999, 12, 31)


@dataclass(frozen=True)
class Lines:
    """Some lines of a file, and how many people they are of."""

    text: bytes
    people: int


def ids(asked: Asked, scope: Scope, *, on: date) -> Select[UUID]:
    """Who is in a file, by their ids."""
    parts = [and_(True, *conditions) for conditions in arms(asked, scope, on=on)]
    return select(OnRoster.person_id).where(or_(False, *parts))


def sketch(asked: Asked, scope: Scope, *, on: date, export_id: UUID) -> list[int]:
    """Who is in a file, by the thousand smallest numbers that their ids come to with a secret of the file: of the same people
    the same, of other people others. Kept, it names nobody, and two are held to each other (rules.are_others)."""
    who = ids(asked, scope, on=on).subquery()
    secret = bytes.fromhex(office().seal.token("exports.sketch", export_id))
    number = func.uuid_hash_extended(who.c.person_id, literal(int.from_bytes(secret[:8], signed=True), BigInteger()))
    return list(session.scalars(select(number).order_by(number).limit(SKETCHED)))


def lines(asked: Asked, scope: Scope, *, on: date, seal: Seal, key: bytes) -> Iterator[Lines]:
    """A file from its header to the line that says how many rows it has; `key`: what it is marked with. Everything is asked in
    the transaction’s snapshot; a row is in memory at a time, and some hundred lines."""
    yield Lines(header(COLUMNS).encode(), 0)
    people, asking = 0, _asking(asked, scope, on=on)
    held: list[bytes] = []
    opened, cells = seal.opener("people"), writer(key)
    for row in copy_out(asking) if asking is not None else ():
        person, number, sealed, rest = bytes(row).split(b",", 3)
        details = opened(unhexlify(sealed[2:]), person)
        held.append(b",".join((person, number, cells(details).encode(), rest[:-1])))
        people += 1
        if people % AT_ONCE == 0:
            yield Lines(b"\r\n".join((*held, b"")), AT_ONCE)
            held = []
    yield Lines(b"\r\n".join((*held, b"")), people % AT_ONCE)
    yield Lines(last_line(people, COLUMNS).encode(), 0)


def _asking(asked: Asked, scope: Scope, *, on: date) -> Select[Any] | None:
    """The rows as three fields; None where the scope leaves nobody. The parts of a question have nobody in common."""
    parts = [_part(conditions, on=on) for conditions in arms(asked, scope, on=on)]
    if len(parts) < 2:
        return parts[0] if parts else None
    return select(*union_all(*parts).subquery().c)


def _part(conditions: list[ColumnElement[bool]], *, on: date) -> Select[Any]:
    names = select(Branch.id, _guarded(Branch.name).label("cell")).cte("branch_cells").prefix_with("materialized", dialect="*")
    marked = _tags()
    owed = case((and_(OnRoster.decided == Standing.GOOD, OnRoster.owed_from < _NEVER), OnRoster.owed_from))
    rows = select(
        OnRoster.person_id, OnRoster.number, Person.sealed, OnRoster.can_enrol, _standing(on=on), OnRoster.since, owed,
        OnRoster.set_code, OnRoster.electorate_code, names.c.cell, func.array_to_string(OnRoster.consents, "; "),
        OnRoster.last_gave_on, marked.c.cell,
    ).select_from(OnRoster)  # fmt: skip
    rows = rows.join(Person, Person.id == OnRoster.person_id).outerjoin(names, names.c.id == OnRoster.branch_id)
    rows = rows.outerjoin(marked, marked.c.person_id == OnRoster.person_id)
    return rows.where(Person.sealed.is_not(None), *conditions)


def _standing(*, on: date) -> ColumnElement[str]:
    """models.OnRoster.standing, a row at a time in PostgreSQL; `supporter` where there is none."""
    lapses = on - timedelta(days=DUES.on(on).value.lapse_days)
    good = OnRoster.decided == Standing.GOOD
    return case(
        (and_(good, OnRoster.owed_from <= lapses), Standing.LAPSED.value),
        (and_(good, OnRoster.owed_from <= on), Standing.BEHIND.value),
        else_=OnRoster.decided,
    )


def _guarded(text: ColumnElement[str] | Any) -> ColumnElement[str]:
    """rules.cells.guard, for text that lies open; COPY quotes it."""
    return case((text.regexp_match(literal_column(f"E'{SQL_GUARDED}'")), literal("'") + text), else_=text)


def _tags() -> Any:
    """Everybody’s tags as one cell. The table’s own wall shows those of whom the scope sees. A tag that two records of one
    person have is there once: `distinct` goes by what is joined, in its order."""
    person = casework.whose().label("person_id")
    joined = func.string_agg(Tag.name.distinct(), literal("; ").op("ORDER BY")(Tag.name))
    theirs = casework.live_taggings(person, _guarded(joined).label("cell")).join(Tag, Tag.id == Tagging.tag_id)
    return theirs.group_by(person).subquery()
