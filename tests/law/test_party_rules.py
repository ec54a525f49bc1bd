"""The party's own rules: amounts by day, and terms that are never a day short."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.law.clauses import Silent
from app.law.money import Money
from app.law.party_rules import DUES, MONTHS, Rhythm, add_months, add_years, asked_on, payable_on, term_from

RULE = DUES.on(date(2026, 11, 23)).value
YEARLY = RULE.fees[Rhythm.YEARLY]


@pytest.mark.parametrize(
    ("day", "standard"),
    [(date(2014, 3, 27), Money(1000)), (date(2026, 1, 31), Money(1000)), (date(2026, 2, 1), Money(2000))],
)
def test_the_amount_is_that_of_the_day(day, standard):
    rule = DUES.on(day).value
    assert rule.dues("standard", Rhythm.YEARLY) == standard
    assert rule.dues("concession", Rhythm.YEARLY) == Money(500)


def test_a_rhythm_is_offered_only_since_the_rule_that_brought_it():
    assert RULE.dues("standard", Rhythm.MONTHLY) == Money(200)
    assert RULE.dues("concession", Rhythm.THREE_YEARLY) == Money(1500)
    before = DUES.on(date(2026, 10, 31)).value
    with pytest.raises(KeyError):
        before.dues("standard", Rhythm.MONTHLY)
    assert before.for_rhythm(Rhythm.MONTHLY) == before.fees[Rhythm.YEARLY]


def test_no_rhythm_is_longer_than_the_act_allows():
    assert RULE.longest_years == 3
    assert max(MONTHS.values()) == 36


def test_before_the_founding_there_was_no_rule_and_another_rate_does_not_exist():
    with pytest.raises(Silent):
        DUES.on(date(2014, 3, 26))
    with pytest.raises(KeyError):
        RULE.dues("free", Rhythm.YEARLY)


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        (date(2026, 11, 23), 1, date(2027, 11, 23)),
        (date(2024, 2, 29), 1, date(2025, 3, 1)),  # no term is a day short
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2023, 2, 28), 1, date(2024, 2, 28)),
        (date(2024, 2, 29), -1, date(2023, 3, 1)),
    ],
)
def test_a_year_later_is_the_same_day_or_the_first_of_march(day, years, later):
    assert add_years(day, years) == later


@pytest.mark.parametrize(
    ("since", "joined", "until"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), date(2027, 11, 23)),  # the first term
        (date(2027, 11, 23), date(2026, 11, 23), date(2028, 11, 23)),
        (date(2024, 2, 29), date(2024, 2, 29), date(2025, 3, 1)),
        (date(2025, 3, 1), date(2024, 2, 29), date(2026, 3, 1)),
        (date(2027, 3, 1), date(2024, 2, 29), date(2028, 2, 29)),  # back to the day of joining in a leap year
        (date(2028, 2, 29), date(2024, 2, 29), date(2029, 3, 1)),
        (date(2027, 4, 23), date(2026, 11, 23), date(2028, 4, 23)),  # was monthly until then
    ],
)
def test_a_yearly_term_ends_a_year_later_on_a_day_of_the_month_of_joining(since, joined, until):
    assert term_from(since, joined=joined, rhythm=Rhythm.YEARLY) == (since, until)


@given(some.dates(date(2014, 3, 27), date(2080, 1, 1)), some.integers(1, 30))
def test_terms_follow_one_another_without_a_gap_and_each_is_about_a_year(joined, years):
    since = joined
    for _ in range(years):
        began, until = term_from(since, joined=joined, rhythm=Rhythm.YEARLY)
        assert began == since
        assert timedelta(days=365) <= until - since <= timedelta(days=367)
        since = until


def test_the_first_dues_are_payable_on_joining_and_later_ones_after_grace():
    since = date(2027, 11, 23)
    assert payable_on(since, first=True, fees=YEARLY) == since
    assert payable_on(since, first=False, fees=YEARLY) == date(2027, 12, 21)
    assert asked_on(since, fees=YEARLY) == date(2027, 10, 24)


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2027, 1, 31), 1, date(2027, 3, 1)),
        (date(2028, 1, 31), 1, date(2028, 3, 1)),
        (date(2027, 1, 31), 2, date(2027, 3, 31)),
        (date(2027, 1, 31), 3, date(2027, 5, 1)),
        (date(2027, 12, 31), 2, date(2028, 3, 1)),
        (date(2027, 11, 30), 3, date(2028, 3, 1)),
        (date(2027, 12, 15), 1, date(2028, 1, 15)),
        (date(2027, 1, 15), -1, date(2026, 12, 15)),
        (date(2024, 2, 29), 36, date(2027, 3, 1)),
    ],
)
def test_a_month_later_is_the_same_day_or_the_first_of_the_month_after(day, months, later):
    assert add_months(day, months) == later


def test_months_of_one_who_joined_on_31_january_do_not_drift():
    since, ends = date(2027, 1, 31), []
    for _ in range(6):
        since, until = term_from(since, joined=date(2027, 1, 31), rhythm=Rhythm.MONTHLY)
        ends.append(until)
        since = until
    assert ends == [
        date(2027, 3, 1),
        date(2027, 3, 31),
        date(2027, 5, 1),
        date(2027, 5, 31),
        date(2027, 7, 1),
        date(2027, 7, 31),
    ]


@given(some.dates(date(2026, 11, 1), date(2060, 1, 1)), some.lists(some.sampled_from(list(Rhythm)), min_size=1, max_size=40))
def test_whatever_rhythms_follow_one_another_no_term_is_short_and_none_overlaps(joined, rhythms):
    since, months = joined, 0
    for rhythm in rhythms:
        began, until = term_from(since, joined=joined, rhythm=rhythm)
        months += MONTHS[rhythm]
        assert began == since
        assert until == add_months(joined, months)
        since = until
