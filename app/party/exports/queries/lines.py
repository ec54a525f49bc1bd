"""The lines of a file: PostgreSQL writes what lies open as ready CSV, and what is sealed is opened here between its two ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    union_all,
)
from sqlalchemy.types import String

from app.ground.db import copy_out, session
from app.ground.seal import Seal
from app.law.membership import Standing
from app.law.party_rules import DUES
from app.party.branches.models import Branch
from app.party.branches.scope import Scope
from app.party.people.models import Person
from app.party.roster.models import OnRoster
from app.party.roster.queries.asking import arms
from app.party.roster.rules import Asked

from ..rules import COLUMNS
from ..rules.cells import FIRST, SQL_GUARDED, cell, header, last_line
from ..rules.marks import mark_address, mark_name

AT_ONCE = 500  # lines
_HEAD = 19 + 2  # of PostgreSQL's binary COPY: the signature, flags and length that come before the first row; its count of fields
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


def lines(asked: Asked, scope: Scope, *, on: date, seal: Seal, key: bytes) -> Iterator[Lines]:
    """A file from its header to the line that says how many rows it has; `key`: what it is marked with. Everything is asked in
    the transaction’s snapshot, one row is in memory at a time and some hundred lines are."""
    yield Lines(header(COLUMNS).encode(), 0)
    people, held = 0, []
    asking = _asking(asked, scope, on=on)
    for head, sealed, tail in () if asking is None else _rows(copy_out(asking)):
        held += (head, _opened(seal.open(sealed, table="people", row=head[:36].decode()), key), tail)
        people += 1
        if people % AT_ONCE == 0:
            yield Lines(b"".join(held), AT_ONCE)
            held = []
    yield Lines(b"".join(held), people % AT_ONCE)
    yield Lines(last_line(people, COLUMNS).encode(), 0)


def _opened(details: dict[str, Any], key: bytes) -> bytes:
    """Name, email, phone, address and birth date as cells, with the file’s marks in name and address."""
    name, email, phone = mark_name(key, details["name"]), details["email"], details.get("phone", "")
    address, born_on = mark_address(key, details.get("address", "")), details.get("born_on") or ""
    text = f'"{name}","{email}","{phone}","{address}",{born_on}'
    if text.count('"') != 8 or not FIRST.isdisjoint((name[:1], email[:1], phone[:1], address[:1])):
        text = f"{cell(name)},{cell(email)},{cell(phone)},{cell(address)},{born_on}"
    return text.encode()


def _rows(copied: Iterator[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """The three fields of each row of a binary COPY. None of them is ever null."""
    start = _HEAD
    for row in copied:
        if row[start - 2 : start] == b"\xff\xff":
            return  # the end
        first = start + 4
        second = first + int.from_bytes(row[start:first]) + 4
        third = second + int.from_bytes(row[second - 4 : second]) + 4
        yield bytes(row[first : second - 4]), bytes(row[second : third - 4]), bytes(row[third:])
        start = 2


def _asking(asked: Asked, scope: Scope, *, on: date) -> Select[Any] | None:
    """The rows as three fields; None where the scope leaves nobody. The parts of a question have nobody in common."""
    parts = [_part(conditions, on=on) for conditions in arms(asked, scope, on=on)]
    if len(parts) < 2:
        return parts[0] if parts else None
    together = union_all(*parts).subquery()
    return select(*together.c)


def _part(conditions: list[ColumnElement[bool]], *, on: date) -> Select[Any]:
    names = select(Branch.id, _cell(Branch.name).label("cell")).cte("branch_cells").prefix_with("materialized", dialect="*")
    marked = _tags()
    tags: ColumnElement[str] = literal_column("''") if marked is None else func.coalesce(marked.c.cell, "")
    head = _text(OnRoster.person_id) + "," + func.coalesce(_text(OnRoster.number), "") + ","
    owed = case((and_(OnRoster.decided == Standing.GOOD, OnRoster.owed_from < _NEVER), _text(OnRoster.owed_from)))
    cells = (
        OnRoster.can_enrol, _standing(on=on), _text(OnRoster.since), owed, OnRoster.set_code, OnRoster.electorate_code,
        names.c.cell, func.array_to_string(OnRoster.consents, "; "), _text(OnRoster.last_gave_on), tags,
    )  # fmt: skip
    tail: ColumnElement[str] = literal("")
    for one in cells:
        tail = tail + "," + func.coalesce(one, "")
    rows = select(head.label("head"), Person.sealed, (tail + "\r\n").label("tail")).select_from(OnRoster)
    rows = rows.join(Person, Person.id == OnRoster.person_id).outerjoin(names, names.c.id == OnRoster.branch_id)
    if marked is not None:
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


def _text(of: Any) -> ColumnElement[str]:
    return cast(of, String)


def _cell(text: ColumnElement[str] | Any) -> ColumnElement[str]:
    """rules.cells.cell, for text that lies open."""
    guarded = case((text.regexp_match(literal_column(f"E'{SQL_GUARDED}'")), literal("'") + text), else_=text)
    quoted: ColumnElement[str] = literal('"') + func.replace(guarded, '"', '""') + '"'
    return quoted


def _tags() -> Any:
    """Everybody’s tags as one cell; None in a house that has none. Behind the wall of the table, which shows whom the scope does."""
    if session.scalar(select(func.to_regclass("public.taggings"))) is None:
        return None
    taggings = table("taggings", column("person_id"), column("tag_id"), column("ended_at"))
    tags = table("tags", column("id"), column("name"))
    joined = func.string_agg(tags.c.name, literal("; ").op("ORDER BY")(tags.c.name))
    theirs = select(taggings.c.person_id, _cell(joined).label("cell")).join_from(taggings, tags, tags.c.id == taggings.c.tag_id)
    return theirs.where(taggings.c.ended_at.is_(None)).group_by(taggings.c.person_id).subquery()
