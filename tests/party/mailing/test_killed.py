"""A worker that is killed while letters go out: everybody has one letter afterwards, and a real mail server took each once."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest
from aiosmtpd.controller import Controller

from app.ground.db import session
from tests import cast as faces
from tests.party.mailing.conftest import another

WORK = """
import sys
from uuid import UUID
from app import create_app
from app.party.mailing import errands
app = create_app()
with app.app_context():
    for turn in range(3):
        errands.send(UUID(sys.argv[1]))
"""


@dataclass
class Server:
    """Takes every letter a little slowly, and counts them by their ids and by whom they are to."""

    taken: Counter = field(default_factory=Counter)
    to: Counter = field(default_factory=Counter)
    port: int = 0

    async def handle_DATA(self, server, talk, envelope):
        import asyncio
        from email import message_from_bytes

        letter = message_from_bytes(envelope.content)
        self.taken[letter["Message-ID"]] += 1
        self.to[envelope.rcpt_tos[0]] += 1
        await asyncio.sleep(0.02)
        return "250 OK"


@pytest.fixture
def smtp():
    taking = Server()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        taking.port = free.getsockname()[1]
    controller = Controller(taking, hostname="127.0.0.1", port=taking.port)
    controller.start()
    yield taking
    controller.stop()


def test_killed_again_and_again_nobody_is_missed_and_nobody_has_two(olive, settings, smtp, progress, state):
    keys = [f"reader{number}" for number in range(14)]
    for key in keys:
        faces.make(another(key, joined_days_ago=None))
    mailing = olive.writes(rate=6000)
    session.remove()
    env = {
        **os.environ, "DATABASE_URL": settings.database_url, "DATABASE_OWNER_URL": settings.database_owner_url,
        "INSTANCE": str(settings.instance), "MAIL_URL": f"smtp://127.0.0.1:{smtp.port}", "PUBLIC_URL": "http://localhost",
    }  # fmt: skip
    kills = 0
    for goal in (4, 9, None):
        worker = subprocess.Popen([sys.executable, "-c", WORK, str(mailing)], env=env)
        end = time.monotonic() + 60
        while worker.poll() is None and time.monotonic() < end:
            if goal and len(smtp.taken) >= goal:
                os.kill(worker.pid, signal.SIGKILL)
                kills += 1
                break
            time.sleep(0.002)
        worker.wait()
    assert kills == 2
    assert state(mailing) == "sent"
    assert set(smtp.to) == {"lin@people.example", *(f"{key}@people.example" for key in keys)}
    assert len(smtp.taken) == 15, "one letter a person, whatever happened to its delivery"
    # Between the server's yes and our note of it a kill can have one letter handed over again, with the same Message-ID.
    assert sum(smtp.taken.values()) - 15 <= kills
    assert (progress(mailing).sent, progress(mailing).left) == (15, 0)
