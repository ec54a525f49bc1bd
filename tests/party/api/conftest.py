"""For the tests of the API: keys of the cast, a program that asks, and another system that is told, over a real socket."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.party.api import errands, services
from app.party.api.models import Hook
from tests.party.roster.conftest import ids, mangere, place  # noqa: F401  their fixtures

ALL = ("people", "names", "counts")


@pytest.fixture
def give(cast, ids) -> Callable[..., str]:  # noqa: F811
    """A key of one of the cast, as it was shown once."""

    def given(face: str, *opens: str, lasts: int = 30) -> str:
        person = ids(face)
        with transaction():
            made = services.give(
                person, key_id=new_id(), label="the calendar", opens=opens or ALL, lasts=lasts, by=f"person:{person}"
            )
        return made.whole

    return given


@pytest.fixture
def ask(client) -> Callable[..., TestResponse]:
    """Ask the API as a program does: with a key, without a cookie."""

    def asked(path: str, key: str | None = None, **said: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return client.get(f"/api/v1{path}", headers=headers, query_string=said)

    return asked


@dataclass
class Receiver:
    """Another system. `answers`: what it says next, in order; then 200. A function is called instead, with the request."""

    url: str = ""
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)

    def kinds(self) -> list[str]:
        return [json.loads(body)["kind"] for _headers, body in self.heard]

    def said(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _headers, body in self.heard]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    there = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            there.heard.append((dict(self.headers.items()), body))
            answer = there.answers.pop(0) if there.answers else 200
            if callable(answer):
                answer(self)
                return
            self.send_response(answer)
            if 300 <= answer < 400:
                self.send_header("Location", there.url + "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield there
    server.shutdown()
    server.server_close()


EVERYTHING = ("person.joined", "person.left", "standing.changed", "consent.changed", "person.moved")


@pytest.fixture
def add_hook(cast, ids, receiver) -> Callable[..., tuple[UUID, str]]:  # noqa: F811
    """A hook of one of the cast that leads to the receiver: its id, and its secret."""

    def added(face: str, *events: str, address: str = "") -> tuple[UUID, str]:
        person, hook = ids(face), new_id()
        with transaction():
            secret = services.add_hook(
                person, hook_id=hook, address=address or receiver.url + "/hustings", events=events or EVERYTHING,
                https_only=False, by=f"person:{person}",
            )  # fmt: skip
        return hook, secret

    return added


@pytest.fixture
def deliver(app) -> Callable[[UUID], None]:
    """One turn at a hook, as the worker takes it."""

    def turn(hook: UUID) -> None:
        errands.deliver(hook)
        session.remove()

    return turn


def hook_now(hook: UUID) -> Hook:
    """The hook as it is kept."""
    session.remove()
    return session.get_one(Hook, hook)
