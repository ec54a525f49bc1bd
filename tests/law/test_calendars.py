"""Working days of the Electoral Act 1993, s 3(1)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.law.calendars import is_working_day, working_days_after


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),  # a Monday
        (date(2026, 11, 21), False),  # a Saturday
        (date(2026, 11, 22), False),
        (date(2026, 2, 6), False),  # Waitangi Day, a Friday
        (date(2021, 2, 8), False),  # Waitangi Day was a Saturday; the Monday counts for it since 2014
        (date(2010, 2, 8), True),  # and did not before
        (date(2026, 4, 3), False),  # Good Friday
        (date(2026, 4, 6), False),  # Easter Monday
        (date(2026, 4, 7), True),  # Easter Tuesday
        (date(2026, 4, 27), False),  # Anzac Day was a Saturday
        (date(2026, 6, 1), False),  # the Sovereign's birthday, then and under the Queen
        (date(2020, 6, 1), False),
        (date(2026, 7, 10), False),  # Matariki
        (date(2021, 7, 2), True),  # no Matariki before 2022
        (date(2026, 10, 26), False),  # Labour Day
        (date(2026, 12, 24), True),
        (date(2026, 12, 25), False),
        (date(2027, 1, 4), False),  # no named holiday, but between 25 December and 15 January
        (date(2027, 1, 15), False),
        (date(2027, 1, 18), True),
        (date(2022, 9, 26), True),  # Queen Elizabeth's memorial day is not in the Act's list
        (date(2026, 1, 26), True),  # Auckland's anniversary is not either
    ],
)
def test_the_act_says_which_days_are_working_days(day, works):
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2026, 11, 23), 1, date(2026, 11, 24)),  # the day itself is left out
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, date(2026, 11, 23)),
        (date(2026, 12, 23), 2, date(2027, 1, 18)),  # over the summer
        (date(2026, 4, 2), 3, date(2026, 4, 9)),  # over Easter
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
    ],
)
def test_within_so_many_working_days_ends_on(day, count, last):
    assert working_days_after(day, count) == last


def test_every_year_has_about_240_working_days():
    for year in range(2011, 2041):
        days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
        assert 230 <= sum(is_working_day(day) for day in days if day.year == year) <= 245
