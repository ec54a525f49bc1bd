"""The figures of the Electoral Act 1993 for every year from 2011 to 2027, at the limit and a cent above: all are “exceeds”."""

from __future__ import annotations

from datetime import date

import pytest

from app.law.books import Books
from app.law.clauses import Silent
from app.law.donations import Contribution, Donation, Form, OverOverseasLimit, OverseasContribution, check_offer, value_of
from app.law.duties import duties
from app.law.large_returns import large_donation_returns
from app.law.money import Money
from app.law.nz import donations as nz
from app.law.nz import protected
from app.law.nz import returns as filed
from app.law.nz.elections import Election
from app.law.returns import donations_return

YEARS = range(2011, 2028)
NAMED = {year: 15_000 if year < 2023 else 5_000 if year < 2026 else 6_000 for year in YEARS}
OVERSEAS = {year: 1_500 if year < 2020 else 50 for year in YEARS}
LARGE = {year: 30_000 if year < 2023 else 20_000 for year in YEARS}
LARGE_DAYS = {year: 10 if year < 2026 else 20 for year in YEARS}
MIDSUMMER = {year: date(year, 3, 2) for year in YEARS}


def dollars(amount: int, cent: int = 0) -> Money:
    return Money(amount * 100 + cent)


def one(year: int, amount: Money, donor: str | None = "d", **more) -> Donation:
    return Donation("1", MIDSUMMER[year], amount, donor, **more)


def owed(*donations: Donation) -> list[Money]:
    return [duty.amount for duty in duties(Books(donations), on=donations[-1].on) if duty.amount]


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("rule", [nz.NAMED_DONOR, nz.NAMED_CONTRIBUTOR], ids=["donor", "contributor"])
@pytest.mark.parametrize("day", [(1, 1), (12, 31)])
def test_who_is_named_from_the_first_to_the_last_day(rule, year, day):
    assert rule.on(date(year, *day)).value == dollars(NAMED[year])


@pytest.mark.parametrize("year", YEARS)
def test_a_donor_is_named_over_the_figure_and_not_at_it(year):
    assert donations_return([one(year, dollars(NAMED[year]))], year).a == ()
    named = donations_return([one(year, dollars(NAMED[year], 1))], year)
    assert [(line.who, line.total) for line in named.a] == [("d", dollars(NAMED[year], 1))]


@pytest.mark.parametrize("year", YEARS)
def test_a_contributor_is_named_over_the_figure_and_not_at_it(year):
    for cent in (0, 1):
        amount = dollars(NAMED[year], cent)
        told = donations_return([one(year, amount, contributions=(Contribution("c", amount),))], year)
        assert [line.who for line in told.b] == ["c"] * cent


@pytest.mark.parametrize("year", YEARS)
def test_a_large_donation_is_told_at_once_over_the_figure_and_not_at_it(year):
    polls = (Election(year, date(year, 1, 20), date(year, 10, 14)),)
    for cent in (0, 1):
        books = Books((one(year, dollars(LARGE[year], cent)),), elections=polls)
        assert len(large_donation_returns(books, on=date(year, 12, 31))) == cent
    rule = filed.LARGE_DONATION.on(MIDSUMMER[year]).value
    assert rule.within.count == LARGE_DAYS[year]


@pytest.mark.parametrize("year", YEARS)
def test_of_an_anonymous_donation_1500_is_kept(year):
    at, above = (owed(one(year, dollars(1500, cent), None)) for cent in (0, 1))
    assert (at, above) == ([], [Money(1)])


@pytest.mark.parametrize("year", YEARS)
def test_of_an_anonymous_donation_perhaps_from_overseas_50_is_kept_since_2020(year):
    most = OVERSEAS[year]
    at, above = (owed(one(year, dollars(most, cent), None, overseas=True)) for cent in (0, 1))
    assert (at, above) == ([], [Money(1)])


@pytest.mark.parametrize("year", YEARS)
def test_of_an_overseas_persons_year_50_is_kept_since_2020_and_1500_before(year):
    check_offer(one(year, dollars(OVERSEAS[year]), overseas=True), ())
    with pytest.raises(OverOverseasLimit):
        check_offer(one(year, dollars(OVERSEAS[year], 1), overseas=True), ())
    assert owed(one(year, dollars(OVERSEAS[year]), overseas=True)) == []
    assert owed(one(year, dollars(OVERSEAS[year], 1), overseas=True)) == [Money(1)]


@pytest.mark.parametrize("year", YEARS)
def test_an_overseas_contribution_over_the_same_figure_makes_the_whole_unlawful(year):
    def donation(cent: int) -> Donation:
        return one(year, dollars(9000), contributions=(Contribution("c", dollars(OVERSEAS[year], cent), overseas=True),))

    check_offer(donation(0), ())
    with pytest.raises(OverseasContribution):
        check_offer(donation(1), ())
    assert (owed(donation(0)), owed(donation(1))) == ([], [dollars(9000)])


@pytest.mark.parametrize("year", YEARS)
def test_goods_count_over_the_floor(year):
    for overseas, floor in ((False, 1500), (True, OVERSEAS[year])):
        at, above = (
            value_of(Form.GOODS, worth=dollars(floor, c), price=Money(0), overseas=overseas, on=MIDSUMMER[year]) for c in (0, 1)
        )
        assert (at.amount, above.amount) == (Money(0), dollars(floor, 1))


@pytest.mark.parametrize("year", YEARS)
def test_contributions_are_declared_over_the_figure(year):
    assert nz.CONTRIBUTION_DECLARED.on(MIDSUMMER[year]).value == dollars(1500)
    assert nz.OVERSEAS_CONTRIBUTION_DECLARED.on(MIDSUMMER[year]).value == dollars(OVERSEAS[year])


@pytest.mark.parametrize("year", YEARS)
def test_the_party_asks_where_more_than_50_comes_from_since_2020(year):
    found = nz.ASK_WHERE_FROM.find(MIDSUMMER[year])
    assert (found and found.value) == (dollars(50) if year >= 2020 else None)


@pytest.mark.parametrize("year", YEARS)
def test_the_audit_begins_over_50000_since_2023_and_over_nothing_before(year):
    assert filed.AUDIT.on(date(year, 12, 31)).value == (dollars(50_000) if year >= 2023 else Money(0))


@pytest.mark.parametrize("year", YEARS)
def test_protected_donations_have_a_minimum_and_two_shares(year):
    day = MIDSUMMER[year]
    assert protected.MINIMUM.on(day).value == dollars(1500)
    assert (protected.PARTY_SHARE.on(day).value, protected.DONOR_SHARE.on(day).value) == (10, 15)


def test_the_dollars_of_the_protected_caps_are_known_for_one_cycle_only():
    assert protected.PARTY_CAP.on(date(2014, 9, 19)).value == dollars(289_000)
    assert protected.DONOR_CAP.on(date(2013, 6, 1)).value == dollars(43_350)
    for day in (date(2012, 12, 31), date(2014, 9, 20), date(2026, 11, 28)):
        with pytest.raises(Silent):
            protected.PARTY_CAP.on(day)


def test_a_2019_and_a_2024_donation_are_judged_by_their_own_law():
    """One overseas person, $1,000: lawful to keep in 2019; in 2024 all but $50 goes back."""
    assert owed(one(2019, dollars(1000), overseas=True)) == []
    (duty,) = (d for d in duties(Books((one(2024, dollars(1000), overseas=True),)), on=date(2026, 11, 28)) if d.amount)
    assert (duty.amount, duty.cites) == (dollars(950), "Electoral Act 1993 s 207K(2A)")
    assert duty.due_on == date(2024, 4, 2)  # over Easter, 29 March to 1 April


def test_the_6000_was_known_twelve_days_before_it_applied():
    assert nz.NAMED_DONOR.on(date(2026, 1, 1), known=date(2025, 12, 18)).value == dollars(5_000)
    assert nz.NAMED_DONOR.on(date(2026, 1, 1), known=date(2025, 12, 19)).value == dollars(6_000)
    assert nz.NAMED_DONOR.on(date(2025, 12, 31)).value == dollars(5_000)
