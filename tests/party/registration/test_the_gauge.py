"""How many count: the Act’s sense, exactly, today and on days that have passed; the low-water mark and why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.ground import clock
from app.ground.db import session, transaction
from app.law.membership import CanEnrol, Elector, counts_toward_500
from app.party.belonging import services as belonging
from app.party.branches.scope import HOUSE, looking_as
from app.party.dues import queries as dues
from app.party.dues import services as dues_services
from app.party.membership import queries as memberships
from app.party.membership import services as membership_services
from app.party.people import queries as people
from app.party.registration import jobs, queries, services
from app.party.registration.models import DayCount

A_DAY = timedelta(days=1)


def by_the_law(on) -> int:
    """Counted by the law’s own function, person by person, birth dates left aside as they are sealed."""
    from sqlalchemy import select

    from app.party.people.models import Person

    found = 0
    for person in session.scalars(select(Person).where(Person.sealed.is_not(None))):
        for membership in memberships.memberships_of(person.id):
            elector = Elector(CanEnrol(person.can_enrol or "unsure"))
            found += bool(counts_toward_500(elector, dues.history_of(membership), on=on))
    session.remove()
    return found


def counted(on) -> int:
    found = queries.count(on=on)
    session.remove()
    return found


def test_it_is_what_the_law_says(cast, crowd, today):
    crowd(3)
    crowd(1, can_enrol="unsure")
    crowd(1, can_enrol="no")
    crowd(1, own=False)  # somebody else added them: s 3(1)(a)
    crowd(1, cents=0)  # dues of nothing are no fee
    crowd(1, paid=False)
    crowd(1, joined=today - timedelta(days=400))  # a year that is over, and more than the grace
    assert counted(today) == by_the_law(today) == 3 + 4  # the crowd’s three; Aroha, Olive, Wiremu and Tama
    for days in (200, 335, 365, 366, 393, 394, 400):
        assert counted(today + timedelta(days=days)) == by_the_law(today + timedelta(days=days)), days


def test_a_number_names_nobody_and_needs_no_scope(cast, today):
    from app.party.branches.scope import NOBODY

    with looking_as(NOBODY):
        assert counted(today) == 4


def test_days_that_have_passed_are_worked_out_from_the_dated_rows(cast, crowd, today, owner):
    first = today - timedelta(days=30)
    crowd(5, joined=today - timedelta(days=10))
    crowd(2, joined=today - timedelta(days=200))
    leaver, _lapsing = crowd(2, joined=today - timedelta(days=300))
    with clock.standing_at(clock.start_of(today - timedelta(days=6))), transaction():
        membership_services.resign(memberships.current_of(leaver), on=today - timedelta(days=6), by="system")
    crowd(1, joined=today - timedelta(days=20), paid=False)
    jobs.watch()
    rows = {row.day: row for row in queries.rows_between(first, today)}
    session.remove()
    assert len(rows) == 31
    for day, row in rows.items():
        assert row.count == by_the_law(day), day
        assert row.worked_out is (day != today)
    assert rows[today - timedelta(days=10)].joined == 5
    assert rows[today - timedelta(days=6)].gone == 1


def test_dues_that_fall_unpaid_are_a_lapse_and_paying_brings_back(crowd, today, owner):
    (person,) = crowd(1, joined=today - timedelta(days=365 + 20))
    with transaction():
        membership = memberships.current_of(person)
        dues_services.charge_next_term(membership, on=today - timedelta(days=50), by="system")
    payable = owner.execute("select max(payable_on) from dues_charges").fetchone()[0]
    assert counted(payable - A_DAY) == 1
    with clock.standing_at(clock.start_of(payable)):
        jobs.watch()
        row = session.get(DayCount, payable)
        assert (row.count, row.lapsed, row.gone) == (0, 1, 0)
        session.remove()
    with clock.standing_at(clock.start_of(payable + 3 * A_DAY)):
        with transaction():
            from app.party.dues.models import Charge, DuesPaid
            from app.party.payments.models import Payment

            charge = session.query(Charge).order_by(Charge.since.desc()).first()
            payment = session.query(Payment).first()
            from app.ground.ids import new_id

            session.add(
                DuesPaid(
                    id=new_id(), charge_id=charge.id, payment_id=payment.id, cause="test", on=clock.today(), cents=charge.cents,
                    at=clock.now(),
                )
            )  # fmt: skip
            charge.met_on = clock.today()
        jobs.watch()
        gauge = queries.gauge(on=clock.today())
        session.remove()
    assert gauge.count == 1
    assert gauge.days[-1].moved.came_back == 1
    assert (gauge.low.lowest, gauge.low.day) == (0, payable + 2 * A_DAY)
    assert (gauge.moved.lapsed, gauge.moved.came_back) == (1, 1)


def test_who_leaves_and_is_forgotten_is_in_the_day_they_left(crowd, today):
    people_there = crowd(3)
    jobs.watch()
    with transaction():
        belonging.leave(people_there[0], by=f"person:{people_there[0]}", on=today)
    jobs.watch()
    row = session.get(DayCount, today)
    assert (row.count, row.lowest, row.gone) == (2, 2, 1)
    session.remove()
    assert people.get_person(people_there[0]).erased_at


def test_what_the_day_said_last_stays_and_its_lowest_too(crowd, today):
    crowd(2)
    jobs.watch()
    crowd(2, joined=today)
    jobs.watch()
    row = session.get(DayCount, today)
    assert (row.count, row.lowest, row.joined) == (4, 2, 2)
    session.remove()
    with clock.standing_at(clock.start_of(today + A_DAY)):
        crowd(1, joined=today + A_DAY)
        jobs.watch()
        gauge = queries.gauge(on=today + A_DAY)
        session.remove()
        assert [day.count for day in gauge.days[-2:]] == [4, 5]
        past = queries.gauge(on=today)
        assert (past.count, past.spare) == (4, 4 - 500)


def test_somebody_who_says_otherwise_about_enrolling_is_told_apart(cast, crowd, today):
    crowd(2)
    jobs.watch()
    from app.party.people import services as person_services

    aroha = people.find_by_email("aroha@people.example")
    with clock.standing_at(clock.start_of(today + A_DAY)):
        with transaction():
            person = people.get_person(aroha.id)
            person_services.correct(person, people.details_of(person), can_enrol="no", by="system")
        jobs.watch()
        gauge = queries.gauge(on=today + A_DAY)
        session.remove()
    assert gauge.days[-1].count - gauge.days[-2].count == -1
    assert gauge.otherwise <= -1


def test_a_day_nobody_knows_of_is_not_invented(app, today):
    with pytest.raises(ValueError, match="nobody counted"):
        queries.gauge(on=today - timedelta(days=900))


def test_watching_twice_changes_nothing(crowd, today, owner):
    crowd(2)
    jobs.watch()
    before = owner.execute("select day, count, lowest, joined from registration_counts order by day").fetchall()
    jobs.watch()
    assert owner.execute("select day, count, lowest, joined from registration_counts order by day").fetchall() == before
    with looking_as(HOUSE), transaction():
        assert services.fill_in(on=today) == 0
