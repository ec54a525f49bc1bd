"""What is due happens in the order of its time, at its time, once; also what it makes due itself."""

from __future__ import annotations

import pytest

from stripe_sim import Simulator, due

DONE: list[tuple[str, int]] = []


@due.handler("test.note")
def note(account, id):
    DONE.append((id, account.now()))
    if id == "chain":
        due.later(account, account.time() + 10, "test.note", "link")


@pytest.fixture
def account(tmp_path):
    DONE.clear()
    with Simulator(state=tmp_path / "state.db") as sim:
        yield sim


def test_a_year_advanced_in_one_step_happens_day_by_day(account):
    start = account.account.time()
    for days, name in ((200, "later"), (100, "chain"), (400, "too late")):
        due.later(account.account, start + days * 86400, "test.note", name)
    account.advance(365 * 86400)
    assert [name for name, _ in DONE] == ["chain", "link", "later"]
    assert [at - int(start) for _, at in DONE] == [8640000, 8640010, 17280000]
    assert due.next_at(account.account) == start + 400 * 86400


def test_what_was_dropped_does_not_happen_and_unknown_names_are_refused(account):
    due.later(account.account, account.account.time() + 5, "test.note", "gone")
    due.drop(account.account, "test.note", "gone")
    account.advance(60)
    assert DONE == []
    with pytest.raises(ValueError, match="nothing is called"):
        due.later(account.account, 0, "no.such", "x")


def test_another_clock_is_not_moved_by_the_accounts(account):
    due.later(account.account, account.account.time() + 5, "test.note", "elsewhere", clock="clock_1")
    account.advance(60)
    assert DONE == []
    due.run_until(account.account, account.account.time() + 60, clock="clock_1")
    assert [name for name, _ in DONE] == ["elsewhere"]
