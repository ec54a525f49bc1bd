"""Making a backup: PostgreSQL's own dump, closed with age as it comes, with a manifest of the same moment.

The dump and the manifest read one snapshot. Nothing is written in the clear; a backup that was cut short has no manifest.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from app.ground.embedded import stop_with_parent
from app.ground.seal import Seal
from app.ground.sealed import Place
from app.ground.settings import Settings

from . import manifest as manifests
from . import postgres, vault
from .manifest import DUMP, FORMAT, LEFT_OUT, NAME, Manifest, NotABackup


class BackupFailed(Exception):
    """No backup was made; the sentence says why."""


def make(
    folder: Path, settings: Settings, seal: Seal, places: list[Place], *, told: Callable[[int], object] = lambda _size: None
) -> Manifest:
    """Back the database up into `folder`, which is made at need and holds this one backup. `told` hears bytes written.

    Raises BackupFailed, VaultShut, ToolMissing; then there is no manifest in the folder, and nothing half written.
    """
    whom = vault.recipient(settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / NAME).exists():  # a dump without one is of a run that was cut short
        raise BackupFailed(f"{folder} holds a backup already: name a new folder, one for each.")
    with postgres.connect(settings.database_owner_url) as connection, connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        draft = folder / f".{DUMP}.{os.getpid()}"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                measured = vault.Measured(out, told=told)
                _dump(connection, settings, measured, whom)
                out.flush()
                os.fsync(out.fileno())
            made = _manifest(connection, places, measured).sign(seal)
            draft.rename(folder / DUMP)
        finally:
            draft.unlink(missing_ok=True)
    made.write(folder)
    return made


def _dump(connection: psycopg.Connection, settings: Settings, out: vault.Measured, whom: object) -> None:
    snapshot = connection.execute("select pg_export_snapshot()").fetchone()
    where, env = postgres.addressed(settings.database_owner_url)
    command = [
        postgres.program("pg_dump", at_least=postgres.major(connection)),
        "--format=custom", "--no-owner", "--no-unlogged-table-data",
        f"--snapshot={snapshot[0] if snapshot else ''}",
        *(f"--exclude-table-data=public.{table}" for table in LEFT_OUT),
        f"--dbname={where}",
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as private:
        log = Path(private) / "log"
        with (
            log.open("wb") as complaints,
            subprocess.Popen(
                command,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                preexec_fn=stop_with_parent,
            ) as process,
        ):
            assert process.stdout is not None
            try:
                vault.close(process.stdout, out, whom)
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            raise BackupFailed(f"pg_dump gave up: {postgres.first_line(log)}")


def _manifest(connection: psycopg.Connection, places: list[Place], measured: vault.Measured) -> Manifest:
    seq, last = manifests.head(connection)
    return Manifest(
        format=FORMAT,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        revision=manifests.revision(connection),
        postgres=postgres.major(connection),
        audit_seq=seq,
        audit_hash=last,
        keys=manifests.keys(connection, places),
        counts=manifests.counts(connection),
        ledger=manifests.ledger(connection),
        rights=manifests.rights(connection),
        size=measured.size,
        sha256=measured.sha256.hexdigest(),
    )


def verify(
    folder: Path,
    settings: Settings,
    seal: Seal,
    *,
    identity: Path | None = None,
    told: Callable[[int], object] = lambda _size: None,
) -> Manifest:
    """Read a backup from end to end without restoring it. Raises NotABackup or VaultShut with what is wrong."""
    found = manifests.read(folder)
    found.check(seal)
    manifests.check_file(folder, found)
    who = vault.identity(settings, identity)
    opened = vault.Measured(_First(), told=told)  # type: ignore[arg-type]  # only written to
    vault.open_into(folder / DUMP, opened, who)
    if opened.out is None or opened.out.start != b"PGDMP":  # type: ignore[attr-defined]
        raise NotABackup(f"{DUMP} opens, and what is in it is not a dump of PostgreSQL.")
    return found


class _First:
    """Keeps the first five letters of what is written to it."""

    start = b""

    def write(self, part: bytes) -> None:
        self.start = (self.start + part[:5])[:5]

    def flush(self) -> None: ...
