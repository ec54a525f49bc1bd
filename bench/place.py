"""Where a run happens: an embedded PostgreSQL of its own, the servers that are compared, ports, folders; all of it ended."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # no stubs for the sake of a benchmark
import psycopg
from flask import Flask

from app.ground.embedded import Embedded, stop_with_parent

SECRET = "whsec_bench"
SMALL = 10_000
KEPT = 1_000_000
# As app/serve.py starts it.
GRANIAN = ("--interface", "wsgi", "--host", "127.0.0.1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning")


@dataclass
class Server:
    """A process we started, with its children: where it listens, and what it has used."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """User and system time of the process and of its children, so far."""
        used = 0.0
        for one in self.tree():
            with suppress(psutil.Error):
                times = one.cpu_times()
                used += times.user + times.system
        return used

    def tree(self) -> list[psutil.Process]:
        leader = psutil.Process(self.process.pid)
        return [leader, *leader.children(recursive=True)]

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(8)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Place:
    """One run's ground. `people` are in the main database, 10,000 in the small one when that is not the same."""

    folder: Path
    people: int
    seconds: float
    rounds: int
    temporary: bool
    postgres: Embedded = field(init=False)
    servers: dict[str, Server] = field(default_factory=dict)

    def __enter__(self) -> Place:
        self.postgres = Embedded(self.folder)
        self.postgres.start()
        self.fill("hustings", self.people)
        return self

    def __exit__(self, *_: object) -> None:
        for server in reversed(self.servers.values()):
            server.stop()
        self.postgres.stop()
        if self.temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    def fill(self, database: str, people: int) -> None:
        """Create, migrate and seed a database, unless that has been done: the party’s policies, and so many people (or nearly,
        where somebody else has seeded it). Statistics are fresh afterwards. It is not timed."""
        from alembic import command

        from app.cli import alembic
        from app.seeding import seed_many, seed_policies
        from app.seeding_many.loading import unfinished

        self.postgres.create_database(database)
        app = self.app(database)
        with app.app_context():
            command.upgrade(alembic(), "head")
            seed_policies()
            with psycopg.connect(self.postgres.url(database=database), autocommit=True) as owner:
                row = owner.execute("select count(*) from people").fetchone()
                missing = unfinished(owner) or people - (row[0] if row else 0)
                if missing > people / 100:
                    seed_many(missing, say=lambda line: print(f"  {database}: {line}", flush=True))
                    owner.execute("vacuum analyze")

    def environ(self, database: str = "hustings", **more: str) -> dict[str, str]:
        """The environment of one installation of ours."""
        clean = {
            k: v for k, v in os.environ.items() if not k.startswith(("DATABASE_", "STRIPE_", "PARTY_", "MAIL_", "PUBLIC_"))
        }
        far = self.servers.get("far side")
        return {
            **clean,
            "INSTANCE": str(self.folder),
            "DATABASE_URL": self.postgres.url(database=database, user="hustings_app"),
            "DATABASE_OWNER_URL": self.postgres.url(database=database),
            "STRIPE_API_KEY": "sk_test_bench",
            "STRIPE_API_BASE": f"http://127.0.0.1:{far.port if far else 9}",
            "STRIPE_WEBHOOK_SECRET": SECRET,
            "PUBLIC_URL": "http://127.0.0.1",
            "TRUSTED_PROXIES": "1",  # every visitor comes from an address of their own
            "FLASK_APP": "wsgi:app",
            "FAR_SIDE": str(far.port if far else 9),
            **more,
        }

    def app(self, database: str = "hustings") -> Flask:
        """The application in this process, for questions that need no server."""
        from app import create_app
        from app.ground.settings import read

        return create_app(read(self.environ(database)))

    def serve(self, name: str, target: str, environ: Mapping[str, str], *, workers: int = 2, path: str = "/healthz") -> Server:
        """One WSGI application under Granian, answering at `path`; the one that is running already, if there is one."""
        if name not in self.servers:
            port = free_port()
            command = [sys.executable, "-m", "granian", *GRANIAN, "--workers", str(workers), "--port", str(port), target]
            self.servers[name] = self.start(name, command, environ, port)
            wait_for(port, path)
        return self.servers[name]

    def start(self, name: str, command: list[str], environ: Mapping[str, str], port: int = 0) -> Server:
        log = (self.folder / f"bench-{name.replace(' ', '-')}.log").open("wb")
        process = subprocess.Popen(
            command, env=dict(environ), stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=stop_with_parent
        )
        return Server(name, port, process)

    def ours(self, database: str = "hustings", *, name: str = "ours", target: str = "wsgi:app", **more: str) -> Server:
        self.far_side()
        return self.serve(f"{name} {database}", target, self.environ(database, **more))

    def bare(self) -> Server:
        """The baselines: a bare Flask application on the same server, settings and database."""
        self.far_side()
        return self.serve("bare", "bench.baselines:app", self.environ(), path="/hello")

    def far_side(self) -> Server:
        """What stands in for Stripe: answers every checkout at once, and the same."""
        if "far side" not in self.servers:
            port = free_port()
            self.servers["far side"] = self.start(
                "far side", [sys.executable, "-m", "bench.far_side", str(port)], os.environ, port
            )
            wait_for(port, None)
        return self.servers["far side"]

    def stop(self, server: Server) -> None:
        server.stop()
        self.servers = {name: kept for name, kept in self.servers.items() if kept is not server}


def make(folder: str | None, *, people: int, seconds: float, rounds: int) -> Place:
    """A place to measure in. Where there are so many people that seeding takes longer than measuring, their base is kept for
    the next run, in instance/bench-<N>."""
    if folder is None and people >= KEPT:
        folder = f"instance/bench-{people}"
    path = Path(folder) if folder else Path(tempfile.mkdtemp(prefix="hustings-bench-"))
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Place(path.resolve(), people, seconds, rounds, temporary=folder is None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, path: str | None, *, seconds: float = 30) -> float:
    """Wait until somebody listens, and answers 200 at `path` if one is given. Returns how long it took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as link:
            if path is None:
                return time.monotonic() - began
            link.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
            if link.recv(12).endswith(b"200"):
                return time.monotonic() - began
        time.sleep(0.01)
    raise RuntimeError(f"nothing answers on port {port}")
