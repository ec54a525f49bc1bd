"""The drill: back up, bring it back into an empty server, prove that a party could go on there. And all that can go wrong."""

from __future__ import annotations

import http.client
import io
import json
import os
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from app.ground.embedded import Embedded
from app.ground.seal import Seal
from app.keeping import manifest, postgres, vault
from app.keeping.restore import RestoreRefused, bring_back
from tests.faults.running import Visitor, until
from tests.keeper import Keeper, more_letters, said
from tests.ports import free_ports
from tests.walk import hidden, links

EVERY_ROW = "select md5(string_agg(t::text, '|' order by t::text)) from {} t"


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Embedded]:
    """A second server, of its own, that knows nothing of the first."""
    folder = Path(tempfile.mkdtemp(prefix="hustings-elsewhere-"))
    server = Embedded(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def target(elsewhere: Embedded) -> str:
    """An empty database on it, by its owner's address."""
    with psycopg.connect(elsewhere.url(database="postgres"), autocommit=True) as connection:
        connection.execute("drop database if exists target with (force)")
    elsewhere.create_database("target")
    return elsewhere.url(database="target")


@pytest.fixture
def keeper(settings) -> Keeper:
    return Keeper.of(settings)


@pytest.fixture
def there(settings, elsewhere, target, keeper) -> Keeper:
    """The keeper of the second server: the same keys, and an instance folder of its own."""
    return Keeper.of(
        settings, INSTANCE=str(elsewhere.folder / "instance"), DATABASE_OWNER_URL=target,
        DATABASE_URL=elsewhere.url(database="target", user="hustings_app"),
        BACKUP_IDENTITY=str(settings.instance / vault.DEMO_IDENTITY),
    )  # fmt: skip


@pytest.fixture
def backup(cast, do_the_chores, keeper, tmp_path) -> Path:
    """The cast, with what they paid and signed, and letters, backed up."""
    do_the_chores()
    keeper.run("backup", tmp_path / "backup")
    return tmp_path / "backup"


@pytest.fixture(scope="module")
def shelf() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="hustings-shelf-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def copied(request, shelf, tmp_path) -> Path:
    """A copy of a backup of the cast, made once: for those who do not look at the first server."""
    if not (shelf / "backup").exists():
        shutil.copytree(request.getfixturevalue("backup"), shelf / "backup")
    return shutil.copytree(shelf / "backup", tmp_path / "copied")


@pytest.fixture
def refused(settings, seal, target) -> Callable[..., str]:
    """Why a folder is not restored into the empty target; nothing has been written there then."""

    def refusal(folder: Path, *, seal: Seal = seal, identity: Path | None = None) -> str:
        its = replace(settings, database_owner_url=target)
        with pytest.raises((manifest.NotABackup, vault.VaultShut, RestoreRefused)) as why:
            list(bring_back(folder, its, seal, known=["0001", manifest.read(folder).revision], identity=identity))
        assert is_empty(target)
        return str(why.value)

    return refusal


@pytest.fixture
def seal(settings) -> Seal:
    return Seal(settings.seal_keys)


def is_empty(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone() == (0,)


def test_a_backup_comes_back_whole_on_another_server(cast, backup, there, owner, target):
    out = there.run("restore", backup)
    for line in (
        "Every table has the rows the manifest counted",
        "The head of the audit log is the manifest’s",
        "The application’s role has exactly the rights it had.",
        f"Name buckets are made again for {len(cast)} people.",
        f"people.sealed: {len(cast)} values, {len(cast)} of them opened.",
        "The ledger sums to zero, entry by entry.",
        "The audit log is whole",
        "Restored.",
    ):
        assert line in out
    said_before = manifest.read(backup)
    with psycopg.connect(target) as restored:
        tables = sorted(said_before.counts)
        assert manifest.counts(restored) == said_before.counts
        assert len(tables) > 20
        for table in (*tables, "people_name_buckets"):
            if table != "audit_head" and table != "audit_entries":  # the first server has noted the backup since
                question = EVERY_ROW.format(table)
                assert restored.execute(question).fetchone() == owner.execute(question).fetchone(), table
    assert "holds: it sums to zero" in there.run("ledger", "verify")
    assert "The audit log holds" in there.run("audit", "verify")


def test_what_the_database_refuses_it_refuses_after_a_restore_too(copied, there, target, elsewhere):
    there.run("restore", copied)
    with psycopg.connect(target, autocommit=True) as owner:
        for way in ("delete from audit_entries", "update ledger_lines set cents = 1", "update declarations set wording = 'x'"):
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
                owner.execute(way)
    with psycopg.connect(elsewhere.url(database="target", user="hustings_app"), autocommit=True) as app:
        for way in ("delete from people", "update audit_head set seq = 0", "create table mine (x int)"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(way)


def test_somebody_signs_in_by_letter_where_the_party_was_brought_back(copied, there, elsewhere):
    there.run("restore", copied)
    port = free_ports()
    env = {"PUBLIC_URL": f"http://127.0.0.1:{port}", "STRIPE_API_KEY": "sk_test_drill"}
    server = there.start("run", "--port", port, **env)
    try:
        aroha = Visitor(f"http://127.0.0.1:{port}")
        until(lambda: _is_ready(aroha), about="the restored application is ready", patience=240)
        form = aroha.ask("/sign-in").text
        aroha.ask("/sign-in", {"csrf_token": hidden(form, "csrf_token"), "email": "aroha@people.example"})
        there.run("worker", "--until-idle", **env)
        letter = json.loads(aroha.ask("/dev/mailbox.json").text)[0]
        path = links(letter["text"], "/sign-in/")[0]
        page = aroha.ask(path).text
        assert aroha.ask(path, {"csrf_token": hidden(page, "csrf_token")}).status == 303
        assert "Aroha Ngāpō-Whitfield" in aroha.ask("/me").text
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=60)


def _is_ready(visitor: Visitor) -> bool:
    try:
        return visitor.ask("/readyz").status == 200
    except (OSError, http.client.HTTPException):
        return False


def test_it_comes_back_into_an_embedded_server_that_the_command_makes_itself(copied, settings):
    folder = Path(tempfile.mkdtemp(prefix="hustings-fresh-"))
    try:
        fresh = Keeper(
            INSTANCE=str(folder), SEAL_KEYS=said(dict(settings.seal_keys)),
            BACKUP_IDENTITY=str(settings.instance / vault.DEMO_IDENTITY),
        )  # fmt: skip
        assert "Restored." in fresh.run("restore", copied)
        assert "holds: it sums to zero" in fresh.run("ledger", "verify")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_no_name_is_in_the_files_and_only_their_owner_reads_them(cast, backup):
    assert sorted(file.name for file in backup.iterdir()) == [manifest.DUMP, manifest.NAME]
    assert stat.S_IMODE(backup.stat().st_mode) == 0o700
    for file in backup.iterdir():
        held = file.read_bytes()
        for face in cast.values():
            # A word of three letters stands somewhere in a megabyte of ciphertext by chance, and in one run of a million one of
            # five does; of six hardly ever.
            for detail in (face.name, face.email, *(word for word in face.name.split() if len(word.encode()) > 5)):
                assert detail.encode() not in held
        for word in (b"declarations_sealed", b"@people.example", b"AGE-SECRET-KEY"):
            assert word not in held
        assert not held.startswith(b"PGDMP")


def test_a_backup_is_noted_in_the_log_with_the_head_it_holds(backup, owner):
    made = manifest.read(backup)
    action, data = owner.execute("select action, data from audit_entries order by seq desc limit 1").fetchone()
    assert (action, data["seq"], data["head"], data["sha256"]) == ("backup:made", made.audit_seq, made.audit_hash, made.sha256)


def test_a_backup_can_be_read_to_its_end_without_being_restored(copied, keeper):
    assert "is whole, and opens" in keeper.run("backup", "--verify", copied)


def test_a_folder_that_holds_a_backup_is_not_written_to(backup, keeper):
    before = (backup / manifest.DUMP).read_bytes()
    assert "holds a backup already" in keeper.run("backup", backup, code=1)
    assert (backup / manifest.DUMP).read_bytes() == before


def held_while_it_copies(watch: psycopg.Connection, program: str, process: subprocess.Popen[str]) -> int:
    """Stop the one of the server's processes that gives rows to `pg_dump`, or takes them from `pg_restore`, in the midst of it:
    what `process` has begun cannot come to its end before it is killed, however late that is. Its pid, to let it go on."""
    at_work = "select pid from pg_stat_activity where application_name = %s and state = 'active' and query ilike 'copy%%'"

    def held() -> int | None:
        assert process.poll() is None, process.communicate()
        for (pid,) in watch.execute(at_work, [program]).fetchall():
            os.kill(pid, signal.SIGSTOP)
            if watch.execute(at_work, [program]).fetchone() == (pid,):
                return pid
            os.kill(pid, signal.SIGCONT)  # it had just ended a table
        return None

    found: int = until(held, about=f"{program} copying rows")
    return found


def test_a_backup_that_was_killed_is_none(cast, keeper, there, owner, seal, tmp_path, target):
    more_letters(owner, seal, 30_000)
    folder = tmp_path / "cut"
    process = keeper.start("backup", folder)
    until(
        lambda: folder.exists() and any(file.stat().st_size for file in folder.iterdir()), about="the backup is being written"
    )
    pid = held_while_it_copies(owner, "pg_dump", process)
    process.send_signal(signal.SIGKILL)
    os.kill(pid, signal.SIGCONT)
    process.communicate()
    assert not (folder / manifest.NAME).exists()
    assert "holds no finished backup" in there.run("restore", folder, code=1)
    assert is_empty(target)
    keeper.run("backup", folder)
    assert "is whole" in keeper.run("backup", "--verify", folder)


def test_a_restore_that_was_killed_leaves_nothing_and_can_be_begun_again(cast, keeper, there, owner, seal, tmp_path, target):
    more_letters(owner, seal, 30_000)
    keeper.run("backup", tmp_path / "backup")
    process = there.start("restore", tmp_path / "backup")
    with psycopg.connect(target, autocommit=True) as watch:
        pid = held_while_it_copies(watch, "pg_restore", process)
        process.send_signal(signal.SIGKILL)
        os.kill(pid, signal.SIGCONT)
        process.communicate()
        gone = "select count(*) = 0 from pg_stat_activity where application_name = 'pg_restore'"
        until(lambda: watch.execute(gone).fetchone()[0], about="pg_restore is gone")
    assert is_empty(target)
    assert "Restored." in there.run("restore", tmp_path / "backup")


def test_what_comes_after_the_rows_can_be_done_again(copied, there, target):
    there.run("restore", copied)
    with psycopg.connect(target, autocommit=True) as owner:
        owner.execute("delete from people_name_buckets where person_id in (select id from people order by id limit 4)")
    assert "Name buckets are made again for 4 people." in there.run("restore", "--finish", copied)


def test_a_backup_from_before_the_last_migration_is_brought_up_to_date(elsewhere, settings, target, there, tmp_path):
    from alembic import command
    from alembic.config import Config

    config = Config(toml_file="pyproject.toml")
    older, newest = [found.revision for found in list(_revisions(config))[1::-1]]
    with psycopg.connect(elsewhere.url(database="postgres"), autocommit=True) as connection:
        connection.execute("drop database if exists older with (force)")
    elsewhere.create_database("older")
    config.attributes["url"] = elsewhere.url(database="older")
    command.upgrade(config, older)
    its = {
        "DATABASE_OWNER_URL": elsewhere.url(database="older"),
        "DATABASE_URL": elsewhere.url(database="older", user="hustings_app"),
    }
    there.run("backup", tmp_path / "older", **{**its, "BACKUP_RECIPIENT": str(vault.identity(settings).to_public())})
    assert manifest.read(tmp_path / "older").revision == older
    out = there.run("restore", tmp_path / "older")
    assert f"The tables are brought up from {older} to {newest}." in out
    assert "Restored." in out


def _revisions(config):
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(config).walk_revisions()


# What is refused, before anything is written.


def test_another_identity_opens_nothing(copied, refused, keeper, tmp_path):
    other = tmp_path / "other"
    other.write_text(vault.new_pair()[0])
    assert "This identity does not open" in refused(copied, identity=other)
    assert "This identity does not open" in keeper.run("backup", "--verify", copied, "--identity", other, code=1)


@pytest.mark.parametrize("text", ["", "age1notsecret", "AGE-SECRET-KEY-1NONSENSE", "two\nlines"])
def test_what_is_no_identity_is_said_to_be_none(copied, refused, tmp_path, text):
    (tmp_path / "file").write_text(text)
    assert "is not an identity" in refused(copied, identity=tmp_path / "file")
    assert "cannot be read: No such file" in refused(copied, identity=tmp_path / "nowhere")


def test_a_damaged_file_is_refused(copied, refused):
    held = bytearray((copied / manifest.DUMP).read_bytes())
    held[len(held) // 2] ^= 1
    (copied / manifest.DUMP).write_bytes(held)
    assert "is damaged: its SHA-256 is not the manifest’s." in refused(copied)


def test_a_file_that_was_cut_is_refused(copied, refused):
    held = (copied / manifest.DUMP).read_bytes()
    (copied / manifest.DUMP).write_bytes(held[:-1000])
    assert "it was cut" in refused(copied)
    (copied / manifest.DUMP).unlink()
    assert "is missing from" in refused(copied)


def test_damage_shows_even_without_a_manifest(settings, copied, tmp_path):
    held = (copied / manifest.DUMP).read_bytes()
    who = vault.identity(settings)
    for damaged in (held[:-1], held[: len(held) // 2], held[:-5] + bytes([held[-5] ^ 1]) + held[-4:]):
        (tmp_path / "damaged").write_bytes(damaged)
        with pytest.raises(vault.VaultShut, match="is damaged"):
            vault.open_into(tmp_path / "damaged", vault.Measured(None), who)


def test_a_backup_of_a_newer_version_is_refused(copied, there, target, seal):
    replace(manifest.read(copied), revision="9999").sign(seal).write(copied)
    assert "The backup is of a newer version" in there.run("restore", copied, code=1)
    assert is_empty(target)


def test_a_backup_of_a_newer_postgresql_is_refused(copied, refused, seal):
    replace(manifest.read(copied), postgres=99).sign(seal).write(copied)
    assert "The backup is of PostgreSQL 99" in refused(copied)


def test_a_database_that_is_not_empty_is_refused_and_not_touched(copied, there, target):
    with psycopg.connect(target) as owner:
        owner.execute("create table mine as select 42 as answer")
    assert "The database is not empty" in there.run("restore", copied, code=1)
    with psycopg.connect(target) as owner:
        assert owner.execute("select answer from mine").fetchone() == (42,)


def test_a_manifest_that_was_changed_is_refused(copied, refused):
    file = copied / manifest.NAME
    file.write_text(file.read_text().replace('"people": 6', '"people": 5'))
    assert "somebody has changed the manifest" in refused(copied)
    for text, why in (("{", "is damaged, or not ours"), ("[]", "not a manifest this version knows"), ("{}", "not a manifest")):
        file.write_text(text)
        with pytest.raises(manifest.NotABackup, match=why):
            manifest.read(copied)


def test_keys_of_another_installation_are_refused(copied, refused):
    assert "not signed with the keys at hand" in refused(copied, seal=Seal({1: bytes(32)}))


def test_a_missing_key_is_named(cast, keeper, there, refused, settings, tmp_path):
    both = said({**settings.seal_keys, 2: bytes(range(32))})
    keeper.run("keys", "rotate", SEAL_KEYS=both)
    keeper.run("backup", tmp_path / "backup", SEAL_KEYS=both)
    assert "sealed under key 2, which SEAL_KEYS does not have" in refused(tmp_path / "backup")
    assert "Restored." in there.run("restore", tmp_path / "backup", SEAL_KEYS=both)


def test_rows_that_are_not_what_the_manifest_counted_are_said(copied, there, seal):
    found = manifest.read(copied)
    replace(found, counts={**found.counts, "people": 7}).sign(seal).write(copied)
    out = there.run("restore", copied, code=1)
    assert "people has 6 rows and should have 7" in out
    assert "Restored." not in out


def test_a_dump_that_postgresql_does_not_take_leaves_nothing(copied, refused, seal, settings):
    held = io.BytesIO()
    out = vault.Measured(held)
    vault.close(io.BytesIO(b"PGDMP and then nonsense" * 1000), out, vault.recipient(settings))
    (copied / manifest.DUMP).write_bytes(held.getvalue())
    replace(manifest.read(copied), size=out.size, sha256=out.sha256.hexdigest()).sign(seal).write(copied)
    assert "pg_restore gave up, and nothing was kept" in refused(copied)


def test_production_needs_a_recipient_and_makes_none(app, keeper, tmp_path):
    production = {
        "ENVIRONMENT": "production", "SECRET_KEY": "s" * 40, "STRIPE_API_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRET": "whsec_x",
        "PUBLIC_URL": "https://party.example", "MAIL_URL": "smtp://127.0.0.1:1", "PARTY_NAME": "A Party",
        "PROMOTER": "Authorised by A. Secretary", "INSTANCE": str(tmp_path / "instance"),
    }  # fmt: skip
    assert "BACKUP_RECIPIENT is missing" in keeper.run("backup", tmp_path / "backup", code=1, **production)
    assert not (tmp_path / "instance").exists()
    pair = keeper.run("keys", "backup", **production)
    recipient = next(line for line in pair.splitlines() if line.startswith("BACKUP_RECIPIENT=")).partition("=")[2]
    (tmp_path / "identity").write_text(next(line for line in pair.splitlines() if line.startswith("AGE-SECRET-KEY-1")))
    keeper.run("backup", tmp_path / "backup", BACKUP_RECIPIENT=recipient, **production)
    assert "Which identity opens it?" in keeper.run("backup", "--verify", tmp_path / "backup", code=1, **production)
    verified = keeper.run("backup", "--verify", tmp_path / "backup", "--identity", tmp_path / "identity", **production)
    assert "is whole" in verified


# As in production: the owner of the tables is nobody special to the server.


def test_an_owner_without_power_over_the_server_can_do_all_of_it(copied, settings, tmp_path):
    folder = Path(tempfile.mkdtemp(prefix="hustings-plain-"))
    server = Embedded(folder)
    server.start()
    try:
        with psycopg.connect(server.url(database="postgres"), autocommit=True) as power:
            power.execute("create role keeper login createrole nosuperuser")
            for name in ("first", "second"):
                power.execute(f"create database {name} owner keeper template template0 encoding 'UTF8'")
        keys = said({**settings.seal_keys, 2: b"k" * 32})
        first, second = (
            Keeper.of(
                settings, INSTANCE=str(folder / "instance"), DATABASE_OWNER_URL=server.url(database=name, user="keeper"),
                DATABASE_URL=server.url(database=name, user="hustings_app"), SEAL_KEYS=keys,
                BACKUP_IDENTITY=str(settings.instance / vault.DEMO_IDENTITY),
                BACKUP_RECIPIENT=str(vault.identity(settings).to_public()),
            )
            for name in ("first", "second")
        )  # fmt: skip
        assert "Restored." in first.run("restore", copied)
        assert "0 values are under an old key." in first.run("keys", "rotate")
        first.run("backup", tmp_path / "again")
        assert "Restored." in second.run("restore", tmp_path / "again")
        assert "Nothing found wrong." in second.run("doctor")
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def test_a_password_is_on_no_command_line():
    where, env = postgres.addressed("postgresql://owner:hush@db.example:5433/party?sslmode=verify-full")
    assert "hush" not in where
    assert "sslmode=verify-full" in where
    assert env["PGPASSWORD"] == "hush"


def test_a_server_newer_than_every_tool_here_is_said():
    with pytest.raises(postgres.ToolMissing, match="install postgresql-client-99"):
        postgres.program("pg_dump", at_least=99)
