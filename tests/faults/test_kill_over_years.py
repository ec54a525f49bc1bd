"""kill -9 at any moment of membership, over months of it: joining, renewals, refusals, stops, money back, disputes."""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.ground import passing

from .books import check_everything, come_to_rest, stripe_list
from .members import Member
from .running import PATIENCE, SETTLES_WITHIN, Installation, until

KILLS = int(os.environ.get("KILLS", "300"))
# What dies how often, of ten deaths and of a hundred, in any order.
TEN = {"web workers": 3, "worker": 3, "postgres": 3, "web parent": 1}
HUNDRED = {"web workers": 30, "worker": 32, "postgres": 28, "web parent": 7, "all": 3}
WEBHOOKS = {"duplicate": 1, "reorder": 0.4, "delay": 0.2, "drop": {"percent": 10}}
DAY, HOURS = 86400, 7200
# How time passes: debits arrive, a month is charged for, refusals are tried again until the last, and another.
PASSING = (4 * DAY, 27 * DAY, HOURS, 3 * DAY, HOURS, 5 * DAY, HOURS, 7 * DAY, HOURS, 14 * DAY, HOURS)


# What must have happened in a long run, or it showed nothing.
HAPPENED = {
    "a renewal was charged": """select count(*) from payments
        where checkout_id is null and invoice_id is not null and rail = 'card'""",
    "a renewal was refused": "select count(*) from letters where key like 'declined:%%'",
    "a renewal was stopped": "select count(*) from renewals where ended_because = 'asked'",
    "a renewal was given up": "select count(*) from renewals where ended_because = 'unpaid'",
    "a debit came": "select count(*) from payments where rail = 'debit'",
    "a debit did not come": "select count(*) from payments where closed_because = 'failed'",
    "money wished back was sent": "select count(*) from refunds where why = 'asked' and made_at is not null",
    "money was sent back at the provider": "select count(*) from refunds where why <> 'asked' and made_at is not null",
    "a dispute was won": "select count(*) from disputes where won",
    "a dispute was lost": "select count(*) from disputes where not won",
}


class Run:
    """People do what people do while things die, with a `pause` of so many seconds, at least and at most, between them."""

    def __init__(self, site: Installation, *, seed: int, threads: int, pause: tuple[float, float], parts: dict[str, int]):
        self.site, self.parts, self.to_die = site, parts, list[str]()
        self.luck, self.threads, self.pause = random.Random(seed), threads, pause
        self.began, self.members = time.monotonic(), list[Member]()
        self.troubles: list[str] = []
        self.killed: dict[str, int] = dict.fromkeys(parts, 0)
        self.lock = threading.Lock()

    def say(self, what: str) -> None:
        """For whoever waits for a long run (pytest -s)."""
        print(f"{time.monotonic() - self.began:5.0f} s  {self.kills} killed, {len(self.members)} people: {what}", flush=True)

    @property
    def kills(self) -> int:
        return sum(self.killed.values())

    def until_killed(self, kills: int, *doing: Callable[[], None], most: int = 10**6) -> None:
        """Several people do `doing`, each a turn at a time (`most` turns of all), while things die, until `kills` have."""
        done, turns = threading.Event(), [most]

        def people(once: Callable[[], None]) -> None:
            while not done.is_set():
                with self.lock:
                    turns[0] -= 1
                if turns[0] < 0:
                    return
                try:
                    once()
                except BaseException as trouble:
                    self.troubles.append(f"{type(trouble).__name__}: {trouble}")

        threads = [threading.Thread(target=people, args=(once,)) for once in doing for _ in range(self.threads)]
        for thread in threads:
            thread.start()
        while self.kills < kills and len(self.troubles) < 5:
            if self.luck.random() < 0.7:  # else it dies again while it comes up
                self.site.wait_until_ready()
            time.sleep(self.luck.uniform(*self.pause))
            self.kill_something()
        done.set()
        for thread in threads:
            thread.join()

    def kill_something(self) -> None:
        if not self.to_die:
            self.to_die = [part for part, times in self.parts.items() for _ in range(times)]
            self.luck.shuffle(self.to_die)
        part = self.to_die.pop()
        if part == "all":
            self.site.cut_the_power()
            self.misbehave()
        else:
            self.site.kill(part)
        self.killed[part] += 1

    def misbehave(self) -> None:
        self.site.control("faults", webhooks=WEBHOOKS, seed=self.luck.randrange(10**6))

    def one_joins(self) -> None:
        with self.lock:
            member = Member(self.site, f"Soak{len(self.members)} Tūpato", random.Random(self.luck.random()))
            self.members.append(member)
        member.join()
        if member.luck.random() < 0.4 and member.membership:
            member.luck.choice(member.at_once)()

    def one_acts(self) -> None:
        with self.lock:
            member = self.luck.choice(self.members)
        if member.busy.acquire(blocking=False):
            try:
                if member.membership:
                    member.luck.choice(member.later)()
            finally:
                member.busy.release()

    def let_pass(self, seconds: int) -> None:
        """Time passes, here and at the provider, who comes after."""
        shift = passing.move_on(self.site.instance / "clock", timedelta(seconds=seconds))
        assert passing.world_arrived(self.site.instance / "clock", shift, patience=PATIENCE), "the provider stays behind"

    def wait_for_jobs(self) -> None:
        """What was begun in the days of joining is done before months pass."""
        self.site.wait_until_ready()
        asked = "select count(*) from procrastinate_jobs where coalesce(scheduled_at, now()) <= now()"
        until(lambda: not self.site.one(asked), about="no job waiting", patience=SETTLES_WITHIN, instead=self.site.jobs)


def live_through(run: Run, *, kills: int, most_members: int, passing: tuple[int, ...]) -> None:
    """Two of five die while people join, the others while the spans of `passing` (seconds) pass; then all must be right."""
    run.misbehave()
    joining = kills * 2 // 5
    run.until_killed(joining, run.one_joins, most=most_members)
    run.say("joined")
    run.wait_for_jobs()
    run.say("nothing waits")
    for place, seconds in enumerate(passing, 1):
        run.let_pass(seconds)
        run.until_killed(joining + (kills - joining) * place // len(passing), run.one_acts)
        run.say(f"{seconds // 3600} hours passed")
    run.site.wait_until_ready()
    end_what_takes_days(run)
    come_to_rest(run.site)
    run.say("at rest")
    run.say(f"{run.killed}, {run.site.counts()}")
    assert not run.troubles, run.troubles
    check_everything(run.site, run.members)
    run.say("checked")


def end_what_takes_days(run: Run) -> None:
    """The bank decides the disputes; debits that are on their way arrive, and those that begin meanwhile."""
    for dispute in stripe_list(run.site, "disputes"):
        if dispute["status"] not in ("won", "lost"):
            run.site.control_once("do/decide", dispute_id=dispute["id"], won=run.luck.random() < 0.5)
    run.let_pass(4 * DAY)
    for _ in range(20):
        underway = [charge for charge in stripe_list(run.site, "charges") if charge["status"] == "pending"]
        if not underway:
            return
        run.let_pass(4 * DAY)
    raise AssertionError(f"debits that never arrive nor fail: {underway}")


def test_a_few_things_die_while_a_month_of_membership_passes(aging: Installation):
    run = Run(aging, seed=7, threads=3, pause=(0.4, 1.2), parts=TEN)
    live_through(run, kills=10, most_members=16, passing=(4 * DAY, 28 * DAY + HOURS))


@pytest.mark.soak
def test_hundreds_of_things_die_while_months_of_membership_pass(aging: Installation):
    """KILLS says how many, SEED which."""
    run = Run(aging, seed=int(os.environ.get("SEED", "1")), threads=3, pause=(0.4, 1.5), parts=HUNDRED)
    live_through(run, kills=KILLS, most_members=400, passing=PASSING)
    assert [what for what, question in HAPPENED.items() if not aging.one(question)] == []
