"""Seats in dated sets, and where a person says they live."""

from __future__ import annotations

from datetime import date

import pytest

from app.ground.db import session, transaction
from app.party.electorates import queries, services
from app.party.electorates.rules import UnknownElectorate
from app.party.people import services as people
from app.party.people.models import Details

BEFORE, AFTER = date(2026, 11, 6), date(2026, 11, 7)


@pytest.fixture
def person(app):
    with transaction():
        made = people.enrol(Details(name="Mere Tūhoro", email="mere@people.example"), by="system")
    return made.id


def say(person, code, on):
    with transaction():
        services.say_residence(person, electorate_code=code, by="system", on=on)


def name_of(person, on):
    seat = queries.residence_of(person, on=on)
    session.remove()
    return seat and seat.name


@pytest.mark.parametrize(
    ("on", "general", "maori"), [(date(2020, 10, 16), 0, 0), (date(2020, 10, 17), 65, 7), (BEFORE, 65, 7), (AFTER, 64, 7)]
)
def test_a_set_is_in_force_from_one_day_until_another(app, on, general, maori):
    kinds = [seat.kind for seat in queries.electorates_on(on)]
    session.remove()
    assert kinds == ["general"] * general + ["maori"] * maori


def test_they_are_sorted_by_name_with_macrons_aside(app):
    names = [seat.name for seat in queries.electorates_on(AFTER) if seat.kind == "general"]
    session.remove()
    assert names[0] == "Auckland Central"
    assert names.index("New Plymouth") < names.index("Ōtāhuhu") < names.index("Pakuranga")
    assert "Wellington Bays" in names
    assert "Rongotai" not in names


def test_the_latest_said_holds(person):
    say(person, "nelson", AFTER)
    say(person, "dunedin", AFTER)
    assert name_of(person, AFTER) == "Dunedin"


def test_saying_it_again_adds_nothing(person, owner):
    say(person, "nelson", AFTER)
    say(person, "nelson", AFTER)
    assert owner.execute("select count(*) from residences").fetchone() == (1,)
    assert owner.execute("select count(*) from audit_entries where data->>'changed' = 'electorate'").fetchone() == (1,)


def test_what_was_said_in_an_older_set_does_not_carry_over(person):
    say(person, "nelson", BEFORE)
    assert name_of(person, BEFORE) == "Nelson"
    assert name_of(person, AFTER) is None


@pytest.mark.parametrize("code", ["mordor", "rongotai", "", "Nelson"])
def test_only_a_seat_in_force_can_be_said(person, code, owner):
    with pytest.raises(UnknownElectorate):
        say(person, code, AFTER)
    assert owner.execute("select count(*) from residences").fetchone() == (0,)
