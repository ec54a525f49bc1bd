"""Whether the roster is what it copies: against the view it is written from, row by row, and the law’s own functions."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select, text

from app.ground.db import session
from app.law.membership import standing
from app.law.party_rules import DUES, Rhythm
from app.party.branches import queries as branches
from app.party.dues import queries as dues
from app.party.electorates import queries as electorates
from app.party.people import queries as people

from ..models import Grace, OnRoster, Tally
from .story import held_by

SAMPLE = 300
_COLUMNS = (
    "person_id, since, membership_id, number, decided, ended_on, owed_from, set_code, electorate_code, branch_id, can_enrol,"
    " consents, last_gave_on"
)
_SAMPLED = text(f"""
    with sampled as materialized (
        select id from people where id >= :from order by id limit :most
    )
    select coalesce(kept.person_id, now.person_id)
      from (select {_COLUMNS} from roster where person_id in (select id from sampled)) kept
      full join (select {_COLUMNS} from roster_now where person_id in (select id from sampled)) now using (person_id)
     where kept is distinct from now
""")  # noqa: S608  (names of columns)
_ALL = text(f"""
    select coalesce(kept.person_id, now.person_id)
      from (select {_COLUMNS} from roster) kept full join (select {_COLUMNS} from roster_now) now using (person_id)
     where kept is distinct from now limit 100
""")  # noqa: S608  (names of columns)


def unlike(*, sample: UUID | None = None) -> list[UUID]:
    """People whose row is not what the view says: at most a hundred of all, or those among a few hundred from an id on. To be
    asked as the house."""
    if sample:
        return list(session.scalars(_SAMPLED, {"from": sample, "most": SAMPLE}))
    return list(session.scalars(_ALL))


def anywhere() -> UUID:
    """An id from which to take a sample: another each time, among those there are."""
    first, last = session.scalar(select(func.min(OnRoster.since))), session.scalar(select(func.max(OnRoster.since)))
    if first is None or last is None:
        return UUID(int=0)
    day = first + timedelta(days=secrets.randbelow((last - first).days + 1))
    near = select(OnRoster.person_id).where(OnRoster.since >= day).order_by(OnRoster.since, OnRoster.person_id).limit(1)
    return session.scalar(near) or UUID(int=0)


def graces(*, on: date) -> dict[str, int]:
    """How long after a term begins its dues become payable, by rhythm, under the rules of a day: what roster_graces copies."""
    fees = DUES.on(on).value.fees
    return {str(rhythm): fees[rhythm].grace_days for rhythm in Rhythm if rhythm in fees}


def faults(*, on: date, sample: UUID) -> Iterator[str]:
    """What is wrong with the roster, in sentences, from a sample and from sums. To be asked as the house."""
    kept = {row.rhythm: row.days for row in session.scalars(select(Grace))}
    if kept != graces(on=on):
        yield "The roster counts with other days of grace than party rule 5 has now: run flask roster rebuild."
    wrong = unlike(sample=sample)
    wrong += [row.person_id for row in _some(sample) if not is_as_the_law_says(row, on=on)]
    if wrong:
        yield f"The roster is not what it copies, for {len(set(wrong))} of {SAMPLE} people: run flask roster rebuild."
    rows = session.scalar(select(func.count()).select_from(OnRoster))
    tallied = session.scalar(select(func.sum(Tally.people)).where(Tally.whole))
    if rows != (tallied or 0):
        yield f"The roster has {rows} people and its tallies {tallied or 0}: run flask roster rebuild."


def _some(sample: UUID) -> Iterable[OnRoster]:
    return session.scalars(select(OnRoster).where(OnRoster.person_id >= sample).order_by(OnRoster.person_id).limit(SAMPLE))


def is_as_the_law_says(row: OnRoster, *, on: date) -> bool:
    """Whether a row says what the functions say that it copies: standing, residence, branch and consents."""
    held = held_by(people.records_of(row.person_id))
    expected = standing(dues.history_of(held[-1]), on=on) if held else None
    lives, last = electorates.residence_of(row.person_id, on=on), branches.last_move(held[-1].id) if held else None
    said = sorted(one.kind for one in people.consents_of(row.person_id) if one.given)
    in_force = electorates.set_on(on)
    there = row.electorate_code if in_force and row.set_code == in_force.code else None
    return (row.standing(on=on), there, row.branch_id, row.consents) == (
        expected,
        lives.code if lives else None,
        last.branch_id if last else None,
        said,
    )
