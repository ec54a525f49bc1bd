"""Who is chosen for a pack, and in which order: those whose dues run longest, an electorate at a time."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class Candidate:
    """A member who counts as far as the roster knows. `electorate`: in the set in force, or empty."""

    person_id: UUID
    membership_id: UUID
    number: int
    electorate: str
    owed_from: date


def spread(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """One of each electorate in turn, in each those first whose dues run longest. Who has said no electorate is a turn of its
    own. Two with the same dues come by their member’s number, so that the same members give the same pack."""
    waiting: dict[str, deque[Candidate]] = defaultdict(deque)
    for one in sorted(candidates, key=lambda one: (-one.owed_from.toordinal(), one.number)):
        waiting[one.electorate].append(one)
    turns = deque(waiting[code] for code in sorted(waiting))
    while turns:
        queue = turns.popleft()
        yield queue.popleft()
        if queue:
            turns.append(queue)
