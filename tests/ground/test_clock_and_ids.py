"""Days are New Zealand days; ids sort by age and have one spelling."""

from __future__ import annotations

import time as clock
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time
from itertools import count

import pytest

from app.ground import ids
from app.ground.clock import day_of, start_of
from app.ground.ids import new_id, new_ids, read_id


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 22, 10, 59, tzinfo=UTC), date(2026, 11, 22)),  # daylight time, UTC+13
        (datetime(2026, 11, 22, 11, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 7, 1, 11, 59, tzinfo=UTC), date(2026, 7, 1)),  # standard time, UTC+12
        (datetime(2026, 7, 1, 12, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 9, 26, 12, 0, tzinfo=UTC), date(2026, 9, 27)),  # the day the clocks go forward
        (datetime(2026, 4, 4, 11, 0, tzinfo=UTC), date(2026, 4, 5)),  # the day they go back
    ],
)
def test_a_moment_falls_on_a_new_zealand_day(moment, day):
    assert day_of(moment) == day


@pytest.mark.parametrize("day", [date(2026, 9, 27), date(2026, 4, 5), date(2026, 1, 1), date(2026, 7, 1)])
def test_a_day_begins_at_its_own_midnight(day):
    begins = start_of(day)
    assert day_of(begins) == day
    assert day_of(begins.replace(microsecond=0)) == day
    assert start_of(day, at=time(19)).astimezone(UTC).hour in (6, 7)


def test_ids_sort_by_age_and_are_version_7():
    made = [new_id() for _ in range(200)]
    assert len(set(made)) == 200
    assert {id.version for id in made} == {7}
    milliseconds = [id.int >> 80 for id in made]
    assert milliseconds == sorted(milliseconds)
    assert abs(milliseconds[-1] - clock.time_ns() // 1_000_000) < 60_000


@pytest.mark.parametrize("step", [0, -1_000_000], ids=["in one moment", "while the clock is set back"])
def test_ids_sort_as_they_were_made(monkeypatch, step):
    """“The newest” is asked for by its id: of two letters that are posted in one millisecond it is the second."""
    moments = count(clock.time_ns(), step)
    monkeypatch.setattr(ids.time, "time_ns", lambda: next(moments))
    made = [new_id() for _ in range(100)]
    several = [*made, *new_ids(10), new_id(), *new_ids(10)]
    assert several == sorted(several)
    assert len(set(several)) == 121


def test_ids_that_many_make_at_once_differ():
    with ThreadPoolExecutor(8) as pool:
        made = [one for part in pool.map(lambda _: [new_id() for _ in range(200)], range(8)) for one in part]
    assert len({one.int >> 64 for one in made}) == 1600  # of moments of their own


@pytest.mark.parametrize(
    "spelling",
    [str.upper, lambda text: "{" + text + "}", lambda text: text.replace("-", ""), lambda text: text + " ", lambda text: "x"],
)
def test_an_id_has_one_spelling(spelling):
    made = str(new_id())
    assert str(read_id(made)) == made
    assert read_id(spelling(made)) is None
