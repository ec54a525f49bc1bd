"""A whole party, as `make serve` starts it, and real browsers in front of it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.ground.clock import NEW_ZEALAND
from app.ground.settings import SIMULATOR_KEY
from tests import cast
from tests.ports import free_ports

SHOTS = Path(os.environ.get("SHOTS", "instance/screens"))
PATIENCE = 60  # seconds for what comes by itself, on a busy machine; only a failing test waits so long
expect.set_options(timeout=PATIENCE * 1000)


@dataclass
class Party:
    """A running installation: its address, its simulator, and what an outsider can read of it."""

    url: str
    simulator: str
    instance: Path
    process: subprocess.Popen[bytes]
    env: dict[str, str]

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:
            body = answer.read()
        return json.loads(body) if path.endswith(".json") else body.decode()

    def letters_to(self, email: str) -> list[dict[str, str]]:
        return [letter for letter in self.get("/dev/mailbox.json") if letter["to"] == email]

    def letter_to(self, email: str, *, about: str, but: Sequence[str] = (), seconds: float = 2 * PATIENCE) -> dict[str, str]:
        """Wait for a letter whose text has `about` in it, other than those known already."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for letter in self.letters_to(email):
                if about in letter["text"] and letter["id"] not in but:
                    return letter
            time.sleep(0.2)
        raise AssertionError(f"no letter with {about!r}; there are {[x['subject'] for x in self.letters_to(email)]}")

    def days_pass(self, days: int) -> None:
        """Let so many days pass, as whoever keeps the demo does; what went wrong on the way is a failure."""
        command = [sys.executable, "-m", "flask", "clock", "advance", str(days)]
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=300 + 2 * days)
        assert done.returncode == 0, done.stderr[-3000:]
        kept = json.loads((self.instance / "clock.progress").read_text())
        assert kept["trouble"] == [], done.stderr[-3000:]

    def today(self) -> date:
        """The day it is in this house."""
        shift = self.instance / "clock"
        ahead = timedelta(seconds=float(shift.read_text())) if shift.exists() else timedelta()
        return (datetime.now(UTC) + ahead).astimezone(NEW_ZEALAND).date()

    def at_stripe(self, path: str) -> dict[str, Any]:
        """What the provider answers about itself, asked as the party asks."""
        key = {"Authorization": f"Bearer {SIMULATOR_KEY}"}
        with urllib.request.urlopen(urllib.request.Request(self.simulator + path, headers=key), timeout=PATIENCE) as answer:
            return json.loads(answer.read())


@pytest.fixture(scope="session")
def party(browser: Browser) -> Iterator[Party]:
    """The party that all stories of today share."""
    with open_party() as site:
        yield site


@contextmanager
def open_party() -> Iterator[Party]:
    folder = Path(tempfile.mkdtemp(prefix="hustings-party-"))
    port = free_ports(2)
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("DATABASE_", "STRIPE_", "PARTY_"))}
    env = {**clean, "PORT": str(port), "INSTANCE": str(folder / "instance"), "PARTY_NAME": cast.PARTY, "FLASK_APP": "wsgi:app"}
    process = subprocess.Popen(
        [sys.executable, "-m", "app.serve"],
        env=env,
        stdout=(folder / "out.log").open("wb"),
        stderr=(folder / "err.log").open("wb"),
        start_new_session=True,
    )
    site = Party(f"http://localhost:{port}", f"http://127.0.0.1:{port + 1}", folder / "instance", process, env)
    try:
        end = time.monotonic() + 180  # a busy machine starts slowly
        while True:
            try:
                site.get("/readyz")
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > end:
                    pytest.fail((folder / "err.log").read_text()[-3000:])
                time.sleep(0.2)
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


Visitor = Callable[..., Page]


@pytest.fixture
def visitor(party: Party, browser: Browser) -> Iterator[Visitor]:
    """Open a browser of one's own: `visitor(script=False)`. No page may break the content security policy or call a
    stranger; the test fails at its end if one did."""
    from tests.journeys.proofs import stay_fresh

    contexts: list[BrowserContext] = []
    trouble: list[str] = []

    def open_browser(*, script: bool = True, width: int = 1280, dark: bool = False) -> Page:
        context = browser.new_context(
            java_script_enabled=script,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            locale="en-NZ",
            accept_downloads=True,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()

        def asked(request: Any) -> None:
            if not request.url.startswith((party.url, party.simulator, "data:", "blob:", "about:")):
                trouble.append(f"asked a stranger: {request.url}")

        def said(message: Any) -> None:
            if "Content Security Policy" in message.text:
                trouble.append(message.text)

        page.on("request", asked)
        page.on("console", said)
        load = page.goto

        def goto(url: str, **how: Any) -> Any:
            stay_fresh(page)
            return load(url, **how)

        page.goto = goto  # type: ignore[method-assign]
        return page

    yield open_browser
    for context in contexts:
        context.close()
    assert trouble == []
