"""Polling day: nothing is pushed to anybody before 7 pm New Zealand time (Electoral Act 1993 s 197(1)(g), (2A))."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.law.nz.electoral_act import POLLING_DAYS
from app.law.polling import silent_until


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


# Polling day 7 November 2026: daylight time, UTC+13. 17 October 2020 and 14 October 2023 were in daylight time too.
CLOSE_2026 = utc(2026, 11, 7, 6)


@pytest.mark.parametrize(
    ("moment", "until"),
    [
        (utc(2026, 11, 6, 10, 59, 59), None),  # 23:59:59 the day before
        (utc(2026, 11, 6, 11), CLOSE_2026),  # midnight
        (utc(2026, 11, 7, 0), CLOSE_2026),  # 1 pm
        (utc(2026, 11, 7, 5, 59, 59), CLOSE_2026),  # a second to seven
        (utc(2026, 11, 7, 6), None),  # seven
        (utc(2026, 11, 7, 23), None),  # UTC says the 7th still, New Zealand the 8th
        (utc(2023, 10, 13, 11), utc(2023, 10, 14, 6)),
        (utc(2020, 10, 17, 3), utc(2020, 10, 17, 6)),
        (utc(2025, 11, 7, 0), None),  # the same day of another year
    ],
)
def test_letters_wait_for_the_close_of_the_poll(moment, until):
    assert silent_until(moment) == until


@pytest.mark.parametrize(("winter", "close"), [(True, utc(2029, 7, 14, 7)), (False, utc(2029, 10, 6, 6))])
def test_seven_in_the_evening_is_another_moment_in_winter_than_in_summer(monkeypatch, winter, close):
    from datetime import date

    from app.law import polling
    from app.law.clauses import Clause

    day = date(2029, 7, 14) if winter else date(2029, 10, 6)
    monkeypatch.setattr(polling, "POLLING_DAYS", (Clause("a law", date(2029, 1, 1), day, day),))
    assert silent_until(close.replace(hour=close.hour - 1)) == close
    assert silent_until(close) is None


def test_the_clock_change_on_a_polling_day_is_borne(monkeypatch):
    """Daylight time begins at 2 am on 30 September 2029, a Sunday; the law does not forbid a poll on it."""
    from datetime import date

    from app.law import polling
    from app.law.clauses import Clause

    day = date(2029, 9, 30)
    monkeypatch.setattr(polling, "POLLING_DAYS", (Clause("a law", date(2029, 1, 1), day, day),))
    assert silent_until(utc(2029, 9, 29, 11, 59)) is None  # 23:59 standard time, the day before
    assert silent_until(utc(2029, 9, 29, 12)) == utc(2029, 9, 30, 6)  # midnight standard time, seven daylight time
    assert silent_until(utc(2029, 9, 30, 6)) is None


def test_every_polling_day_that_is_known_is_a_saturday():
    assert all(line.value.weekday() == 5 for line in POLLING_DAYS)
