"""Two versions of a text: what became of its parts is found, named and counted; what did not change is not said to have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.party.policy.texts.comparing import compare
from app.party.policy.texts.comparing.aligning import merged, moved
from app.party.policy.texts.comparing.changes import Fate
from app.party.policy.texts.comparing.differing import Budget, Spent, runs
from app.party.policy.texts.words import Text
from tests.party.policy.two_texts import BP_3, BP_4, HEAD, SOURCE, do, marked, problem, text
from tests.waiting import no_more_work_than


def test_sections_are_paired_by_anchor_and_added_removed_moved_and_changed_ones_are_told_apart():
    one, two, three = problem("First.", "one", "One"), problem("Second.", "two", "Two"), problem("Third.", "three", "Three")
    four = problem("Fourth.", "four", "Four")
    comparison = compare(text(one, two, three), text(three, one.replace("First", "Firstly"), four))
    assert [(each.anchor, each.fate, each.moved) for each in comparison.sections] == [
        ("three", Fate.KEPT, True),
        ("one", Fate.CHANGED, False),
        ("two", Fate.REMOVED, False),
        ("four", Fate.ADDED, False),
    ]
    assert comparison.summary[1:4] == [
        "1 section changed, 1 added, 1 removed, 1 in another place.",
        "New section: “Four”.",
        "Section taken out: “Two”.",
    ]


def test_a_new_heading_over_the_same_words_is_a_change_of_that_section():
    comparison = compare(text(problem("Words.")), text(problem("Words.", heading="The trouble")))
    [section] = comparison.sections
    assert [(fact.name, marked(fact.change)) for fact in section.facts] == [("heading", "The [-problem-][+trouble+]")]
    assert section.blocks == ()


@given(st.permutations(range(7)))
def test_those_that_moved_are_the_fewest_that_explain_the_new_order(order):
    old, new = [str(n) for n in range(7)], [str(n) for n in order]
    stayed = [name for name in new if name not in moved(old, new)]
    assert stayed == sorted(stayed)
    assert bool(moved(old, new)) == (old != new)


def test_what_is_gone_stands_behind_what_it_stood_behind():
    assert merged(["a", "b", "c", "d"], ["d", "b", "e"]) == ["a", "d", "b", "c", "e"]


# Commitments, the head and sources


def test_the_summary_says_first_what_became_of_commitments():
    old = text(do(BP_3, BP_4, BP_4.replace("BP-4", "BP-5")))
    new = text(
        do(BP_3.replace("2027\n", "2026\n"), BP_4.replace("share", "half"), *(BP_4.replace("BP-4", f"BP-{n}") for n in (5, 6)))
    )
    assert compare(old, new).summary[0] == (
        "2 commitments changed, 1 added (BP-6), 0 removed; target in BP-3 moved from 2027 to 2026."
    )


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("- By: 2027-06-30", "- By: 2026-12-31", "day in BP-3 moved from 30 June 2027 to 31 December 2026."),
        ("- Status: proposed", "- Status: in progress", "BP-3 went from proposed to in progress."),
        ("- Target: 2027", "", "BP-3 no longer has a target; it was 2027."),
        ("- By: 2027-06-30", "- By: 2027-06-30\n- Cost: $1 [^nbr]", "BP-3 now has a cost: $1."),
    ],
)
def test_a_day_a_target_a_cost_and_a_status_that_move_are_named(before, after, said):
    summary = compare(text(do(BP_3)), text(do(BP_3.replace(before, after)))).summary
    assert summary[0] == f"1 commitment changed, 0 added, 0 removed; {said}"


def test_a_commitment_is_compared_field_by_field():
    new = BP_3.replace("Build the", "Pay for the").replace("- Target: 2027", "- Target: 2026") + "\nMore about it.\n"
    [commitment] = compare(text(do(BP_3)), text(do(new))).commitments
    assert [fact.name for fact in commitment.facts] == ["text", "target"]
    assert [marked(one) for one in commitment.blocks] == ["[+More about it.+]"]


def test_a_commitment_that_moved_to_another_section_says_where_it_stood():
    other = "## Later {#later commitments}\n\n"
    [_, commitment] = compare(text(do(BP_3, BP_4), other), text(do(BP_3), other + BP_4)).commitments
    assert (commitment.ref, commitment.fate, commitment.came_from) == ("BP-4", Fate.KEPT, "What we will do")


def test_many_moves_are_not_one_long_sentence_and_not_a_long_list():
    many = [BP_3.replace("BP-3", f"BP-{n}") for n in range(1, 31)]
    summary = compare(text(do(*many)), text(do(*(one.replace("2027\n", "2026\n") for one in many)))).summary
    assert summary[0].count(" moved from ") == 3
    assert summary[1] == "Target in BP-4 moved from 2027 to 2026."
    assert summary[10] == "18 more targets, days, costs and statuses moved; they are named below."


def test_the_head_is_compared_and_named():
    new = HEAD.replace("Most", "Many").replace("Topic: caps", "Topic: prices")
    comparison = compare(text(problem("Words.")), text(problem("Words."), head=new))
    assert comparison.summary == [
        "No commitment changed.",
        "At the top of the page: topic changed; answer changed.",
        "2 words inserted, 2 deleted.",
    ]


def test_calculators_at_the_head_are_named():
    old, new = (HEAD + f"Calculator: /tools/time-to-cap?cap=30&speed={speed}\n" for speed in (100, 50))
    [fact] = compare(text(problem("Words."), head=old), text(problem("Words."), head=new)).head
    assert marked(fact.change) == "How long until it is gone? (data cap 30, speed [-100-][+50+])"


def test_sources_are_compared_by_key():
    new = SOURCE.replace("medium", "high") + "[^own]: Our own reckoning | The party | 2026 | | own estimate | low\n"
    comparison = compare(text(problem("Words.")), text(problem("Words."), sources=new))
    assert [(one.key, one.fate, [fact.name for fact in one.facts]) for one in comparison.sources] == [
        ("nbr", Fate.CHANGED, ["confidence"]),
        ("own", Fate.ADDED, ["entry"]),
    ]
    assert comparison.summary == ["No commitment changed.", "1 source changed, 1 added, 0 removed."]


def test_a_text_without_its_order_of_sources_is_not_the_same_to_a_reader():
    second = "[^own]: Our own reckoning | The party | 2026 | | own estimate | low\n"
    comparison = compare(text(problem("W."), sources=SOURCE + second), text(problem("W."), sources=second + SOURCE))
    assert comparison.has_changes
    assert comparison.summary == ["No commitment changed.", "0 sources changed, 0 added, 0 removed, 1 in another place."]


# Work


def long(*bodies: str) -> Text:
    """A text that was never read, so it may be longer than a reader takes."""
    first = text(problem("Words.")).sections[0]
    return replace(
        text(problem("Words.")), sections=tuple(replace(first, anchor=f"a{n}", body=body) for n, body in enumerate(bodies))
    )


def test_beyond_60_kilobytes_whole_blocks_are_compared_and_the_comparison_says_so():
    old = "\n\n".join(f"Paragraph {n} says that caps cost money, and this it says at some length." for n in range(900))
    comparison = compare(long(old), long(old.replace("Paragraph 450 says", "Paragraph 450 denies")))
    assert comparison.coarse
    assert comparison.sections[0].coarse
    assert [one.fate for one in comparison.sections[0].blocks if one.fate is not Fate.KEPT] == [Fate.REMOVED, Fate.ADDED]
    assert not any("inserted" in sentence for sentence in comparison.summary)


def test_one_section_that_is_too_much_leaves_enough_for_the_others():
    hard, easy = "a b " * 9000, "Caps cost money here."
    comparison = compare(long(hard, easy), long("b a a " * 6000, easy.replace("money", "time")))
    assert [section.coarse for section in comparison.sections] == [True, False]
    assert marked(comparison.sections[1].blocks[0]) == "Caps cost [-money-][+time+] here."


def test_work_is_paid_for_before_it_is_done():
    with pytest.raises(Spent):
        runs("a b " * 9000, "b a a " * 6000, Budget(1_000_000))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["a b"] * 10_000, ["a b"] * 9_999),
        (["a b"] * 10_000, ["a c"] * 10_000),
        (["a b", "c d"] * 5_000, ["c d", "a b", "a b"] * 3_000),
        (["x" * 60_000], ["x" * 59_000 + "y"]),
        (["[" * 59_000], ["[" * 58_000 + "]"]),
        (["a" * 150 + str(n) for n in range(300)], ["ab" * 75 + str(n) for n in range(300)]),
        ([f"p{n}" for n in range(8_000)], [f"p{n}" for n in reversed(range(8_000))]),
    ],
    ids=["equal", "other", "shuffled", "one word", "brackets", "alike", "reversed"],
)
def test_hostile_texts_take_no_more_than_a_moment(old, new):
    one, other = long("\n\n".join(old)), long("\n\n".join(new))
    with no_more_work_than(10):  # 0.3 s on a busy machine
        assert compare(one, other).has_changes
