"""The keeper's commands: `flask keys …`, `flask backup`, `flask restore`. They sign in as the owner of the tables."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup, with_appcontext

from app.cli import alembic, database_up

if TYPE_CHECKING:
    from flask import Flask

    from app.ground.sealed import Place
    from app.keeping.rotation import Work

SECONDS_BETWEEN_LINES = 5.0


def hang(app: Flask) -> None:
    for command in (keys, backup, restore, the_roster):
        app.cli.add_command(command)


@contextmanager
def _in_sentences() -> Iterator[None]:
    """What is refused is one sentence and exit code 1, not a trace."""
    import psycopg

    from app.keeping import backup, manifest, postgres, restore, rotation, vault

    told = (
        vault.VaultShut, manifest.NotABackup, backup.BackupFailed, restore.RestoreRefused, restore.RestoreNotWhole,
        postgres.ToolMissing, rotation.StillHeld,
    )  # fmt: skip
    try:
        yield
    except told as fault:
        raise SystemExit(_say(str(fault))) from None
    except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedFunction, psycopg.errors.UndefinedColumn):
        raise SystemExit(_say("The tables are missing, or not up to date: run flask db upgrade.")) from None
    except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege) as fault:
        first = (str(fault).splitlines() or ["it does not answer"])[0]
        raise SystemExit(_say(f"The database would not: {first}. Check DATABASE_OWNER_URL.")) from None


def _say(fault: str) -> int:
    click.echo(fault, err=True)
    return 1


@contextmanager
def _showing(label: str, whole: int) -> Iterator[Callable[[int], None]]:
    """How far something is: a bar on a terminal, a line now and then elsewhere. Call what is yielded with each step."""
    if sys.stdout.isatty():
        with click.progressbar(length=whole, label=label) as bar:
            yield bar.update
        return
    done, next_line = 0, time.monotonic() + SECONDS_BETWEEN_LINES

    def step(size: int) -> None:
        nonlocal done, next_line
        done += size
        if time.monotonic() >= next_line:
            click.echo(f"{label}: {done} of {whole}")
            next_line = time.monotonic() + SECONDS_BETWEEN_LINES

    yield step


@contextmanager
def _bytes_told(label: str) -> Iterator[Callable[[int], None]]:
    """How much has been written or read so far, where nobody knows how much there will be."""
    next_line = time.monotonic() + SECONDS_BETWEEN_LINES

    def tell(size: int) -> None:
        nonlocal next_line
        if time.monotonic() >= next_line:
            click.echo(f"{label}: {size >> 20} MB", nl=not sys.stdout.isatty())
            if sys.stdout.isatty():
                click.echo("\r", nl=False)
            next_line = time.monotonic() + (0.5 if sys.stdout.isatty() else SECONDS_BETWEEN_LINES)

    yield tell


def _places() -> list[Place]:
    from app.ground.sealed import places
    from app.wiring import metadata

    return places(metadata)


keys = AppGroup("keys", help="The keys of personal details and of backups.")


@keys.command("rotate")
@click.option("--batch", default=500, show_default=True, help="Values in one transaction.")
def rotate(batch: int) -> None:
    """Seal every value anew under the highest key of SEAL_KEYS. Can be stopped at any time, and goes on when run again."""
    from app.keeping import postgres, rotation
    from app.web.house import house

    seal, settings = house().seal, house().settings
    with _in_sentences(), database_up(), postgres.connect(settings.database_owner_url) as connection:
        works = rotation.survey(connection, _places(), key=seal.current)
        whole, old = sum(work.values for work in works), sum(work.old for work in works)
        click.echo(f"{whole} values are sealed, {whole - old} of them under key {seal.current} already; {old} to seal anew.")
        done = {}
        for work in works:
            with _showing(str(work.place), work.old) as step:
                done[str(work.place)] = _rotate_one(rotation.seal_anew(connection, work, seal, batch=batch), step)
            click.echo(f"{work.place}: {work.values} values, {done[str(work.place)]} sealed anew.")
        left = rotation.survey(connection, _places(), key=seal.current)
        _note_rotation(seal.current, done, sum(work.old for work in left))
        _say_what_may_go(works, left)


def _rotate_one(batches: Iterator[int], step: Callable[[int], None]) -> int:
    done = 0
    for size in batches:
        done += size
        step(size)
    return done


def _note_rotation(key: int, done: dict[str, int], left: int) -> None:
    """One line of the log for a run that came to its end, if it did anything."""
    from app.ground import audit
    from app.ground.db import transaction

    if any(done.values()):
        with transaction():
            audit.record(audit.Action.KEYS_ROTATED, f"seal_key:{key}", by="system", left=left, **done)


def _say_what_may_go(works: list[Work], left: list[Work]) -> None:
    from app.web.house import house

    seal, settings = house().seal, house().settings
    broken = sorted(name for work in works for name in work.broken)
    old = sum(work.old for work in left)
    click.echo(f"{old} values are under an old key.")
    if broken:
        named = ", ".join(broken[:10]) + (" …" if len(broken) > 10 else "")
        raise SystemExit(_say(f"{len(broken)} values do not open with SEAL_KEYS and stay as they are: {named}."))
    if old:
        raise SystemExit(_say("They were written meanwhile: restart whatever runs with older SEAL_KEYS, and run this again."))
    for number in sorted(seal.numbers - {seal.current}):
        if number == min(seal.numbers) and settings.index_key is None:
            click.echo(
                f"Key {number} still makes the indexes and the secrets of links: set INDEX_KEY to what flask keys index says "
                f"and restart everything before you take it out."
            )
        else:
            click.echo(f"Key {number} may be taken out of SEAL_KEYS. Keep it elsewhere for as long as backups need it.")


@keys.command("check")
def check_keys() -> None:
    """Open every sealed value there is, and hold declarations to their digests. Exits 1 and names what is wrong."""
    from app.keeping import postgres, rotation
    from app.web.house import house

    seal, broken = house().seal, []
    with _in_sentences(), database_up(), postgres.connect(house().settings.database_owner_url) as connection:
        for work in rotation.survey(connection, _places(), key=seal.current):
            found = rotation.unreadable(connection, work.place, seal)
            click.echo(f"{work.place}: {work.values} values, {work.old} under an old key, {len(found)} do not open.")
            broken += found
        changed = rotation.not_as_signed(connection, seal)
        click.echo(f"{len(changed)} declarations do not say what was signed.")
    for name in broken[:100]:
        click.echo(f"{name} does not open.", err=True)
    for name in changed[:100]:
        click.echo(f"{name} is not what its digest was made of.", err=True)
    if broken or changed:
        raise SystemExit(1)


@keys.command("index")
def index_key() -> None:
    """Say what INDEX_KEY must be for the first of SEAL_KEYS to be taken out. A secret: it goes where SEAL_KEYS are."""
    from app.ground.seal import index_key_of
    from app.web.house import house

    settings = house().settings
    made = settings.index_key or index_key_of(settings.seal_keys[min(settings.seal_keys)])
    click.echo(f"INDEX_KEY={made.hex()}")


@keys.command("backup")
def backup_keys() -> None:
    """Make a pair for backups: the recipient closes them, and only the identity opens them."""
    from app.keeping.vault import new_pair

    identity, recipient = new_pair()
    click.echo(f"BACKUP_RECIPIENT={recipient}")
    click.echo("The identity, for a file far from this machine and its backups, twice; it is not shown again:", err=True)
    click.echo(identity)


the_roster = AppGroup("roster", help="What officers search: one row a person, derived.")


@the_roster.command("rebuild")
def rebuild_roster() -> None:
    """Write the whole roster again, from nothing, under the party rules of today."""
    from app.ground import clock
    from app.keeping import roster
    from app.party.roster import queries
    from app.web.house import house

    with _in_sentences(), database_up():
        for line in roster.rebuild(house().settings.database_owner_url, graces=queries.graces(on=clock.today())):
            click.echo(line)


@the_roster.command("check")
def check_roster() -> None:
    """Hold every row to the view it is written from. Exits 1 and names those that are wrong."""
    from app.ground import db
    from app.ground.db import transaction
    from app.party.roster import queries

    with _in_sentences(), database_up(), db.looking_as("house"), transaction():
        db.no_hurry()
        wrong = queries.unlike()
    for person_id in wrong:
        click.echo(f"person:{person_id} is not what the roster says.", err=True)
    if wrong:
        raise SystemExit(1)
    click.echo("Every row of the roster is what it copies.")


@click.command("backup")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--verify", is_flag=True, help="Read a backup from end to end; make none.")
@click.option("--identity", type=click.Path(path_type=Path), help="The file of the identity that opens it (for --verify).")
@with_appcontext
def backup(folder: Path, verify: bool, identity: Path | None) -> None:
    """Back the database up into DIR, a new folder, closed for BACKUP_RECIPIENT. SEAL_KEYS are not in it."""
    from app.keeping import backup as backups
    from app.web.house import house

    seal, settings = house().seal, house().settings
    if verify:
        with _in_sentences(), _bytes_told("Read") as tell:
            found = backups.verify(folder, settings, seal, identity=identity, told=tell)
        click.echo(f"The backup of {found.made_at} is whole, and opens: {sum(found.counts.values())} rows.")
        return
    with _in_sentences(), database_up():
        with _bytes_told("Written") as tell:
            made = backups.make(folder, settings, seal, _places(), told=tell)
        _note_backup(made.audit_seq, made.audit_hash, made.sha256)
    click.echo(f"{sum(made.counts.values())} rows in {len(made.counts)} tables, {made.size} bytes, in {folder}.")
    click.echo(f"The log’s head is row {made.audit_seq}, {made.audit_hash}.")
    numbers = ", ".join(map(str, made.keys)) or "none"
    click.echo(f"To be read it needs the identity and these of SEAL_KEYS: {numbers}. Neither is in it.")


def _note_backup(seq: int, last: str, sha256: str) -> None:
    from app.ground import audit
    from app.ground.db import transaction

    with transaction():
        audit.record(audit.Action.BACKED_UP, "backup:database", by="system", seq=seq, head=last, sha256=sha256)


@click.command("restore")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--identity", type=click.Path(path_type=Path), help="The file of the identity that opens it.")
@click.option("--finish", is_flag=True, help="The rows are there: do again what comes after them.")
@with_appcontext
def restore(folder: Path, identity: Path | None, finish: bool) -> None:
    """Bring the backup in DIR back into an empty database, and check that it is whole."""
    from app.keeping import manifest, restore
    from app.web.house import house

    seal, settings = house().seal, house().settings
    with _in_sentences(), database_up():
        if finish:
            manifest.read(folder).check(seal)
        else:
            for line in restore.bring_back(folder, settings, seal, known=_revisions(), identity=identity):
                click.echo(line)
        _finish(folder)
    click.echo("Restored.")
    click.echo(
        "Before people come: give hustings_app its password if the server is a new one; change SECRET_KEY, which ends the"
    )
    click.echo(
        "sessions that are open again; look for people who left since that day, and run flask reconcile and flask doctor."
    )


def _finish(folder: Path) -> None:
    """What comes after the rows: tables up to date, name buckets, and the proofs. Can be done again."""
    from alembic import command

    from app.keeping import manifest, postgres, restore
    from app.web.house import house

    seal, settings, config = house().seal, house().settings, alembic()
    with postgres.connect(settings.database_owner_url) as connection:
        before = manifest.revision(connection)
        if before != _revisions()[-1]:
            command.upgrade(config, "head")
            click.echo(f"The tables are brought up from {before} to {_revisions()[-1]}.")
        missing = restore.without_buckets(connection)
        with _showing("Name buckets", missing) as step:
            broken = restore.rebuild_buckets(connection, seal, told=step)
        if broken:
            raise restore.RestoreNotWhole(f"{broken} people do not open with the keys at hand.")
        click.echo(f"Name buckets are made again for {missing} people.")
        for line in restore.check_that_it_opens(connection, seal, _places()):
            click.echo(line)
    _prove(manifest.read(folder))


def _prove(found: object) -> None:
    """The ledger and the log, read as the application reads them."""
    from app.ground import audit, db
    from app.keeping import manifest, restore
    from app.party.payments import queries
    from app.web.house import house

    assert isinstance(found, manifest.Manifest)
    with db.connected_to(house().settings.database_owner_url):
        db.no_hurry()
        faults = queries.verify_ledger()
        count, broken = audit.verify()
        faults += [fault.sentence for fault in broken]
    if count < found.audit_seq:
        faults.append(f"The audit log has {count} rows and should have {found.audit_seq}.")
    if faults:
        raise restore.RestoreNotWhole(" ".join(faults))
    click.echo("The ledger sums to zero, entry by entry.")
    click.echo(f"The audit log is whole: {count} rows.")


def _revisions() -> list[str]:
    """Every migration this code has, oldest first."""
    from alembic.script import ScriptDirectory

    return [found.revision for found in reversed(list(ScriptDirectory.from_config(alembic()).walk_revisions()))]
