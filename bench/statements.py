"""What one request asks of the database, counted at the driver; and what it must not do: compile a template, send a mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

from flask import Flask
from sqlalchemy import event

from app.ground.db import session

from .figures import Figure
from .place import Place
from .visitor import events, joins_with, token_in


@dataclass
class Count:
    statements: list[str] = field(default_factory=list)
    begins: int = 0
    ends: int = 0
    pings: int = 0
    compiled: int = 0
    mails: int = 0

    @property
    def trips(self) -> int:
        """Round trips to the server: statements, begin and commit or rollback of each transaction, pings."""
        return len(self.statements) + self.begins + self.ends + self.pings


def run(place: Place) -> list[Figure]:
    place.far_side()
    app = place.app()
    found = []
    with app.app_context():
        for name, request, most in (("join", _joins(app), 14), ("webhook", events("/webhooks/stripe"), 3)):
            _send(app, request(1)[0])  # what is prepared once is prepared
            with counted(app) as count:
                status = _send(app, request(1)[0])
            assert status in (200, 303), status
            assert (count.mails, count.compiled) == (0, 0), count
            note = f"{count.begins} transactions, {count.trips} round trips, no template compiled, no mail"
            found.append(Figure(f"statements.{name}", len(count.statements), "statements", target=f"<= {most}", note=note))
            for statement in count.statements:
                print("   ", " ".join(statement.split())[:150], flush=True)
    return found


@contextmanager
def counted(app: Flask) -> Iterator[Count]:
    count, engine = Count(), session.get_bind()
    hooks: dict[str, Callable[..., Any]] = {
        "before_cursor_execute": lambda c, cursor, statement, *more: count.statements.append(statement),
        "begin": lambda c: _add(count, "begins"),
        "commit": lambda c: _add(count, "ends"),
        "rollback": lambda c: _add(count, "ends"),
        "checkout": lambda *more: _add(count, "pings"),
    }
    for hook, call in hooks.items():
        event.listen(engine, hook, call)
    compile_ = app.jinja_env.compile

    def compiling(*args: Any, **named: Any) -> Any:
        _add(count, "compiled")
        return compile_(*args, **named)

    def sending(*_args: Any, **_named: Any) -> Any:
        _add(count, "mails")

    with mock.patch.object(app.jinja_env, "compile", compiling), mock.patch("smtplib.SMTP.__init__", sending):
        yield count
    for hook, call in hooks.items():
        event.remove(engine, hook, call)


def _add(count: Count, what: str) -> None:
    setattr(count, what, getattr(count, what) + 1)


def _send(app: Flask, request: bytes) -> int:
    """Put one request, as it would come over the wire, through the application in this process."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    method, path, _ = first.split()
    with app.test_client(use_cookies=False) as client:
        return client.open(path, method=method, headers=headers, data=body).status_code


def _joins(app: Flask) -> Callable[[int], list[bytes]]:
    with app.test_client() as client:
        page = client.get("/join")
        return joins_with(token_in(page.get_data(as_text=True)), page.headers["Set-Cookie"].partition(";")[0])
