"""kill -9 at any moment while many join: nobody pays twice, nobody who paid is forgotten. SIGTERM ends in good order."""

from __future__ import annotations

import os
import random
import signal
import threading

import pytest

from .running import Installation, Joiner, check_books

PARTS = ("web workers", "web parent", "worker", "postgres")


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(int(os.environ.get("ROUNDS", "5"))))
def test_whatever_dies_at_any_moment_while_many_join(site: Installation, seed: int):
    """Eight people join at once, again and again, while something dies every few seconds."""
    luck = random.Random(seed)
    before = site.one("select count(*) from memberships")
    joiners = [Joiner(site, f"Soak{seed}n{number} Tūpato") for number in range(40)]
    waiting, failed, done = list(joiners), [], threading.Event()
    site.control("faults", webhooks={"duplicate": 1, "reorder": 0.3, "drop": {"percent": 20}}, seed=seed)

    def join_one_after_another() -> None:
        while waiting:
            joiner = waiting.pop()
            try:
                for step in joiner.steps:
                    step()
            except BaseException as trouble:
                failed.append((joiner.name, trouble))

    def kill_now_and_then() -> None:
        while not done.wait(luck.uniform(3, 9)):
            site.kill(luck.choice(PARTS))

    people = [threading.Thread(target=join_one_after_another) for _ in range(8)]
    killer = threading.Thread(target=kill_now_and_then)
    for thread in (*people, killer):
        thread.start()
    for thread in people:
        thread.join()
    done.set()
    killer.join()
    site.flask_when_ready("reconcile", "--days", "1")
    assert failed == []
    check_books(site, joiners, members_before=before)


def test_a_worker_that_is_told_to_stop_ends_what_it_has_in_hand(site: Installation):
    before = site.one("select count(*) from memberships")
    joiner = Joiner(site, "Terēnia Tūpato")
    joiner.open_form()
    joiner.send()
    joiner.pay()
    for pid in site.processes("worker"):
        os.kill(pid, signal.SIGTERM)
    joiner.come_back()
    joiner.read_letter()
    check_books(site, [joiner], members_before=before)
