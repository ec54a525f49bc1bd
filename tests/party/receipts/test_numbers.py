"""Numbers: in order, without a gap, one receipt a payment, whatever is rolled back or dies."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from psycopg import errors
from sqlalchemy import func, select

from app.ground import audit, clock
from app.ground.db import attempt, session, transaction
from app.law.money import Money
from app.party.payments.models import Payment
from app.party.receipts import queries, rules, services
from app.party.receipts.models import Receipt
from tests.party.receipts.paying import write


class GivenUp(Exception):
    pass


def numbers(owner) -> list[int]:
    return [row[0] for row in owner.execute("select number from receipts order by issued_at, number")]


def test_a_number_is_the_calendar_year_and_a_place_in_it(issue):
    with clock.standing_at(datetime(2026, 12, 31, 10, tzinfo=UTC)):
        assert [issue().name, issue().name] == ["2026-000001", "2026-000002"]
    with clock.standing_at(datetime(2026, 12, 31, 11, 30, tzinfo=UTC)):  # half past midnight, summer time
        assert issue().name == "2027-000001"


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-1", "2026-0000001", "２０２６-000001", "2026-000001 ", "026-000001", "2026-00000١"]
)
def test_a_number_has_one_spelling(text):
    assert rules.read_number(text) is None
    assert rules.read_number("2026-000001") == (2026, 1)
    assert rules.read_number(rules.number_of(2026, 1234567)) == (2026, 1234567)


def test_twelve_at_once_with_a_third_rolled_back_leave_no_gap(app, payer, paid, owner):
    """Sixty transactions on twelve threads, a link to the database each; every third gives up once its number is drawn."""

    def one(turn: int) -> None:
        with app.app_context():
            try:
                with transaction():
                    write(paid(), payer)
                    if turn % 3 == 0:
                        raise GivenUp
            except GivenUp:
                pass
            finally:
                session.remove()

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(one, range(60)))
    assert numbers(owner) == list(range(1, 41))
    assert owner.execute("select last from receipt_counters").fetchall() == [(40,)]
    assert audit.verify()[1] == []
    session.remove()


def test_a_part_that_fails_gives_its_number_back(issue, payer, paid, owner):
    with transaction():
        payment = paid()
        with pytest.raises(GivenUp), attempt():
            write(payment, payer)
            raise GivenUp
        write(payment, payer)
    assert numbers(owner) == [1]


def test_a_process_that_is_killed_with_a_number_in_hand_gives_it_back(issue, settings, owner):
    issue()
    draw = (
        "import psycopg, sys, time\n"
        "c = psycopg.connect(sys.argv[1])\n"
        "print(c.execute('select next_receipt_number(%s)', [int(sys.argv[2])]).fetchone()[0], flush=True)\n"
        "time.sleep(60)\n"
    )
    year = str(clock.today().year)
    process = subprocess.Popen([sys.executable, "-c", draw, settings.database_url, year], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().strip() == "2"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    issue()
    assert numbers(owner) == [1, 2]


def test_one_receipt_a_payment_however_often_and_by_how_many_it_is_asked_for(app, payer, paid, owner):
    with transaction():
        payment = paid()
        first = write(payment, payer)
        assert write(payment, payer).id == first.id

    def again(_: int) -> str:
        with app.app_context():
            try:
                with transaction():
                    return write(session.get_one(Payment, payment.id), payer, name="Somebody Else").name
            finally:
                session.remove()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(again, range(16))) == {first.name}
    assert numbers(owner) == [1]
    logged = owner.execute("select count(*) from audit_entries where action = 'receipt:issued'").fetchone()
    assert logged == (1,)


def test_a_receipt_is_for_what_was_paid_and_for_money_that_has_come(payer, paid):
    with transaction():
        payment = paid(2000)
        with pytest.raises(rules.NotThePayment):
            services.issue(
                payment, person_id=payer, name="A", address="", lines=[("Dues", Money(1999))], reference="R", by="system"
            )
        payment.settled_at = None
        with pytest.raises(rules.NotThePayment), session.no_autoflush:
            write(payment, payer)
        session.rollback()
    assert session.scalar(select(func.count()).select_from(Receipt)) == 0
    session.remove()


def test_the_database_keeps_no_number_without_its_receipt(settings, issue):
    """Whatever the application's code says: a number that was drawn for nothing undoes the transaction."""
    issue()
    with psycopg.connect(settings.database_url) as connection:
        connection.execute("select next_receipt_number(2026)")
        with pytest.raises(errors.CheckViolation, match="drawn for no receipt"):
            connection.commit()


def test_the_database_takes_no_number_out_of_turn_and_no_second_receipt(settings, issue, owner):
    held = issue()
    columns = "payment_id, person_id, cents, currency, received_on, issued_at, sealed, digest"
    copy = f"insert into receipts (id, year, number, {columns}) select %s, year, %s, {columns} from receipts"
    with psycopg.connect(settings.database_url) as connection:
        for number in (held.number + 1, held.number - 1, 77):
            with pytest.raises(errors.CheckViolation, match="is not the next one"), connection.transaction():
                connection.execute(copy, [uuid4(), number])
        with pytest.raises(errors.UniqueViolation), connection.transaction():
            connection.execute(copy, [uuid4(), held.number])
        with pytest.raises(errors.InsufficientPrivilege), connection.transaction():
            connection.execute("update receipt_counters set last = 7")


@pytest.mark.parametrize("table", ["receipts", "receipt_papers", "receipt_notes"])
@pytest.mark.parametrize("way", ["delete from {}", "update {} set id = gen_random_uuid()", "truncate {} cascade"])
def test_not_even_the_owner_changes_a_receipt_by_accident(issue, owner, table, way):
    receipt = issue()
    with transaction():
        held = session.merge(receipt)
        services.hand_out(held, by="system", on=clock.today())
        services.void(held, reason="a test", by="system", on=clock.today())
    with pytest.raises(errors.IntegrityConstraintViolation):
        owner.execute(way.format(table))


def test_receipts_are_listed_newest_first(issue):
    first, second = issue(), issue(cents=500)
    assert [held.id for held in queries.receipts_of(first.person_id)] == [second.id, first.id]
    session.remove()


def test_a_receipt_that_was_taken_out_or_is_over_another_amount_is_found(issue, owner_url):
    """By somebody who owns the tables and switches the walls off."""
    issue(), issue(), issue(cents=700)
    assert queries.verify() == []
    session.remove()
    with psycopg.connect(owner_url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("delete from receipts where number = 2")
        connection.execute("update receipts set cents = 800 where number = 3")
    year = clock.today().year
    assert queries.verify() == [
        f"Receipts of {year}: 3 numbers were given and 2 receipts are there.",
        f"Receipt {year}-000003 is not over what was paid.",
    ]
    session.remove()
