"""Bringing a backup back into an empty database, and proving that it is whole before anybody uses it.

Everything that can be refused is refused before the first row. The rows come in one transaction: all, or none. What is
made anew after them (tables brought up to date, name buckets) can be done again: `--finish`.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from app.ground.embedded import stop_with_parent
from app.ground.seal import Seal, SealBroken
from app.ground.sealed import Place
from app.ground.settings import Settings

from . import manifest as manifests
from . import postgres, rotation, vault
from .manifest import DUMP, Manifest

BATCH = 1000
SAMPLE = 100  # of the oldest and of the newest values of each column


class RestoreRefused(Exception):
    """Nothing was restored; the sentence says why."""


class RestoreNotWhole(Exception):
    """The rows are there, and they are not what the backup said."""


def bring_back(
    folder: Path, settings: Settings, seal: Seal, *, known: list[str], identity: Path | None = None
) -> Iterator[str]:
    """Restore `folder` into the empty database of DATABASE_OWNER_URL; say each thing as it is found or done.

    `known`: the revisions this code has migrations for, oldest first. Raises NotABackup, VaultShut, ToolMissing or
    RestoreRefused; then nothing was kept.
    """
    found = manifests.read(folder)
    yield f"The backup was made at {found.made_at}: {sum(found.counts.values())} rows in {len(found.counts)} tables."
    if found.revision not in known:
        raise RestoreRefused(
            f"The backup is of a newer version (its tables are of {found.revision or 'no revision'}, this code knows "
            f"{known[-1]}): restore with the version that made it, or a later one."
        )
    found.check(seal)
    yield "The manifest is signed with the keys at hand, and every key it needs is there."
    manifests.check_file(folder, found)
    who = vault.identity(settings, identity)
    vault.open_into(folder / DUMP, vault.Measured(None), who)
    yield f"{DUMP} is what the manifest says ({found.size} bytes), and opens to its end."
    with postgres.connect(settings.database_owner_url) as connection:
        _refuse_what_cannot_hold_it(connection, found)
        tool = postgres.program("pg_restore", at_least=max(found.postgres, postgres.major(connection)))
        connection.execute(postgres.MAKE_ROLE)
    yield "The database is empty; its rows come now, all of them or none."
    _pour(tool, settings, folder / DUMP, who)
    with postgres.connect(settings.database_owner_url) as connection:
        yield from _compare(connection, found)


def _refuse_what_cannot_hold_it(connection: psycopg.Connection, found: Manifest) -> None:
    if postgres.major(connection) < found.postgres:
        raise RestoreRefused(
            f"The backup is of PostgreSQL {found.postgres} and this server is {postgres.major(connection)}: restore into "
            f"{found.postgres} or later."
        )
    encoding = connection.execute("select current_setting('server_encoding')").fetchone()
    if encoding != ("UTF8",):
        raise RestoreRefused("The database’s encoding is not UTF8: make another one with encoding 'UTF8'.")
    held = connection.execute(
        "select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S')"
    ).fetchone()
    if held != (0,):
        raise RestoreRefused(
            f"The database is not empty ({held and held[0]} tables and sequences): restore into a new one. Nothing was changed."
        )


def _pour(tool: str, settings: Settings, file: Path, who: Any) -> None:
    where, env = postgres.addressed(settings.database_owner_url)
    command = [tool, "--single-transaction", "--exit-on-error", "--no-owner", f"--dbname={where}"]
    with tempfile.TemporaryDirectory() as private:
        log = Path(private) / "log"
        with (
            log.open("wb") as complaints,
            subprocess.Popen(
                command, env=env, stdin=subprocess.PIPE, stdout=complaints, stderr=complaints, preexec_fn=stop_with_parent
            ) as process,
        ):
            assert process.stdin is not None
            try:
                vault.open_into(file, vault.Measured(process.stdin), who)
            except BrokenPipeError:
                pass  # it has given up, and says why below
            except BaseException:
                process.kill()  # before its input ends: what came so far is not all
                raise
        if process.returncode:
            raise RestoreRefused(f"pg_restore gave up, and nothing was kept: {postgres.first_line(log)}")


def _compare(connection: psycopg.Connection, found: Manifest) -> Iterator[str]:
    """Whether the rows are those of the manifest, before anything is made anew. Raises RestoreNotWhole."""
    counts = manifests.counts(connection)
    wrong = [
        f"{table} has {counts.get(table, 0)} rows and should have {found.counts.get(table, 0)}"
        for table in sorted(set(counts) | set(found.counts))
        if counts.get(table) != found.counts.get(table)
    ]
    if wrong:
        raise RestoreNotWhole(f"{'; '.join(wrong)}.")
    yield f"Every table has the rows the manifest counted: {sum(counts.values())} in {len(counts)} tables."
    if manifests.head(connection) != (found.audit_seq, found.audit_hash):
        raise RestoreNotWhole("The head of the audit log is not the manifest’s.")
    yield f"The head of the audit log is the manifest’s: row {found.audit_seq}, {found.audit_hash[:16]}…"
    if manifests.ledger(connection) != found.ledger:
        raise RestoreNotWhole("The ledger’s accounts do not hold what the manifest says.")
    yield f"The ledger’s accounts hold what the manifest says: {len(found.ledger)} of them."
    if manifests.rights(connection) != found.rights:
        raise RestoreNotWhole("The application’s role does not have exactly the rights it had.")
    yield "The application’s role has exactly the rights it had."


def check_that_it_opens(connection: psycopg.Connection, seal: Seal, places: list[Place]) -> Iterator[str]:
    """Whether values of every sealed column open: the oldest and the newest. Raises RestoreNotWhole."""
    for work in rotation.survey(connection, places, key=seal.current):
        broken = rotation.unreadable(connection, work.place, seal, most=SAMPLE)
        if broken:
            raise RestoreNotWhole(f"{work.place}: {broken[0]} does not open with the keys at hand.")
        yield f"{work.place}: {work.values} values, {min(work.values, 2 * SAMPLE)} of them opened."


def without_buckets(connection: psycopg.Connection) -> int:
    row = connection.execute(f"select count(*) {WITHOUT}").fetchone()
    return int(row[0]) if row else 0


WITHOUT = """from people p where sealed is not null
    and not exists (select from people_name_buckets b where b.person_id = p.id)"""


# Who has other records is found by the names in those, too.
TOGETHER = """
    update people_name_buckets b set buckets = array(
        select unnest(b.buckets) union
        select unnest(o.buckets) from people p join people_name_buckets o on o.person_id = p.id where p.same_as = b.person_id
         order by 1
    ) where b.person_id in (select same_as from people)"""


def rebuild_buckets(connection: psycopg.Connection, seal: Seal, *, told: Callable[[int], object]) -> int:
    """Make the name buckets of everybody who has none, in batches; done again, it goes on. `connection` is in autocommit.

    Returns how many could not be made because their details do not open.
    """
    after, broken = None, 0
    while True:
        with connection.transaction():
            people = connection.execute(
                f"select id, sealed {WITHOUT} and (%(after)s::uuid is null or id > %(after)s) order by id limit {BATCH}",
                {"after": after},
            ).fetchall()
            if not people:
                connection.execute(TOGETHER)
                return broken
            after, made = people[-1][0], []
            for person, sealed in people:
                try:
                    details = seal.open(bytes(sealed), table="people", row=person)
                except SealBroken:
                    broken += 1
                else:
                    made.append((person, seal.search_buckets(details["name"], details.get("phone") or "")))
            with connection.cursor() as cursor:
                cursor.executemany(
                    "insert into people_name_buckets (person_id, buckets)"
                    " select id, %(buckets)s from people where id = %(person)s and sealed is not null for key share"
                    " on conflict do nothing",
                    [{"person": person, "buckets": buckets} for person, buckets in made],
                )
        told(len(people))
