"""A worker is killed in the middle of a message: the message is sent again, under the same id, and counted once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

from app.ground import clock
from app.ground.db import session, transaction
from app.party.people import services as person_services
from tests.party.api.conftest import hook_now
from tests.party.api.test_hooks import deliveries

DELIVER = """
import sys
from uuid import UUID
from wsgi import app
from app.party.api import errands
errands.deliver(UUID(sys.argv[1]))
"""


def test_a_delivery_that_was_interrupted_is_sent_again(add_hook, receiver, ids, settings, deliver):
    hook, _ = add_hook("olive")
    lin, arrived, over = ids("lin"), threading.Event(), threading.Event()

    def hang(_handler) -> None:
        arrived.set()
        over.wait(300)

    receiver.answers = [hang]
    with transaction():
        person_services.change_consent(lin, kind="news", given=False, source="their page", by="system")
    session.remove()
    env = {
        "PATH": os.environ["PATH"], "INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url, "STRIPE_API_KEY": "sk_test_tests",
        "STRIPE_API_BASE": settings.stripe_api_base,
    }  # fmt: skip
    worker = subprocess.Popen(
        [sys.executable, "-c", DELIVER, str(hook)], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        end = time.monotonic() + 300  # a busy machine takes a minute and more to begin a process
        while not arrived.wait(0.2) and worker.poll() is None and time.monotonic() < end:
            pass
        worker.send_signal(signal.SIGKILL)  # the other side has it; nobody here knows
        _, said = worker.communicate(timeout=60)
        assert arrived.is_set(), said
    finally:
        over.set()
        worker.kill()
    (row,) = deliveries()
    assert row.accepted_at is None
    # Another worker, while it is claimed still; it comes back when the claim has run out.
    with clock.standing_at(row.claimed_until - timedelta(seconds=1)):
        deliver(hook)
    assert len(receiver.heard) == 1
    with clock.standing_at(row.claimed_until + timedelta(seconds=1)):
        deliver(hook)
    first, second = receiver.said()
    assert first == second
    (row,) = deliveries()
    assert (row.status, row.attempts) == (200, 2)
    assert hook_now(hook).refused_in_a_row == 0


def test_a_worker_that_dies_after_the_fact_and_before_the_job_loses_nothing(add_hook, receiver, ids, owner, do_the_chores):
    """The event, the delivery and the job are one transaction with the fact."""
    add_hook("olive")
    lin = ids("lin")
    with transaction():
        person_services.change_consent(lin, kind="news", given=False, source="their page", by="system")
    session.remove()
    counts = "select (select count(*) from hook_events), (select count(*) from hook_deliveries)"
    assert owner.execute(counts).fetchone() == (1, 1)
    jobs = "select count(*) from procrastinate_jobs where task_name = 'api.deliver' and status = 'todo'"
    assert owner.execute(jobs).fetchone() == (1,)
    do_the_chores()
    assert receiver.kinds() == ["consent.changed"]


def test_two_workers_at_one_hook_send_each_message_once(add_hook, receiver, ids, deliver, app):
    hook, _ = add_hook("olive")
    for key in ("lin", "aroha", "grace"):
        person = ids(key)
        for given in (True, False):
            with transaction():
                person_services.change_consent(person, kind="news", given=given, source="their page", by="system")
    session.remove()

    def work() -> None:
        with app.app_context():
            deliver(hook)

    both = [threading.Thread(target=work) for _ in range(3)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    end = time.monotonic() + 60
    while any(row.accepted_at is None for row in deliveries()) and time.monotonic() < end:
        deliver(hook)
    told = [said["id"] for said in receiver.said()]
    assert len(told) == len(set(told)) == len(deliveries())
