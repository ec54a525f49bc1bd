"""What a reader sees of a paragraph, a row or an item in two versions, word by word."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.party.policy.texts.comparing.blocks import blocks
from app.party.policy.texts.comparing.changes import Fate, LeftOut
from app.party.policy.texts.comparing.differing import Budget, Edit, Run, runs
from tests.party.policy.two_texts import between, changes, marked


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("Caps cost money.", "Caps cost you money.", "Caps cost [+you +]money."),
        ("In Ōtaki most homes are capped.", "In Ōtaki few homes are capped.", "In Ōtaki [-most-][+few+] homes are capped."),
        ("Whānau pay twice for data here.", "Whanau pay twice for data here.", "[-Whānau-][+Whanau+] pay twice for data here."),
        ("It costs $200,000 once.", "It costs $250,000 once.", "It costs $[-200,000-][+250,000+] once."),
        ("It was not a good plan for us.", "It was no bad plan for us.", "It was [-not a good-][+no bad+] plan for us."),
    ],
)
def test_inside_a_paragraph_words_are_compared_and_a_macron_is_part_of_its_word(old, new, shown):
    assert [marked(one) for one in changes(old, new)] == [shown]


def test_edits_with_fewer_than_three_unchanged_letters_between_them_are_read_as_one():
    assert runs("a x of y b", "a p of q b", Budget(1000)) == (
        Run(Edit.KEPT, "a "),
        *(Run(Edit.DELETED, "x"), Run(Edit.INSERTED, "p")),
        Run(Edit.KEPT, " of "),
        *(Run(Edit.DELETED, "y"), Run(Edit.INSERTED, "q")),
        Run(Edit.KEPT, " b"),
    )
    assert runs("a x-y b", "a p-q b", Budget(1000)) == (
        Run(Edit.KEPT, "a "),
        *(Run(Edit.DELETED, "x-y"), Run(Edit.INSERTED, "p-q")),
        Run(Edit.KEPT, " b"),
    )


def test_a_letter_and_its_macron_typed_apart_are_the_letter_with_a_macron():
    apart = unicodedata.normalize("NFD", "Māori homes in Ōtaki")
    assert blocks(apart) == blocks("Māori homes in Ōtaki")


@given(st.text(alphabet="aāb ,.19", max_size=60), st.text(alphabet="aāb ,.19", max_size=60))
def test_kept_and_deleted_words_are_the_old_ones_kept_and_inserted_words_the_new_ones(old, new):
    found = runs(old, new, Budget(1_000_000))
    assert "".join(run.words for run in found if run.edit is not Edit.INSERTED) == old
    assert "".join(run.words for run in found if run.edit is not Edit.DELETED) == new
    assert all(run.words for run in found)
    inner = found[1:-1]
    assert not [run for run in inner if run.edit is Edit.KEPT and len(run.words) < 3]


# Blocks

WORDS = st.sampled_from("caps cost money homes Ōtaki 30 GB $75, fibre **rural** [79%](/data/x) most [^nbr] here.".split(" "))
LINES = st.lists(WORDS, min_size=1, max_size=9).map(" ".join)
BODIES = st.lists(st.one_of(LINES, LINES.map("- {}".format), LINES.map("> {}".format)), max_size=7).map("\n\n".join)


@given(BODIES, BODIES)
@settings(max_examples=150, deadline=None)
def test_every_block_of_both_versions_is_shown_once_and_in_order(old, new):
    found = changes(old, new)
    assert [one.old for one in found if one.old] == list(blocks(old)) or not found
    assert [one.new for one in found if one.new] == list(blocks(new)) or not found
    assert found or old == new
    for one in found:
        assert "".join(run.words for run in one.runs if run.edit is not Edit.INSERTED) == one.before
        assert "".join(run.words for run in one.runs if run.edit is not Edit.DELETED) == one.after


@given(BODIES, BODIES)
@settings(max_examples=60, deadline=None)
def test_the_same_two_texts_give_the_same_comparison_and_one_text_is_the_same_as_itself(old, new):
    assert between(old, new) == between(old, new)
    same = between(old, old)
    assert not same.has_changes
    assert same.summary == ["Nothing that a reader sees has changed."]
    assert between(old, new).has_changes == (blocks(old) != blocks(new))


def test_a_paragraph_that_keeps_six_tenths_is_the_same_one_changed_and_another_is_new():
    old = "Caps are a way to sell a cheaper plan to those who use little."
    assert [one.fate for one in changes(old, old.replace("cheaper", "smaller"))] == [Fate.CHANGED]
    assert [one.fate for one in changes(old, "Mobile networks have limits that no law can lift.")] == [Fate.REMOVED, Fate.ADDED]


def test_a_row_of_a_table_is_found_again_by_its_other_cells():
    table = (
        "| Year | Plan | Price |\n|---|---|---|\n| 2012 | Orcon UFB | $75 |\n| 2012 | Orcon UFB | {} |\n| 2013 | Xnet | $72 |"
    )
    found = changes(table.format("$89"), table.format("$99"))
    assert [marked(one) for one in found if one.fate is not Fate.KEPT] == ["2012 | Orcon UFB | $[-89-][+99+]"]


def test_of_two_items_that_are_alike_the_one_that_is_likest_is_paired():
    old = "- A cap of 30 GB at $75 a month\n- A cap of 60 GB at $89 a month"
    found = changes(old, "- A cap of 60 GB at $99 a month")
    assert [(one.fate, marked(one)) for one in found] == [
        (Fate.REMOVED, "[-A cap of 30 GB at $75 a month-]"),
        (Fate.CHANGED, "A cap of 60 GB at $[-89-][+99+] a month"),
    ]


def test_paragraphs_far_from_a_change_are_left_out_and_counted():
    old = [f"Paragraph number {n} of many." for n in "one two three four five six".split()]
    comparison = between("\n\n".join(old), "\n\n".join([*old[:5], "Quite another ending."]))
    shown = comparison.sections[0].shown
    assert shown[0] == LeftOut(4)
    assert [one.fate for one in shown[1:]] == [Fate.KEPT, Fate.REMOVED, Fate.ADDED]


# What readers see


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Caps **cost** money.", "Caps __cost__ money."),
        ("- one\n- two", "* one\n* two"),
        ("A line\nand the next.", "A line and the next."),
        ("One.\n\n\n\nTwo.", "One.\n\nTwo."),
        ("30&nbsp;GB", "30 GB"),
    ],
)
def test_what_is_typed_another_way_and_looks_the_same_has_not_changed(old, new):
    assert between(old, new).summary == ["Nothing that a reader sees has changed."]


@pytest.mark.parametrize(
    ("old", "new"), [("Caps cost money.", "Caps **cost** money."), ("Caps cost.", "- Caps cost."), ("### Now", "#### Now")]
)
def test_same_words_with_another_emphasis_are_said_to_be_that(old, new):
    [change] = changes(old, new)
    assert change.is_restyled
    assert marked(change) == change.before


def test_a_link_that_leads_elsewhere_is_named_though_its_words_are_the_same():
    [change] = changes("[79%](figure:share_uncapped/NZL/2021) have none.", "[79%](figure:share_uncapped/NZL/2018) have none.")
    [pointer] = change.pointers
    assert (pointer.words, pointer.old, pointer.new) == (
        "79%",
        "/data/broadband/share_uncapped (NZL, 2021)",
        "/data/broadband/share_uncapped (NZL, 2018)",
    )
    assert not change.is_restyled


def test_a_calculator_that_a_link_leads_to_is_named_with_what_it_is_filled_in_with():
    old, new = (f"[40 minutes](/tools/time-to-cap?cap=30&speed={speed}) and gone." for speed in (100, 50))
    [change] = changes(old, new)
    [pointer] = change.pointers
    assert (pointer.old, pointer.new) == (
        "How long until it is gone? (data cap 30, speed 100)",
        "How long until it is gone? (data cap 30, speed 50)",
    )


def test_a_source_that_is_cited_now_is_named_by_its_title():
    [change] = changes("Plans began at $75.", "Plans began at $75 [^nbr].")
    assert marked(change) == "Plans began at $75."
    assert [(one.words, one.old, one.new) for one in change.pointers] == [("", "", "Fibre plans from $75")]


def test_a_chart_is_named_by_what_it_finds():
    assert changes("Words.", "Words.\n\n![](chart:cap-share)")[1].after.startswith("Chart: ")


def test_of_very_many_changes_the_first_are_shown_and_the_others_counted():
    comparison = between("\n\n".join(f"Old {n}" for n in range(400)), "\n\n".join(f"Completely new {n}" for n in range(400)))
    shown = comparison.sections[0].shown
    assert (len(shown), shown[-1]) == (501, LeftOut(300, changed=True))


def test_one_paragraph_alone_is_not_left_out():
    same = "One paragraph.\n\nAnother one.\n\nA third.\n\n"
    assert [one.fate for one in between(same + "Old.", same + "Completely new.").sections[0].shown][:1] == [LeftOut(2).fate]
    short = same.removeprefix("One paragraph.\n\n")
    assert [one.fate for one in between(short + "Old.", short + "Completely new.").sections[0].shown][:2] == [Fate.KEPT] * 2
