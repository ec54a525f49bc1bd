"""The figures that come with the software: all of them have a source, and what has none does not get in."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from app.ground import clock
from app.party.evidence import queries
from app.party.evidence.calculators.shelf import CALCULATORS
from app.party.evidence.charts.wall import CHARTS
from app.party.evidence.models import Confidence, Kind, Source
from app.party.evidence.rules import BadFigure
from app.web.weighing import METER
from tests.house.page_reader import faults

HEAD = "country,year,metric,value,unit,currency,source,confidence\n"
GOOD = 'NZL,2013,speed: how fast,5.3,Mbps,,"A report — Somebody, 2013 — https://example.nz/a",high\n'


def test_a_figure_is_read_with_its_source_and_how_far_it_is_trusted():
    (one,) = queries.read((HEAD + GOOD).encode())
    assert (one.metric, one.about, str(one.value), one.confidence) == ("speed", "how fast", "5.3", Confidence.HIGH)
    assert (one.source.text, one.source.url) == ("A report — Somebody, 2013", "https://example.nz/a")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("NZL,2013,speed: how fast,5.3,Mbps,,,high", "without a source"),
        ("NZL,2013,speed: how fast,5.3,Mbps,,  ,high", "without a source"),
        ("NZL,2013,speed: how fast,5.3,Mbps,,as above,high", "without a source"),
        ("NZL,2013,speed: how fast,5.3,Mbps,,https://example.nz/a,high", "without a source"),
        ("NZL,2013,speed: how fast,5.3,Mbps,,A report,certain", "confidence"),
        ("NZL,2013,speed: how fast,5.3,Mbps,,A report,", "confidence"),
        ("NZL,2013,speed: how fast,fast,Mbps,,A report,high", "value"),
        ("NZL,2013,speed: how fast,NaN,Mbps,,A report,high", "no number"),
        ("NZL,13,speed: how fast,5.3,Mbps,,A report,high", "a year"),
        ("NZL,2013,speed: how fast,5.3,Mbps,,A report,high,more", "a column is missing, or there is one too many"),
        ("NZLX,2013,speed: how fast,5.3,Mbps,,A report,high", "a country"),
        ("New Zealand,2013,speed: how fast,5.3,Mbps,,A report,high", "a country"),
        ("NZL,2013,speed,5.3,Mbps,,A report,high", "what it is about"),
        ("NZL,2013,../x: how fast,5.3,Mbps,,A report,high", "short name"),
        ("NZL,2013,speed: how fast,5.3,,,A report,high", "a unit"),
        ("NZL,2013,speed: how fast,5.3", "a column is missing"),
        (GOOD.strip().replace("5.3", "6"), "twice"),
    ],
)
def test_a_row_that_may_not_stand_stops_the_house_with_its_line(row, fault):
    first = GOOD if fault == "twice" else ""
    with pytest.raises(BadFigure, match=fault) as said:
        queries.read((HEAD + first + row + "\n").encode())
    assert said.value.line == 2 + bool(first)


def test_as_above_is_the_source_of_the_row_before():
    above = GOOD + "NZL,2014,speed: how fast,6,Mbps,,as above,high\nNZL,2015,speed: how fast,7,Mbps,,as above (p 3),high\n"
    found = queries.read((HEAD + above).encode())
    assert found[1].source == found[0].source
    assert found[2].source.text == "A report — Somebody, 2013 (p 3)"


def test_other_columns_are_refused():
    with pytest.raises(BadFigure, match="columns"):
        queries.read(b"country,year\nNZL,2013\n")


def test_the_file_that_comes_with_the_software_has_434_figures_and_a_source_for_each():
    assert len(queries.BROADBAND.figures) == 434
    assert all(one.source.text and one.source.text != "as above" for one in queries.BROADBAND.figures)


def test_nothing_published_rests_on_what_nobody_has_read():
    unread = [one for one in queries.BROADBAND.figures if one.confidence is Confidence.MEMORY]
    assert len(unread) == 7
    for one in unread:
        assert one not in queries.find(one.metric, one.country)
    used = [one for tool in CALCULATORS.values() for one in tool.figures]
    assert used
    assert not set(used) & set(unread)


@pytest.mark.parametrize("slug", list(CALCULATORS))
def test_a_calculator_opens_answered_and_every_example_it_offers_has_an_address_that_answers(client, slug):
    tool = CALCULATORS[slug]
    assert tool.figures
    assert 'role="status"' in client.get(f"/tools/{slug}").get_data(as_text=True)
    for label, values in tool.presets:
        assert set(values) == {one.key for one in tool.questions}, label
        assert 'role="status"' in client.get(tool.address(values), follow_redirects=True).get_data(as_text=True), label


def test_large_figures_stand_with_their_thousands_parted(client):
    page = client.get("/data/broadband/connections_uncapped").get_data(as_text=True)
    assert "<b>628,000</b>" in page


def test_the_file_is_given_out_byte_for_byte(client):
    answer = client.get("/data/broadband.csv")
    assert answer.get_data() == queries.BROADBAND.raw
    assert answer.mimetype == "text/csv"
    assert len(list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))) == 434


def test_the_same_as_json_loses_no_digit(client):
    said = client.get("/data/broadband.json").get_json()
    assert len(said["figures"]) == 434
    rows = list(csv.DictReader(io.StringIO(queries.BROADBAND.raw.decode())))
    assert [one["value"] for one in said["figures"]] == [row["value"] for row in rows]
    assert {one["confidence"] for one in said["figures"]} == {level.value for level in Confidence}


def test_every_name_has_a_page_that_shows_its_figures_with_their_sources(client, settings):
    for metric, count in queries.metrics(queries.BROADBAND):
        answer = client.get(f"/data/broadband/{metric}")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert faults(page, promoter=settings.promoter) == [], metric
        assert page.count('<span class="sub">') == count
    for path in ("/data/nothing", "/data/nothing.csv", "/data/nothing.json", "/data/broadband/nothing", "/data/..%2fx.csv"):
        assert client.get(path).status_code == 404, path


def test_the_page_of_sources_names_each_source_once(client):
    page = client.get("/sources").get_data(as_text=True)
    for one in {figure.source for figure in queries.BROADBAND.figures if figure.source.url}:
        assert page.count(f'href="{one.url.replace("&", "&amp;")}"') >= 1, one.url
    assert "as above" not in page
    assert "Nobody has read these anywhere yet" in page


def test_sources_stand_in_order_of_strength_first_by_trust_and_then_by_who_published_them(client):
    grouped = queries.sources(queries.BROADBAND)
    assert list(grouped) == list(Confidence)
    assert sum(one.count for found in grouped.values() for one in found) == 434
    for found in grouped.values():
        places = [list(Kind).index(one.kind) for one in found]
        assert places == sorted(places)
    page = client.get("/sources").get_data(as_text=True)
    for words in ("Official statistics", "Regulator", "Academic", "Press", "Industry", "Blog or other"):
        assert f'<b class="nowrap">{words}</b>' in page


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Survey — Statistics NZ via Scoop", Kind.OFFICIAL),
        ("Report — Commerce Commission, Dec 2015", Kind.REGULATOR),
        ("Commerce Commission report — NBR, 2013", Kind.PRESS),
        ("Comparison — Commerce Commission, as reported by Stuff", Kind.PRESS),
        ("Update — Chorus via Voxy", Kind.INDUSTRY),
        ("Stats — Kiwiblog/NZ Herald, 2014", Kind.OTHER),
    ],
)
def test_a_source_is_of_the_kind_of_whoever_published_it(text, kind):
    assert queries.kind_of(Source(text, "")) is kind


def test_a_publisher_nobody_has_placed_is_refused():
    with pytest.raises(LookupError, match="Somebody"):
        queries.kind_of(Source("A report — Somebody, 2013", ""))


def test_where_sources_disagree_the_chart_says_so_too(client):
    for chart in CHARTS.values():
        page = client.get(f"/charts/{chart.slug}").get_data(as_text=True)
        said = queries.conflicts_about(chart.metrics)
        assert ("Where sources disagree" in page) == bool(said)
        for one in said:
            assert one.what in page
            assert one.resolution in page
    assert any(queries.conflicts_about(chart.metrics) for chart in CHARTS.values())


def test_each_source_of_a_page_stands_there_once_with_all_that_was_read_in_it(client):
    page = client.get("/charts/against-oecd").get_data(as_text=True)
    assert page.count('<ul class="read">') == len({figure.source for figure in CHARTS["against-oecd"].figures})
    for figure in CHARTS["against-oecd"].figures:
        assert f"{figure.year} <b>{figure.value}</b>" in page


def test_figures_too_old_to_stand_without_a_word_say_so_on_every_page_that_shows_them(client):
    pages = ["/charts", "/charts/cap-share", "/charts/cap-share/table", "/tools/cap-cost", "/sources", "/data/broadband",
             "/data/broadband/cap"]  # fmt: skip
    with time_machine.travel(datetime(2028, 5, 1, tzinfo=UTC)):
        for path in pages:
            assert "last checked on 23 November 2026" not in client.get(path).get_data(as_text=True), path
    client.application.extensions["hustings"].warm.forget()
    with time_machine.travel(datetime(2028, 6, 1, tzinfo=UTC)):
        for path in pages:
            assert "last checked on 23 November 2026" in client.get(path).get_data(as_text=True), path
    client.application.extensions["hustings"].warm.forget()


def test_conflicts_are_told_with_what_we_do_about_them(client):
    page = client.get("/corrections").get_data(as_text=True)
    for one in queries.CONFLICTS:
        assert one.what in page
        assert one.resolution in page
        assert one.what in client.get(f"/data/broadband/{one.metric}").get_data(as_text=True)
    with pytest.raises(BadFigure, match="no metric"):
        queries.read_conflicts(b'[{"metric": "x", "what": "y", "resolution": "z"}]', frozenset())


def test_no_figure_is_corrected_yet_and_the_newest_correction_comes_first(client):
    assert queries.CORRECTIONS == ()
    assert "None so far" in client.get("/corrections").get_data(as_text=True)
    one = '{"on": "%s", "what": "w", "was": "1", "now": "2", "why": "y", "found_by": "f"}'
    found = queries.read_corrections(f"[{one % '2026-12-01'}, {one % '2027-01-01'}]".encode())
    assert [correction.on.year for correction in found] == [2027, 2026]


def test_figures_are_stale_18_months_after_they_were_last_read():
    last = date(2028, 5, 23)
    assert not queries.stale(queries.BROADBAND, on=last)
    assert queries.stale(queries.BROADBAND, on=last + timedelta(1))


def test_the_meter_in_the_footer_takes_the_price_of_a_gigabyte_from_the_file():
    figure = queries.get("overage_per_gb", year=METER.year)
    assert (figure.value, figure.currency, figure.unit) == (METER.dollars_a_gb, "NZD", "per GB")
    assert "Orcon" in figure.about


def test_the_file_says_how_long_it_may_be_held_and_since_when_it_is_what_it_is(client):
    answer = client.get("/data/broadband.csv")
    assert answer.headers["Cache-Control"] == "public, max-age=300, stale-while-revalidate=86400"
    assert answer.last_modified == clock.start_of(queries.BROADBAND.read_on)
    assert answer.headers["ETag"].startswith('"')
    assert answer.data == queries.BROADBAND.raw
    later = {"If-Modified-Since": answer.headers["Last-Modified"]}
    assert client.get("/data/broadband.csv", headers=later).status_code == 304
    packed = client.get("/data/broadband.csv", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data) == queries.BROADBAND.raw


def test_these_pages_set_no_cookie_ask_no_database_and_keep_their_validator_until_something_changes(client, request):
    from sqlalchemy import event

    from app.ground.db import session

    asked: list[object] = []

    def hear(*said: object) -> None:
        asked.append(said[2])

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", hear)
    request.addfinalizer(lambda: event.remove(engine, "before_cursor_execute", hear))
    paths = ["/tools", "/sources", "/corrections", "/data/broadband", "/data/broadband.csv", "/data/broadband.json",
             "/data/broadband/cap", *[f"/tools/{slug}" for slug in CALCULATORS], "/tools/cap-cost.json",
             "/tools/cap-cost?block=&cap=30&price=75&rate=2&used=46"]  # fmt: skip
    tags = {}
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"].startswith("public, max-age=")
        tags[path] = answer.headers["ETag"]
        assert client.get(path, headers={"If-None-Match": tags[path]}).status_code == 304
    client.application.extensions["hustings"].warm.forget()
    assert {path: client.get(path).headers["ETag"] for path in paths} == tags
    assert len(set(tags.values())) == len(paths)
    assert asked == []
