"""In the demo the house may stand later than the wall: all its processes by the same file, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from app import wiring
from app.advancing import MORNING, todays
from app.ground import clock, jobs, mail, passing
from app.ground.db import transaction
from app.ground.jobs import Chore
from app.ground.limits import Limit, take
from app.ground.passing import Progress
from app.ground.settings import read
from app.web.health import NUMBERS, number
from app.web.rights import PER_EMAIL
from tests.ground.test_settings import PRODUCTION
from tests.walk import hidden
from tests.working import do_what_waits

YEAR, A_MINUTE = timedelta(days=365), timedelta(minutes=1)


@pytest.fixture
def file(app, tmp_path, settings) -> Iterator[Path]:
    """A clock of its own; the application's own is followed again after."""
    clock.follow(tmp_path / "clock")
    yield tmp_path / "clock"
    clock.follow(passing.file_of(settings))


def ahead() -> timedelta:
    return clock.now() - datetime.now(UTC)


def test_without_a_file_it_is_now(file):
    assert abs(ahead()) < A_MINUTE
    assert clock.shift() == timedelta()


def test_the_house_stands_ahead_by_what_the_file_says_and_sees_at_once_what_another_process_writes(file):
    for total in (1, 2, 3):
        passing.move_on(file, YEAR)
        assert abs(ahead() - total * YEAR) < A_MINUTE
    assert abs(clock.wall() - datetime.now(UTC)) < A_MINUTE


def test_told_time_wins_over_the_shift(file):
    passing.move_on(file, YEAR)
    with clock.standing_at(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        assert clock.today() == date(2026, 11, 24)
        assert clock.now() == clock.wall() == datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_no_file_is_followed_where_anything_is_real(file):
    passing.move_on(file, YEAR)
    clock.follow(passing.file_of(read(PRODUCTION)))
    assert abs(ahead()) < A_MINUTE


@pytest.mark.parametrize("text", ["tomorrow", "-5", "nan", "inf", ""])
def test_a_file_that_says_no_time_is_refused(file, text):
    file.write_text(text)
    with pytest.raises(ValueError):
        clock.now()


def test_time_does_not_go_back(file):
    passing.move_on(file, YEAR)
    with pytest.raises(ValueError):
        passing.move_on(file, timedelta(seconds=-1))


def test_a_job_for_later_waits_as_long_as_it_would_without_a_shift(file, owner):
    passing.move_on(file, YEAR)
    with transaction():
        jobs.enqueue("tests.note", number=1, at=clock.now() + timedelta(hours=2))
    left = owner.execute("select extract(epoch from scheduled_at - now()) from procrastinate_jobs").fetchone()[0]
    assert 7000 < left <= 7200


def test_jobs_for_now_are_done_under_a_shift_and_those_for_later_come_nearer_as_time_passes(file, app, settings):
    done: list[int] = []

    def work() -> None:
        do_what_waits(settings.database_url, [Chore("tests.note", lambda number: done.append(number))], app.app_context)

    passing.move_on(file, YEAR)
    with transaction():
        jobs.enqueue("tests.note", number=1)
        jobs.enqueue("tests.note", number=2, at=clock.now() + timedelta(hours=20))
        jobs.enqueue("tests.note", number=3, at=clock.now() + timedelta(hours=40))
    work()
    assert done == [1]
    with transaction():
        jobs.bring_nearer(timedelta(days=1))
    work()
    assert done == [1, 2]
    with transaction():
        assert jobs.at_hand() == (0, 0)


def test_a_limit_that_is_reached_says_how_long_to_wait_under_a_shift(file, client):
    passing.move_on(file, YEAR)
    assert take([Limit(b"one", 1, 60)]) is None
    token = hidden(client.get("/sign-in").get_data(as_text=True), "csrf_token")
    for _ in range(PER_EMAIL[0] + 1):
        answer = client.post("/sign-in", data={"csrf_token": token, "email": "a@people.example"})
    assert answer.status_code == 429
    assert 1 < int(answer.headers["Retry-After"]) <= PER_EMAIL[1] + 1


def test_an_authenticator_app_counts_by_the_time_outside(file, app, as_officer):
    passing.move_on(file, YEAR)
    as_officer("olive")  # confirms with a code, and is let in


def test_the_age_of_a_letter_is_counted_in_the_house_s_time(file):
    questions = {name: question for name, _about, question in NUMBERS}
    passing.move_on(file, YEAR)
    with transaction():
        mail.post("people/sign_in", to="a@people.example", key="one", kind=mail.Kind.ANSWER, url="http://x", minutes=1)
    with transaction():
        assert 0 <= number(questions["hustings_letters_oldest_seconds"]) < 600


def test_one_advance_at_a_time_and_one_that_was_begun_a_moment_ago_counts(file):
    assert not passing.is_underway(file)
    with passing.alone(file):
        assert passing.is_underway(file)
        with pytest.raises(passing.Underway), passing.alone(file):
            pass
    assert not passing.is_underway(file)
    days = Progress(date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 24))
    passing.note(file, days)
    assert passing.is_underway(file)
    days.at, days.trouble = days.until, ["A sentence."]
    passing.note(file, days)
    assert not passing.is_underway(file)
    assert passing.progress_of(file) == days


def test_the_world_outside_is_waited_for_where_there_is_one(file):
    assert passing.world_arrived(file, YEAR)
    arrived = file.with_name("clock.arrived")
    arrived.write_text("0")
    assert not passing.world_arrived(file, YEAR, patience=0.1)
    arrived.write_text(str(YEAR.total_seconds()))
    assert passing.world_arrived(file, YEAR, patience=0.1)


def test_the_chores_of_a_day_are_done_once_each_in_the_order_of_new_zealand_s_clock():
    timetable = wiring.timetable()
    names = [timed.name for timed in todays(timetable)]
    assert sorted(names) == sorted(timed.name for timed in timetable)
    daily = [name for name in names if name in ("dues.raise_charges", "dues.lapse", "payments.reconcile", "dues.remind")]
    assert daily == ["dues.raise_charges", "dues.lapse", "payments.reconcile", "dues.remind"]
    assert names.index("payments.sweep") < names.index("dues.raise_charges")


def test_every_daily_chore_comes_before_the_morning_of_an_advance():
    for summer in (date(2027, 1, 15), date(2027, 7, 15)):
        for timed in wiring.timetable():
            minute, hour = timed.cron.split()[:2]
            if hour.isdecimal():
                at = datetime.combine(summer, time(int(hour), int(minute)), UTC).astimezone(clock.NEW_ZEALAND)
                assert at.time() < MORNING, timed.name
