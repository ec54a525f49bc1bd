"""Working days of the Electoral Act 1993, s 3(1)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.law.calendars import is_working_day, last_working_day_by, next_working_day_from, working_days_after


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


# Te Kāhui o Matariki Public Holiday Act 2022, Schedule 1: the days of Matariki are law up to 2052.
MATARIKI = """
    2022-06-24 2023-07-14 2024-06-28 2025-06-20 2026-07-10 2027-06-25 2028-07-14 2029-07-06 2030-06-21 2031-07-11 2032-07-02
    2033-06-24 2034-07-07 2035-06-29 2036-07-18 2037-07-10 2038-06-25 2039-07-15 2040-07-06 2041-07-19 2042-07-11 2043-07-03
    2044-06-24 2045-07-07 2046-06-29 2047-07-19 2048-07-03 2049-06-25 2050-07-15 2051-06-30 2052-06-21
""".split()


def easter(year: int) -> date:
    """Easter Sunday, by the anonymous Gregorian rule: an independent hand against the library’s."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def monday(year: int, month: int, place: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(-first.weekday()) % 7 + 7 * (place - 1))


def by_hand(year: int) -> set[date]:
    """Every day of s 3(1) that is no working day, counted out from the Act’s own list."""
    sunday = easter(year)
    off = {sunday - timedelta(days=2), sunday + timedelta(days=1), monday(year, 6, 1), monday(year, 10, 4)}
    for day in (date(year, 2, 6), date(year, 4, 25)):
        off.add(day)
        if year >= 2014 and day.weekday() >= 5:
            off.add(day + timedelta(days=7 - day.weekday()))
    off |= {date.fromisoformat(day) for day in MATARIKI if day.startswith(str(year))}
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return off | {
        day for day in days
        if day.year == year and (day.weekday() >= 5 or (day.month, day.day) <= (1, 15) or (day.month, day.day) >= (12, 25))
    }  # fmt: skip


@pytest.mark.parametrize("year", range(2011, 2053))
def test_every_day_of_a_year_is_what_the_acts_own_list_says(year):
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    assert {day for day in days if not is_working_day(day)} == {day for day in by_hand(year) if day in days}


@pytest.mark.parametrize(
    ("day", "before", "after"),
    [
        (date(2027, 4, 30), date(2027, 4, 30), date(2027, 4, 30)),  # a Friday
        (date(2028, 4, 30), date(2028, 4, 28), date(2028, 5, 1)),  # a Sunday
        (date(2022, 4, 30), date(2022, 4, 29), date(2022, 5, 2)),  # a Saturday
        (date(2026, 12, 31), date(2026, 12, 24), date(2027, 1, 18)),
    ],
)
def test_a_fixed_day_that_is_no_working_day_has_one_before_and_one_after(day, before, after):
    assert (last_working_day_by(day), next_working_day_from(day)) == (before, after)
