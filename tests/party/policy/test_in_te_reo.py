"""A policy under /mi: its frame and headings in te reo, its text in English until people have translated it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from app.ground import clock
from app.ground.db import transaction
from app.party.policy.services import publishing
from app.party.policy.texts.checking import unlike
from app.party.policy.texts.reading import read
from app.web import words

from .conftest import CAPS

PAGES = ("/policies", "/policies/data-caps", "/policies/data-caps/2013", "/policies/data-caps/v1")


@pytest.mark.parametrize("path", PAGES)
def test_each_page_of_a_policy_has_one_in_te_reo(client, published, settings, path):
    published()
    english, reo = client.get(path).text, client.get(f"/mi{path}").text
    for page, here in ((english, path), (reo, f"/mi{path}")):
        assert re.findall(r'rel="canonical" href="([^"]*)"', page) == [f"{settings.public_url}{here}"]
        assert f'hreflang="mi" href="{settings.public_url}/mi{path}"' in page
    assert '<main id="main" tabindex="-1" lang="en-NZ">' in reo
    assert "has not been translated yet." in reo
    assert ' lang="mi"' not in re.sub(r'<nav class="tongues".*?</nav>', "", english, flags=re.DOTALL)


@pytest.mark.parametrize("path", PAGES)
def test_its_links_stay_in_te_reo(client, published, path):
    published()
    page = client.get(f"/mi{path}").text
    main = re.search(r"</div>(.*)</main>", page[page.index("<main") :], re.DOTALL)
    links = re.findall(r'(?:href|action)="(/[^"#]*)"', main[1])
    links = [link for link in links if "/amendments/new/" not in link]  # a member’s own page has one address
    assert len(links) > 5
    assert [
        link for link in links if not link.startswith("/mi/") and not re.search(r"\.(json|md|csv|svg|png)(\?|$)", link)
    ] == []
    for link in links:
        assert client.get(link.replace("&amp;", "&")).status_code in (200, 301, 302), link


def test_headings_of_its_anatomy_are_in_both_tongues_english_first(client, published):
    published()
    page = client.get("/mi/policies/data-caps").text
    for english, reo in (("The problem", "Te raruraru"), ("The case against", "Ngā whakahē")):
        assert f'<h2>{english} <span class="reo" lang="mi">{reo}</span></h2>' in page
        assert f"<h2>{english}</h2>" in client.get("/policies/data-caps").text


def test_a_comparison_of_versions_leads_on_in_te_reo(app, client, published):
    published()
    published(CAPS.replace("2027-06-30", "2026-12-31"))
    app.extensions["hustings"].warm.forget()
    page = client.get("/mi/policies/data-caps").text
    assert 'href="/mi/policies/data-caps/v2"' in page
    assert 'href="/mi/policies/data-caps/v1...v2"' in page


REO = CAPS.replace("# What does your data cap really cost?", "# He aha te utu?").replace("## The problem {", "## Te raru {")


@pytest.fixture
def translated(app, published):
    """The text of the conftest, and a translation of it."""
    version = published()
    with transaction():
        checked = {"translator": "H. Kōrero", "checked_by": "T. Tirohia", "checked_on": date(2026, 11, 20)}
        publishing.translate(version, REO, of_hash=version.hash, locale="mi", on=clock.today(), by="system", **checked)
    app.extensions["hustings"].warm.forget()


def test_what_people_translated_says_that_it_is_te_reo_and_nothing_else_does(client, translated):
    page = client.get("/mi/policies/data-caps").text
    assert "<title>He aha te utu?" in page
    assert '<h1 lang="mi">He aha te utu?</h1>' in page
    assert '<h2 lang="mi">Te raru</h2>' in page
    assert '<div class="prose" lang="mi">' in page
    assert "<dt>Measure</dt><dd lang=" in page
    assert '<main id="main" tabindex="-1" lang="en-NZ">' in page
    english = client.get("/policies/data-caps").text
    assert "<h1>What does your data cap really cost?</h1>" in english
    assert ' lang="mi"' not in re.sub(r'<nav class="tongues".*?</nav>', "", english, flags=re.DOTALL)


def test_a_translation_that_is_behind_says_of_which_day_it_is_in_both_tongues(app, client, translated, published):
    published(CAPS.replace("One survey.", "A survey."))
    app.extensions["hustings"].warm.forget()
    page = client.get("/mi/policies/data-caps").text
    today = clock.today()
    assert f"The translation is of the text of {words.day(today)}." in page
    assert f"I whakamāoritia te kōrero o te {words.day(today, 'mi')}." in page
    assert '<h1 lang="mi">He aha te utu?</h1>' in page


def test_the_page_that_compares_versions_stays_in_te_reo(app, client, published):
    published()
    published(CAPS.replace("2027-06-30", "2026-12-31"))
    page = client.get("/mi/policies/data-caps/v1...v2").text
    links = re.findall(r'href="(/[^"#]*)"', page[page.index("<h1") : page.index("</main>")])
    assert len(links) > 2
    assert [link for link in links if not link.startswith("/mi/")] == []


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("Cost: $200,000 once", "Cost: $2,000 kotahi"),
        ("Cost: $200,000 once", "Cost: $200,000, $300,000 rānei"),
        ("Measure: a count, published", "Measure: 12 tatau, published"),
        ("By: 2027-06-30\n- Cost", "By: 2027-06-30\n- Target: 18\n- Cost"),
    ],
)
def test_a_translation_promises_the_numbers_of_its_original(was, becomes):
    found = unlike(read(REO.replace(was, becomes)), read(CAPS))
    assert [str(one) for one in found if "DC-1 must say the numbers of the original" in str(one)]


def test_a_translation_may_write_a_number_in_digits_that_its_original_has_in_words():
    original = CAPS.replace("a count, published", "half of them, published")
    assert unlike(read(original.replace("half of them", "50 ōrau")), read(original)) == []
    assert unlike(read(REO.replace("$200,000 once", "kotahi te $200 000")), read(CAPS)) == []
