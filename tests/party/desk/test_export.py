"""The books for the accountant: journals as Xero imports them, which come to nothing each and name nobody."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest

from app.ground import clock
from app.party.payments.models import Account
from app.party.payments.rules import XERO
from app.web.sheets import as_csv, defuse
from tests.house.page_reader import faults
from tests.party.desk.at_the_desk import record, recorded, reference_for

GRACE = "grace@people.example"
EXPORT = "/org/money/export.csv"


@pytest.fixture
def wiremu(as_officer):
    return as_officer("wiremu")


def taken(browser, since, until) -> list[dict[str, str]]:
    answer = browser.get(EXPORT, query_string={"since": since.isoformat(), "until": until.isoformat()})
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="ledger-{since}-{until}.csv"'
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))


def test_every_journal_comes_to_nothing_and_the_whole_ledger_is_there(wiremu, owner):
    recorded(record(wiremu, reference_for(GRACE), "15", clock.today(), above="10"))
    rows = taken(wiremu, clock.today() - timedelta(days=3000), clock.today() + timedelta(days=1))
    assert len(rows) == owner.execute("select count(*) from ledger_lines").fetchone()[0]
    sums = defaultdict(Decimal)
    for row in rows:
        sums[row["*Narration"]] += Decimal(row["*Amount"])
    assert len(sums) == owner.execute("select count(*) from ledger_entries").fetchone()[0]
    assert set(sums.values()) == {Decimal(0)}
    last = [row for row in rows if row["*Date"] == f"{clock.today():%d/%m/%Y}"]
    assert [(row["*AccountCode"], row["*Amount"]) for row in last] == [
        (XERO[Account.BANK][0], "15.00"), (XERO[Account.DUES][0], "-5.00"), (XERO[Account.ABOVE_DUES][0], "-10.00"),
    ]  # fmt: skip


def test_it_names_nobody_and_holds_no_formula(wiremu, cast):
    rows = taken(wiremu, clock.today() - timedelta(days=3000), clock.today() + timedelta(days=1))
    text = "\n".join(value for row in rows for value in row.values()).casefold()
    for face in cast.values():
        for word in face.name.casefold().split():
            assert not re.search(rf"\b{word}\b", text)  # four letters may stand in a payment’s reference by chance
    for row in rows:
        assert not [value for key, value in row.items() if key != "*Amount" and defuse(value) != value]


def test_only_the_days_of_the_span_are_taken_the_last_of_which_is_the_day_before(wiremu):
    day = clock.today() - timedelta(days=1)
    recorded(record(wiremu, reference_for(GRACE), "5", day))
    assert len(taken(wiremu, day, day + timedelta(days=1))) == 2
    assert taken(wiremu, day + timedelta(days=1), day + timedelta(days=2)) == []


def test_taking_the_books_out_is_written_down_first(wiremu, owner):
    since, until = clock.today() - timedelta(days=30), clock.today()
    taken(wiremu, since, until)
    said = owner.execute("select data from audit_entries where action = 'ledger:exported'").fetchone()[0]
    assert said == {"since": since.isoformat(), "until": until.isoformat(), "lines": said["lines"]}


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "Enter the first day."),
        ("since=2026-13-01&until=2026-12-01", "Enter a real date"),
        ("since=2026-02-01&until=2026-02-01", "Enter a day after the first."),
        ("since=%27;drop&until=x", "Enter a real date"),
    ],
)
def test_a_span_that_is_none_says_so(wiremu, settings, query, says):
    answer = wiremu.get(f"{EXPORT}?{query}")
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)
    assert faults(answer.get_data(as_text=True), promoter=settings.promoter) == []


def test_every_account_has_a_code_of_its_own():
    assert set(XERO) == set(Account)
    assert len({code for code, _ in XERO.values()}) == len(Account)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", " =1", "＝1", "＋1", "－1", "＠x", "|x", "%0A"])
def test_what_a_spreadsheet_would_run_is_shown_instead(text):
    assert defuse(text) == f"'{text}"


def test_rows_leave_in_handfuls_and_none_is_lost():
    parts = list(as_csv([str(n)] for n in range(1001)))
    assert len(parts) == 6
    assert list(csv.reader(io.StringIO("".join(parts), newline=""))) == [[str(n)] for n in range(1001)]
