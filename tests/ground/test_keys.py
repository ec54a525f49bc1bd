"""Keys change: every sealed value is sealed anew beside a running application, whatever kills us on the way."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from app.ground.ids import new_id
from app.ground.seal import Seal, SealBroken, index_key_of
from app.ground.sealed import Place, by_number, places
from app.ground.settings import SettingsError, read
from app.keeping import rotation
from app.wiring import metadata
from tests.keeper import Keeper, more_letters, said

NEW = bytes(range(100, 132))


@pytest.fixture
def keys(settings) -> dict[int, bytes]:
    return {**settings.seal_keys, 2: NEW}


@pytest.fixture
def both(keys) -> Seal:
    return Seal(keys)


@pytest.fixture
def flask(settings, keys):
    """Run one command of the installation in a process of its own, as a keeper does."""
    return Keeper.of(settings, SEAL_KEYS=said(keys))


def old_values(owner) -> int:
    return sum(count for place in places(metadata) for number, count in by_number(owner, place).items() if number != 2)


def test_every_sealed_value_of_every_table_is_sealed_anew_and_opens_with_the_new_key_alone(cast, owner, flask, both):
    before = {str(place): sum(by_number(owner, place).values()) for place in places(metadata)}
    assert sum(1 for count in before.values() if count) >= 3
    out = flask.run("keys", "rotate")
    assert "0 values are under an old key." in out
    assert "Key 1 still makes the indexes" in out
    assert {str(place): by_number(owner, place).get(2, 0) for place in places(metadata)} == before
    alone = Seal({2: NEW})
    for place in places(metadata):
        assert rotation.unreadable(owner, place, alone) == []
    action, data = owner.execute("select action, data from audit_entries order by seq desc limit 1").fetchone()
    assert action == "keys:rotated"
    assert data["people.sealed"] == len(cast)
    assert data["left"] == 0


def test_what_was_signed_is_still_what_its_digest_says(cast, owner, flask, both, settings):
    question = "select id, sealed, digest from declarations order by id"
    old = Seal(settings.seal_keys)
    before = [(row, old.open(sealed, table="declarations", row=row), digest) for row, sealed, digest in owner.execute(question)]
    flask.run("keys", "rotate")
    after = [(row, both.open(sealed, table="declarations", row=row), digest) for row, sealed, digest in owner.execute(question)]
    assert after == before
    assert len(after) >= 5


def test_a_second_rotation_has_nothing_to_do_and_says_nothing_in_the_log(cast, owner, flask):
    flask.run("keys", "rotate")
    lines = owner.execute("select count(*) from audit_entries").fetchone()
    assert "0 to seal anew" in flask.run("keys", "rotate")
    assert owner.execute("select count(*) from audit_entries").fetchone() == lines


def test_killed_halfway_nothing_is_lost_and_the_next_run_goes_on_where_it_was(cast, owner, flask, both, settings):
    more_letters(owner, Seal(settings.seal_keys), 3000)
    whole = old_values(owner)
    with psycopg.connect(settings.database_url) as visitor:  # who holds a row: it cannot end before it is killed
        visitor.execute("select id from letters order by id desc limit 1 for update")
        process = flask.start("keys", "rotate", "--batch", "5")
        end = time.monotonic() + 120
        while whole - old_values(owner) < 200:
            assert time.monotonic() < end
            assert process.poll() is None, process.communicate()
        process.send_signal(signal.SIGKILL)
        process.communicate()
    left = old_values(owner)
    assert 0 < left < whole
    for place in places(metadata):
        assert rotation.unreadable(owner, place, both) == []
    assert f"{left} to seal anew" in (out := flask.run("keys", "rotate"))
    assert "0 values are under an old key." in out
    assert old_values(owner) == 0
    for place in places(metadata):
        assert rotation.unreadable(owner, place, Seal({2: NEW})) == []


def test_a_row_somebody_else_is_writing_is_passed_over_and_taken_as_they_left_it(cast, owner, settings, both, owner_url):
    place = Place("people", "sealed", "id")
    (work,) = rotation.survey(owner, [place], key=2)
    with psycopg.connect(settings.database_url) as visitor:
        row = visitor.execute("select id from people limit 1").fetchone()[0]
        changed = Seal(settings.seal_keys).close({"name": "Changed Meanwhile"}, table="people", row=row)
        visitor.execute("update people set sealed = %s where id = %s", [changed, row])
        batches = rotation.seal_anew(owner, work, both)
        assert next(batches) == len(cast) - 1
    assert list(batches) == [1]
    sealed = owner.execute("select sealed from people where id = %s", [row]).fetchone()[0]
    assert sealed[0] == 2
    assert both.open(sealed, table="people", row=row) == {"name": "Changed Meanwhile"}


def test_rows_held_for_too_long_are_said_to_be_held(cast, owner, settings, both):
    (work,) = rotation.survey(owner, [Place("people", "sealed", "id")], key=2)
    with psycopg.connect(settings.database_url) as visitor:
        visitor.execute("select id from people limit 1 for update")
        with pytest.raises(rotation.StillHeld, match=r"1 values of people\.sealed are held"):
            list(rotation.seal_anew(owner, work, both, patience=0.3))


def test_a_value_that_does_not_open_is_named_and_left_as_it_is(cast, owner, flask):
    row = owner.execute("select id from people limit 1").fetchone()[0]
    broken = bytes([1]) + os.urandom(60)
    owner.execute("update people set sealed = %s where id = %s", [broken, row])
    out = flask.run("keys", "rotate", code=1)
    assert f"1 values do not open with SEAL_KEYS and stay as they are: people:{row}." in out
    assert owner.execute("select sealed from people where id = %s", [row]).fetchone()[0] == broken
    assert old_values(owner) == 1
    assert f"people:{row} does not open." in flask.run("keys", "check", code=1)


def test_halfway_through_every_value_opens_with_both_keys(cast, owner, both):
    place = Place("people", "sealed", "id")
    (work,) = rotation.survey(owner, [place], key=2)
    assert next(rotation.seal_anew(owner, work, both, batch=3)) == 3
    assert by_number(owner, place) == {1: len(cast) - 3, 2: 3}
    assert rotation.unreadable(owner, place, both) == []


def test_with_an_index_key_the_first_key_may_go_and_everybody_is_still_found(cast, owner, flask, keys):
    index = flask.run("keys", "index").strip().removeprefix("INDEX_KEY=")
    assert "Key 1 may be taken out" in flask.run("keys", "rotate", INDEX_KEY=index)
    later = Seal({2: NEW}, index_key=bytes.fromhex(index))
    for face in cast.values():
        found = owner.execute(
            "select id, sealed from people where email_index = %s", [later.index("email", face.email)]
        ).fetchone()
        assert later.open(found[1], table="people", row=found[0])["name"] == face.name
    assert later.name_buckets("Aroha") == Seal(keys).name_buckets("Aroha")
    row = new_id()
    assert later.token("sign-in", row) == Seal(keys).token("sign-in", row)
    assert "0 do not open" in flask.run("keys", "check", SEAL_KEYS=said({2: NEW}), INDEX_KEY=index)


def test_without_one_the_first_key_must_stay(tmp_path):
    with pytest.raises(SettingsError, match="INDEX_KEY is missing, and SEAL_KEYS has no key 1"):
        read({"INSTANCE": str(tmp_path), "SEAL_KEYS": said({2: NEW})})
    assert (
        read({"INSTANCE": str(tmp_path), "SEAL_KEYS": said({2: NEW}), "INDEX_KEY": "ab" * 64}).index_key == bytes([0xAB]) * 64
    )
    with pytest.raises(SettingsError, match="INDEX_KEY must be the 128 hex digits"):
        read({"INSTANCE": str(tmp_path), "INDEX_KEY": "ab" * 32})


def test_the_index_key_does_not_open_what_the_first_key_sealed():
    first, row = bytes(range(32)), new_id()
    sealed = Seal({1: first}).close({"name": "Aroha"}, table="people", row=row)
    made = index_key_of(first)
    for guess in (made[:32], made[32:]):
        with pytest.raises(SealBroken):
            Seal({1: guess}).open(sealed, table="people", row=row)


@pytest.mark.parametrize(
    "change",
    [
        "sealed = sealed, wording = 'other'",
        "sealed = sealed",
        "sealed = set_byte(sealed, 0, 2) || '\\x00'::bytea",
        "sealed = set_byte(sealed, 0, 0)",
        "sealed = set_byte(sealed, 0, 2), digest = 'x'",
        "sealed = set_byte(sealed, 0, 2), signed_at = now()",
    ],
)
def test_a_declaration_lets_nothing_pass_but_a_value_as_long_under_a_later_key(cast, owner, change):
    with pytest.raises(errors.IntegrityConstraintViolation, match="kept as they were signed"):
        owner.execute(f"update declarations set {change}")


def test_only_the_owner_of_the_tables_seals_declarations_anew(cast, owner, settings):
    anew = "update declarations set sealed = set_byte(sealed, 0, 2)"
    with psycopg.connect(settings.database_url) as app, pytest.raises(errors.InsufficientPrivilege):
        app.execute(anew)
    owner.execute("create role another superuser login")
    try:
        url = settings.database_owner_url.replace("postgres@", "another@")
        with psycopg.connect(url) as other, pytest.raises(errors.IntegrityConstraintViolation, match="kept as they were"):
            other.execute(anew)
    finally:
        owner.execute("drop role another")
    with owner.transaction(force_rollback=True):
        assert owner.execute(anew).rowcount >= 5


def test_people_who_change_their_details_meanwhile_lose_nothing(cast, owner, settings, both, owner_url):
    """Two writers, each with rows of its own, write version after version under the old key while all is sealed anew."""
    old = Seal(settings.seal_keys)
    rows = [row for (row,) in owner.execute("select id from people order by id")]
    done, last = threading.Event(), dict.fromkeys(rows, 0)

    def write(mine: list[UUID]) -> None:
        with psycopg.connect(settings.database_url, autocommit=True) as visitor:
            while not done.is_set():
                for row in mine:
                    version = last[row] + 1
                    sealed = old.close({"version": version}, table="people", row=row)
                    visitor.execute("update people set sealed = %s where id = %s", [sealed, row])
                    last[row] = version

    with ThreadPoolExecutor(2) as threads, psycopg.connect(owner_url, autocommit=True) as keeper:
        writers = [threads.submit(write, half) for half in (rows[::2], rows[1::2])]
        passed, rounds, end = 0, 0, time.monotonic() + 120
        try:
            while (rounds < 150 or passed <= 50) and time.monotonic() < end:
                (work,) = rotation.survey(keeper, [Place("people", "sealed", "id")], key=2)
                batches = rotation.seal_anew(keeper, work, both, batch=2)
                passed, rounds = passed + next(batches, 0), rounds + 1
                batches.close()
        finally:
            done.set()
        for writer in writers:
            writer.result()
        list(rotation.seal_anew(keeper, work, both))
    assert passed > 50
    for row, sealed in owner.execute("select id, sealed from people").fetchall():
        assert both.open(sealed, table="people", row=row) == {"version": last[row]}
        assert sealed[0] == 2


def test_a_declaration_whose_owner_slipped_another_text_under_a_later_key_is_named(cast, owner, flask, both):
    assert "0 declarations do not say what was signed." in flask.run("keys", "check")
    row, sealed = owner.execute("select id, sealed from declarations limit 1").fetchone()
    signed = both.open(sealed, table="declarations", row=row)
    other = both.close({**signed, "wording": signed["wording"][::-1]}, table="declarations", row=row)
    owner.execute("update declarations set sealed = %s where id = %s", [other, row])
    assert f"declarations:{row} is not what its digest was made of." in flask.run("keys", "check", code=1)
