"""Spans of days: the year of a return, the specified period, twelve months, the financial year, the cycle between polls."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.law.deadlines import AfterPeriod, Days, Hours, NextTime, OfNextMonth, OfNextYear, Span, WorkingDays
from app.law.nz.elections import ELECTIONS, Election
from app.law.periods import (
    Period,
    between_polls,
    calendar_year,
    financial_year,
    specified_period,
    twelve_months_to,
)

D = date


@pytest.mark.parametrize(
    ("registered", "cancelled", "first", "last"),
    [
        (None, None, D(2026, 1, 1), D(2026, 12, 31)),
        (D(2026, 5, 13), None, D(2026, 5, 13), D(2026, 12, 31)),  # the first year, s 210(8)(a)
        (None, D(2026, 6, 12), D(2026, 1, 1), D(2026, 6, 12)),  # the year of cancellation, (b)
        (D(2026, 5, 13), D(2026, 6, 12), D(2026, 5, 13), D(2026, 6, 12)),  # both, (c)
        (D(2014, 5, 13), D(2031, 6, 12), D(2026, 1, 1), D(2026, 12, 31)),
    ],
)
def test_the_year_of_a_return_is_cut_short_at_registration_and_cancellation(registered, cancelled, first, last):
    year = calendar_year(2026, registered_on=registered, cancelled_on=cancelled)
    assert (year.since, year.last) == (first, last)
    assert last in year
    assert last + timedelta(days=1) not in year


@pytest.mark.parametrize("facts", [{"registered_on": D(2027, 1, 1)}, {"cancelled_on": D(2025, 12, 31)}])
def test_a_year_in_which_the_party_was_not_registered_has_no_return(facts):
    with pytest.raises(ValueError, match="not registered in 2026"):
        calendar_year(2026, **facts)


@pytest.mark.parametrize(
    ("case", "election", "first", "last"),
    [
        ("2026: notice after new year", ELECTIONS[-2], D(2026, 1, 1), D(2026, 11, 6)),
        ("2023", ELECTIONS[-3], D(2023, 1, 1), D(2023, 10, 13)),
        ("notice in the November before", Election(2029, D(2028, 11, 20), D(2029, 10, 13)), D(2028, 11, 21), D(2029, 10, 12)),
        ("notice on 31 December", Election(2029, D(2028, 12, 31), D(2029, 10, 13)), D(2029, 1, 1), D(2029, 10, 12)),
        ("an early election", Election(2029, D(2028, 3, 1), D(2028, 4, 29)), D(2028, 3, 2), D(2028, 4, 28)),
        ("no day known yet", Election(2029), D(2029, 1, 1), D.max),
    ],
)
def test_the_specified_period_of_s_210C(case, election, first, last):
    period = specified_period(election)
    assert (period.since, period.last) == (first, last)


def test_an_early_election_needs_the_day_of_notice():
    with pytest.raises(ValueError, match="public notice"):
        specified_period(Election(2029, None, D(2028, 4, 29)))
    with pytest.raises(ValueError, match="not said"):
        specified_period(Election(2029, D(2028, 4, 29)))


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        (D(2025, 12, 31), False), (D(2026, 1, 1), True), (D(2026, 11, 6), True), (D(2026, 11, 7), False),
        (D(2028, 6, 1), False), (D(2029, 1, 1), True),
    ],
)  # fmt: skip
def test_a_day_is_in_the_period_of_an_election_or_in_none(day, inside):
    assert any(day in specified_period(election) for election in ELECTIONS) is inside


@pytest.mark.parametrize(
    ("day", "since"),
    [
        (D(2026, 5, 10), D(2025, 5, 11)),
        (D(2024, 2, 29), D(2023, 3, 1)),
        (D(2025, 2, 28), D(2024, 2, 29)),
        (D(2025, 3, 1), D(2024, 3, 2)),
    ],
)
def test_twelve_months_end_with_the_day(day, since):
    assert twelve_months_to(day) == Period(since, day + timedelta(days=1))


@given(some.dates(D(2011, 1, 1), D(2060, 12, 31)))
def test_twelve_months_are_365_or_366_days(day):
    period = twelve_months_to(day)
    assert day in period
    assert (period.until - period.since).days in (365, 366)


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (D(2025, 7, 1), D(2025, 7, 1), D(2026, 6, 30)),
        (D(2026, 6, 30), D(2025, 7, 1), D(2026, 6, 30)),
        (D(2026, 7, 1), D(2026, 7, 1), D(2026, 12, 31)),  # cut short
        (D(2026, 12, 31), D(2026, 7, 1), D(2026, 12, 31)),
    ],
)
def test_the_last_australian_financial_year_is_cut_short(day, first, last):
    year = financial_year(day, ends=D(2026, 12, 31))
    assert (year.since, year.last) == (first, last)
    with pytest.raises(ValueError, match="ended"):
        financial_year(D(2027, 1, 1), ends=D(2026, 12, 31))


def test_protected_donations_are_counted_from_poll_to_poll():
    assert between_polls(D(2013, 6, 1), ELECTIONS) == Period(D(2011, 11, 26), D(2014, 9, 20))
    assert between_polls(D(2026, 11, 7), ELECTIONS) == Period(D(2026, 11, 7), D.max)
    assert between_polls(D(2008, 1, 1), ELECTIONS) is None


@pytest.mark.parametrize(
    ("deadline", "of", "last"),
    [
        (WorkingDays(20), D(2026, 12, 1), D(2027, 1, 20)),  # over Christmas
        (WorkingDays(20), D(2026, 12, 24), D(2027, 2, 15)),  # over Christmas, and Waitangi on a Saturday
        (WorkingDays(10), D(2027, 1, 29), D(2027, 2, 15)),  # Waitangi on Saturday 6 February: Monday 8 counts for it
        (WorkingDays(10), D(2010, 1, 29), D(2010, 2, 12)),  # which before 2014 it did not
        (WorkingDays(10), D(2026, 3, 30), D(2026, 4, 15)),  # over Easter
        (WorkingDays(10), D(2026, 4, 20), D(2026, 5, 5)),  # Anzac Day on a Saturday
        (WorkingDays(20), D(2026, 6, 30), D(2026, 7, 29)),  # over Matariki
        (WorkingDays(20), D(2021, 6, 30), D(2021, 7, 28)),  # before Matariki was a day
        (WorkingDays(15), D(2028, 4, 30), D(2028, 5, 19)),
        (Days(30), D(2026, 1, 1), D(2026, 1, 31)),  # a Saturday, and stays one
        (Hours(24), D(2027, 1, 1), D(2027, 1, 2)),
        (OfNextMonth(21), D(2027, 12, 31), D(2028, 1, 21)),
        (OfNextYear(4, 30), D(2027, 1, 1), D(2028, 4, 30)),
        (NextTime(10, 20), D(2026, 6, 30), D(2026, 10, 20)),
        (NextTime(10, 20), D(2026, 12, 31), D(2027, 10, 20)),
        (AfterPeriod(30, Span.QUARTER), D(2026, 2, 14), D(2026, 4, 30)),
        (AfterPeriod(30, Span.QUARTER), D(2026, 12, 31), D(2027, 1, 30)),
        (AfterPeriod(7, Span.WEEK), D(2026, 11, 28), D(2026, 12, 6)),
        (AfterPeriod(56, Span.YEAR), D(2027, 3, 1), D(2028, 2, 25)),
    ],
    ids=str,
)
def test_each_kind_of_deadline_knows_its_last_day(deadline, of, last):
    assert deadline.last_day(of) == last


@given(some.dates(D(2011, 1, 1), D(2050, 12, 31)), some.integers(1, 70))
def test_working_days_are_counted_one_by_one(day, count):
    from app.law.calendars import is_working_day

    last = WorkingDays(count).last_day(day)
    assert is_working_day(last)
    assert sum(is_working_day(day + timedelta(days=n)) for n in range(1, (last - day).days + 1)) == count
