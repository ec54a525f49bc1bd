"""What is asked of the roster, as conditions: the scope first, then what somebody chose. Every question begins here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, any_, false, literal, not_, or_, true

from app.ground.ids import read_id
from app.law.membership import CanEnrol, Standing
from app.law.party_rules import DUES
from app.party.branches import queries as branches
from app.party.branches.scope import EVERYONE, Scope
from app.party.casework import queries as casework
from app.party.electorates import queries as electorates

from ..models import SUPPORTER, OnRoster
from ..rules import MOST_DEEP, Asked, How, Stands, read_parts
from .segments import find_segment

Condition = ColumnElement[bool]


def arms(asked: Asked, scope: Scope, *, on: date) -> list[list[Condition]]:
    """The conditions in parts that have nobody in common and are walked each along its own index: a branch each, and of the
    lapsed those who were ended and those who are to be. A single OR would have the database sort them all."""
    shared = [*_shared(asked, on=on), *_kept(asked, scope, on=on, above=())]
    return [[*where, *stands, *shared] for where in _where(asked, scope) for stands in _stands(asked.stands, on=on)]


def _kept(asked: Asked, scope: Scope, *, on: date, above: tuple[UUID, ...]) -> Iterator[Condition]:
    """What officers keep: tags, offices, segments. A tag or a segment that the scope does not know is nobody’s."""
    if asked.tag:
        tag = casework.find_tag(read_id(asked.tag), scope)
        yield casework.has_tag(OnRoster.person_id, tag.id) if tag else false()
    if asked.office:
        yield OnRoster.person_id.in_(branches.holders(asked.office, on=on))
    if asked.segment:
        yield _in_segment(asked.segment, scope, on=on, above=above)


def _in_segment(spelt: str, scope: Scope, *, on: date, above: tuple[UUID, ...]) -> Condition:
    """Every part that is `all`, one of those that are `any`, none of those that are `none`. Plain conditions of one question:
    nobody is looked up in between. `above`: the segments this one is a part of."""
    segment = find_segment(read_id(spelt), scope)
    if segment is None or segment.ended_at or segment.id in above or len(above) >= MOST_DEEP:
        return false()
    above = (*above, segment.id)
    fits = {how: [part.asked for part in read_parts(segment.parts) if part.how is how] for how in How}
    some = [_fits(asked, scope, on=on, above=above) for asked in fits[How.ANY]]
    return and_(
        OnRoster.branch_id == segment.branch_id if segment.branch_id else true(),
        *(_fits(asked, scope, on=on, above=above) for asked in fits[How.ALL]),
        *([or_(*some)] if some else []),
        *(_fits_not(asked, scope, on=on, above=above) for asked in fits[How.NONE]),
    )


def _fits_not(asked: Asked, scope: Scope, *, on: date, above: tuple[UUID, ...]) -> Condition:
    """Who has no branch is not “of this branch”, and not neither. A tag alone is had or not: said plainly, PostgreSQL takes
    those who have it away all at once (an anti join)."""
    if asked.tag and asked == Asked(tag=asked.tag):
        return and_(true(), *(not_(has) for has in _kept(asked, scope, on=on, above=above)))
    return _fits(asked, scope, on=on, above=above).is_not(true())


def _fits(asked: Asked, scope: Scope, *, on: date, above: tuple[UUID, ...]) -> Condition:
    """All of what is asked as one condition. Who is in sight is asked once, around all of it."""
    shared = and_(true(), *_shared(asked, on=on), *_kept(asked, scope, on=on, above=above))
    parts = [and_(true(), *where, *stands) for where in _where(asked, EVERYONE) for stands in _stands(asked.stands, on=on)]
    return and_(or_(false(), *parts), shared)


def _where(asked: Asked, scope: Scope) -> Iterator[list[Condition]]:
    """The scope: of who sees branches, a part a branch."""
    chosen = read_id(asked.branch)
    if scope.everyone:
        if asked.branch == "none":
            yield [OnRoster.branch_id.is_(None)]
        else:
            yield [OnRoster.branch_id == chosen] if chosen else []
        return
    seen: list[UUID] = sorted(scope.branches, key=str)
    for branch_id in seen:
        if not asked.branch or branch_id == chosen:
            yield [OnRoster.branch_id == branch_id]


def _stands(stands: Stands | None, *, on: date) -> Iterator[list[Condition]]:
    lapses = on - timedelta(days=DUES.on(on).value.lapse_days)
    good = OnRoster.decided == Standing.GOOD
    match stands:
        case None:
            yield []
        case Stands.GOOD:
            yield [good, OnRoster.owed_from > on]
        case Stands.BEHIND:
            yield [good, OnRoster.owed_from <= on, OnRoster.owed_from > lapses]
        case Stands.LAPSED:
            yield [OnRoster.decided == Standing.LAPSED]
            yield [good, OnRoster.owed_from <= lapses]
        case _:
            yield [OnRoster.decided == str(stands)]


def _shared(asked: Asked, *, on: date) -> Iterator[Condition]:
    if asked.electorate:
        in_force = electorates.set_on(on)
        yield OnRoster.electorate_code == asked.electorate
        yield OnRoster.set_code == (in_force.code if in_force else "")
    if asked.joined_from or asked.joined_to:
        yield OnRoster.decided != SUPPORTER
    if asked.joined_from:
        yield OnRoster.since >= asked.joined_from
    if asked.joined_to:
        yield OnRoster.since <= asked.joined_to
    if asked.lapsing:
        yield and_(
            OnRoster.decided == Standing.GOOD,
            OnRoster.owed_from > on,
            OnRoster.owed_from <= on + timedelta(days=asked.lapsing),
        )
    if asked.can_enrol in tuple(CanEnrol):
        yield OnRoster.can_enrol == asked.can_enrol
    if asked.consent:
        yield literal(asked.consent) == any_(OnRoster.consents)
    if asked.gave:
        yield OnRoster.last_gave_on >= on.replace(month=1, day=1)
