"""For the tests of the roster: the cast, each where the story has them, and two branches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest

from app.ground import clock
from app.ground.db import session, transaction
from app.party.branches import queries as branches
from app.party.branches import services
from app.party.branches.scope import EVERYONE, Scope
from app.party.people import queries as people
from tests import cast as faces


@pytest.fixture
def ids(cast) -> Callable[[str], UUID]:
    def of(key: str) -> UUID:
        found = people.find_by_email(f"{key}@people.example").id
        session.remove()
        return found

    return of


@pytest.fixture
def place(cast, ids) -> Callable[..., None]:
    """Have some of the cast belong to a branch."""

    def put(name: str, *keys: str) -> UUID:
        who, olive = [ids(key) for key in keys], ids("olive")
        with transaction():
            there = branches.find_branch(name) or services.add_branch(name, by="system", on=clock.today())
        for person_id in who:
            with transaction():
                services.place(person_id, there, by=f"person:{olive}", on=clock.today())
        return there.id

    return put


@pytest.fixture
def mangere(place) -> UUID:
    """Aroha and Tama are of Māngere; Grace is of Napier; Olive and Wiremu are of no branch; Lin is a supporter."""
    place("Napier", "grace")
    return place("Māngere", "aroha", "tama")


@pytest.fixture
def everyone() -> Scope:
    return EVERYONE


def another(key: str, **parts: object) -> faces.Face:
    """One more of the cast."""
    return replace(faces.CAST[0], key=key, name=f"Rere {key.title()}", email=f"{key}@people.example", **parts)
