"""People for an empty database: the cast of the demo, or many synthetic ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.ground import clock
from app.ground.db import session, transaction
from app.party.people.models import Person

if TYPE_CHECKING:
    from app.party.policy.content import Shipped


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


def seed_policies() -> None:
    """Publish the texts that come with the software as the demo party’s, with their history, once. Only where nothing is real:
    a party starts from them in its console, and publishes what it adopts."""
    from app.party.policy import content, queries

    if queries.shelf():
        session.remove()
        return
    session.remove()
    for version in content.history():
        _publish(version)


def _publish(version: Shipped) -> None:
    from app.party.policy import queries
    from app.party.policy.services import drafting, publishing

    on = version.effective_from or clock.today()
    with clock.standing_at(min(clock.start_of(on, time(9)), clock.now())), transaction():  # never later than it is
        policy = queries.find(version.policy) or drafting.start(version.policy, version.source, by="system")
        draft = drafting.begin_next(policy, by="system")
        drafting.save(policy, version.source, version.change_note, seen=draft.mark, by="system")
        if version.effective_from is None:
            drafting.consult(policy, until=on + timedelta(days=28), on=on, by="system")
            return
        decision = publishing.Decision(
            version.decided_by, on, version.votes_for, version.votes_against, version.abstained, version.eligible
        )
        publishing.publish(
            policy, decision, authority="The demo party’s secretary authorised it (Electoral Act 1993 s 204G).",
            seen=draft.mark, on=on, by="system",
        )  # fmt: skip


def seed_many(count: int, *, say: Callable[[str], object]) -> None:
    from app.seeding_many import fill

    fill(count, say=say)
