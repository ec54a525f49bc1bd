"""How a page is passed on: what others show of it, pictures under their own hash, and that no stranger’s number gets one."""

from __future__ import annotations

import csv
import io
import re
import struct
from datetime import time
from html import unescape
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest

from app.ground import clock
from app.law import polling
from app.law.clauses import Clause
from app.party.evidence import papers
from app.party.evidence.calculators.asking import ask
from app.party.evidence.calculators.shelf import CALCULATORS
from app.party.evidence.charts.wall import CHARTS
from app.party.evidence.queries import BROADBAND
from app.web import cards
from app.web.sending import IMMUTABLE
from app.web.words import day
from tests.house.page_reader import faults

ALL = pytest.mark.parametrize("chart", CHARTS.values(), ids=lambda chart: chart.slug)
TOOLS = pytest.mark.parametrize("tool", CALCULATORS.values(), ids=lambda tool: tool.slug)


def told(page: str) -> dict[str, str]:
    """What the head of a page says to those who show it elsewhere."""
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page)
    assert len({name for name, _ in found}) == len(found)
    return {name: unescape(text) for name, text in found}


def own(settings, address: str) -> str:
    assert address.startswith(settings.public_url + "/")
    return address.removeprefix(settings.public_url)


def is_picture(answer) -> bool:
    png = answer.get_data()
    return answer.mimetype == "image/png" and struct.unpack(">II", png[16:24]) == (1200, 630)


@ALL
def test_a_chart_says_what_others_show_of_it_and_its_picture_never_changes(client, settings, chart):
    said = told(client.get(f"/charts/{chart.slug}").get_data(as_text=True))
    assert (said["og:title"], said["og:description"], said["og:type"]) == (chart.title, chart.sub, "article")
    assert said["description"] == chart.sub
    assert said["og:url"] == f"{settings.public_url}/charts/{chart.slug}"
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "630")
    assert said["og:image:alt"] == chart.alt
    answer = client.get(own(settings, said["og:image"]))
    assert is_picture(answer)
    assert len(answer.get_data()) < 300_000  # what the strictest of those who show it take
    assert answer.headers["Cache-Control"] == IMMUTABLE
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/charts/cap-share.png", "/charts/cap-share.svg", "/tools/cap-cost.png"])
def test_under_a_wrong_hash_or_none_it_is_the_same_picture_for_five_minutes(client, path):
    plain, wrong = client.get(path), client.get(f"{path}?h=0123456789abcdef0123")
    assert plain.status_code == wrong.status_code == 200
    assert plain.get_data() == wrong.get_data()
    for answer in (plain, wrong):
        assert answer.headers["Cache-Control"].startswith("public, max-age=300,")
    for odd in ("?h=", "?h=%00", "?h=%ff", "?h=" + "x" * 8000, "?h=1&h=2", "?H=1"):
        assert client.get(path + odd).get_data() == plain.get_data(), odd


def test_a_picture_that_somebody_has_is_not_sent_again(client):
    address = "/charts/cap-share.png?h=x"
    tag = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_when_too_many_are_asked_for_we_say_when_to_come_back(client, monkeypatch):
    monkeypatch.setattr(cards, "DRAWN", cards.Drawn(burst=1, clock=lambda: 0.0))  # however long the first takes
    assert client.get("/charts/cap-share.png?h=1").status_code == 200
    refused = client.get("/charts/data-use.png?h=1")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "1"
    assert refused.headers["Cache-Control"] == "no-store"
    assert client.get("/charts/cap-share.png?h=1").status_code == 200


@ALL
def test_a_chart_as_a_file_has_an_address_that_never_changes(client, chart):
    page = client.get(f"/charts/{chart.slug}").get_data(as_text=True)
    (address,) = re.findall(rf'href="(/charts/{chart.slug}\.svg\?h=[0-9a-f]+)"', page)
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == IMMUTABLE
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@TOOLS
def test_a_calculator_without_a_query_is_shown_without_a_number(client, settings, tool):
    said = told(client.get(f"/tools/{tool.slug}").get_data(as_text=True))
    assert said["og:title"] == str(tool.title)
    assert said["og:url"] == f"{settings.public_url}/tools/{tool.slug}"
    assert urlsplit(said["og:image"]).path == f"/tools/{tool.slug}.png"
    assert list(parse_qs(urlsplit(said["og:image"]).query)) == ["h"]
    assert is_picture(client.get(own(settings, said["og:image"])))


@TOOLS
def test_every_real_example_has_its_picture_and_its_sentence(client, settings, tool):
    pictures = set()
    for whose, values in tool.presets:
        address = tool.address(values)
        answer = client.get(address)
        assert answer.status_code == 200, "a real example is written as its own address"
        said = told(answer.get_data(as_text=True))
        result = ask(tool, values).answer
        assert said["og:title"] == f"{result.mine} {result.headline}"
        assert said["og:description"] == f"{whose}: {result.sentence}"
        assert said["og:url"] == settings.public_url + address
        assert str(whose) in said["og:image:alt"]
        assert result.headline in said["og:image:alt"]
        picture = client.get(own(settings, said["og:image"]))
        assert is_picture(picture)
        assert picture.headers["Cache-Control"] == IMMUTABLE
        pictures.add(picture.get_data())
    assert len(pictures) == len(tool.presets)


@pytest.mark.parametrize("path", ["/charts", "/tools"])
def test_the_pages_that_list_them_are_shown_with_the_first_of_them(client, settings, path):
    said = told(client.get(path).get_data(as_text=True))
    assert said["og:url"] == settings.public_url + path
    assert is_picture(client.get(own(settings, said["og:image"])))


def test_my_cap_lasts_40_minutes(client):
    said = told(client.get("/tools/time-to-cap?cap=30&speed=100").get_data(as_text=True))
    assert said["og:title"] == "My cap lasts 40 min"


@pytest.mark.parametrize(
    "query", ["cap=30&speed=101", "cap=30.000000001&speed=100", "cap=1&speed=1", "cap=<b>&speed=#read", "cap=x", "cap=&speed="]
)
def test_nobody_makes_us_sign_another_number(client, settings, query):
    plain = client.get("/tools/time-to-cap.png").get_data()
    typed = quote(query, safe="=&")
    assert client.get(f"/tools/time-to-cap.png?{typed}").get_data() == plain
    said = told(client.get(f"/tools/time-to-cap?{typed}", follow_redirects=True).get_data(as_text=True))
    assert said["og:title"] == "How long until it is gone?"
    assert client.get(own(settings, said["og:image"])).get_data() == plain


def test_pictures_of_many_queries_are_one_picture_in_memory(client, monkeypatch):
    monkeypatch.setattr(cards, "DRAWN", cards.Drawn(burst=2))
    for speed in range(101, 160):
        assert client.get(f"/tools/time-to-cap.png?cap=30&speed={speed}&h={speed}").status_code == 200
    assert len(cards.DRAWN._kept) == 1


def test_a_page_offers_a_link_to_copy_and_a_letter_and_no_platform(client, settings):
    for path in ("/tools/time-to-cap", "/tools/time-to-cap?cap=30&speed=7", "/charts/cap-share"):
        page = client.get(path).get_data(as_text=True)
        (link,) = re.findall(r'<input id="link" value="([^"]*)" readonly>', page)
        address = unescape(link)
        assert client.get(own(settings, address)).status_code == 200
        (letter,) = re.findall(r'<a href="(mailto:\?[^"]*)">Send it by email</a>', page)
        written = parse_qs(urlsplit(unescape(letter)).query)
        assert written["body"][0].endswith("\r\n\r\n" + address)
        assert "+" not in unescape(letter).partition("?")[2].replace("%2B", "")
        for platform in ("facebook", "twitter.com", "x.com", "whatsapp", "linkedin"):
            assert platform not in page.casefold()


@pytest.mark.parametrize("path", ["/charts/cap-share", "/tools/time-to-cap", "/tools/time-to-cap?cap=30&speed=100"])
def test_on_polling_day_nobody_is_asked_to_pass_it_on(client, monkeypatch, path):
    day = clock.today()
    monkeypatch.setattr(polling, "CLOSE_OF_POLL", time.max)
    monkeypatch.setattr(polling, "POLLING_DAYS", (Clause("a law", day, day, day),))
    answer = client.get(path)
    assert answer.status_code == 200
    assert "Send it by email" not in answer.get_data(as_text=True)


@ALL
def test_the_numbers_of_a_chart_are_a_page_and_a_file_of_their_own(client, settings, chart):
    page = client.get(f"/charts/{chart.slug}/table").get_data(as_text=True)
    assert faults(page, promoter=settings.promoter) == []
    assert "<svg" not in page
    assert page.count('<th scope="col">') == len(chart.columns)
    assert page.count('<th scope="row">') == len(chart.rows)
    assert unquote(page).count("<caption") == 1
    answer = client.get(f"/charts/{chart.slug}.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert [row["value"] for row in rows] == [str(one.value) for one in chart.figures]
    assert all(row["source"] and row["confidence"] and row["unit"] for row in rows)
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_what_is_not_there_has_no_picture_and_no_file(client):
    for path in ("/charts/no.png", "/charts/no.csv", "/charts/no/table", "/tools/no.png", "/charts/..%2fx.png"):
        assert client.get(path).status_code == 404, path


@TOOLS
def test_a_calculator_leads_to_charts_about_the_same(client, tool):
    page = client.get(f"/tools/{tool.slug}").get_data(as_text=True)
    assert tool.see
    for slug in tool.see:
        assert f'<a href="/charts/{slug}">{CHARTS[slug].title}</a>' in page


def test_no_picture_cuts_its_source_off_or_lacks_its_day():
    about = {"sign": cards.Sign("A party", "Authorised by somebody", "#A8431A"), "checked": BROADBAND.read_on}
    drawn = [papers.chart_card(chart, **about) for chart in CHARTS.values()]
    for tool in CALCULATORS.values():
        drawn += [papers.tool_card(tool, **about)]
        drawn += [papers.result_card(ask(tool, values), **about) for _whose, values in tool.presets]
    for card in drawn:
        assert not [said for said in card.facts.values() if "…" in said], card.path
        assert card.facts["source"].endswith(f"Checked {day(BROADBAND.read_on)}."), card.path
