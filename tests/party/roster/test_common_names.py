"""Names that many have and names that few have: what is shown is right, and what is left out is said."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.mail import office
from app.ground.seal import fold
from app.party.branches.scope import EVERYONE, HOUSE, looking_as
from app.party.people import queries as people
from app.party.people.models import Person
from app.party.roster.queries import commonness, finding
from app.party.roster.rules import Asked, Stands
from app.seeding_many import fill

FILTERS = (Asked(), Asked(stands=Stands.GOOD), Asked(can_enrol="no"), Asked(branch="none", consent="news"))


@pytest.fixture
def names(app, owner):
    """A few hundred people, counted as PostgreSQL would have counted them by the morning; who they are."""
    fill(250, say=lambda _line: None)
    owner.execute("analyze people_name_buckets")
    commonness._known.clear()
    with looking_as(HOUSE), transaction():
        return {person.id: fold(people.details_of(person).name) for person in session.scalars(select(Person))}


def fits(name: str, typed: str) -> bool:
    return all(any(part.startswith(word) for part in name.split()) for word in fold(typed).split())


def found(typed: str, asked: Asked) -> finding.Found:
    with looking_as(EVERYONE), transaction():
        return finding.find_people(typed, asked, EVERYONE, on=clock.today())


@pytest.mark.parametrize("few", [500, 5, 0], ids="of whom {} are few".format)
def test_who_is_shown_fits_and_nobody_is_left_out_in_silence(names, monkeypatch, few):
    monkeypatch.setattr(finding, "FEW", max(few, 1))
    monkeypatch.setattr(finding, "ENOUGH", 6)
    ends = sorted({name.split()[-1] for name in names.values()})[::20]
    for typed in ("ma", "jo", "li ma", "oliver", *ends, *(end[:3] for end in ends)):
        for asked in FILTERS:
            answer = found(typed, asked)
            shown = {row.person_id for row, _name in answer.rows}
            assert all(fits(names[one], typed) for one in shown)
            if asked == Asked():
                there = {one for one, name in names.items() if fits(name, typed)}
                assert shown <= there
                assert not answer.all_of_them or shown == there


def test_how_common_a_name_is_follows_from_the_statistics(names):
    seal = office().seal
    with transaction():
        for typed in ("ma", "jo", "an"):
            there = sum(seal.bucket(typed) in seal.name_buckets(name) for name in names.values())
            assert there >= sum(fits(name, typed) for name in names.values())
            assert commonness.about([seal.bucket(typed)]) == pytest.approx(there, abs=3)
        taken = {bucket for name in names.values() for bucket in seal.name_buckets(name)}  # by other words too, some day
        assert (
            commonness.about([next(seal.bucket(word) for word in ("zzyx", "zzyy", "zzyz") if seal.bucket(word) not in taken)])
            < 5
        )


def test_a_word_that_is_longer_than_what_is_kept_of_it_is_looked_for_among_all(names, monkeypatch):
    monkeypatch.setattr(finding, "ENOUGH", 1)
    long = [name for name in names.values() if len(name.split()[0]) > 8]
    for name in long[:5]:
        assert name in [fold(shown) for _row, shown in found(name.split()[0], Asked()).rows]


def test_whose_name_has_the_word_whole_comes_first(app):
    from app.party.people import services

    with transaction():
        for name in ("Ana Leeson", "Bea Lee", "Carl Leedon"):
            details = people.Details(name=name, email=f"{fold(name).replace(' ', '.')}@people.example")
            services.enrol(details, can_enrol="yes", by="system")
    assert [name for _row, name in found("lee", Asked()).rows] == ["Bea Lee", "Ana Leeson", "Carl Leedon"]
