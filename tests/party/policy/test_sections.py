"""One section of a source, and another body in its place."""

from __future__ import annotations

import pytest

from app.party.policy.texts.reading import read
from app.party.policy.texts.sections import begins_another, body_of, faults_with, wants_with, with_body

from .conftest import CAPS


def test_a_body_is_what_stands_under_a_heading():
    assert body_of(CAPS, "against") == "Light users paid less while there were caps. We would not forbid them."
    assert body_of(CAPS, "nowhere") is None


def test_lines_of_sources_are_no_part_of_the_last_section():
    assert body_of(CAPS, "then") == "In 2013 almost everybody had a cap."


@pytest.mark.parametrize("anchor", ["problem", "do", "cost", "against", "change", "then"])
def test_the_same_body_in_its_own_place_changes_nothing_that_is_read(anchor):
    same = with_body(CAPS, anchor, body_of(CAPS, anchor))
    assert read(same) == read(CAPS)
    assert with_body(same, anchor, body_of(same, anchor)) == same


@pytest.mark.parametrize("anchor", ["problem", "against", "then"])
def test_another_body_changes_that_section_and_no_other(anchor):
    after = read(with_body(CAPS, anchor, "Something else.\n\nIn two paragraphs."))
    assert after.section(anchor).body.strip() == "Something else.\n\nIn two paragraphs."
    assert [one for one in after.sections if one.anchor != anchor] == [
        one for one in read(CAPS).sections if one.anchor != anchor
    ]
    assert after.sources == read(CAPS).sources


def test_a_section_that_is_not_there_takes_no_body():
    with pytest.raises(LookupError):
        with_body(CAPS, "nowhere", "Something.")


@pytest.mark.parametrize("body", ["## Another {#another faq}", "text\n\n# A question", "##", "text\r\n## x"])
def test_a_heading_that_would_begin_another_section_is_seen(body):
    assert begins_another(body)


@pytest.mark.parametrize("body", ["### A heading", "#hashtag", "a ## b", "    code"])
def test_other_signs_begin_none(body):
    assert not begins_another(body)


def test_what_cannot_be_read_is_told_by_the_line_of_the_body():
    body = "### DC-1 Count the homes\n- Measure: a count\n- By: someday\n- Status: proposed"
    faults = faults_with(CAPS, "do", body)
    assert [(fault.line, fault.sentence[:4]) for fault in faults] == [(3, "DC-1")]


def test_what_would_keep_it_from_being_published_is_told_too():
    wants = wants_with(CAPS, "against", "One.\n\nIn fact 40% paid less.", [read(CAPS)])
    assert [fault.line for fault in wants] == [3]
    assert "without a citation" in wants[0].sentence
    assert wants_with(CAPS, "against", "Nobody paid less.", [read(CAPS)]) == []
