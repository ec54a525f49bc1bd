"""What is asked of the roster can be kept as words, and read again."""

from __future__ import annotations

from datetime import date

import pytest

from app.party.roster.rules import Asked, Stands, read_asked


@pytest.mark.parametrize(
    "asked",
    [
        Asked(),
        Asked(stands=Stands.BEHIND, electorate="AKL", branch="none", lapsing=30),
        Asked(joined_from=date(2020, 2, 29), joined_to=date(2026, 1, 1), can_enrol="yes", consent="news", gave=True),
    ],
)
def test_what_is_asked_is_read_as_it_was_spelt(asked):
    assert read_asked(asked.spell()) == asked


def test_what_is_garbled_asks_for_nothing():
    assert read_asked({"stands": "x", "lapsing": "5", "joined_from": "yesterday", "gave": "", "unheard": "of"}) == Asked()
