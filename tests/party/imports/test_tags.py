"""A column of tags: what it names is told before, put on with the rest, and taken back with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, select

from app.ground import clock, db
from app.ground.db import session, transaction
from app.party.branches.scope import EVERYONE, HOUSE, looking_as
from app.party.casework import queries as casework
from app.party.casework import services as casework_services
from app.party.casework.models import Tag, Tagging
from app.party.imports import rules
from app.party.imports.rules.columns import guess, system_of
from tests.party.exports.conftest import ask, take, write  # noqa: F401  the fixtures

from .lists import ADA, BEN, as_csv, find

MARKED = ("Name", "Email", "Tags")
ADAS, BENS = (ADA[0], ADA[1]), (BEN[0], BEN[1])
DRIVES, PHONES = "Drives", "Phones"


def tagged(*people: tuple[str, str, str]) -> bytes:
    return as_csv(people, MARKED)


def on(email: str) -> list[str]:
    """The tags somebody has now, in the order of their names."""
    person = find(email)
    with looking_as(HOUSE):
        found = sorted(tag.name for tag in casework.tags_on(person.id))
        session.remove()
    return found


def party_tags() -> list[str]:
    with looking_as(HOUSE):
        found = list(session.scalars(select(Tag.name).where(Tag.branch_id.is_(None)).order_by(Tag.name)))
        session.remove()
    return found


@pytest.fixture
def offered(olive) -> Callable[[str], object]:
    def make(name: str) -> object:
        with looking_as(EVERYONE), transaction():
            return casework_services.make_tag(name, None, EVERYONE, by="system", on=clock.today()).id

    return make


def put_on(email: str, tag_id: object) -> None:
    person = find(email)
    with looking_as(EVERYONE), transaction():
        casework_services.give_tag_to([person.id], tag_id, batch_id=None, by="by hand")


def take_off(email: str, tag_id: object) -> None:
    person = find(email)
    with looking_as(EVERYONE), transaction():
        casework_services.end_tag_for([person.id], tag_id, batch_id=None, by="by hand")


@pytest.mark.parametrize(
    "headings",
    [
        ("Contact ID", "Contact Type", "First Name", "Email", "Tag(s)"),
        ("nationbuilder_id", "first_name", "email", "tag_list"),
        ("first_name", "email", "can2_user_tags"),
        ("Name", "Email", "Tags"),
    ],
)
def test_a_column_of_tags_is_known_by_its_heading_in_each_system(headings):
    assert guess(headings, system_of(headings))[-1] == "tags"


def test_a_check_names_the_tags_and_which_of_them_would_be_new_and_makes_none(checked, offered):
    offered(DRIVES)
    page = checked(tagged((*ADAS, "drives, Knocks on doors"), (*BENS, "Drives; drives;"))).page()
    assert "drives (2), Knocks on doors (1)" in page
    assert "1 of these tags would be new" in page
    assert "Knocks on doors. They are made for the whole party" in page
    assert party_tags() == [DRIVES]


def test_who_is_new_gets_the_tags_of_their_row_those_there_are_and_those_that_are_made(checked, offered):
    offered(DRIVES)
    checked(tagged((*ADAS, "DRIVES, Knocks on doors"), (*BENS, ""))).imported()
    assert on(ADA[1]) == [DRIVES, "Knocks on doors"]
    assert on(BEN[1]) == []
    assert party_tags() == [DRIVES, "Knocks on doors"]


def test_of_people_we_know_tags_are_put_on_only_if_ticked_and_none_is_taken_off(checked, lin, offered):
    put_on(lin.email, offered(DRIVES))
    list_ = checked(tagged((lin.name, lin.email, "Phones"), (*ADAS, "")))
    assert list_.counts() == {"changed": 1, "new": 1}
    list_.imported()
    assert on(lin.email) == [DRIVES]
    again = checked(tagged((lin.name, lin.email, "phones; drives"))).imported("tags")
    assert again.outcomes() == {"changed": 1}
    assert on(lin.email) == [DRIVES, "phones"]
    assert checked(tagged((lin.name, lin.email, "Drives,Phones"))).counts() == {"same": 1}


def test_a_new_tag_is_spelt_as_the_check_has_told_whoever_is_imported_first(checked, monkeypatch):
    monkeypatch.setattr(rules, "AT_ONCE", 2 * rules.HANDS)
    list_ = checked(tagged(*((f"No {n}", f"no-{n}@people.example", "DRIVES" if n else "Drives") for n in range(9))))
    assert "Drives (9)" in list_.page()
    list_.imported()
    assert party_tags() == [DRIVES]
    assert on("no-8@people.example") == [DRIVES]


def test_a_tag_is_not_made_when_nobody_gets_it(checked, lin):
    checked(tagged((lin.name, lin.email, "Phones"), (*ADAS, ""))).imported()
    assert party_tags() == []


def test_a_column_that_is_passed_over_gives_no_tag(checked):
    checked(tagged((*ADAS, "Drives")), column_3="").imported()
    assert (on(ADA[1]), party_tags()) == ([], [])


def test_what_the_house_exports_it_imports_again_with_its_tags(olive, sent, lin, offered, take):  # noqa: F811
    odd, comma = offered("=Drives"), offered("Phones, on Mondays")
    for one in (odd, comma):
        put_on(lin.email, one)
    content = take(olive, "stands=supporter", why="move").encode()
    assert sent(content).checked().counts() == {"same": 1}
    for one in (odd, comma):
        take_off(lin.email, one)
    list_ = sent(content).checked()
    assert list_.counts() == {"changed": 1}
    list_.imported("tags")
    assert on(lin.email) == ["=Drives", "Phones, on Mondays"]
    assert len(party_tags()) == 2


def test_undone_an_import_takes_its_tags_off_again_and_leaves_those_of_others(checked, lin, offered):
    put_on(lin.email, offered(DRIVES))
    list_ = checked(tagged((lin.name, lin.email, "Drives, Phones"), (*ADAS, "Phones"))).imported("tags")
    assert on(lin.email) == [DRIVES, PHONES]
    list_.undone()
    assert list_.how_undone() == {"back": 1, "erased": 1}
    assert on(lin.email) == [DRIVES]
    with looking_as(HOUSE):
        left = session.scalars(select(Tagging.ended_at).where(Tagging.batch_id == list_.id)).all()
        session.remove()
    assert [bool(ended) for ended in left] == [True]  # of who was erased there is none


def test_who_was_tagged_by_somebody_since_is_kept(checked, offered):
    list_ = checked(tagged((*ADAS, "Phones"), (*BENS, "Phones"))).imported()
    put_on(ADA[1], offered(DRIVES))
    list_.undone()
    assert list_.how_undone() == {"kept": 1, "erased": 1}
    assert on(ADA[1]) == [DRIVES, PHONES]


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("x" * 61, "has 61 letters; 60 is the most"),
        ("=HYPERLINK(1)", "begins as a formula does"),
        ("MÄ\x81ori", "is likely “Māori”"),
    ],
)
def test_a_tag_that_cannot_be_one_is_told_with_its_row(checked, cell, why):
    list_ = checked(tagged((*ADAS, cell), (*BENS, "Good")))
    assert list_.counts() == {"refused": 1, "new": 1}
    assert why in list_.reasons()[0]
    assert cell[:8] not in list_.page()


def test_of_a_column_with_very_many_different_tags_nothing_is_taken(checked):
    list_ = checked(tagged((*ADAS, ",".join(f"No {n}" for n in range(101)))))
    assert "The column of tags names 101 different ones; 100 is the most" in list_.page()
    assert list_.counts() == {}


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is said to the database about taggings meanwhile."""
    said: list[str] = []

    def heard(_link: object, _cursor: object, statement: str, *_more: object) -> None:
        if "taggings" in statement:
            said.append(statement)

    event.listen(Engine, "before_cursor_execute", heard)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", heard)


def test_however_many_rows_a_part_has_their_tags_are_given_by_one_statement(checked):
    counts = []
    for many in (2, 40):
        list_ = checked(tagged(*((f"No {n}", f"no-{many}-{n}@people.example", "Drives, Phones") for n in range(many))))
        with statements() as said:
            list_.imported()
        counts.append(len(said))
    assert counts[0] == counts[1]
    assert on("no-40-39@people.example") == [DRIVES, PHONES]
    db.session.remove()
