"""For the tests of registration: a crowd of members with everything the Commission asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import psycopg
import pytest

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.party.branches.scope import EVERYONE, looking_as
from app.party.people import queries as people
from app.party.registration import services
from app.party.registration.models import Pack
from tests import cast as faces
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
def olive(app) -> str:
    """The party secretary, as an actor. The whole cast where the test asks for it; here only she."""
    email = "olive@people.example"
    if people.find_by_email(email) is None:
        faces.make(next(face for face in faces.CAST if face.key == "olive"))
    found = people.find_by_email(email).id
    session.remove()
    return f"person:{found}"


@pytest.fixture
def make_pack(looking, olive) -> Callable[..., Pack]:
    """Have the secretary make a pack."""

    def make(wanted: int, *, on: date | None = None) -> Pack:
        with transaction():
            return services.make(key=new_id(), wanted=wanted, on=on or clock.today(), scope=EVERYONE, by=olive)

    return make


@pytest.fixture
def as_app_rights(app, settings):
    """A connection with the application’s own rights."""
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("set role hustings_app")
        yield connection
        connection.rollback()
