"""A year on one page, and what is left of a receipt when its time is over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from app.ground import clock
from app.ground.db import session, transaction
from app.law.money import Money
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.receipts import jobs, papers, queries, services
from tests.party.receipts.pdf_reader import words


def at(year: int, month: int, day: int):
    return clock.standing_at(datetime(year, month, day, 1, tzinfo=UTC))


def test_a_year_is_what_came_less_what_went_back_in_it(issue, payer):
    with at(2025, 12, 31):
        before = issue(cents=700)
    with at(2026, 1, 1):
        first = issue(cents=2000, above=1000)
    with at(2026, 6, 1):
        wrong = issue(cents=5000)
    with transaction():
        services.void(session.merge(wrong), reason="never came", by="person:1", on=date(2026, 6, 2))
        services.note_refund(session.merge(wrong), Money(5000), key="x", by="person:1", on=date(2026, 6, 2))
        services.note_refund(session.merge(first), Money(1000), key="a", by="stripe", on=date(2026, 12, 31))
        services.note_refund(session.merge(first), Money(500), key="b", by="stripe", on=date(2027, 1, 1))
        services.note_refund(session.merge(before), Money(700), key="c", by="stripe", on=date(2026, 3, 1))
    sums = {}
    for year in (2024, 2025, 2026, 2027):
        held = queries.statement_of(payer, year)
        sums[year] = held and (held.received.cents, held.returned.cents, held.balance.cents)
    assert sums == {2024: None, 2025: (700, 0, 700), 2026: (3000, 1700, 1300), 2027: (0, 500, -500)}
    text = words(papers.statement(queries.statement_of(payer, 2026), on=date(2026, 12, 31)))
    session.remove()
    for said in ("Statement for 2026", f"{first.name} NZ$30.00", f"{wrong.name} void", f"{before.name} −NZ$7.00", "NZ$13.00"):
        assert said in text, (said, text)
    assert "−NZ$5.00" not in text


def test_the_sums_of_all_years_are_the_payments_less_the_refunds(issue, payer, owner):
    for year in range(2020, 2024):
        with at(year, 5, year - 2000):
            issue(cents=year)
    years = [queries.statement_of(payer, year) for year in range(2019, 2026)]
    session.remove()
    paid = owner.execute("select sum(cents) from payments where settled_at is not null").fetchone()[0]
    assert sum(year.balance.cents for year in years if year) == paid


def test_a_receipt_is_sealed_after_leaving_and_emptied_seven_years_later(issue, payer, owner):
    receipt = issue()
    with transaction():
        services.hand_out(session.merge(receipt), by="system", on=clock.today())
        services.void(session.merge(receipt), reason="a test", by="system", on=clock.today())
        person_services.erase(people.get_person(payer), by="system")
    jobs.expire()
    held = (
        "select count(*) from receipts r"
        " join receipt_papers p on p.receipt_id = r.id join receipt_notes n on n.receipt_id = r.id"
    )
    assert owner.execute(f"{held} where r.sealed is not null").fetchone() == (1,)
    owner.execute("update people set erased_at = %s where id = %s", [clock.now() - timedelta(days=7 * 366), payer])
    jobs.expire()
    gone = f"{held} where r.sealed is null and p.sealed is null and n.sealed is null"
    assert owner.execute(gone).fetchone() == (1,)
    left = owner.execute("select number, cents, digest from receipts").fetchone()
    assert left == (receipt.number, 2000, receipt.digest)
    with transaction():
        held_now = queries.receipts_of(payer)[0]
        assert services.hand_out(held_now, by="system", on=clock.today()) is None
        assert queries.facts_of(held_now) is None
        assert queries.reason_of(queries.notes_on([held_now])[0]) == ""


def test_the_receipts_of_a_member_stay_however_old(issue, owner):
    with at(2015, 1, 5):
        issue()
    jobs.expire()
    assert owner.execute("select count(*) from receipts where sealed is not null").fetchone() == (1,)
