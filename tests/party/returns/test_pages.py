"""What officers see of returns, through the doors."""

from __future__ import annotations

import re
from datetime import date

import pytest

from app.ground import clock
from app.ground.audit import AuditEntry
from app.ground.db import session
from app.party.returns import queries
from tests.house.page_reader import faults
from tests.party.returns.a_year import SPRING, YEAR, fill, given_in_kind, made
from tests.walk import hidden

RETURNS = f"/org/returns/{YEAR}"


@pytest.fixture
def in_spring():
    """The day on which a secretary files: every session begins then, too."""
    with clock.standing_at(SPRING):
        yield


@pytest.fixture
def secretary(in_spring, as_officer):
    return as_officer("olive")


@pytest.fixture
def passes(settings):
    """Hold an answer to the page reader."""

    def check(answer, status: int = 200) -> str:
        assert answer.status_code == status, answer.get_data(as_text=True)[:500]
        page = answer.get_data(as_text=True)
        assert faults(page, promoter=settings.promoter) == []
        return page

    return check


def looks() -> list[str]:
    session.remove()
    return [row.data["what"] for row in session.query(AuditEntry).filter_by(action="return:looked_at").order_by(AuditEntry.seq)]


def press(browser, path: str, **answers: str):
    page = browser.get(path).get_data(as_text=True)
    return browser.post(path, data={"csrf_token": hidden(page, "csrf_token"), "seen": hidden(page, "seen"), **answers})


def names_of_part_a() -> list[str]:
    names = [line["name"] for line in queries.donations_content(made())["parts"]["a"]]
    session.remove()
    return names


def test_the_year_shows_figures_and_names_nobody(secretary, settings, passes):
    fill(settings, 60)
    page = passes(secretary.get(RETURNS))
    assert "It adds up" in page
    assert "24 days left" in page
    assert not [name for name in names_of_part_a() if name in page]
    assert str(made().donations.totals.all.amount) in page
    assert passes(secretary.get("/org/returns")).count("24 days left") == 2
    assert looks() == []


def test_a_figure_opens_its_rows_and_names_only_when_asked_and_that_is_logged(secretary, settings, passes):
    fill(settings, 60)
    name = names_of_part_a()[0]
    page = passes(secretary.get(f"{RETURNS}/a"))
    assert made().donations.a[0].entries[0].id in page
    assert name not in page
    assert looks() == []
    named = passes(secretary.post(f"{RETURNS}/a", data={"csrf_token": hidden(page, "csrf_token")}))
    assert name in named
    assert looks() == ["part a"]
    for part in ("b", "c", "d", "e", "f", "g", "g-1", "h", "i", "all", "money", "not-money", "not-received"):
        passes(secretary.get(f"{RETURNS}/{part}"))
    assert secretary.get(f"{RETURNS}/z").status_code == 404
    assert secretary.get("/org/returns/2010").status_code == 404
    assert secretary.get("/org/returns/2031").status_code == 404


def test_drafts_are_files_and_taking_one_is_logged(secretary, settings):
    fill(settings, 60)
    pdf = secretary.get(f"{RETURNS}/draft/donations.pdf")
    assert pdf.data.startswith(b"%PDF")
    assert "attachment" in pdf.headers["Content-Disposition"]
    assert secretary.get(f"{RETURNS}/draft/donations.pdf").data == pdf.data
    sheet = secretary.get(f"{RETURNS}/draft/loans.csv").get_data(as_text=True)
    assert "loans return 2026,H," in sheet
    assert secretary.head(f"{RETURNS}/draft/donations.pdf").status_code == 200
    assert looks() == ["donations return, draft, PDF"] * 2 + ["loans return, draft, CSV"]
    assert secretary.get(f"{RETURNS}/draft/large.pdf").status_code == 404


def test_the_secretary_files_once_and_sees_the_hash(secretary, settings, passes):
    fill(settings, 60)
    passes(secretary.get(f"{RETURNS}/file/donations"))
    answer = press(secretary, f"{RETURNS}/file/donations")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    page = passes(secretary.get(answer.location))
    digest = queries.filed()[0].digest
    session.remove()
    assert digest in page.replace("<wbr>", "")
    assert "It is filed" in page
    filed = answer.location.partition("?")[0]
    again = passes(secretary.get(f"{filed}?again=1"))
    assert "The same hash" in again
    assert "It would tell the same." in again
    pdf = secretary.get(f"{filed}.pdf").data
    assert pdf.startswith(b"%PDF")
    with clock.standing_at(SPRING.replace(hour=1)):
        assert secretary.get(f"{filed}.pdf").data == pdf
    assert secretary.get(f"{filed}.csv").data.startswith("\ufeff".encode())
    assert digest[:16] in passes(secretary.get(RETURNS))
    refused = passes(press(secretary, f"{RETURNS}/file/donations"), 422)
    assert "There is nothing to amend" in refused


def test_an_amendment_asks_why(secretary, settings, passes):
    fill(settings, 30)
    assert press(secretary, f"{RETURNS}/file/donations").status_code == 303
    given_in_kind("Late Parcel Ltd", "9 Mill Lane, Timaru 7910", 900_000, date(YEAR, 6, 6))
    session.remove()
    page = passes(press(secretary, f"{RETURNS}/file/donations"), 422)
    assert "Say in a sentence why it is amended" in page
    answer = press(secretary, f"{RETURNS}/file/donations", reason="A parcel was found late.")
    assert "A parcel was found late." in passes(secretary.get(answer.location))


def test_nothing_is_filed_where_the_figures_moved_after_the_page_was_shown(secretary, settings, passes):
    page = secretary.get(f"{RETURNS}/file/donations").get_data(as_text=True)
    given_in_kind("Late Parcel Ltd", "9 Mill Lane, Timaru 7910", 900_000, date(YEAR, 6, 6))
    session.remove()
    sent = {"csrf_token": hidden(page, "csrf_token"), "seen": hidden(page, "seen")}
    assert "have changed since" in passes(secretary.post(f"{RETURNS}/file/donations", data=sent), 422)
    assert not queries.filed()


def test_a_nil_return_is_filed_for_a_year_of_nothing(secretary, passes):
    assert "This is a nil return" in passes(secretary.get(f"{RETURNS}/file/loans"))
    assert press(secretary, f"{RETURNS}/file/loans").status_code == 303


def test_a_year_that_is_not_over_is_shown_and_not_filed(secretary, passes):
    assert "The year is not over" in passes(secretary.get("/org/returns/2027/file/donations"))
    passes(secretary.get("/org/returns/2027"))
    assert press(secretary, "/org/returns/2027/file/donations").status_code == 422


def test_a_large_donation_return_is_filed_from_the_list(secretary, passes):
    given_in_kind("Granite Ltd", "3 Ridge Road, Nelson 7010", 2_500_000, date(YEAR, 10, 7))
    session.remove()
    page = passes(secretary.get(RETURNS))
    path = re.search(rf"{RETURNS}/file/large/[0-9a-f-]+", page)[0]
    passes(secretary.get(path))
    answer = press(secretary, path)
    assert answer.status_code == 303
    passes(secretary.get(answer.location))
    assert secretary.get(answer.location.partition("?")[0] + ".pdf").data.startswith(b"%PDF")
    assert path not in secretary.get(RETURNS).get_data(as_text=True)


def test_a_large_donation_return_that_is_filed_already_is_refused_and_the_page_says_so(secretary, passes):
    given_in_kind("Granite Ltd", "3 Ridge Road, Nelson 7010", 2_500_000, date(YEAR, 10, 7))
    session.remove()
    path = re.search(rf"{RETURNS}/file/large/[0-9a-f-]+", secretary.get(RETURNS).text)[0]
    assert press(secretary, path).status_code == 303
    assert "There is nothing to amend" in passes(press(secretary, path, reason="Once more."), 422)


def test_a_treasurer_sees_and_does_not_file(in_spring, as_officer, settings):
    fill(settings, 20)
    treasurer = as_officer("wiremu")
    page = treasurer.get(f"{RETURNS}/all").get_data(as_text=True)
    assert "/org/money/payments/" in page  # the way to the ledger
    assert "/file/" not in treasurer.get(RETURNS).get_data(as_text=True)
    assert treasurer.get(f"{RETURNS}/file/donations").status_code == 404


def test_a_donor_named_like_a_formula_is_text_in_the_sheet(secretary):
    given_in_kind('=HYPERLINK("http://x","y")', "1 Mill Lane, Timaru 7910", 900_000, date(YEAR, 6, 6))
    session.remove()
    sheet = secretary.get(f"{RETURNS}/draft/donations.csv").get_data(as_text=True)
    assert "'=HYPERLINK" in sheet
    assert ",=HYPERLINK" not in sheet
