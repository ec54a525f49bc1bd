"""People for an empty database: the cast of the demo, or many synthetic ones."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from app.ground.db import session
from app.party.people.models import Person


def is_empty() -> bool:
    """Whether nobody is known yet."""
    found = session.scalar(select(Person.id).limit(1))
    session.remove()
    return found is None


def seed_cast() -> list[str]:
    """Make the cast, once. Returns a line for each: who they are and how to reach them. Where anything is real
    none of them gets an office."""
    from app.party.people import queries as people
    from app.web.house import house
    from tests.cast import CAST, make  # the demo and the tests share faces

    lines = []
    for face in CAST:
        known = people.find_by_email(face.email)
        session.remove()
        if known is None:
            make(face, with_office=house().settings.demo)
        lines.append(f"{face.email:28} {face.name}: {face.part}")
    return lines


def seed_many(count: int, *, say: Callable[[str], object]) -> None:
    from app.seeding_many import fill

    fill(count, say=say)
