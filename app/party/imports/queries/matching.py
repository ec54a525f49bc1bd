"""Who the rows of a file are: by our own id, by their email, or likely, by their name and one thing more. Asked for many rows
at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text

from app.ground.db import session
from app.ground.mail import office
from app.ground.seal import PREFIX_LETTERS, fold
from app.party.people import queries as people
from app.party.people.models import Details

from ..rules.comparing import Held, agreeing
from ..rules.values import Says

MOST_LIKE = 200  # of one name: those looked at
MOST_SHOWN = 5
_NAMES_AT_ONCE = 400


@dataclass
class Known:
    """Whom some rows may be, by every id and email of theirs that a row names. `erased`: our own ids of people who are
    forgotten."""

    by_id: dict[UUID, Held] = field(default_factory=dict)
    by_email: dict[bytes, UUID] = field(default_factory=dict)
    erased: set[UUID] = field(default_factory=set)


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


def known(says: Iterable[Says]) -> Known:
    """Everybody whom these rows name by our id or by email: the whole person, where that is of one record of theirs."""
    rows = list(says)
    indexes = [people.email_index(row.email) for row in rows if row.email]
    asked = {"ids": [row.person for row in rows if row.person], "indexes": indexes}
    named = session.execute(_NAMED, asked).all() if asked["ids"] or indexes else ()
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


# A name at a time is found along the index of the buckets.
_LIKE = text("""
    select asked.n, b.person_id, coalesce(p.same_as, p.id) as root, p.sealed
      from (select n, cast(wanted as int[]) as wanted
              from unnest(cast(:numbers as int[]), cast(:wanted as text[])) as asked (n, wanted)) asked
      cross join lateral (
          select person_id from people_name_buckets where buckets @> asked.wanted limit :most
      ) b
      join people p on p.id = b.person_id
     where p.sealed is not null
""")


def likely(rows: Mapping[int, Says]) -> dict[int, list[tuple[UUID, list[str]]]]:
    """Who each of these rows may be: people one of whose records has the same name and the same birth date, phone or address,
    and what agrees. A row of which none is said is like nobody."""
    seal = office().seal
    asked: dict[tuple[int, ...], list[int]] = {}
    for number, says in rows.items():
        words = [word[: PREFIX_LETTERS[-1]] for word in fold(says.name).split() if len(word) >= PREFIX_LETTERS[0]]
        if words and (says.born_on or says.phone or says.address):
            alone = says.phone and not says.born_on and not says.address
            buckets = {seal.bucket(word) for word in words} | ({seal.phone_bucket(says.phone)} if alone else set())
            asked.setdefault(tuple(sorted(buckets)), []).append(number)
    found: dict[int, dict[UUID, list[str]]] = {}
    opened: dict[UUID, Details] = {}
    for wanted, person_id, root, sealed in _of_these_names(list(asked)):
        if person_id not in opened:
            opened[person_id] = Details.from_json(seal.open(sealed, table="people", row=person_id))
        for number in asked[wanted]:
            if alike := agreeing(rows[number], opened[person_id]):
                like = found.setdefault(number, {})
                like[root] = max(like.get(root, []), alike, key=len)
    return {
        number: sorted(like.items(), key=lambda one: (-len(one[1]), str(one[0])))[:MOST_SHOWN] for number, like in found.items()
    }


def _of_these_names(wanted: Sequence[tuple[int, ...]]) -> Iterator[tuple[tuple[int, ...], UUID, UUID, bytes]]:
    """Which records have all of these buckets, and of whom they are, for each of them; some hundred in a statement, which may
    take only so long."""
    for start in range(0, len(wanted), _NAMES_AT_ONCE):
        part = wanted[start : start + _NAMES_AT_ONCE]
        spelt = [f"{{{','.join(map(str, one))}}}" for one in part]
        for place, person_id, root, sealed in session.execute(
            _LIKE, {"numbers": list(range(len(part))), "wanted": spelt, "most": MOST_LIKE}
        ):
            yield part[place], person_id, root, sealed
