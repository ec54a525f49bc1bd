"""Verbs: looks at the roster are written down; segments are kept; tallies are folded; pages of names go. The roster itself
nobody writes: it follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, cast, func, select, text

from app.ground import audit, clock
from app.ground.audit import Action
from app.ground.db import lock_for_now, session
from app.ground.ids import new_id, read_id
from app.party.branches import services as branches
from app.party.branches.models import Office
from app.party.branches.scope import Scope
from app.party.casework import queries as casework
from app.party.casework import rules as casework_rules
from app.party.people import queries as people
from app.party.people.models import Details

from . import queries, rules
from .models import Segment
from .rules import REASONS, Part, Reason, read_parts


def look_through(shown: Sequence[UUID], *, by: str, found: bool, held: Sequence[Office]) -> None:
    """Write down that a page of names was shown. Raises NoOffice."""
    branches.look_through(shown, by=by, what=rules.BY_NAME if found else rules.A_LIST, held=held)


def look_at(person_id: UUID, scope: Scope, *, by: str) -> None:
    """Write down that a person’s story was opened. Raises NotSeen, NoOffice."""
    _check_seen(person_id, scope)
    branches.look(person_id, by=by, what=rules.ONE, why="to see where they stand")


def show_details(person_id: UUID, scope: Scope, *, why: Reason, by: str) -> Details:
    """What names and reaches a person, after writing down who asked and why. Raises NotSeen, NoOffice."""
    _check_seen(person_id, scope)
    branches.look(person_id, by=by, what=rules.THEIR_DETAILS, why=REASONS[why])
    return people.details_of(people.get_person(person_id))


def _check_seen(person_id: UUID, scope: Scope) -> None:
    if queries.find(person_id, scope) is None:
        raise rules.NotSeen()


_FOLLOWS = text("select set_config('hustings.roster', :when, true)")  # migration 0023


@contextmanager
def written_once() -> Iterator[set[UUID]]:
    """For a transaction that writes many people into many tables: the roster follows them once, at the end of the block. The
    caller adds the id of each to the set."""
    touched: set[UUID] = set()
    session.execute(_FOLLOWS, {"when": "later"})
    yield touched
    session.execute(_FOLLOWS, {"when": ""})
    session.execute(select(func.roster_write(cast(sorted(touched), ARRAY(Uuid)))))


def fold() -> int:
    """Add up what has been tallied apart. Returns how many tallies are left."""
    return session.scalar(select(func.roster_fold())) or 0


def forget_pages() -> int:
    """Forget who was on a page of names that was shown more than a year ago: the database decides which. Returns how many."""
    return session.scalar(select(func.expire_pages_of_names())) or 0


# Segments


def keep_segment(name: str, parts: Sequence[Part], branch_id: UUID | None, scope: Scope, *, by: str) -> Segment:
    """Keep a question under a name. Raises NotYours, SegmentThere, NothingAsked, NotNamed, RoundAndRound, TooDeep."""
    casework_rules.check_may_make(branch_id, scope)
    lock_for_now("segments")
    _check_name(name, branch_id)
    row = Segment(
        id=new_id(), name=name, branch_id=branch_id, parts=[part.spell() for part in parts], made_at=clock.now(), made_by=by
    )  # fmt: skip
    _check_parts(row, parts, scope)
    session.add(row)
    audit.record(Action.SEGMENT_SAVED, audit.of("segment", row.id), by=by)
    return row


def rename_segment(row: Segment, name: str, scope: Scope, *, by: str) -> None:
    """Raises NotYours, SegmentThere."""
    casework_rules.check_may_make(row.branch_id, scope)
    lock_for_now("segments")
    if name.casefold() != row.name.casefold():
        _check_name(name, row.branch_id)
    row.name = name
    audit.record(Action.SEGMENT_CHANGED, audit.of("segment", row.id), by=by, what="name")


def add_part(row: Segment, part: Part, scope: Scope, *, by: str) -> None:
    """Have a segment be made of one part more. Raises NotYours, NothingAsked, NotNamed, RoundAndRound, TooDeep."""
    _change_parts(row, [*read_parts(row.parts), part], scope, by=by)


def remove_part(row: Segment, place: int, scope: Scope, *, by: str) -> None:
    """Take out the part at a place, counted from 0; there is none: nothing. Raises NotYours, LastPart."""
    parts = read_parts(row.parts)
    if 0 <= place < len(parts):
        if len(parts) == 1:
            raise rules.LastPart()
        _change_parts(row, [part for at, part in enumerate(parts) if at != place], scope, by=by)


def end_segment(row: Segment, scope: Scope, *, by: str) -> None:
    """Have a segment be there no more. Raises NotYours; StillNamed while others are made of it."""
    casework_rules.check_may_make(row.branch_id, scope)
    lock_for_now("segments")
    if others := queries.made_of(row.id):
        raise rules.StillNamed(others=", ".join(others))
    if row.ended_at is None:
        row.ended_at, row.ended_by = clock.now(), by
        audit.record(Action.SEGMENT_ENDED, audit.of("segment", row.id), by=by)


def _change_parts(row: Segment, parts: Sequence[Part], scope: Scope, *, by: str) -> None:
    casework_rules.check_may_make(row.branch_id, scope)
    lock_for_now("segments")  # two changes at once could lead round, each of which did not
    _check_parts(row, parts, scope)
    row.parts = [part.spell() for part in parts]
    audit.record(Action.SEGMENT_CHANGED, audit.of("segment", row.id), by=by, what="parts")


def _check_name(name: str, branch_id: UUID | None) -> None:
    there = select(Segment.name).where(Segment.branch_id.is_not_distinct_from(branch_id), Segment.ended_at.is_(None))
    if name.casefold() in {known.casefold() for known in session.scalars(there)}:
        raise rules.SegmentThere()


def _check_parts(row: Segment, parts: Sequence[Part], scope: Scope) -> None:
    """Everything a part names is known to all who see the segment; and the segments stay sound with these parts."""
    known_to_all = (None, row.branch_id)
    for part in parts:
        if not part.asked.spell():
            raise rules.NothingAsked()
        if part.asked.tag:
            tag = casework.find_tag(read_id(part.asked.tag), scope)
            if tag is None or tag.branch_id not in known_to_all:
                raise rules.NotNamed()
        if part.asked.segment:
            named = queries.find_segment(read_id(part.asked.segment), scope)
            if named is None or named.ended_at or named.branch_id not in known_to_all:
                raise rules.NotNamed()
    queries.check_sound({**queries.live_parts(), row.id: list(parts)})
