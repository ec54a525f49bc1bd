"""`make serve`: the whole demo party on this machine, kept running until it is told to stop.

Starts PostgreSQL (unless DATABASE_URL names one), brings the tables up to date, fills an empty database, and then keeps the
simulator (unless real Stripe keys are set), the worker and the web server alive: one that dies is started again.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from app.ground.embedded import Embedded, stop_with_parent
from app.ground.passing import file_of
from app.ground.settings import SIMULATOR_KEY, Settings, SettingsError, read


@dataclass
class Child:
    """A process of ours. When its leader dies, what is left of its group goes too, and it is started again."""

    name: str
    command: list[str]
    env: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def keep(self) -> None:
        if self.process and self.process.poll() is None:
            return
        now = time.monotonic()
        self.starts = [start for start in self.starts if now - start < 30]
        if self.process:
            print(f"{self.name} stopped ({self.process.returncode}); starting it again.", flush=True)
            self._end_group(signal.SIGKILL)
        if len(self.starts) >= 5 and now - self.starts[-1] < 5:
            return  # it cannot stand just now: not more than one try in five seconds
        self.starts.append(now)
        self.process = subprocess.Popen(
            self.command,
            env=self.env,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=partial(stop_with_parent, signal.SIGTERM),
        )

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(8)
        self._end_group(signal.SIGKILL)

    def _end_group(self, sign: int) -> None:
        if self.process:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, sign)


def main() -> int:
    try:
        settings = read()
    except SettingsError as faults:
        print(faults, file=sys.stderr)
        return 2
    simulated = settings.stripe_api_key == SIMULATOR_KEY and "STRIPE_API_BASE" not in os.environ
    for port, what in ((settings.port, "PORT"), *(((settings.port + 1, "PORT + 1, the simulator"),) if simulated else ())):
        if not _free(port):
            print(f"Port {port} ({what}) is in use. Stop what is there, or set PORT to another number.", file=sys.stderr)
            return 2
    for sign in (signal.SIGTERM, signal.SIGINT):  # said aloud: a shell that starts us in the background switches INT off
        signal.signal(sign, lambda *_: sys.exit(0))
    own = settings.embedded
    if own:
        own.start()
        own.create_database()
    children: list[Child] = []
    try:
        _prepare()
        children = _children(settings, simulated=simulated)
        for child in children:
            child.keep()
        _announce(settings)
        while True:
            _watch(own, children)
            time.sleep(0.3)
    except SystemExit:
        return 0
    finally:
        print("Stopping …", flush=True)
        for child in reversed(children):
            child.stop()
        if own:
            own.stop()


def _prepare() -> None:
    from alembic import command

    from app import create_app
    from app.cli import alembic
    from app.seeding import is_empty, seed_cast, seed_policies
    from app.web.house import house

    app = create_app()
    with app.app_context():
        command.upgrade(alembic(), "head")
        if is_empty():
            seed_cast()
            if house().settings.demo:
                seed_policies()


def _children(settings: Settings, *, simulated: bool) -> list[Child]:
    env = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": settings.database_owner_url,
        "FLASK_APP": "wsgi:app",
        "STOP_WITH_PARENT": "1",
    }
    host = os.environ.get("HOST", "127.0.0.1")
    workers = os.environ.get("WEB_WORKERS", "2")
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(settings.port)]
    web += ["--workers", workers, "--blocking-threads", "4", "--no-ws", "--respawn-failed-workers", "--log-level", "warning"]
    web += ["--workers-kill-timeout", "5"]  # seconds: one that hangs while it ends is ended
    children = [
        Child("worker", [sys.executable, "-m", "flask", "worker"], env),
        Child("web", [*web, "wsgi:app"], env),
    ]
    if simulated:
        command = [sys.executable, "-m", "stripe_sim", "--port", str(settings.port + 1)]
        command += ["--webhook-url", f"http://127.0.0.1:{settings.port}/webhooks/stripe"]
        command += [
            "--webhook-secret",
            settings.stripe_webhook_secrets[0],
            "--state",
            str(settings.instance / "stripe_sim.json"),
        ]
        if clock := file_of(settings):
            command += ["--clock", str(clock)]
        children.insert(0, Child("simulator", command, env))
    return children


def _watch(own: Embedded | None, children: list[Child]) -> None:
    if own and own.process and own.process.poll() is not None:
        print("PostgreSQL stopped; starting it again.", flush=True)
        try:
            own.start()
        except RuntimeError as trouble:
            print(trouble, file=sys.stderr, flush=True)
    for child in children:
        child.keep()


def _announce(settings: Settings) -> None:
    for _ in range(1800):  # three minutes: a machine with other work starts slowly
        if not _free(settings.port):
            break
        time.sleep(0.1)
    where = settings.public_url
    print(f"\n{settings.party_name} is open: {where}\n", flush=True)
    print(f"  join            {where}/join      card 4242 4242 4242 4242, any future date, any CVC")
    print("  declined card   4000 0000 0000 0002")
    print(f"  letters         {where}/dev/mailbox")
    print(f"  sign in         {where}/sign-in   the link lands in the mailbox")
    if settings.demo:
        print(f"  clock           {where}/dev/clock   a day, a week, a month or a year later")
    if settings.embedded:
        print(f"  database        {settings.database_owner_url}")
    from app.ground.seal import Seal
    from tests.cast import CAST, secret_of

    print("\nPeople of the demo:")
    for face in CAST:
        print(f"  {face.email:28} {face.name}: {face.part}")
    if settings.demo:
        print("\nOfficers confirm with an authenticator app; these are its secrets (the codes are at /dev/people, too):")
        for face in CAST:
            if face.office:
                print(f"  {face.email:28} {secret_of(face, Seal(settings.seal_keys))}")
    print("\nCtrl-C stops everything.", flush=True)


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


if __name__ == "__main__":
    sys.exit(main())
