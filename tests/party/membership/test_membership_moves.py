"""Which decisions may follow one another, and that each is written down, dated, once."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.ground import clock
from app.ground.audit import AuditEntry
from app.ground.db import session, transaction
from app.law.membership import Standing, standing
from app.party.dues import queries as dues
from app.party.membership import queries, rules, services
from app.party.membership.models import Membership, MembershipMove
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.people.models import Details

DECIDED = tuple(Standing)
ALLOWED = {
    (None, Standing.GOOD), (None, Standing.RESIGNED),
    (Standing.GOOD, Standing.SUSPENDED), (Standing.GOOD, Standing.RESIGNED), (Standing.GOOD, Standing.EXPELLED),
    (Standing.GOOD, Standing.LAPSED),
    (Standing.SUSPENDED, Standing.GOOD), (Standing.SUSPENDED, Standing.RESIGNED), (Standing.SUSPENDED, Standing.EXPELLED),
}  # fmt: skip


@pytest.fixture
def membership(app) -> Membership:
    with transaction():
        person = person_services.enrol(Details(name="Ada Tūhoro", email="ada@people.example"), by="visitor")
        return services.open_for(person, on=clock.today(), by="visitor")


def now(membership: Membership) -> Standing:
    return standing(dues.history_of(membership), on=clock.today())


@pytest.mark.parametrize("last", list(rules.MOVES))
@pytest.mark.parametrize("to", DECIDED)
def test_only_these_decisions_may_follow_one_another(last, to):
    if (last, to) in ALLOWED:
        rules.check_move(last, to)
    else:
        with pytest.raises(rules.NotFromHere) as refusal:
            rules.check_move(last, to)
        assert str(to) in str(refusal.value)
        assert refusal.value.cites == "Party rule 4"


def test_whoever_applied_is_no_member_until_admitted(membership):
    assert now(membership) is Standing.APPLIED
    with transaction():
        services.admit(membership, on=clock.today(), by="system")
    assert now(membership) is Standing.GOOD


def test_nobody_is_admitted_twice(membership):
    with transaction():
        services.admit(membership, on=clock.today(), by="system")
    with pytest.raises(rules.NotFromHere), transaction():
        services.admit(membership, on=clock.today(), by="system")
    assert session.scalar(select(func.count()).select_from(MembershipMove)) == 1


@pytest.mark.parametrize("end", [services.resign, services.end_lapsed])
def test_a_membership_that_ended_is_not_reopened_and_leaves_room_for_a_new_one(membership, end):
    with transaction():
        held = session.get_one(Membership, membership.id)
        services.admit(held, on=clock.today(), by="system")
        end(held, on=clock.today(), by="system")
    ended = session.get_one(Membership, membership.id)
    assert ended.ended_on == clock.today()
    assert queries.current_of(membership.person_id) is None
    for again in (services.admit, services.resign, services.end_lapsed):
        session.remove()
        with pytest.raises(rules.NotFromHere), transaction():
            again(session.get_one(Membership, membership.id), on=clock.today(), by="system")
    with transaction():
        new = services.open_for(people.get_person(membership.person_id), on=clock.today(), by="visitor")
    assert queries.current_of(membership.person_id).id == new.id
    assert [held.number < new.number for held in queries.memberships_of(membership.person_id)] == [True, False]


def test_the_database_refuses_a_second_membership_in_force(membership):
    with pytest.raises(IntegrityError, match="uq_memberships_in_force"), transaction():
        services.open_for(people.get_person(membership.person_id), on=clock.today(), by="visitor")


def test_standing_is_asked_of_a_day_and_the_past_stays_as_it_was(membership):
    joined = clock.today()
    with transaction():
        services.admit(session.get_one(Membership, membership.id), on=joined, by="system")
    left = joined + timedelta(days=40)
    with clock.standing_at(clock.start_of(left)), transaction():
        services.resign(session.get_one(Membership, membership.id), on=left, by="system")
    history = dues.history_of(session.get_one(Membership, membership.id))
    days = [joined - timedelta(days=1), joined, left - timedelta(days=1), left]
    assert [standing(history, on=day) for day in days] == [
        Standing.APPLIED, Standing.GOOD, Standing.GOOD, Standing.RESIGNED,
    ]  # fmt: skip


def test_each_decision_is_in_the_log_with_who_made_it(membership):
    with transaction():
        held = session.get_one(Membership, membership.id)
        services.admit(held, on=clock.today(), by="person:1")
        services.resign(held, on=clock.today(), by="person:2")
    said = session.execute(
        select(AuditEntry.action, AuditEntry.actor)
        .where(AuditEntry.subject == f"membership:{membership.id}")
        .order_by(AuditEntry.seq)
    ).all()
    assert said == [
        ("membership:applied", "visitor"),
        ("membership:admitted", "person:1"),
        ("membership:resigned", "person:2"),
    ]


@pytest.mark.parametrize(
    "change", ["update membership_moves set \"to\" = 'good'", "delete from membership_moves", "delete from memberships"]
)
def test_the_application_cannot_rewrite_a_decision(membership, settings, change):
    with psycopg.connect(settings.database_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(change)


def test_decisions_are_tallied_by_day_and_kind_as_they_are_written_and_folded_to_the_same_sums(membership, owner):
    monday = clock.today() - timedelta(days=3)
    with transaction():
        services.admit(membership, on=monday, by="system")
    with transaction():
        services.resign(membership, on=monday, by="visitor")

    def told() -> dict[tuple[str, bool], int]:
        return {(row.to, row.first): row.moves for row in queries.tallied_moves(monday, monday)}

    first = told()
    assert first == {("good", True): 1, ("resigned", False): 1}
    with transaction():
        services.fold_tallies()
    assert told() == first
    assert queries.tallied_moves(monday + timedelta(days=1), clock.today()) == []
    owner.execute('insert into move_tallies ("on", "to", first, moves) values (%s, \'good\', true, 7)', [monday])
    owner.execute("select moves_tally_anew()")
    assert told() == first
