"""The rule book as people read it, and one donation tried against it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from app.law.rule_book import by_name, chapters, printed
from app.law.trying import try_cases
from app.web.words import upfirst
from tests.house.page_reader import faults


def text(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_book_shows_every_clause_with_both_dates_and_the_section(client):
    page = client.get("/law").get_data(as_text=True)
    words = text(page)
    for chapter in chapters():
        assert chapter.title in words
    for name, rule in by_name().items():
        assert f'id="{name.replace(".", "-").replace("_", "-")}"' in page
        assert upfirst(" ".join(rule.subject.split())) in words
        for line in rule.lines:
            for shown in (
                printed(line.value),
                line.cites,
                f"Since {line.since.day} {line.since:%B %Y}",
                f"enacted {line.enacted.day}",
            ):
                assert " ".join(shown.split()) in words, (name, shown)


def test_the_command_shows_what_the_page_shows(app):
    said = app.test_cli_runner().invoke(args=["law", "show"])
    assert said.exit_code == 0
    for name, rule in by_name().items():
        assert f"{rule.subject}  ({name})" in said.output
        for line in rule.lines:
            assert f"enacted {line.enacted}: {printed(line.value)}  [{line.cites}]" in said.output


def test_the_book_says_which_line_is_in_force(client):
    page = client.get("/law").get_data(as_text=True)
    rule = page.partition('id="nz-donations-named-donor"')[2].partition("</dl>")[0]
    assert [("In force" in line) for line in rule.split("<dt>")[1:]] == [True, False, False, False]
    assert "$6,000.00" in rule.split("<dt>")[1]


def test_the_house_links_to_it(client):
    assert '<a href="/law">' in client.get("/privacy").get_data(as_text=True)
    assert '<a class="button secondary go" href="/law/try">' in client.get("/law").get_data(as_text=True)


CASES = [
    ({"who": "here", "amount": "20"}, "It may be accepted", "Part G"),
    ({"who": "here", "amount": "6,000.01", "on": "2026-03-02"}, "has no limit", "Part A"),
    ({"who": "here", "amount": "6000", "on": "2025-03-03"}, "has no limit", "Part A"),
    ({"who": "abroad", "amount": "50", "on": "2026-03-02"}, "It may be accepted", "Part G"),
    ({"who": "abroad", "amount": "200", "on": "2026-12-10"}, "Still allowed this year: $50.00", "last day is 29 January 2027"),
    ({"who": "abroad", "amount": "30", "before": "30", "on": "2026-03-02"}, "Still allowed this year: $20.00", "Return $10.00"),
    ({"who": "abroad", "amount": "1,500", "on": "2019-03-04"}, "It may be accepted", "Part G"),
    ({"who": "abroad-ours", "amount": "9000", "on": "2026-03-02"}, "is a New Zealand citizen", "Part A"),
    ({"who": "company-abroad", "amount": "51", "on": "2026-03-02"}, "incorporated outside New Zealand", "Part D"),
    ({"who": "unknown", "amount": "2000", "on": "2026-03-02"}, "Pay $500.00 to the Electoral Commission", "Part C"),
    ({"who": "unknown-abroad", "amount": "60", "on": "2026-03-02"}, "Pay $10.00", "Part C"),
    ({"who": "here", "what": "goods", "amount": "1500", "on": "2026-03-02"}, "It is no donation", "does not exceed $1,500.00"),
    ({"what": "under price", "amount": "1600", "price": "1000", "on": "2026-03-02"}, "A donation of $600.00", "Part G"),
    ({"what": "over price", "amount": "10", "price": "30", "on": "2026-03-02"}, "A donation of $20.00", "Part G"),
    ({"amount": "900", "overseas": "51", "on": "2026-03-02"}, "whole donation unlawful", "Give the whole $900.00 back"),
    ({"who": "here", "amount": "900", "overseas": "901", "on": "2026-03-02"}, "more than the donation", "refused"),
    ({"amount": "20", "on": "2026-11-07"}, "It may be accepted", "Part G"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "says", "also"), CASES, ids=[str(asked) for asked, *_ in CASES])
def test_one_donation_is_tried(client, settings, asked, says, also):
    answer = client.get("/law/try", query_string=asked)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert says in text(page)
    assert also in text(page)
    assert faults(page, promoter=settings.promoter) == []
    assert "Set-Cookie" not in answer.headers
    case = unescape(re.search(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL).group(1))
    assert try_cases(case)["cases"][0]["answers"]  # what is shown as a file is one


WRONG = [
    ({"who": "here"}, "Enter how much it is."),
    ({"amount": "0"}, "Enter an amount above nothing."),
    ({"amount": "lots"}, "Enter an amount like 20 or 1,500.00."),
    ({"amount": "-5"}, "Enter an amount like 20"),
    ({"amount": "5", "price": "x"}, "Enter an amount like 20"),
    ({"amount": "5", "who": "nobody"}, "Choose who gives it."),
    ({"amount": "5", "what": "gold"}, "Choose what it is."),
    ({"amount": "5", "on": "2010-12-31"}, "Enter a day from 2011 to 2050."),
    ({"amount": "5", "on": "2026-02-30"}, "Enter a real date"),
    ({"amount": "5", "on": ""}, "Enter a real date"),
    ({"amount": "9" * 3000}, "Enter an amount like 20"),
    ({"amount": "<script>"}, "Enter an amount like 20"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "says"), WRONG, ids=[str(asked)[:60] for asked, _ in WRONG])
def test_a_wrong_answer_is_told_above_and_beside_its_question(client, settings, asked, says):
    answer = client.get("/law/try", query_string=asked)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert says in text(page.partition('role="alert"')[2].partition("</div>")[0])
    assert page.count(says) == 2
    assert "<title>Error: Try a donation" in page
    assert faults(page, promoter=settings.promoter) == []
