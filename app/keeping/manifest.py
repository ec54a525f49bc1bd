"""What a backup says of itself, in the clear and signed: how much there is, never who."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import psycopg
from psycopg import sql

from app.ground.seal import Seal, digest
from app.ground.sealed import Place, by_number, present
from app.ground.settings import APP_ROLE

FORMAT = "hustings backup 1"
NAME, DUMP = "manifest.json", "hustings.dump.age"
# Not in a backup: made anew from sealed names, and counts that are of no use ten minutes later.
LEFT_OUT = ("people_name_buckets", "rate_counts")


class NotABackup(Exception):
    """A folder does not hold one whole backup of this installation; the sentence says why."""


@dataclass(frozen=True)
class Manifest:
    format: str
    made_at: str
    revision: str
    postgres: int
    audit_seq: int
    audit_hash: str
    keys: list[int]
    counts: dict[str, int]
    ledger: dict[str, int]
    rights: str
    size: int
    sha256: str
    signed: str = ""

    def sign(self, seal: Seal) -> Manifest:
        return Manifest(**{**asdict(self), "signed": self._signature(seal)})

    def check(self, seal: Seal) -> None:
        """Raises NotABackup if a key is missing, or if it was not signed with the keys at hand."""
        missing = sorted(set(self.keys) - seal.numbers)
        if missing:
            numbers = ", ".join(map(str, missing))
            raise NotABackup(f"Names in this backup are sealed under key {numbers}, which SEAL_KEYS does not have: put it in.")
        if not hmac.compare_digest(self.signed, self._signature(seal)):
            raise NotABackup(
                "The manifest was not signed with the keys at hand: SEAL_KEYS (or INDEX_KEY) are not those of the installation "
                "that made this backup, or somebody has changed the manifest."
            )

    def _signature(self, seal: Seal) -> str:
        facts = {key: value for key, value in asdict(self).items() if key != "signed"}
        return seal.index("backup manifest", digest(facts)).hex()

    def write(self, folder: Path) -> None:
        """Last of all files: a folder with a manifest is a whole backup."""
        draft = folder / f".{NAME}.{os.getpid()}"
        with draft.open("w") as out:
            json.dump(asdict(self), out, indent=1, sort_keys=True)
            out.write("\n")
            out.flush()
            os.fsync(out.fileno())
        draft.rename(folder / NAME)
        settle(folder)


def settle(folder: Path) -> None:
    """Have the disk remember the names in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(folder: Path) -> Manifest:
    """The manifest of a folder. Raises NotABackup."""
    try:
        said = json.loads((folder / NAME).read_text())
    except FileNotFoundError:
        raise NotABackup(f"{folder} holds no finished backup: there is no {NAME} in it.") from None
    except (OSError, ValueError):
        raise NotABackup(f"{folder / NAME} cannot be read: it is damaged, or not ours.") from None
    if not isinstance(said, dict) or said.get("format") != FORMAT or set(said) != {field.name for field in fields(Manifest)}:
        raise NotABackup(f"{folder / NAME} is not a manifest this version knows ({FORMAT}).")
    return Manifest(**said)


def check_file(folder: Path, manifest: Manifest, *, told: Callable[[int], object] = lambda _size: None) -> None:
    """Whether the file beside a manifest is the one it was written for. Raises NotABackup."""
    file = folder / DUMP
    if not file.exists():
        raise NotABackup(f"{DUMP} is missing from {folder}.")
    size = file.stat().st_size
    if size != manifest.size:
        raise NotABackup(f"{DUMP} has {size} bytes and should have {manifest.size}: it was cut, or is of another backup.")
    sha256, done = hashlib.sha256(), 0
    with file.open("rb") as source:
        while part := source.read(1 << 20):
            sha256.update(part)
            told(done := done + len(part))
    if sha256.hexdigest() != manifest.sha256:
        raise NotABackup(f"{DUMP} is damaged: its SHA-256 is not the manifest’s.")


def counts(connection: psycopg.Connection) -> dict[str, int]:
    """Rows of every table but those that are left out."""
    names = [
        row[0] for row in connection.execute("select tablename from pg_tables where schemaname = 'public' order by tablename")
    ]
    found = {}
    for name in names:
        if name not in LEFT_OUT:
            row = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(name))).fetchone()
            found[name] = int(row[0]) if row else 0
    return found


def ledger(connection: psycopg.Connection) -> dict[str, int]:
    """Cents by account and currency."""
    rows = connection.execute("select account, currency, sum(cents) from ledger_lines group by 1, 2 order by 1, 2")
    return {f"{account} {currency}": int(cents) for account, currency, cents in rows}


def head(connection: psycopg.Connection) -> tuple[int, str]:
    row = connection.execute("select seq, hash from audit_head").fetchone()
    if row is None:
        raise NotABackup("The audit log has no head.")
    return int(row[0]), str(row[1])


def revision(connection: psycopg.Connection) -> str:
    row = connection.execute("select version_num from alembic_version").fetchone()
    return str(row[0]) if row else ""


def keys(connection: psycopg.Connection, places: list[Place]) -> list[int]:
    """The numbers of all keys that something is sealed under."""
    return sorted({number for place in present(connection, places) for number in by_number(connection, place)})


def rights(connection: psycopg.Connection) -> str:
    """SHA-256 over everything the application's role may do with tables, columns, functions and the schema."""
    rows = connection.execute(RIGHTS, {"role": APP_ROLE}).fetchall()
    return hashlib.sha256("\n".join(str(row[0]) for row in rows).encode()).hexdigest()


RIGHTS = """
    select said from (
        select concat_ws(' ', table_name, privilege_type) from information_schema.role_table_grants
         where grantee = %(role)s and table_schema = 'public'
        union all
        select concat_ws(' ', table_name, column_name, privilege_type) from information_schema.column_privileges
         where grantee = %(role)s and table_schema = 'public'
        union all
        select concat_ws(' ', p.oid::regprocedure, has_function_privilege(%(role)s, p.oid, 'execute'), prosecdef) from pg_proc p
          where pronamespace = 'public'::regnamespace
        union all
        select concat_ws(' ', asked, has_schema_privilege(%(role)s, 'public', asked))
          from unnest(array['usage', 'create']) as asked
    ) as every (said) order by said collate "C"
"""
