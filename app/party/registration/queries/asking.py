"""Who had said where they live in an older set of electorates, and has not been asked, or has not answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import exists, func, select

from app.ground.db import session
from app.law.membership import Standing
from app.party.electorates import queries as electorates
from app.party.electorates.models import Electorate, ElectorateSet, ResidenceAsking
from app.party.roster.models import OnRoster

IN_FORCE = (Standing.GOOD, Standing.SUSPENDED)  # as it was decided: who is behind with dues was decided to be good


@dataclass(frozen=True)
class Unanswered:
    """Members whose last word was about an older set: how many were asked again and have not answered, how many are still to be
    asked, and where they lived by the old set."""

    in_force: ElectorateSet | None
    asked: int = 0
    to_ask: int = 0
    of_old: tuple[tuple[str, int], ...] = ()

    @property
    def together(self) -> int:
        return self.asked + self.to_ask


def unanswered(*, on: date) -> Unanswered:
    """How far the asking has come, for the set in force on a day. They belong to no electorate of it until they answer:
    nobody’s seat is taken from the name of the old one."""
    now = electorates.set_on(on)
    if now is None:
        return Unanswered(None)
    asked = exists().where(ResidenceAsking.person_id == OnRoster.person_id, ResidenceAsking.set_code == now.code)
    rows = session.execute(
        select(Electorate.name, OnRoster.set_code, func.count().filter(asked), func.count().filter(~asked))
        .join(Electorate, (Electorate.set_code == OnRoster.set_code) & (Electorate.code == OnRoster.electorate_code))
        .where(OnRoster.set_code.in_(_older(now)), OnRoster.decided.in_(IN_FORCE))
        .group_by(Electorate.name, OnRoster.set_code)
    ).all()
    of_old = sorted(((f"{name} ({code})", were + are) for name, code, were, are in rows), key=lambda one: (-one[1], one[0]))
    return Unanswered(now, sum(row[2] for row in rows), sum(row[3] for row in rows), tuple(of_old))


def to_ask(*, on: date, most: int) -> Sequence[UUID]:
    """Members who are to be asked again where they live: what they said was of an older set, and they were not asked for this
    one."""
    now = electorates.set_on(on)
    if now is None:
        return ()
    asked = exists().where(ResidenceAsking.person_id == OnRoster.person_id, ResidenceAsking.set_code == now.code)
    waiting = select(OnRoster.person_id).where(OnRoster.set_code.in_(_older(now)), OnRoster.decided.in_(IN_FORCE), ~asked)
    return session.scalars(waiting.limit(most)).all()


def _older(now: ElectorateSet) -> list[str]:
    """The codes of the other sets: an index finds them, where `is not this one` would read everybody."""
    return [one.code for one in electorates.sets() if one.code != now.code]
