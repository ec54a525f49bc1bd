"""Questions about segments: which there are, what each is made of, and whether they may be made of each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload

from app.ground.db import session
from app.ground.ids import read_id
from app.party.branches.scope import Scope

from .. import rules
from ..models import Segment
from ..rules import Part, read_parts


def find_segment(segment_id: UUID | None, scope: Scope) -> Segment | None:
    """A segment, ended or not, if it is the whole party’s or of a branch that the scope sees."""
    if segment_id is None:
        return None
    return session.scalar(select(Segment).where(Segment.id == segment_id, _theirs(scope)))


def segments(scope: Scope) -> list[Segment]:
    """The segments that have not ended: the whole party’s first, then by branch and name."""
    asked = select(Segment).where(Segment.ended_at.is_(None), _theirs(scope)).options(joinedload(Segment.branch))
    return sorted(session.scalars(asked), key=lambda one: (one.branch.name if one.branch else "", one.name.casefold()))


def _theirs(scope: Scope) -> ColumnElement[bool]:
    return or_(Segment.branch_id.is_(None), scope.where(Segment.branch_id))


def live_parts() -> dict[UUID, list[Part]]:
    """The parts of every segment that is in sight and has not ended."""
    rows = session.execute(select(Segment.id, Segment.parts).where(Segment.ended_at.is_(None)))
    return {segment_id: read_parts(parts) for segment_id, parts in rows}


def named_in(parts: list[Part]) -> Iterator[UUID]:
    """The segments that these parts are made of."""
    for part in parts:
        if segment_id := read_id(part.asked.segment):
            yield segment_id


def check_sound(graph: Mapping[UUID, list[Part]]) -> None:
    """Raises RoundAndRound where a segment is made of itself, TooDeep where one has too many parts, or too many floors."""
    known: dict[UUID, tuple[int, int]] = {}
    for segment_id in graph:
        deep, many = _measure(segment_id, graph, (), known)
        if deep > rules.MOST_DEEP or many > rules.MOST_PARTS:
            raise rules.TooDeep()


def _measure(
    segment_id: UUID, graph: Mapping[UUID, list[Part]], above: tuple[UUID, ...], known: dict[UUID, tuple[int, int]]
) -> tuple[int, int]:
    """How deep a segment is (1: it names no other), and of how many parts in all."""
    if segment_id in above:
        raise rules.RoundAndRound()
    if segment_id not in known:
        parts = graph.get(segment_id, [])
        inner = [_measure(named, graph, (*above, segment_id), known) for named in named_in(parts)]
        known[segment_id] = (
            1 + max((deep for deep, _many in inner), default=0),
            len(parts) + sum(many for _deep, many in inner),
        )
    return known[segment_id]


def made_of(segment_id: UUID) -> list[str]:
    """The names of the segments in sight that are made of this one."""
    rows = session.execute(select(Segment.name, Segment.parts).where(Segment.ended_at.is_(None)).order_by(Segment.name))
    return [name for name, parts in rows if segment_id in named_in(read_parts(parts))]
