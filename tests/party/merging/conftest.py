"""For the tests of merging: the cast, and doubles of some of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import pytest

from app.ground import clock
from app.ground.db import looking_as, session, transaction
from app.party.branches import services as branch_services
from app.party.branches.models import Branch
from app.party.branches.scope import EVERYONE
from app.party.membership import services as membership
from app.party.merging import services
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.people.models import Details
from tests.party.roster.conftest import ids, mangere, place

__all__ = ["ids", "mangere", "place"]


@pytest.fixture
def double(cast) -> Callable[..., UUID]:
    """A record that is like another: its own email, and what is said. Returns its id."""

    def make(name: str = "Aroha Ngapo Whitfield", email: str = "aroha.n@people.example", *, news: bool | None = None,
             **details: object) -> UUID:  # fmt: skip
        with transaction():
            made = person_services.enrol(Details(name=name, email=email, **details), by="visitor").id
            if news is not None:
                person_services.say_consent(
                    made, kind="news", given=news, wording="news-2026-11", source="support page", by="visitor"
                )
        return made

    return make


@pytest.fixture
def member(double) -> Callable[..., UUID]:
    """A double that is a member, of a branch."""

    def make(*, branch: object = None, **details: object) -> UUID:
        made = double(**details)
        with transaction():
            opened = membership.open_for(people.get_person(made), on=clock.today(), by="system")
            membership.admit(opened, on=clock.today(), by="system")
            if branch:
                olive = people.find_by_email("olive@people.example").id
                session.flush()
                branch_services.place(made, session.get(Branch, branch), by=f"person:{olive}", on=clock.today())
        return made

    return make


@pytest.fixture
def by_olive(ids) -> str:
    """The party secretary, as an actor."""
    return f"person:{ids('olive')}"


@pytest.fixture
def merge(by_olive) -> Callable[..., UUID]:
    """Say that a record is part of a person, as the party secretary. Returns the id of that."""

    def say(kept: UUID, gone: UUID, *, take: tuple[str, ...] = (), ends: UUID | None = None, by: str = by_olive,
            scope: object = EVERYONE, on: date | None = None) -> UUID:  # fmt: skip
        with looking_as(str(scope)), transaction():
            return services.merge(kept, gone, take=take, ends=ends, by=by, on=on or clock.today()).id

    return say


@pytest.fixture
def undo(by_olive) -> Callable[..., None]:
    def take_back(merge_id: UUID, *, by: str = by_olive, scope: object = EVERYONE) -> None:
        with looking_as(str(scope)), transaction():
            services.undo(merge_id, by=by, on=clock.today())

    return take_back


@contextmanager
def seeing(scope: object = EVERYONE) -> Iterator[None]:
    """Ask inside, as the console does."""
    with looking_as(str(scope)):
        yield
        session.remove()
