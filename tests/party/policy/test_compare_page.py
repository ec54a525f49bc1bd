"""The page that compares two versions: marks that do not lean on colour, who adopted the change, and nothing typed runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from html import unescape

import pytest
from flask import Flask, render_template
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from app.party.policy.texts.comparing import compare
from app.party.policy.texts.words import Text
from tests.house.page_reader import faults
from tests.party.policy.conftest import CAPS
from tests.party.policy.two_texts import BP_3, BP_4, HEAD, do, problem, text

OLD = text(problem("Caps cost money.\n\n- One\n- Two"), do(BP_3, BP_4), problem("Gone soon.", "gone", "Gone"))
NEW = text(
    problem("Caps cost [time](/tools).\n\n- One\n- Two\n- Three [^nbr]"),
    do(BP_3.replace("2027\n", "2026\n"), BP_4.replace("BP-4", "BP-5")),
    head=HEAD.replace("Most", "Many"),
)
VIEWS = pytest.mark.parametrize("view", ["inline", "side"])
Page = Callable[..., str]


@dataclass
class Adopted:
    decided_by: str = "a ballot of all members"
    votes_for: int | None = 31
    votes_against: int | None = 4
    abstained: int | None = 2
    eligible: int | None = 120
    effective_from: date | None = date(2026, 7, 12)
    change_note: str = "The target was too far away."


@pytest.fixture
def shown(app: Flask) -> Page:
    def drawn(old: Text = OLD, new: Text = NEW, view: str = "inline", adopted: Adopted | None = None) -> str:
        with app.test_request_context("/policies/data-caps/v2...v3"):
            return render_template(
                "policy/compare.html", slug="data-caps", old_number=2, new_number=3, view=view, adopted=adopted,
                comparison=compare(old, new),
            )  # fmt: skip

    return drawn


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", html.replace("</p>", " "))).split())


@VIEWS
def test_the_page_is_what_every_page_must_be(shown, view, settings):
    assert faults(shown(view=view, adopted=Adopted()), promoter=settings.promoter) == []


@VIEWS
def test_marks_have_words_for_whoever_cannot_see_them_and_a_key_for_whoever_can(shown, view):
    html = shown(view=view)
    assert '<del><span class="vh"> deleted: </span>money<span class="vh"> end of deleted </span></del>' in html
    assert '<ins><span class="vh"> inserted: </span>time<span class="vh"> end of inserted </span></ins>' in html
    assert html.count("<ins>") - html.count('<ins><span class="vh"> inserted: ') == 1  # the key
    assert "<ins>underlined: inserted</ins> <del>struck through: deleted</del>" in html


def test_the_marks_are_lines_and_not_only_colours(app):
    css = next(
        asset.plain.body.decode() for name, asset in app.extensions["hustings"].assets.by_address.items() if "site." in name
    )
    assert re.search(r"(?m)^ins\{[^}]*text-decoration-line:underline", css)
    assert re.search(r"(?m)^del\{[^}]*text-decoration-line:line-through", css)


def test_side_by_side_is_a_table_with_a_column_for_each_version(shown):
    html = shown(view="side")
    assert '<th scope="col">Version 2</th><th scope="col">Version 3</th>' in html
    rows = re.findall(r'<tr class="(?:changed|added|removed|kept)[^"]*">(.*?)</tr>', html, re.DOTALL)
    assert rows
    assert all(row.count("<td") == 2 for row in rows)
    for row in rows:
        first, second = re.findall(r"<td.*?</td>", row, re.DOTALL)
        assert "<ins>" not in first
        assert "<del>" not in second


@VIEWS
def test_both_versions_and_the_other_view_are_a_link_away(shown, view):
    html = shown(view=view)
    for address in (
        "/policies/data-caps/v2",
        "/policies/data-caps/v3",
        "/policies/data-caps",
        "/policies/data-caps/v2...v3?view=side",
    ):
        assert f'href="{address}"' in html
    here = "/policies/data-caps/v2...v3" + ("?view=side" if view == "side" else "")
    assert f'href="{here}" aria-current="true"' in html


def test_links_and_sources_behind_the_words_are_named(shown):
    said = words(shown())
    assert "“time” leads to /tools" in said
    assert "Cites: Fibre plans from $75" in said


def test_the_summary_comes_first(shown):
    said = words(shown())
    sentence = "1 commitment changed, 1 added (BP-5), 1 removed (BP-4); target in BP-3 moved from 2027 to 2026."
    assert -1 < said.index(sentence) < said.index("Who adopted it") < said.index("Key:") < said.index("The problem")


@pytest.mark.parametrize(
    ("adopted", "said"),
    [
        (
            Adopted(),
            "Version 3 is in force since 12 July 2026. It was adopted by: a ballot of all members. 31 voted for it, 4 against, "
            "and 2 abstained. 37 of the 120 who could vote took part: a turnout of 30.8%. What they say about the change: “The "
            "target was too far away.”",
        ),
        (
            Adopted(eligible=9000, votes_for=8, votes_against=0, abstained=None, change_note=""),
            "8 voted for it, 0 against, and 0 abstained. 8 of the 9,000 who could vote took part: a turnout of 0.1%.",
        ),
        (Adopted(eligible=None), "31 voted for it, 4 against, and 2 abstained. How many could vote is not on record."),
        (
            Adopted(decided_by="the board", votes_for=None, effective_from=None),
            "It was adopted by: the board. There was no vote.",
        ),
        (Adopted(decided_by=""), "Version 3 is in force since 12 July 2026. Who adopted version 3 is not on record. 31 voted"),
        (None, "Who adopted version 3 is not on record."),
    ],
)
def test_who_adopted_it_and_how_many_took_part_is_said_in_words_or_said_to_be_unknown(shown, adopted, said):
    assert said in words(shown(adopted=adopted))


def test_two_versions_that_read_the_same_say_so_and_have_nothing_to_show(shown):
    html = shown(OLD, OLD)
    assert "Nothing that a reader sees has changed." in html
    assert "<ins>" not in html
    assert "<table" not in html


def test_a_page_that_does_not_compare_every_word_says_so(shown):
    first = OLD.sections[0]
    much = replace(OLD, sections=(replace(first, body="a b " * 9000),))
    html = shown(much, replace(OLD, sections=(replace(first, body="b a a " * 6000),)))
    assert "Not everything is compared word by word" in html
    assert "Here whole paragraphs are compared, not words." in html
    assert "Not everything" not in shown()


HOSTILE = st.sampled_from(
    ["<script>alert(1)</script>", "<ins>", "</del>", '" onmouseover="x', "<img src=x onerror=x>", "[a](javascript:x)",
     "&lt;b&gt;", "[x](<https://a\"onclick=b>)", "`<b>`", "{{ 7*7 }}", "%(num)s %s", "</td></table>", "words", "more words",
     "\u202e", "<!--"]
)  # fmt: skip
LINES = st.lists(HOSTILE, min_size=1, max_size=4).map(" ".join)
TAGS = {
    "html", "head", "meta", "title", "link", "body", "a", "aside", "div", "header", "nav", "ul", "li", "main", "h1", "h2", "h3",
    "p", "section", "b", "span", "ins", "del", "code", "table", "caption", "thead", "tbody", "tr", "th", "td", "footer",
}  # fmt: skip


@given(old=LINES, new=LINES, view=st.sampled_from(["inline", "side"]))
@tried(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_nothing_that_was_typed_becomes_a_tag(shown, old, new, view):
    one, other = (
        replace(
            OLD, question=said, answer=said, title=said,
            sections=tuple(
                replace(each, body=f"{said}\n\n- {said}", heading=said,
                        commitments=tuple(replace(it, text=said, target=said, cost=said, body=said) for it in each.commitments))
                for each in OLD.sections
            ),
            sources=tuple(replace(each, title=said, publisher=said, url=said) for each in OLD.sources),
        )
        for said in (old, new)
    )  # fmt: skip
    html = shown(one, other, view)
    body = html[html.index("<main") :]
    tags = re.findall(r"<\s*(/?)\s*([a-zA-Z!]+[0-9]?)([^>]*)>", body)
    assert {name for _, name, _ in tags} <= TAGS
    assert not [attributes for _, _, attributes in tags if re.search(r"\bon\w+\s*=|javascript:", unescape(attributes))]
    for name in ("ins", "del", "td", "table", "p", "span"):
        assert body.count(f"<{name}>") + body.count(f"<{name} ") == body.count(f"</{name}>")


def test_whoever_publishes_a_draft_is_told_first_what_it_changes(app):
    with app.test_request_context("/org/policies/data-caps/publish"):
        said = words(render_template("policy/changed.html", comparison=compare(OLD, NEW)))
    assert "1 commitment changed, 1 added (BP-5), 1 removed (BP-4); target in BP-3 moved from 2027 to 2026." in said


@VIEWS
@pytest.mark.parametrize("tongue", ["", "/mi"])
def test_two_published_versions_are_compared_at_their_address(client, published, settings, view, tongue):
    published()
    published(CAPS.replace("2027-06-30", "2026-12-31"))
    answer = client.get(f"{tongue}/policies/data-caps/v1...v2?view={view}")
    assert answer.status_code == 200
    assert faults(answer.text, promoter=settings.promoter) == []
    said = words(answer.text)
    assert "1 commitment changed, 0 added, 0 removed; day in DC-1 moved from 30 June 2027 to 31 December 2026." in said
    assert "8 voted for it, 2 against, and 1 abstained. 11 of the 40 who could vote took part: a turnout of 27.5%." in said
    assert f'href="{tongue}/policies/data-caps/v1"' in answer.text
