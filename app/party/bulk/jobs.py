"""Chores: acts on many go on, are taken back, and what was only looked at is forgotten. Each slice is a transaction of its
own, as whoever asked sees people at that moment."""

from __future__ import annotations

from uuid import UUID

from app.ground import clock
from app.ground.db import looking_as, session, transaction
from app.party.branches.scope import Scope
from app.party.casework import queries as casework

from . import services
from .models import Act


def run(act: str) -> None:
    act_id, more = UUID(act), True
    while more:
        scope = _scope_of(act_id, back=False)
        with looking_as(str(scope)), transaction():
            more = services.go_on(act_id, scope, on=clock.today())


def take_back(act: str) -> None:
    act_id = UUID(act)
    after: UUID | None = UUID(int=0)
    while after is not None:
        scope = _scope_of(act_id, back=True)
        with looking_as(str(scope)), transaction():
            after = services.take_back(act_id, scope, after=after)


def _scope_of(act_id: UUID, *, back: bool) -> Scope:
    """Whom whoever asked for it (or takes it back) cares for now."""
    with transaction():
        act = session.get_one(Act, act_id)
        who = act.undo_by if back else act.asked_by
        return casework.scope_to_care(who, on=clock.today()) if who else Scope()


def forget() -> None:
    with transaction():
        services.forget()
