"""What a return says: each donation once, the same as the ledger, each figure open to the rows behind it."""

from __future__ import annotations

from datetime import date

import psycopg
import pytest

from app.ground.db import session, transaction
from app.law import returns as law
from app.law.money import Money
from app.party.payments.models import Account
from app.party.payments.services.ledger import post
from app.party.returns import queries, rules
from app.party.returns.queries import AsOf
from tests.party.returns.a_year import YEAR, dollars, fill, given_in_kind, made

AFTER = AsOf(date(YEAR + 1, 4, 6))


@pytest.fixture
def year(app, settings) -> queries.Year:
    fill(settings)
    return made()


def test_every_part_has_its_kind_and_each_donation_of_the_year_stands_in_one_figure(year):
    told = year.donations
    assert all(getattr(told, part) for part in "abcdef")
    assert all(line.figure.count for line in told.g)
    assert (len(told.not_received) > 0, told.not_told.count) == (True, 0)
    counted = [*told.totals.all.ids, *(gone.entry.id for gone in told.not_received)]
    assert sorted(counted) == sorted(donation.id for donation in year.rows)
    assert told.totals.all.amount == told.totals.money.amount + told.totals.not_money.amount


def test_the_totals_are_the_ledgers_to_the_cent(year):
    checks = queries.all_checks(year)
    assert checks.adds_up
    assert checks.books.difference == Money(0)
    assert checks.books.left < Money(0)
    assert checks.accounted == checks.books.received + checks.books.in_kind


def test_each_figure_opens_rows_that_come_to_it(year):
    told = year.donations
    for part in "acdf":
        assert queries.behind(year, part).total == getattr(told.totals, part).amount
    for place, line in enumerate(told.g, 1):
        assert queries.behind(year, f"g-{place}").total == line.figure.amount
    assert queries.behind(year, "g").total == told.totals.g.amount
    for aside in ("all", "money", "not-money", "not-received"):
        assert queries.behind(year, aside).rows
    assert queries.behind(year, "g-9") is None
    assert queries.behind(year, "z") is None


def test_what_was_taken_back_and_came_again_is_received_and_what_went_back_whole_is_not(year):
    came_again = [donation for donation in year.rows if donation.amount == Money(7_500) and not donation.given_up]
    assert {donation.id for donation in came_again} <= set(year.donations.totals.all.ids)
    whole = [gone.entry.amount for gone in year.donations.not_received]
    assert Money(5_000) in whole  # taken back by the payer’s bank
    assert Money(800_000) in whole  # an overseas contribution was too large: Part E tells of it all the same
    assert year.donations.e[0].given_up[0].amount == Money(800_000)


def test_what_the_commission_paid_for_a_donor_nobody_may_name_says_how_much_was_interest(year):
    assert {line.interest for line in year.donations.f} == {Money(1_234)}


def test_loans_are_told_counted_or_left_out(year):
    assert sorted(line.amount for line in year.loans.h) == [dollars(8_000), dollars(9_000), dollars(35_000), dollars(40_000)]
    assert next(line.unpaid for line in year.loans.h if line.amount == dollars(35_000)) == dollars(25_000)
    assert year.loans.i.amount == dollars(2_000)
    assert year.audit.holds


def test_a_payment_that_ledger_and_donations_disagree_on_is_said(year):
    with transaction():
        post(
            source="test", external_id="stray", kind="payment", day=date(YEAR, 5, 5), payment_id=None,
            lines=[(Account.BANK, Money(4_200)), (Account.DONATIONS, Money(-4_200))],
        )  # fmt: skip
    found = queries.books(YEAR)
    assert not found.agree
    assert found.difference == Money(4_200)
    assert [one.sentence for one in found.unbooked] == ["The ledger has $42.00 of donations that belong to no payment."]


def test_donors_who_share_a_mailbox_or_an_address_are_listed_as_perhaps_one(app):
    for name in ("Ānaru Petera", "Anaru Petera"):
        given_in_kind(name, "2 Rimu Way, Taupō 3330", 400_000, date(YEAR, 2, 3), email="a.petera@people.example")
    found = queries.alike(YEAR, over=dollars(6_000))
    assert [(one.together, one.over, len(one.donors)) for one in found] == [(dollars(8_000), True, 2)]


def test_a_named_line_without_an_address_is_listed(app):
    donor = given_in_kind("Kōwhai Nurseries", "", 700_000, date(YEAR, 2, 3))
    assert queries.all_checks(made()).without_address == [("a", str(donor))]


def test_the_last_day_is_30_april_and_where_that_is_a_sunday_the_friday_before_is_planned_for(app):
    assert (queries.due(2026).on, queries.due(2026).plan_for) == (date(2027, 4, 30), date(2027, 4, 30))
    assert (queries.due(2027).on, queries.due(2027).plan_for) == (date(2028, 4, 30), date(2028, 4, 28))


def test_a_year_without_donations_is_a_nil_return(app):
    assert made().donations.is_nil
    assert made().loans.is_nil
    assert not made().audit.holds


def test_each_year_is_told_by_its_own_law(app):
    for year, expected in ((2019, True), (2025, False), (2026, False)):
        given_in_kind(f"Donor of {year}", "1 Mill Lane, Timaru 7910", 1_600_000 if expected else 550_000, date(year, 3, 3))
    assert made(2019).donations.named_over == dollars(15_000)
    assert len(made(2019).donations.a) == 1
    assert len(made(2025).donations.a) == 1  # over $5,000
    assert len(made(2026).donations.a) == 0  # not over $6,000


def test_large_donation_returns_of_a_specified_period_are_listed_with_their_day(app, settings):
    given_in_kind("Aerial Ropeways Ltd", "1 Ridge Road, Nelson 7010", 1_500_000, date(YEAR, 3, 3))
    assert queries.large_of_year(YEAR, AFTER) == []
    given_in_kind("Basalt Quarries Ltd", "2 Ridge Road, Nelson 7010", 2_100_000, date(YEAR, 4, 7))
    (paper,) = queries.large_of_year(YEAR, AFTER)
    assert (paper.total, paper.due_on) == (dollars(21_000), date(2026, 5, 6))  # over Anzac Day, Mondayised
    session.remove()


def test_every_total_has_a_name(app):
    assert set(rules.TOTALS) == {"a", "c", "d", "f", "g", "all", "money", "not_money"}


def test_no_name_is_opened_but_those_the_return_tells(app, settings, owner_url):
    fill(settings, 120)
    told = made().donations
    named = {entry.id for part in "abdef" for line in getattr(told, part) for entry in line.entries}
    donors = {line.who for part in "ad" for line in getattr(told, part)}
    content = queries.donations_content(made())
    session.remove()
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("set session_replication_role = replica")  # past the walls
        spoilt = owner.execute("update donations set sealed = '\\x00' where not id = any(%s::uuid[])", [list(named)]).rowcount
        owner.execute("update donors set sealed = '\\x00' where not id = any(%s::uuid[])", [list(donors)])
    assert spoilt > 50
    assert queries.donations_content(made()) == content


def test_the_rows_may_come_in_any_order(year):
    turned = law.donations_return(list(reversed(year.rows)), YEAR, on=AFTER.on)
    assert turned == year.donations
