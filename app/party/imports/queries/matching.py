"""Who the rows of a file are: by our own id, by their email, or likely, by their name and one thing more. Asked for many rows
at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text

from app.ground.db import array_of, session
from app.ground.mail import office
from app.party.people.models import Details

from ..rules.comparing import Held, agreeing
from ..rules.values import Says

MOST_LIKE = 200  # of one birth date and name, one phone, one address: those looked at
MOST_SHOWN = 5


@dataclass
class Known:
    """Whom some rows may be, by every id and email of theirs that a row names. `erased`: our own ids of people who are
    forgotten; `tags`: what people have, by the key of its name, where it was asked."""

    by_id: dict[UUID, Held] = field(default_factory=dict)
    by_email: dict[bytes, UUID] = field(default_factory=dict)
    erased: set[UUID] = field(default_factory=set)
    tags: dict[UUID, set[str]] = field(default_factory=dict)

    def has(self, person: UUID | None, index: bytes | None) -> bool:
        """Whether a row that names one of our own ids, or the index of an email, is somebody of these."""
        return person in self.by_id or person in self.erased or (index is not None and index in self.by_email)


# Whoever has one record allows what they said last; of many, a no of any may hold (migration 0027).
_PEOPLE = text("""
    select p.id, p.sealed, p.can_enrol, p.same_as, r.set_code, r.electorate_code,
           case when cardinality(one.others) = 0 then (
               select given from consents where person_id = p.id and kind = 'news' order by id desc limit 1
           ) else (
               select 'news' = any(roster_consents(one.id)) from consents
                where person_id = any(one.id || one.others) and kind = 'news' limit 1
           ) end as given
      from people p
     cross join lateral (select coalesce(p.same_as, p.id) as id offset 0) root  -- else the wall keeps it from the index
     cross join lateral (
         select root.id, array(select a.id from people a where a.same_as = root.id) as others offset 0
     ) one
      left join lateral (
          select set_code, electorate_code from residences where person_id = p.id order by id desc limit 1
      ) r on true
     where p.id = any(:ids)
""")
_NAMED = text("""
    select id, email_index, coalesce(same_as, id) as root from people where id = any(:ids) or email_index = any(:indexes)
""")


def known(ids: Sequence[UUID], indexes: Sequence[bytes]) -> Known:
    """Everybody who has one of our own ids, or the index of an email: the whole person, where it is of a record of theirs."""
    named = session.execute(_NAMED, {"ids": ids, "indexes": indexes}).all() if ids or indexes else ()
    found = hold({row.root for row in named})
    for row in named:
        if row.root in found.erased:
            found.erased.add(row.id)
            continue
        found.by_id[row.id] = found.by_id[row.root]
        if row.email_index:
            found.by_email[bytes(row.email_index)] = row.root
    return found


def hold(ids: Collection[UUID]) -> Known:
    """What we hold about these records."""
    found, seal = Known(), office().seal
    if not ids:
        return found
    for row in session.execute(_PEOPLE, {"ids": list(ids)}):
        if row.sealed is None:
            found.erased.add(row.id)
            continue
        details = Details.from_json(seal.open(row.sealed, table="people", row=row.id))
        lives = (row.set_code, row.electorate_code) if row.set_code else None
        found.by_id[row.id] = Held(row.id, details, row.can_enrol, lives, row.given, row.same_as is not None)
    return found


# Each value is looked for by itself, along its own index.
_LIKE = """
    select a.person_id, a.value, coalesce(p.same_as, p.id) as root, p.sealed
      from unnest(cast(:{kind} as bigint[])) as asked (value)
     cross join lateral (
         select person_id, {kind} as value from people_likenesses where {kind} = asked.value limit :most
     ) a
      join people p on p.id = a.person_id
     where p.sealed is not null
"""
Likeness = Mapping[str, int | None]
_KINDS = ("name_born", "phone", "home")  # a mailbox is compared by itself
_ALIKE = {kind: text(_LIKE.format(kind=kind)) for kind in _KINDS}


Like = dict[int, list[tuple[UUID, list[str]]]]


def likely(rows: Mapping[int, tuple[Says, Likeness]]) -> Like:
    """Who each of these rows may be: people one of whose records has the same name and the same birth date, phone or address,
    and what agrees. Found by what `people.likeness` makes of each; a row of which none is said is like nobody."""
    asked: dict[str, dict[int, list[int]]] = {kind: {} for kind in _KINDS}
    for number, (_, made) in rows.items():
        for kind, numbers in asked.items():
            if (value := made[kind]) is not None:
                numbers.setdefault(value, []).append(number)
    found: dict[int, dict[UUID, list[str]]] = {}
    opened: dict[UUID, Details] = {}
    for kind, numbers in asked.items():
        for person_id, value, root, sealed in _of_these(kind, list(numbers)):
            if person_id not in opened:
                opened[person_id] = Details.from_json(office().seal.open(sealed, table="people", row=person_id))
            for number in numbers[value]:
                if alike := agreeing(rows[number][0], opened[person_id]):
                    like = found.setdefault(number, {})
                    like[root] = max(like.get(root, []), alike, key=len)
    return {
        number: sorted(like.items(), key=lambda one: (-len(one[1]), str(one[0])))[:MOST_SHOWN] for number, like in found.items()
    }


def _of_these(kind: str, values: list[int]) -> Iterator[tuple[UUID, int, UUID, bytes]]:
    """Which records have one of these values, and of whom they are."""
    if values:
        asked = {kind: array_of(values), "most": MOST_LIKE}
        yield from (tuple(row) for row in session.execute(_ALIKE[kind], asked))
