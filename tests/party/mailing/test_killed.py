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
    """Takes every letter a little slowly, and counts them by their ids and by whom they are to. From the letter after `most` on
    it keeps its answer to itself: however late a kill comes, it comes while letters are going out."""

    taken: Counter = field(default_factory=Counter)
    to: Counter = field(default_factory=Counter)
    port: int = 0
    most: int = 99

    async def handle_DATA(self, server, talk, envelope):
        import asyncio
        from email import message_from_bytes

        letter = message_from_bytes(envelope.content)
        self.taken[letter["Message-ID"]] += 1
        self.to[envelope.rcpt_tos[0]] += 1
        await asyncio.sleep(0.02)
        while len(self.taken) > self.most:
            await asyncio.sleep(0.02)
        return "250 OK"


class Listening(Controller):
    """On a socket that is bound already: a port that was only found to be free may be somebody else’s a moment later."""

    def __init__(self, handler: Server, held: socket.socket):
        self.held = held
        super().__init__(handler, hostname="127.0.0.1", port=held.getsockname()[1], ready_timeout=60)

    def _create_server(self):
        return self.loop.create_server(self._factory_invoker, sock=self.held)


@pytest.fixture
def smtp():
    with socket.create_server(("127.0.0.1", 0)) as held:
        controller = Listening(taking := Server(port=held.getsockname()[1]), held)
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
        smtp.most = goal + 2 if goal else 99
        worker = subprocess.Popen([sys.executable, "-c", WORK, str(mailing)], env=env)
        end = time.monotonic() + 300  # a busy machine takes a minute and more to begin a process
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
