"""What must happen after is a row; what may happen only so often is counted for all workers together."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.ground import clock, jobs, limits
from app.ground.db import alone_with, attempt, lock_for_now, transaction
from app.ground.jobs import Chore, Timed
from app.ground.limits import Limit
from tests.working import do_what_waits


def waiting(owner) -> list[tuple[str, dict]]:
    return owner.execute("select task_name, args from procrastinate_jobs where status = 'todo' order by id").fetchall()


def work(app, settings, *chores: Chore) -> None:
    do_what_waits(settings.database_url, chores, app.app_context)


def test_a_job_is_there_when_the_transaction_is_kept(app, owner):
    with transaction():
        jobs.enqueue("tests.note", number=1, word="one")
        assert waiting(owner) == []
    assert waiting(owner) == [("tests.note", {"number": 1, "word": "one"})]


def test_a_job_is_not_there_when_it_is_not_kept(app, owner):
    with pytest.raises(RuntimeError), transaction():
        jobs.enqueue("tests.note", number=1)
        raise RuntimeError
    with transaction():
        pass
    assert waiting(owner) == []


def test_a_part_that_failed_takes_its_own_jobs_along_and_leaves_the_others(app, owner):
    with transaction():
        jobs.enqueue("tests.note", number=1)
        with pytest.raises(RuntimeError), attempt():
            jobs.enqueue("tests.note", number=2)
            raise RuntimeError
        jobs.enqueue("tests.note", number=3)
    assert [args["number"] for _, args in waiting(owner)] == [1, 3]


def test_the_same_wish_twice_is_one_job_while_it_waits(app, owner):
    for _ in range(2):
        with transaction():
            jobs.enqueue("tests.note", once=True, number=1)
            jobs.enqueue("tests.note", once=True, number=1)
    assert len(waiting(owner)) == 1


def test_the_worker_does_what_waits_and_leaves_what_is_for_later(app, settings, owner):
    done: list[int] = []
    with transaction():
        jobs.enqueue("tests.note", number=1)
        jobs.enqueue("tests.note", number=2, at=clock.now() + timedelta(hours=1))
        jobs.enqueue("tests.note", number=3, priority=5)
    work(app, settings, Chore("tests.note", lambda number: done.append(number)))
    assert done == [3, 1]
    assert [args["number"] for _, args in waiting(owner)] == [2]


def test_a_job_that_fails_waits_again_even_while_its_like_is_waiting(app, settings, owner):
    def wish_for_more_and_fail(number: int) -> None:
        with transaction():
            jobs.enqueue("tests.note", once=True, number=number, at=clock.now() + timedelta(hours=1))
        raise RuntimeError

    with transaction():
        jobs.enqueue("tests.note", once=True, number=1)
    work(app, settings, Chore("tests.note", wish_for_more_and_fail))
    assert len(waiting(owner)) == 2


def test_a_job_that_fails_waits_for_another_try(app, settings, owner):
    def fail(number: int) -> None:
        raise RuntimeError

    with transaction():
        jobs.enqueue("tests.note", number=1)
    work(app, settings, Chore("tests.note", fail))
    status, attempts, later = owner.execute(
        "select status::text, attempts, scheduled_at > at from procrastinate_jobs j"
        " join procrastinate_events e on e.job_id = j.id and e.type = 'deferred_for_retry'"
    ).fetchone()
    assert (status, attempts) == ("todo", 1)
    assert later


def turn(owner, name: str) -> None:
    """A turn of the timetable, as its clock enqueues it."""
    owner.execute(
        "insert into procrastinate_jobs (queue_name, task_name, priority, queueing_lock, args)"
        " values ('hustings', %(name)s::text, 10, %(name)s::text, '{\"timestamp\": 1}')",
        {"name": name},
    )


def take_turns(app, settings, timed: Timed) -> None:
    do_what_waits(settings.database_url, [], app.app_context, timetable=[timed])


def test_a_turn_of_the_timetable_that_fails_is_tried_again(app, settings, owner):
    def fail() -> None:
        raise RuntimeError

    turn(owner, "tests.nightly")
    take_turns(app, settings, Timed("tests.nightly", "0 0 29 2 *", fail))
    found = "select status::text, attempts from procrastinate_jobs where task_name = 'tests.nightly'"
    assert owner.execute(found).fetchall() == [("todo", 1)]


def test_a_turn_that_fails_while_the_next_waits_already_leaves_it_to_that_one(app, settings, owner):
    tries: list[int] = []

    def fail() -> None:
        tries.append(1)
        if len(tries) == 1:
            turn(owner, "tests.nightly")
            raise RuntimeError

    turn(owner, "tests.nightly")
    take_turns(app, settings, Timed("tests.nightly", "0 0 29 2 *", fail))
    assert len(tries) == 2
    assert owner.execute("select count(*) from procrastinate_jobs where task_name = 'tests.nightly'").fetchone() == (0,)


def test_a_limit_allows_so_many_and_then_says_when(app):
    key = [Limit(b"one", 3, 60)]
    before = clock.now()
    answers = []
    for _ in range(5):
        with transaction():
            answers.append(limits.take(key))
    assert answers[:3] == [None] * 3
    assert all(answer and before < answer <= clock.now() + timedelta(seconds=61) for answer in answers[3:])
    assert answers[3] == answers[4]  # trying on does not make the wait longer


def test_each_key_is_counted_by_itself_and_the_strictest_decides(app):
    with transaction():
        assert limits.take([Limit(b"address", 10, 60), Limit(b"email", 1, 60)]) is None
    with transaction():
        assert limits.take([Limit(b"address", 10, 60), Limit(b"email", 1, 60)]) is not None
    with transaction():
        assert limits.take([Limit(b"address", 10, 60), Limit(b"other", 1, 60)]) is None


def test_a_window_that_has_ended_begins_anew_and_is_swept(app, owner):
    with transaction():
        limits.take([Limit(b"one", 1, 60)])
    owner.execute("update rate_counts set window_ends = now() - interval '1 second'")
    with transaction():
        assert limits.take([Limit(b"one", 1, 60)]) is None
    owner.execute("update rate_counts set window_ends = now() - interval '1 second'")
    with transaction():
        limits.sweep()
    assert owner.execute("select count(*) from rate_counts").fetchone()[0] == 0


def test_eight_at_once_do_not_get_more_than_the_limit(app):
    def ask(_: int) -> bool:
        with transaction():
            return limits.take([Limit(b"one", 5, 60), Limit(b"two", 100, 60)]) is None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(40))) == 5


def test_a_count_that_was_refused_is_kept_because_it_has_its_own_transaction(app, owner):
    with transaction():
        limits.take([Limit(b"one", 1, 60)])
    assert owner.execute("select hits from rate_counts").fetchone()[0] == 1


def test_only_one_is_alone_with_a_thing(app):
    inside, most, counting = 0, 0, threading.Lock()

    def errand(_: int) -> None:
        nonlocal inside, most
        with alone_with("payment:1"):
            with counting:
                inside += 1
                most = max(most, inside)
            time.sleep(0.01)  # long enough for another to come in, if it could
            with counting:
                inside -= 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(errand, range(8)))
    assert most == 1


def test_others_are_alone_with_other_things(app):
    with alone_with("payment:1"), alone_with("payment:2"):
        pass


def test_no_transaction_is_open_while_one_is_alone(app, owner):
    with alone_with("payment:1"):
        states = owner.execute("select state from pg_stat_activity where usename = 'hustings_app'").fetchall()
    assert states
    assert ("idle in transaction",) not in states


def test_who_fails_while_alone_lets_the_next_one_in(app):
    with pytest.raises(RuntimeError), alone_with("payment:1"):
        raise RuntimeError
    with alone_with("payment:1"):
        pass


def test_a_lock_for_now_ends_with_the_transaction(app, owner):
    with transaction():
        lock_for_now("email:1")
        held = owner.execute("select count(*) from pg_locks where locktype = 'advisory'").fetchone()[0]
        assert held == 1
    assert owner.execute("select count(*) from pg_locks where locktype = 'advisory'").fetchone()[0] == 0


def test_who_only_does_what_waits_adds_nothing_that_could_be_left_waiting(app, owner, settings):
    for number in range(3):
        with transaction():
            jobs.enqueue("tests.note", number=number)
        work(app, settings, Chore("tests.note", lambda number: time.sleep(0.3)))
    assert owner.execute("select * from procrastinate_periodic_defers").fetchall() == []
