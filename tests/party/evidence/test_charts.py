"""Charts: what they say to whoever cannot see them, what they leave out, and that the same figures make the same bytes."""

from __future__ import annotations

import gzip
import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from app.party.evidence import queries
from app.party.evidence.charts.chart import alone, inside, on_card
from app.party.evidence.charts.drawing import DASHES, NARROW, WIDE, Paper, Sheet
from app.party.evidence.charts.kinds import Lines, Point, Series
from app.party.evidence.charts.looks import for_card, for_file, policy
from app.party.evidence.charts.wall import CHARTS
from app.party.evidence.models import Confidence
from app.party.evidence.papers import ROOM
from tests.house.page_reader import faults

SVG = "{http://www.w3.org/2000/svg}"
TAGS = {"svg", "title", "desc", "style", "defs", "pattern", "g", "text", "line", "path", "rect", "circle"}
ALL = pytest.mark.parametrize("chart", CHARTS.values(), ids=lambda chart: chart.slug)


def test_all_ten_are_there():
    assert [one.letter for one in CHARTS.values()] == list("ABCDEFGHIJ")


@ALL
@pytest.mark.parametrize("paper", [NARROW, WIDE], ids=lambda paper: paper.name)
def test_a_chart_has_one_name_a_description_and_a_hidden_inside(chart, paper: Paper):
    picture = ElementTree.fromstring(inside(chart, paper))
    title, desc = picture.find(f"{SVG}title"), picture.find(f"{SVG}desc")
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby", "").split() == [title.get("id"), desc.get("id")]
    assert len(title.text) <= 120
    assert re.search(r"\d", desc.text)
    assert picture.find(f"{SVG}g").get("aria-hidden") == "true"


@ALL
def test_a_chart_has_no_style_attribute_no_script_and_nothing_from_elsewhere(chart):
    by_itself = alone(chart, promoter="Authorised by O. Secretary", style=for_file("#A8431A"))
    for picture in (chart.narrow, chart.wide, by_itself, *on_card(chart, style=for_card("#A8431A"), room=ROOM)):
        for element in ElementTree.fromstring(picture).iter():
            assert element.tag.removeprefix(SVG) in TAGS
            assert not {name for name in element.attrib if name == "style" or name.startswith("on") or "href" in name}
        assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")


@ALL
def test_the_same_figures_make_the_same_bytes_and_few_of_them(chart):
    assert inside(chart, WIDE) == inside(chart, WIDE)
    assert len(gzip.compress(chart.wide.encode())) <= 12_000


@ALL
def test_letters_are_never_smaller_than_12_px_on_the_screen_a_chart_is_for(chart):
    # At 320 px the column is 258 px wide; at 768 px, where the wide drawing begins, it is 632 px.
    assert NARROW.font * 258 / NARROW.width >= 11.95
    assert WIDE.font * 632 / WIDE.width >= 12


@ALL
@pytest.mark.parametrize("paper", [NARROW, WIDE], ids=lambda paper: paper.name)
def test_no_text_runs_far_out_of_the_drawing(chart, paper: Paper):
    for text in ElementTree.fromstring(inside(chart, paper)).iter(f"{SVG}text"):
        wide = len(text.text or "") * paper.font * 0.6
        shift = {"middle": wide / 2, "end": wide}.get(text.get("text-anchor", ""), 0.0)
        left = float(text.get("x", "0")) - shift
        assert left >= -16, text.text
        assert left + wide <= paper.width + 24, text.text


@ALL
def test_a_chart_rests_on_figures_that_somebody_has_read(chart):
    assert chart.figures
    assert all(one.confidence is not Confidence.MEMORY for one in chart.figures)
    assert chart.caveat
    assert chart.by


@ALL
def test_series_differ_by_more_than_colour(chart):
    for kind in chart.kinds:
        if isinstance(kind, Lines):
            numbers = [one.number for one in kind.series]
            assert len(set(numbers)) == len(numbers) <= len(set(DASHES))


def test_years_without_a_figure_and_breaks_are_never_bridged():
    points = tuple(Point(year, 1) for year in (2010, 2011, 2013, 2014, 2017, 2018))
    lines = Lines((Series("", points),), (2010, 2018), (2010,), (0, 1), "", breaks=((2017.5, "a", "b"),))
    assert [[point.x for point in run] for run in lines._runs(lines.series[0])] == [[2010, 2011], [2013, 2014], [2017], [2018]]


def test_the_share_without_a_cap_is_cut_where_its_base_changes():
    (drawn,) = CHARTS["cap-share"].kinds
    assert [[point.x for point in run] for run in drawn._runs(drawn.series[0])] == [
        [2011],
        [2013, 2014, 2015, 2016],
        [2018],
        [2021],
    ]
    assert [point.hollow for point in drawn.series[0].points] == [False, True, False, False, False, False, False]


def test_the_numbers_a_title_says_are_those_of_the_file():
    ours, mean = queries.get("itu_fixed_basket_ppp", year=2013), queries.get("itu_fixed_basket_ppp_mean", "OECD", 2013)
    assert round(ours.value / mean.value, 2) == Decimal("1.74")
    assert queries.get("itu_fixed_basket_ppp", year=2025).value < queries.get("itu_fixed_basket_ppp_mean", "OECD", 2025).value
    laid = queries.get("cable_capacity", year=2018).value + queries.get("cable_capacity", year=2022).value
    assert laid / queries.get("cable_capacity", about="8th upgrade").value > 50
    assert "$20.24" in CHARTS["cost-stack"].title
    assert "4, 8 and 18 times" in CHARTS["next-gigabyte"].desc
    assert dict(row[:2] for row in CHARTS["mobile-data"].rows)["New Zealand"] == "0.63%"


def test_the_stack_adds_up_to_the_bill():
    assert sum(Decimal(row[1]) for row in CHARTS["cost-stack"].rows) == 75


@ALL
def test_the_page_of_a_chart_has_its_numbers_and_its_sources(client, settings, chart):
    answer = client.get(f"/charts/{chart.slug}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert faults(page, promoter=settings.promoter) == []
    assert page.count("<tr>") == len(chart.rows) + 1
    assert len(gzip.compress(answer.get_data())) <= 30_000
    for one in chart.figures:
        assert f"/data/broadband/{one.metric}" in page


@ALL
def test_a_chart_as_a_file_stands_by_itself(client, settings, chart):
    answer = client.get(f"/charts/{chart.slug}.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'; style-src 'sha256-")
    assert "Set-Cookie" not in answer.headers
    words = " ".join(text.text or "" for text in ElementTree.fromstring(answer.get_data()).iter(f"{SVG}text"))
    assert settings.promoter in words
    assert chart.title in words
    assert "Source: " in words
    assert client.get(f"/charts/{chart.slug}.svg", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_chart_as_a_file_has_the_partys_own_colour_and_may_use_no_other_style():
    ours, violet = for_file("#A8431A"), for_file("#5B2A86")
    assert "#A8431A" in ours
    assert "#FF9B6A" in ours
    assert "#5B2A86" in violet
    assert "#A8431A" not in violet
    assert policy(ours) != policy(violet)


@ALL
def test_letters_on_a_card_are_large_enough_to_read_it_in_a_stream(chart):
    # A card of 1200 px is shown some 500 px wide.
    for picture in on_card(chart, style=for_card("#A8431A"), room=ROOM):
        _, _, wide, high = map(float, re.search(r'viewBox="([^"]+)"', picture)[1].split())
        room = ROOM if len(chart.kinds) == 1 else (506, 300)
        assert 13 * min(room[0] / wide, room[1] / high) >= 17


def test_what_is_drawn_is_written_as_text_and_never_as_marks():
    sheet = Sheet(WIDE, "x")
    sheet.text(0, 0, '<script>alert("1")</script> & more')
    picture = sheet.svg(title="</title><script>", desc="a & b")
    assert "<script>" not in picture
    assert ElementTree.fromstring(picture).find(f"{SVG}title").text == "</title><script>"


def test_all_charts_stand_on_one_page_that_is_light(client, settings):
    answer = client.get("/charts")
    assert faults(answer.get_data(as_text=True), promoter=settings.promoter) == []
    assert answer.get_data(as_text=True).count("<figure") == 10
    assert len(gzip.compress(answer.get_data())) <= 30_000
    assert client.get("/charts/nothing").status_code == client.get("/charts/nothing.svg").status_code == 404
