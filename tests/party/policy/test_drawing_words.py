"""What anybody typed, drawn: little typed is little drawn."""

from __future__ import annotations

import pytest

from app.party.policy.texts import drawing

SPREAD = "a|" * 333 + "\n" + "-|" * 333 + "\n" + "a\n" * 333  # 2,000 letters; a table of 110,000 cells


@pytest.mark.parametrize(("draw", "times"), [(drawing.prose, 1), (drawing.passage, 1), (drawing.passage, 6)])
def test_a_table_of_empty_cells_is_drawn_as_it_was_typed(draw, times):
    typed = f"{SPREAD}\n\n" * times
    drawn = draw(typed)
    assert "<table" not in drawn
    assert len(drawn) < 20 * len(typed)


def test_a_table_of_a_text_stands_in_what_is_proposed_for_it_and_not_in_a_comment():
    table = "| What | Cost |\n|---|---|\n| DC-1 | $5 |"
    assert '<td><span class="nowrap">DC-1</span></td>' in drawing.passage(table)  # no line ends within it
    assert "<table" not in drawing.prose(table)
