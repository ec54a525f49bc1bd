"""For the tests of registration: a crowd of members with everything the Commission asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.mail import office
from app.party.branches.scope import EVERYONE, looking_as
from app.party.people import queries as people
from app.party.registration import queries, services
from app.party.registration.models import Pack
from tests.party.registration import crowds


@pytest.fixture
def today(app) -> date:
    return clock.today()


@pytest.fixture
def crowd(app) -> Callable[..., list[UUID]]:
    """So many members who count, each with a signed declaration; their ids. `crowd(3, name=…, …)` gives them something else."""
    return crowds.make


@pytest.fixture
def looking(app):
    """As an officer of the whole party: without it the roster is empty."""
    with looking_as(EVERYONE):
        yield


@pytest.fixture
def olive(cast) -> str:
    found = people.find_by_email("olive@people.example").id
    session.remove()
    return f"person:{found}"


@pytest.fixture
def make_pack(looking, olive) -> Callable[..., Pack]:
    """Have the secretary make a pack."""

    def make(wanted: int, *, on: date | None = None) -> Pack:
        from app.ground.ids import new_id

        with transaction():
            return services.make(key=new_id(), wanted=wanted, on=on or clock.today(), scope=EVERYONE, by=olive)

    return make


def states(pack: Pack) -> dict[str, list[str | None]]:
    """The reasons in each state of a pack’s lines, in their order."""
    from app.party.registration.models import State

    found: dict[str, list[str | None]] = {}
    for state in State:
        found[state] = [line.because for line in queries.lines_of(pack, state)]
    session.remove()
    return found


def sealed_of(table: str, row: UUID, sealed: bytes) -> dict[str, Any]:
    return office().seal.open(sealed, table=table, row=row)


A_DAY = timedelta(days=1)
