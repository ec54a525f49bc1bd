"""The simulator's clock may follow a file that another process writes, so that a house and its Stripe stand at one time."""

from __future__ import annotations

import time

import pytest

from stripe_sim import Simulator, due

DAY = 86400
DONE: list[int] = []


@due.handler("test.followed")
def note(account, id):
    DONE.append(account.now())


def wait_for(file, text: str) -> None:
    end = time.monotonic() + 60
    while not file.exists() or file.read_text() != text:
        assert time.monotonic() < end, "it does not come after"
        time.sleep(0.01)


@pytest.fixture
def clock(tmp_path):
    DONE.clear()
    return tmp_path / "clock"


def test_it_comes_after_does_what_is_due_at_its_own_time_and_says_that_it_has_arrived(clock, tmp_path):
    with Simulator(clock=clock) as sim:
        wait_for(tmp_path / "clock.arrived", "0")
        start = sim.account.time()
        due.later(sim.account, start + DAY, "test.followed", "one")
        due.later(sim.account, start + 40 * DAY, "test.followed", "two")
        clock.write_text(str(30.0 * DAY))
        wait_for(tmp_path / "clock.arrived", str(30.0 * DAY))
        assert [int(start + DAY)] == DONE
        assert abs(sim.account.time() - time.time() - 30 * DAY) < 60
    assert not (tmp_path / "clock.arrived").exists()


def test_it_cannot_be_advanced_by_itself_then(clock):
    with Simulator(clock=clock) as sim, pytest.raises(ValueError, match="follows"):
        sim.advance(DAY)


def test_one_that_was_stopped_meanwhile_comes_after_when_it_starts_and_does_not_go_back(clock, tmp_path):
    state = tmp_path / "state.db"
    clock.write_text(str(10.0 * DAY))
    with Simulator(clock=clock, state=state) as sim:
        assert abs(sim.account.time() - time.time() - 10 * DAY) < 60
    clock.write_text(str(20.0 * DAY))
    with Simulator(clock=clock, state=state) as sim:
        assert abs(sim.account.time() - time.time() - 20 * DAY) < 60
    clock.write_text("0")
    with Simulator(clock=clock, state=state) as sim:
        assert abs(sim.account.time() - time.time() - 20 * DAY) < 60
