"""The texts that come with the software: publishable, of the length asked for, with every chart, calculator and objection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from app.party.evidence.calculators.shelf import CALCULATORS
from app.party.evidence.charts.wall import CHARTS
from app.party.evidence.models import Confidence
from app.party.evidence.queries import BROADBAND
from app.party.policy import papers, queries
from app.party.policy.content import HERE, Shipped, history, slugs
from app.party.policy.models import Policy, PolicyVersion
from app.party.policy.texts.checking import faults, of_note
from app.party.policy.texts.holding import asked, is_evidence, linked
from app.party.policy.texts.markdown import Link, chart_of, find_figure, parse, parse_line, plain, plain_line, spoken
from app.party.policy.texts.numbers import normal, numbers
from app.party.policy.texts.reading import clean, read, read_all
from app.party.policy.texts.words import NEEDED, Kind, SourceKind, Text
from app.web.cards import Sign
from app.web.words import day
from tests.web.test_cards import read as read_picture
from tests.web.test_cards import squeezed

VERSIONS = history()
NEWEST = {one.policy: one for one in VERSIONS}
# What each page must have: words, charts by letter, calculators.
PAGES = {
    "broadband-pricing": ((1200, 2000), "EIJD", {"price-elsewhere", "cable-cost"}),
    "data-caps": ((1200, 2000), "ABCD", {"time-to-cap", "cap-cost", "home-use", "capped-or-unlimited", "slow-lane"}),
    "international-connectivity": ((400, 800), "F", {"cable-cost"}),
    "rural-and-mobile": ((400, 800), "GH", {"home-use", "price-elsewhere"}),
    "privacy-and-oversight": ((400, 800), "", set()),
}
FULL = ("broadband-pricing", "data-caps")
# Documents that no figure of the file is from. Every other address stands in the file.
DOCUMENTS = {
    "http://www.legislation.govt.nz/act/public/2013/0057/latest/DLM5177706.html",
    "http://www.legislation.govt.nz/regulation/public/2011/0325/latest/whole.html",
    "https://billbennett.co.nz/fixed-wireless-broadband-covid-19/",
    "https://docslib.org/doc/3265172/intelligence-and-security-in-a-free-society",
    "https://igis.govt.nz/legislation/intelligence-and-security-act-2017",
    "https://nbr.co.nz/southern-cross-cable-cut-proves-resilience-of-our-network",
    "https://nzherald.co.nz/business/government-rural-broadband-grants-of-2000-is-elon-musks-starlink-on-cards/47XK7A3K3NBVBKUDPCQWPTHVU4",
    "https://nzherald.co.nz/business/poor-rural-broadband-highlighted-in-briefing-to-new-technology-minister-judith-collins/NN6Q2ZLEXNCSHF6B2JRPFNKNYE",
    "https://nztelco.com/nztelco.com/2011/03/07/rural-towers-subsidies-profit-motive-service-to-rural-new-zealand/index.html",
    "https://thelawyermag.com/nz/practice-areas/corporate-and-ma/consultation-is-open-on-revised-broadband-marketing-guidelines/510709",
    "https://transparency.org.nz/blog/comprehensive-review-into-new-zealands-national-security-system-published",
    "https://www.comcom.govt.nz/regulated-industries/telecommunications/projects/rural-connectivity-study-2",
    "https://www.justice.govt.nz/justice-sector-policy/key-initiatives/2022-intelligence-and-security-act-review/",
    "https://www.legislation.govt.nz/act/public/2013/0091/latest/DLM5177923.html",
    "https://www.legislation.govt.nz/bill/government/2013/0109/13.0/whole.html",
    "https://www.legislation.govt.nz/regulation/public/2009/0041/latest/whole.html",
    "https://www.nzsis.govt.nz/about-us/oversight/",
    "https://www.reseller.co.nz/article/686946/comcom-fixed-wireless-speeds-dropped-25-per-cent-2020/",
    "https://www2.computerworld.co.nz/article/495366/cable_loss_would_cut_nz_net_access/",
}

every_version = pytest.mark.parametrize("version", VERSIONS, ids=lambda one: f"{one.policy}.{one.number}")
every_page = pytest.mark.parametrize("slug", PAGES)


def lines_of(text: Text) -> list[str]:
    facts = [(one.text, one.measure, one.target, one.cost, one.assumes) for one in text.commitments]
    return [text.question, text.answer, text.number, *(said for one in facts for said in one)]


def tokens_of(text: Text) -> Iterator:
    for line in lines_of(text):
        yield from parse_line(line)
    for body in [one.body for one in text.sections] + [one.body for one in text.commitments]:
        yield from (token for token in parse(body) if token.type == "inline")


def links_of(text: Text) -> list[Link]:
    return [link for token in tokens_of(text) for link in spoken(token)[1]]


def charts_of(text: Text, when: str = "") -> set[str]:
    sections = text.as_at(when) if when else text.sections
    return {slug for one in sections for token in parse(one.body) if (slug := chart_of(token))}


def words_in(text: Text) -> int:
    said = [plain(token) for token in tokens_of(text)] + [one.heading for one in text.sections]
    return sum(len(one.split()) for one in said)


def before(version: Shipped) -> list[Text]:
    return [read(one.source) for one in VERSIONS if one.policy == version.policy and one.number < version.number]


@every_version
def test_a_text_reads_and_may_be_published(version):
    text, unreadable = read_all(version.source)
    assert [str(one) for one in [*unreadable, *faults(text, before(version))]] == []
    assert of_note(version.change_note, text, before(version)) == []
    assert clean(version.source) == version.source


def test_every_file_has_its_place_in_the_history_and_each_page_its_newest_text():
    assert set(PAGES) == set(NEWEST) == {*slugs()}
    assert all(one.source == (HERE / f"{one.policy}.md").read_text() for one in NEWEST.values())
    assert len(VERSIONS) == len(list(HERE.rglob("*.md")))


def test_the_history_goes_forward_and_no_more_voted_than_might():
    for version in VERSIONS:
        earlier = [one for one in VERSIONS if one.policy == version.policy and one.number < version.number]
        assert [one.number for one in earlier] == list(range(1, version.number))
        assert bool(version.change_note) is bool(earlier)
        assert bool(version.effective_from) is bool(version.decided_by)
        assert all(one.effective_from < version.effective_from for one in earlier)
        if version.effective_from:
            assert version.votes_for + version.votes_against + version.abstained <= version.eligible
            assert version.votes_for > version.votes_against


def test_the_second_text_about_caps_moves_a_commitment_and_adds_one_and_a_section():
    first, second = (read(one.source) for one in VERSIONS if one.policy == "data-caps")
    was, now = ({one.ref: one.facts for one in text.commitments} for text in (first, second))
    assert now.keys() - was.keys() == {"DC-5"}
    assert not was.keys() - now.keys()
    assert {key for key in now["DC-2"] if now["DC-2"][key] != was["DC-2"][key]} == {"target", "by"}
    assert {one.anchor for one in second.sections} - {one.anchor for one in first.sections} == {"method"}


@every_page
def test_a_page_has_its_length_its_charts_and_its_calculators(slug):
    (least, most), letters, calculators = PAGES[slug]
    text = read(NEWEST[slug].source)
    assert least <= words_in(text) <= most
    assert {CHARTS[one].letter for one in charts_of(text)} == set(letters)
    assert {urlsplit(one).path.removeprefix("/tools/") for one in text.calculators} == calculators
    assert {one.kind for one in text.sections} >= {*NEEDED}
    assert Kind.METHOD in {one.kind for one in text.sections} or Kind.EVIDENCE in {one.kind for one in text.sections}


@pytest.mark.parametrize("slug", FULL)
def test_a_full_page_says_something_else_of_2013_than_of_now_and_has_all_its_charts_on_either_side(slug):
    text = read(NEWEST[slug].source)
    assert text.then == "2013"
    then, now = text.as_at("2013"), text.as_at("now")
    for side in (then, now):
        assert {one.kind for one in side} >= {*NEEDED, Kind.EVIDENCE, Kind.METHOD}
    assert {one.anchor for one in then} - {one.anchor for one in now} == {"then"}
    assert "false" in plain_line(text.section("now").body)
    assert "stood up" in text.section("then").heading or "stands" in text.section("then").body
    assert 4 <= len(text.commitments) <= 6
    assert text.section("against").body.count("### “") >= 3
    assert charts_of(text, "now") == charts_of(text)


@every_version
def test_a_commitment_has_a_measure_a_day_and_a_cost_that_is_called_our_own_estimate(version):
    text = read(version.source)
    for one in text.commitments:
        assert one.measure, one.ref
        assert one.by, one.ref
        assert "[^own]" in one.cost, one.ref
    own = text.source("own")
    assert (own.kind, own.confidence) == (SourceKind.OWN, "low")


@every_version
def test_an_address_of_a_calculator_is_the_one_it_answers_at(version):
    text = read(version.source)
    for address in (*text.calculators, *(one.to for one in links_of(text) if one.to.startswith("/tools/"))):
        found = asked(address)
        assert not isinstance(found, str), found
        assert address == CALCULATORS[found.calculator.slug].address(found.canonical)


@every_version
def test_no_figure_is_from_memory_and_a_wrong_digit_in_any_of_them_is_found(version):
    held = [link for link in links_of(read(version.source)) if link.to.startswith(("figure:", "/tools/"))]
    for link in held:
        if link.to.startswith("figure:"):
            assert find_figure(link.to).confidence is not Confidence.MEMORY
        assert list(linked(link.to, link.words, numbers(normal(link.words)))) == []
        wrong = re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), link.words, count=1)
        assert list(linked(link.to, wrong, numbers(normal(wrong)))), f"{wrong!r} passes for {link.to}"


@every_version
def test_a_source_is_cited_and_its_address_is_one_of_the_file_or_a_document_we_name(version):
    text = read(version.source)
    known = {one.source.url for one in BROADBAND.figures} | DOCUMENTS
    for source in text.sources:
        assert version.source.count(f"[^{source.key}]") > 1, f"{source.key} is not cited"
        if source.url.startswith("/"):
            assert is_evidence(source.url) or source.url in ("/corrections", *(f"/tools/{slug}" for slug in CALCULATORS))
        elif source.kind in (SourceKind.OWN, SourceKind.COMPUTED):
            assert source.url == ""
        else:
            assert source.url in known
        if source.url in {one.source.url for one in BROADBAND.figures if one.confidence is Confidence.LOW}:
            assert source.confidence == "low"


def test_no_document_is_named_here_that_no_text_cites():
    assert {source.url for one in VERSIONS for source in read(one.source).sources} >= DOCUMENTS


@every_version
def test_the_words_are_plain_and_dated_and_name_no_party(version):
    said = version.source
    for phrase in (
        "third world",
        "Open Line",
        "recently",
        "last year",
        "next year",
        "this year",
        "currently",
        "nowadays",
        "soon",
    ):
        assert not re.search(rf"\b{phrase}\b", said, re.IGNORECASE), phrase
    for adverb in (
        "huge",
        "massive",
        "staggering",
        "tiny",
        "whopping",
        "a mere",
        "soared",
        "plummeted",
        "skyrocketed",
        "merely",
    ):
        assert not re.search(rf"\b{adverb}\b", said, re.IGNORECASE), adverb
    assert '"' not in said
    assert "'" not in said
    assert not re.search(r"\b(?:only|just) (?:\[)?(?:US|NZ|PPP)?\$?\d", said)


def test_the_page_about_oversight_says_that_it_has_no_numbers():
    text = read(NEWEST["privacy-and-oversight"].source)
    assert "not researched the numbers" in plain_line(text.answer)
    assert not [one for one in links_of(text) if one.to.startswith("figure:")]
    assert "| When | What happened |" in text.section("problem").body


SIGN = Sign("The Open Line Party", "Authorised by the secretary, secretary@openline.example", "#A8431A")


@pytest.mark.parametrize("one", [one for one in VERSIONS if one.effective_from], ids=lambda one: f"{one.policy}-{one.number}")
def test_the_picture_of_a_published_version_says_its_whole_source_and_its_day(one):
    version = PolicyVersion(number=one.number, effective_from=one.effective_from)
    card = papers.claim(queries.Adopted(Policy(slug=one.policy), version, read(one.source)), SIGN)
    if card is None:  # it has no number
        assert one.policy == "privacy-and-oversight"
        return
    assert not [told for told in card.facts.values() if "…" in told]
    assert card.facts["source"].endswith(f". Published {day(one.effective_from)}.")
    assert squeezed(card.facts["source"]) in read_picture(card)
