"""What the house exports it can import again, unchanged: every row is the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.ground.db import transaction
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.people.models import Details
from tests.party.exports.conftest import ask, take, write  # noqa: F401  the fixtures

from .lists import find

MEMBERS, SUPPORTERS = "joined_from=2001-01-01", "stands=supporter"


@pytest.fixture
def exported(olive, aroha, lin, take) -> Callable[[str], bytes]:  # noqa: F811
    """A file as the room of exports writes it: with its marks, its guards and its last line."""
    with transaction():
        odd = Details("'=Odd ＋Name", "odd@people.example", "-1 Rimu Street, Nelson 7010", "+64215550177")
        person_services.enrol(odd, by="system")
    return lambda words: take(olive, words, why="move").encode()


def test_what_the_house_exports_it_can_import_again_and_every_row_is_the_same(sent, exported):
    for words in (MEMBERS, SUPPORTERS):
        assert sent(exported(words)).checked().counts() == {"same": 2}


def test_a_file_of_ours_that_was_cut_is_told_and_nothing_of_it_is_taken(sent, exported):
    lines = exported(SUPPORTERS).splitlines(keepends=True)
    list_ = sent(b"".join([*lines[:1], *lines[2:]])).checked()
    assert "says how many rows it has, 2, and has 1" in list_.page()
    assert list_.counts() == {}


def test_who_left_since_an_export_is_not_brought_back_by_it(sent, exported, lin):
    content = exported(SUPPORTERS)
    with transaction():
        person_services.erase(people.find_by_email(lin.email), by="system")
    assert sent(content).checked().counts() == {"same": 1, "refused": 1}
    assert find(lin.email) is None
