"""Every page of imports passes the strict page reader, in each state a list can be in."""

from __future__ import annotations

from tests.house.page_reader import faults
from tests.party.imports.lists import ADA, BEN, as_csv, send


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
