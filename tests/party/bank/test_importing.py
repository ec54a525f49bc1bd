"""A bank’s file is looked at, imported, imported again, and undone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from psycopg import errors
from sqlalchemy import select

from app.ground import audit, clock
from app.ground.db import session
from app.ground.seal import Seal
from app.party.bank import jobs, queries
from app.party.bank.models import BankImport
from app.party.payments.models import Difference
from tests.house.page_reader import faults
from tests.party.bank.at_the_bank import (
    BANK,
    at,
    days_ago,
    do,
    imported,
    lines,
    looked_at,
    only_line,
    record,
    seen,
    send,
    the_books_hold,
)
from tests.party.bank.files import BANKS, a_file, westpac
from tests.party.desk.at_the_desk import keys, reference_for

GRACE = "grace@people.example"


@pytest.fixture
def wiremu(as_officer):
    return as_officer("wiremu")


def three_lines() -> bytes:
    return westpac(
        (days_ago(3), "20.00", "Pōtaka R", "X1"),
        (days_ago(2), "5.00", "Okonkwo-Hale G", "X2"),
        (days_ago(1), "-4.50", "Bank", "Fee"),
    )


@pytest.mark.parametrize("bank", BANKS)
def test_a_file_of_every_bank_is_looked_at_and_imported(wiremu, settings, bank):
    where, page = looked_at(wiremu, a_file(bank, reference=reference_for(GRACE), day=days_ago(2)))
    assert "2 lines, 0 known already, 2 new. Nothing is imported yet." in page
    assert faults(page, promoter=settings.promoter) == []
    assert lines() == []
    done = wiremu.post(f"{where}/confirm", data=keys(page))
    assert done.status_code == 303
    after = wiremu.get(where).get_data(as_text=True)
    assert "2 lines, 0 known already, 2 new." in after
    assert faults(after, promoter=settings.promoter) == []
    assert [line.cents for line in lines()] == [2000, -500]
    the_books_hold()


def test_the_same_file_twice_adds_nothing_the_second_time(wiremu):
    imported(wiremu, three_lines())
    where, page = looked_at(wiremu, three_lines())
    assert "3 lines, 3 known already, 0 new" in page
    assert "Nothing in it is new" in page
    wiremu.post(f"{where}/confirm", data=keys(page))
    assert len(lines()) == 3


def test_of_a_file_that_overlaps_only_what_is_new_is_added(wiremu):
    imported(wiremu, three_lines())
    more = three_lines() + westpac((days_ago(0), "7.00", "Hēmi", "X3")).split(b"\n", 1)[1]
    _, page = imported(wiremu, more)
    assert "4 lines, 3 known already, 1 new." in page
    assert len(lines()) == 4


def test_two_identical_lines_on_one_day_are_two_and_stay_two(wiremu):
    twice = westpac(*[(days_ago(1), "5.00", "Same", "X")] * 2)
    imported(wiremu, twice)
    assert len(lines()) == 2
    _, page = imported(wiremu, westpac(*[(days_ago(1), "5.00", "Same", "X")] * 3))
    assert "3 lines, 2 known already, 1 new." in page
    assert len(lines()) == 3


def test_pressed_by_two_at_once_and_sent_twice_it_is_imported_once(wiremu, app):
    one, page = looked_at(wiremu, three_lines())
    other, _ = looked_at(wiremu, three_lines())
    cookie = wiremu.get_cookie("hustings").value

    def press(where):
        browser = app.test_client()
        browser.set_cookie("hustings", cookie)
        return browser.post(f"{where}/confirm", data=keys(page)).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(press, [one, other, one, other])) == {303}
    assert len(lines()) == 3
    session.remove()
    assert sorted(session.scalars(select(BankImport.lines_new))) == [0, 3]


def test_a_bad_line_is_named_and_nothing_is_kept(wiremu, settings, owner):
    answer = send(wiremu, three_lines() + b"99/99/2026,5.00,x,,,,\n")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Line 5:" in page
    assert "Nothing of this file was imported" in page
    assert faults(page, promoter=settings.promoter) == []
    assert owner.execute("select count(*) from bank_imports").fetchone()[0] == 0


@pytest.mark.parametrize(
    ("content", "status", "says"),
    [
        (b"\x00" * 50, 422, "is empty"),
        (b"PK\x03\x04" + b"x" * 100, 422, "a spreadsheet"),
        (b"Date,Amount," + b"x," * 100_000 + b"\n", 422, "columns"),
        (b"x" * (2 * 1024 * 1024 + 10), 422, "larger than 2 MB"),
        (b"x" * (4 * 1024 * 1024), 413, "That is too much"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_answered_in_a_sentence(wiremu, content, status, says):
    answer = send(wiremu, content, name="../../evil.csv")
    assert answer.status_code == status
    assert says in answer.get_data(as_text=True)
    assert lines() == []


def test_no_file_says_so(wiremu, settings):
    answer = wiremu.post(f"{BANK}/file", data=keys(wiremu.get(BANK).get_data(as_text=True)))
    assert answer.status_code == 422
    assert "Choose the file that the bank gave you." in answer.get_data(as_text=True)
    assert faults(answer.get_data(as_text=True), promoter=settings.promoter) == []


def test_a_visitor_may_send_no_more_than_a_form(client):
    assert client.post(f"{BANK}/file", data=b"x" * 500_000, content_type="multipart/form-data; boundary=x").status_code == 413


def test_what_a_payer_called_themselves_runs_nowhere(wiremu):
    imported(wiremu, westpac((days_ago(1), "5.00", "<script>alert(1)</script> =1+1", "X")))
    page = wiremu.post(at(only_line()), data=keys(wiremu.get(at(only_line())).get_data(as_text=True))).get_data(as_text=True)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; =1+1" in page


def test_the_dry_run_is_for_whoever_sent_the_file(wiremu, as_officer, app, cast):
    from dataclasses import replace

    from tests import cast as faces
    from tests.walk import enter, prove

    other = replace(faces.CAST[0], key="other", name="Hera Other", email="other@people.example", office="treasurer")
    faces.make(other)
    hera = enter(app, other.email)
    prove(hera, other.email)
    where, page = looked_at(wiremu, three_lines())
    assert hera.get(where).status_code == 404
    assert hera.post(f"{where}/confirm", data=keys(hera.get(BANK).get_data(as_text=True))).status_code == 404
    wiremu.post(f"{where}/confirm", data=keys(page))
    assert hera.get(where).status_code == 200


def test_a_file_that_nobody_confirms_is_forgotten_after_a_day(wiremu, owner):
    where, page = looked_at(wiremu, three_lines())
    jobs.forget()
    assert owner.execute("select sealed is null from bank_imports").fetchone()[0] is False
    with clock.standing_at(clock.now() + timedelta(hours=25)):
        jobs.forget()
    assert owner.execute("select sealed is null from bank_imports").fetchone()[0] is True
    answer = wiremu.post(f"{where}/confirm", data=keys(page))
    assert answer.status_code == 422
    assert "Send it again" in answer.get_data(as_text=True)
    assert lines() == []


def test_a_file_that_was_not_meant_is_forgotten_at_once(wiremu, owner):
    where, page = looked_at(wiremu, three_lines())
    assert wiremu.post(f"{where}/forget", data=keys(page)).status_code == 303
    assert owner.execute("select sealed is null from bank_imports").fetchone()[0] is True
    assert "is forgotten" in wiremu.get(where).get_data(as_text=True)
    assert wiremu.post(f"{where}/confirm", data=keys(page)).status_code == 422
    assert lines() == []


def test_words_can_be_put_under_a_later_key_by_the_owner_of_the_tables(wiremu, owner, settings):
    looked_at(wiremu, three_lines())
    imported(wiremu, westpac((days_ago(1), "5.00", "Hēmi", "X")))
    later = Seal({**settings.seal_keys, max(settings.seal_keys) + 1: b"k" * 32}, index_key=settings.index_key)
    for table in ("bank_imports", "bank_lines"):
        for row, sealed in owner.execute(f"select id, sealed from {table} where sealed is not null").fetchall():
            owner.execute(f"update {table} set sealed = %s where id = %s", [later.anew(sealed, table=table, row=row), row])
            with pytest.raises(errors.IntegrityConstraintViolation):
                owner.execute(f"update {table} set sealed = %s where id = %s", [sealed, row])


def test_the_words_of_what_was_dealt_with_are_emptied_after_seven_years(wiremu, owner):
    imported(wiremu, westpac((days_ago(1), "-5.00", "Old", "X"), (days_ago(1), "-6.00", "Open", "Y")))
    do(wiremu, lines()[0], "aside", because="bill")
    for years, kept in ((6, 2), (8, 1)):
        with clock.standing_at(clock.now() + timedelta(days=365 * years)):
            jobs.forget()
        assert owner.execute("select count(*) from bank_lines where sealed is not null").fetchone()[0] == kept
    assert "not kept any more" in seen(wiremu, lines()[0])


def test_an_untouched_import_is_undone_as_a_whole_and_can_be_imported_again(wiremu, owner):
    where, page = imported(wiremu, three_lines())
    assert wiremu.post(f"{where}/undo", data=keys(page)).status_code == 303
    assert lines() == []
    assert "Undone" in wiremu.get(where).get_data(as_text=True)
    assert owner.execute("select count(*) from bank_lines where sealed is not null").fetchone()[0] == 0
    _, again = imported(wiremu, three_lines())
    assert "3 lines, 0 known already, 3 new." in again


def test_an_import_with_a_line_that_was_touched_is_not_undone(wiremu, settings):
    where, page = imported(wiremu, three_lines())
    fee = lines()[2]
    do(wiremu, fee, "aside", because="fee")
    answer = wiremu.post(f"{where}/undo", data=keys(page))
    assert answer.status_code == 422
    assert "Of its lines matched or set aside: 1." in answer.get_data(as_text=True)
    assert faults(answer.get_data(as_text=True), promoter=settings.promoter) == []
    do(wiremu, fee, "take-back")
    assert wiremu.post(f"{where}/undo", data=keys(page)).status_code == 303


def test_a_recorded_line_keeps_its_import(wiremu):
    where, page = imported(wiremu, westpac((days_ago(1), "5.00", "Grace", "X")))
    assert record(wiremu, only_line(), (reference_for(GRACE), "5")).status_code == 303
    assert wiremu.post(f"{where}/undo", data=keys(page)).status_code == 422
    the_books_hold()


def test_looking_at_what_the_bank_wrote_is_written_down(wiremu, owner):
    imported(wiremu, three_lines())
    line = lines()[0]
    before = wiremu.get(at(line)).get_data(as_text=True)
    assert "Pōtaka" not in before
    assert "Pōtaka" not in wiremu.get(BANK).get_data(as_text=True)
    assert "Pōtaka R" in seen(wiremu, line)
    said = owner.execute("select action from audit_entries where subject = %s", [audit.of("bank_line", line.id)]).fetchall()
    assert said == [("bank:line_seen",)]


def test_what_waits_for_days_is_work_for_the_desk_with_an_owner(wiremu, settings):
    imported(wiremu, three_lines())
    jobs.watch()
    jobs.watch()
    old = lines()[0]
    assert [(row.kind, row.subject) for row in session.scalars(select(Difference).where(Difference.closed_at.is_(None)))] == [
        ("bank line", audit.of("bank_line", old.id))
    ]
    session.remove()
    money = wiremu.get("/org/money").get_data(as_text=True)
    assert at(old) in money
    assert "Money on a bank statement that nobody has been credited with" in wiremu.get("/org").get_data(as_text=True)
    assert do(wiremu, old, "take-up").status_code == 303
    page = wiremu.get(BANK).get_data(as_text=True)
    assert "With: treasurer." in page
    assert faults(page, promoter=settings.promoter) == []
    do(wiremu, old, "aside", because="elsewhere")
    session.remove()
    assert session.scalar(select(Difference.closed_because)) == "set aside"


def test_setting_aside_can_be_taken_back(wiremu, settings):
    imported(wiremu, westpac((days_ago(1), "-4.50", "Bank", "Fee")))
    answer = do(wiremu, only_line(), "aside", because="")
    assert answer.status_code == 422
    assert faults(answer.get_data(as_text=True), promoter=settings.promoter) == []
    do(wiremu, only_line(), "aside", because="fee")
    page = wiremu.get(at(only_line())).get_data(as_text=True)
    assert "A fee of the bank" in page
    assert queries.open_counts() == (0, 0)
    session.remove()
    do(wiremu, only_line(), "take-back")
    assert only_line().state == "open"


def test_the_database_keeps_a_line_as_the_bank_wrote_it(wiremu, owner, settings):
    import psycopg

    imported(wiremu, westpac((days_ago(1), "5.00", "Grace", "X")))
    assert record(wiremu, only_line(), (reference_for(GRACE), "5")).status_code == 303
    with psycopg.connect(settings.database_url, autocommit=True) as app_link:
        for way in ("update bank_lines set cents = 1", "delete from bank_lines", "update bank_matches set cents = 1"):
            with pytest.raises(errors.InsufficientPrivilege):
                app_link.execute(way)
        for way in (
            "update bank_lines set sealed = '\\x01'",
            "update bank_lines set matched_at = null",
            'insert into bank_lines select gen_random_uuid(), import_id, number, identity_index, "on", cents, currency'
            " from bank_lines",
        ):
            with pytest.raises(errors.IntegrityError):
                app_link.execute(way)


def test_a_stolen_copy_names_no_payer(wiremu, owner):
    looked_at(wiremu, three_lines())
    imported(wiremu, three_lines())
    for table in ("bank_imports", "bank_lines", "audit_entries"):
        text = "\n".join(row[0] for row in owner.execute(f"select t::text from {table} t")).casefold()
        assert "taka" not in text
        assert "okonkwo" not in text


def test_twenty_thousand_lines_are_imported_in_one_go(wiremu):
    rows = [(days_ago(n % 300), f"{n % 97 + 1}.{n % 100:02}", f"Payer {n}", f"R{n}") for n in range(20_000)]
    _, page = imported(wiremu, westpac(*rows))
    assert "20000 lines, 0 known already, 20000 new." in page
    assert wiremu.get(BANK).status_code == 200
    assert wiremu.get(f"{BANK}/sure").status_code == 200
