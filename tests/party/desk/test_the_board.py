"""The desk's one screen: numbers that lead to the people behind them, and pictures with tables."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.ground import clock
from app.ground.db import session, transaction
from app.party.branches.scope import EVERYONE, NOBODY, looking_as
from app.party.desk import charts, queries
from app.party.desk.queries import Week
from app.party.membership import queries as memberships
from app.party.membership import services as membership_services
from app.party.membership.models import MembershipMove
from app.party.people import queries as people
from tests import cast as faces
from tests.walk import hidden


def test_each_number_is_the_length_of_the_list_it_leads_to(cast, as_officer):
    olive = as_officer("olive")
    page = olive.get("/org").get_data(as_text=True)
    found = re.findall(r'<li><a href="(/org/people\?[^"]*)"><b>([\d,]+)</b>', page)
    assert len(found) == 6
    for address, number in found:
        listed = olive.get(unescape(address)).get_data(as_text=True)
        assert len(re.findall(r'<th scope="row"[^>]*>(?:<input[^>]*> )?<a href="/org/people/', listed)) == int(number), address


def test_who_may_not_look_at_people_has_no_numbers_that_lead_to_them(cast, as_officer):
    cast["rangi"] = replace(cast["olive"], key="rangi", email="rangi@people.example", office="reader")
    faces.make(cast["rangi"])
    page = as_officer("rangi").get("/org")
    assert page.status_code == 200
    assert "/org/people" not in page.get_data(as_text=True)


def test_an_organizer_counts_the_branch(cast, as_officer):
    with looking_as(EVERYONE):
        everybody = queries.tiles(EVERYONE, on=clock.today())
    assert sum(tile.count for tile in everybody)
    with looking_as(NOBODY):
        assert {tile.count for tile in queries.tiles(NOBODY, on=clock.today())} == {0}


def test_what_happened_last_is_of_those_one_sees(cast, as_officer):
    with looking_as(EVERYONE):
        seen = queries.latest(EVERYONE)
    assert [one.to for one in seen] == ["good"] * len(seen)
    assert len(seen) >= 5
    page = as_officer("olive").get("/org").get_data(as_text=True)
    assert f"/org/people/{seen[0].person_id}" in page
    page = as_officer("tama").get("/org").get_data(as_text=True)  # the branch has nobody yet
    assert not re.search(r"/org/people/[0-9a-f-]{36}", page)


def test_a_week_counts_its_days_and_no_other(cast):
    today = clock.today()
    before = queries.weeks(on=today)
    assert [week.ends_on for week in before] == [today - timedelta(weeks=back) for back in range(queries.WEEKS - 1, -1, -1)]
    with transaction():
        membership_services.resign(memberships.current_of(people.find_by_email("aroha@people.example").id), on=today, by="test")
    after = queries.weeks(on=today)
    moves = session.scalars(select(MembershipMove).where(MembershipMove.to == "good")).all()
    held = [move.on for move in moves if move.on > today - timedelta(weeks=60)]
    assert sum(week.came for week in queries.weeks(on=today, number=60)) == len(held) > 3  # on whatever day of its week
    assert (after[-1].came, after[-1].gone) == (before[-1].came, before[-1].gone + 1)
    assert after[:-1] == before[:-1]
    tomorrow, moved = today + timedelta(days=7), queries.weeks(on=today + timedelta(days=7))
    assert (moved[-1].ends_on, moved[-1].gone, moved[-2].gone) == (tomorrow, 0, after[-1].gone)


@pytest.mark.parametrize("most", [0, 1, 3, 7, 19, 499, 501, 123_456, 4_000_000])
def test_a_chart_has_room_for_its_highest_number_and_few_lines(most):
    drawn = charts.by_day(
        [(date(2026, 1, 1) + timedelta(days=day), most) for day in range(90)],
        needed=500, title="Count", count="count", unit="members", day="Day", line="500",
    )  # fmt: skip
    scale = charts._scale(max(most, 500))
    assert scale[-1] >= max(most, 500)
    assert len(scale) <= 6
    assert drawn.wide.count("<circle") == 1  # one mark, at the last day
    assert len(drawn.rows) == 90
    assert drawn.rows[0] == ("1 January 2026", f"{most:,}")


def test_a_chart_says_in_words_what_it_shows():
    drawn = charts.by_week(
        [Week(date(2026, 11, 21), 3, 1), Week(date(2026, 11, 28), 12, 0)],
        title="By week", came="came", gone="went", unit="members", week="Week to",
    )  # fmt: skip
    assert "28 November 2026: 12, 0" in drawn.narrow
    assert "<title" in drawn.wide


def test_what_waits_for_oneself_is_on_the_board(cast, as_officer):
    """A file of the whole party waits for the treasurer, not for the secretary who asked for it."""
    olive, wiremu = as_officer("olive"), as_officer("wiremu")
    token = hidden(olive.get("/org/exports").get_data(as_text=True), "csrf_token")
    assert olive.post("/org/exports", data={"csrf_token": token, "why": "call"}).status_code == 303
    waits = re.compile(r"What another officer asks you to agree to(?:</a>)?</span><span class=\"amount\"><strong>1</strong>")
    assert waits.search(wiremu.get("/org").get_data(as_text=True))
    assert not waits.search(olive.get("/org").get_data(as_text=True))
