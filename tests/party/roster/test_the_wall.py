"""The second wall: what the database shows to a transaction is what it has said it looks as, whatever the code asks."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.ground import clock
from app.ground.db import looking_as, session, transaction
from app.party.branches.scope import EVERYONE, HOUSE, NOBODY, Scope, scope_of
from app.party.people.models import Person
from app.party.roster.models import OnRoster, Tally


def seen(scope):
    with looking_as(str(scope)):
        found = {row.person_id for row in session.scalars(select(OnRoster))}
        tallied = session.scalar(select(func.coalesce(func.sum(Tally.people), 0)).where(~Tally.whole))
        known = set(session.scalars(select(Person.id)))
        session.remove()
    return found, int(tallied), known


def test_a_transaction_that_has_not_said_what_it_looks_as_sees_an_empty_roster(cast, mangere):
    assert session.scalar(select(func.count()).select_from(OnRoster)) == 0
    assert session.scalar(select(func.count()).select_from(Tally)) == 0
    assert session.scalar(select(func.count()).select_from(Person)) == 6  # the house’s own doors go on
    session.remove()


@pytest.mark.parametrize("scope", [EVERYONE, HOUSE])
def test_everyone_is_everyone(cast, mangere, scope):
    found, tallied, known = seen(scope)
    assert len(found) == tallied == len(known) == 6
    assert found == known


def test_a_branch_is_its_members_and_nobody_else_is_a_person_even(cast, mangere, ids):
    found, tallied, known = seen(Scope(branches=frozenset({mangere})))
    assert found == known == {ids("aroha"), ids("tama")}
    assert tallied == 2


@pytest.mark.parametrize("scope", [NOBODY, "Everyone", "everyone ", "branches:", "self"])
def test_nobody_is_nobody_and_a_slip_is_no_key(cast, mangere, scope):
    assert seen(scope) == (set(), 0, set())


@pytest.mark.parametrize("scope", ["self:", "branches:everyone"])
def test_what_is_no_id_is_refused_outright(cast, mangere, scope):
    with pytest.raises(DBAPIError, match="invalid input syntax"):
        seen(scope)
    session.remove()


def test_one_sees_oneself(cast, mangere, ids):
    found, tallied, known = seen(f"self:{ids('grace')}")
    assert found == known == {ids("grace")}
    assert tallied == 0


def test_the_setting_ends_with_its_transaction(cast, mangere, settings):
    with looking_as("everyone"), transaction():
        assert session.scalar(select(func.count()).select_from(OnRoster)) == 6
    assert session.scalar(text("select coalesce(current_setting('hustings.scope', true), '')")) == ""
    assert session.scalar(select(func.count()).select_from(OnRoster)) == 0
    session.remove()


def test_every_transaction_of_a_block_has_it_and_a_part_that_fails_keeps_it(cast, mangere):
    with looking_as("everyone"):
        for _ in range(2):
            with transaction():
                assert session.scalar(select(func.count()).select_from(OnRoster)) == 6
        with transaction(), pytest.raises(ZeroDivisionError), session.begin_nested():
            raise ZeroDivisionError
        assert session.scalar(select(func.count()).select_from(OnRoster)) == 6
        session.remove()


@pytest.mark.parametrize(
    "way",
    [
        "insert into roster (person_id, since, decided, consents, changed_at)"
        " values (gen_random_uuid(), now(), 'good', '{}', now())",
        "update roster set branch_id = null",
        "delete from roster",
        "truncate roster",
        "alter table roster disable row level security",
        "drop policy in_scope on roster",
        "set row_security = off; select count(*) from roster",
        "set role postgres",
        "update roster_tallies set people = 0",
        "alter role hustings_app bypassrls",
        "set session_replication_role = replica",
        "alter table people disable trigger all",
    ],
)
def test_the_applications_role_cannot_take_it_down(cast, mangere, settings, way):
    with psycopg.connect(settings.database_url) as connection:
        with pytest.raises(psycopg.Error):
            connection.execute(way)
        connection.rollback()
        assert connection.execute("select count(*) from roster").fetchone()[0] == 0


def test_an_organizers_scope_is_their_branches_and_a_readers_nobody(cast, mangere, ids):
    assert scope_of(ids("tama"), on=clock.today()) == Scope(branches=frozenset({mangere}))
    assert scope_of(ids("olive"), on=clock.today()) == EVERYONE
    assert scope_of(ids("wiremu"), on=clock.today()) == EVERYONE
    assert scope_of(ids("aroha"), on=clock.today()) == NOBODY
    assert not NOBODY
    session.remove()
