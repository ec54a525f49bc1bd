"""A list is checked, imported, and taken back."""

from __future__ import annotations

from app.ground.db import session
from app.party.branches.scope import HOUSE, looking_as
from app.party.people import queries as people
from app.party.people.models import Person
from app.party.roster.models import OnRoster
from tests.party.imports.lists import ADA, BEN, as_csv, details, find


def test_a_check_saves_nobody(checked):
    list_ = checked(as_csv([ADA, BEN]))
    assert list_.counts() == {"new": 2}
    assert find("ada@people.example") is None
    assert "2 rows are good" in list_.page()


def test_new_people_become_supporters_with_sealed_details(checked):
    list_ = checked(as_csv([ADA, BEN])).imported()
    assert list_.outcomes() == {"made": 2}
    held = details("ada@people.example")
    assert (held.name, held.phone, str(held.born_on)) == ("Ada Tūhoro", "+64215550199", "1988-03-09")
    person = find("ada@people.example")
    with looking_as(HOUSE):
        row = session.get(OnRoster, person.id)
        assert (row.decided, row.consents) == ("supporter", [])
        assert [found.id for found, _ in people.search_by_name("tuhoro ad")] == [person.id]


def test_the_whole_is_undone_as_one_act(checked):
    list_ = checked(as_csv([ADA, BEN])).imported()
    person = find("ada@people.example")
    list_.undone()
    assert list_.how_undone() == {"erased": 2}
    assert find("ada@people.example") is None
    erased = session.get(Person, person.id)
    assert (erased.sealed, erased.email_index) == (None, None)
    assert erased.erased_at
