"""The party's own rules: amounts by day, and terms that are never a day short."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.law.clauses import Silent
from app.law.money import Money
from app.law.party_rules import DUES, add_years, asked_on, payable_on, term_from

RULE = DUES.on(date(2026, 11, 23)).value


@pytest.mark.parametrize(
    ("day", "standard"),
    [(date(2014, 3, 27), Money(1000)), (date(2026, 1, 31), Money(1000)), (date(2026, 2, 1), Money(2000))],
)
def test_the_amount_is_that_of_the_day(day, standard):
    rule = DUES.on(day).value
    assert rule.dues("standard") == standard
    assert rule.dues("concession") == Money(500)


def test_before_the_founding_there_was_no_rule_and_another_rate_does_not_exist():
    with pytest.raises(Silent):
        DUES.on(date(2014, 3, 26))
    with pytest.raises(KeyError):
        RULE.dues("free")


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
        (date(2028, 4, 10), date(2026, 11, 23), date(2028, 11, 23)),  # came back in between: to the next anniversary
    ],
)
def test_a_term_ends_on_the_anniversary_of_joining(since, joined, until):
    assert term_from(since, joined=joined, rule=RULE) == (since, until)


@given(some.dates(date(2014, 3, 27), date(2080, 1, 1)), some.integers(1, 30))
def test_terms_follow_one_another_without_a_gap_and_each_is_about_a_year(joined, years):
    since = joined
    for _ in range(years):
        began, until = term_from(since, joined=joined, rule=RULE)
        assert began == since
        assert timedelta(days=365) <= until - since <= timedelta(days=367)
        since = until


def test_the_first_dues_are_payable_on_joining_and_later_ones_after_grace():
    since = date(2027, 11, 23)
    assert payable_on(since, first=True, rule=RULE) == since
    assert payable_on(since, first=False, rule=RULE) == date(2027, 12, 21)
    assert asked_on(since, rule=RULE) == date(2027, 10, 24)
