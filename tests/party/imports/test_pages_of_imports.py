"""Every page of imports passes the strict page reader, in each state a list can be in."""

from __future__ import annotations

import re

from app.party.imports.rules import columns
from tests.house.page_reader import faults
from tests.party.imports.lists import ADA, BEN, HEADINGS, as_csv, details, send


def test_every_page_is_well_made(sent, aroha, settings, olive):
    def passes(path: str, status: int = 200) -> None:
        answer = olive.get(path)
        assert answer.status_code == status, path
        assert faults(answer.get_data(as_text=True), promoter=settings.promoter) == [], path

    passes("/org/import")
    refused = send(olive, b"\x89PNG\r\n")
    assert faults(refused.get_data(as_text=True), promoter=settings.promoter) == []
    twin = ("Aroha Ngapo-Whitfield", "a@elsewhere.example", "", "", "9/3/1988")
    rows = [ADA, BEN, twin, ("", aroha.email, "021 555 0142", "", ""), ("x", "x@", "", "", "")]
    list_ = sent(as_csv(rows))
    passes(list_.at)
    twice = list_.post("/columns", column_1="name", column_2="name")
    assert faults(twice.get_data(as_text=True), promoter=settings.promoter) == []
    list_.post(
        "/columns",
        **{f"column_{place}": name for place, name in enumerate(("name", "email", "phone", "address", "born_on"), 1)},
    )
    passes(list_.at)  # being checked
    list_.chores()
    for page in ("", "?columns=1", "/rows/new", "/rows/changed", "/rows/twin", "/rows/refused", "/rows/same", "/rows/skipped"):
        passes(list_.at + page)
    list_.confirmed("phone")
    passes(list_.at)
    list_.chores()
    passes(list_.at)
    passes(f"{list_.at}/rows/new")
    list_.post("/undo")
    passes(list_.at)
    list_.chores()
    passes(list_.at)
    passes(f"{list_.at}/rows/unknown", 404)
    passes(f"{list_.at}/to-fix.csv", 404)


def test_the_empty_list_that_we_hand_out_is_understood_whole(olive):
    headings = olive.get("/org/import/template.csv").get_data(as_text=True).removeprefix("\ufeff").strip().split(",")
    told = columns.guess(headings, columns.system_of(headings))
    assert told == ["name", "email", "phone", "address", "born_on", "can_enrol", "electorate"]


def test_dates_that_can_be_read_two_ways_are_told_and_the_officer_says_which_comes_first(sent):
    list_ = sent(as_csv([(*ADA[:4], "3/04/1990"), (*BEN[:4], "5/6/1981")]))
    assert "Dates such as 3/04/1990" in list_.page()
    assert "2 dates of birth can be read two ways, and were read day first" in list_.checked().page()
    said = list_.checked(order="day").page()
    assert "can be read two ways" not in said
    assert "were read day first, as you said" in said
    assert 'value="day" selected' in list_.page("?columns=1") or 'selected value="day"' in list_.page("?columns=1")
    assert list_.post("/columns", column_1="name", order="year").status_code == 422
    said = list_.checked(order="month").page()
    assert "were read month first, as you said" in said
    list_.imported()
    assert str(details(ADA[1]).born_on) == "1990-03-04"


def test_a_list_that_shows_that_days_come_first_says_so_quietly(sent):
    said = sent(as_csv([(*ADA[:4], "3/04/1990"), (*BEN[:4], "25/6/1981")])).checked().page()
    assert "were read day first: 3 April 1990" in said
    assert "two ways" not in said
    assert "3/04/1990" not in sent(as_csv([BEN[:2]], HEADINGS[:2])).checked().page()


def test_changing_the_columns_says_which_decisions_it_forgets(sent, aroha):
    twin = ("Aroha Ngapo-Whitfield", "a@elsewhere.example", "", "", "9/3/1988")
    list_ = sent(as_csv([twin])).checked()
    assert "will be forgotten" not in list_.page("?columns=1")
    (row,) = re.findall(r"/rows/([0-9a-f-]{36})/who", list_.page("/rows/twin"))
    assert list_.post(f"/rows/{row}/who", who="new").status_code == 303
    assert "1 decision will be forgotten" in list_.page("?columns=1")
    assert list_.checked().counts() == {"twin": 1}
    assert "will be forgotten" not in list_.page("?columns=1")
