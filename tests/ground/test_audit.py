"""The audit log is a chain: a row that was edited, deleted, moved or forged is found and named."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from app.ground import audit
from app.ground.audit import Action
from app.ground.db import session, transaction


@pytest.fixture
def written(app) -> int:
    """Six lines, in three transactions."""
    for n in range(3):
        with transaction():
            audit.record(Action.ENROLLED, f"person:{n}", by="visitor", cents=n)
            audit.record(Action.CHARGED, f"membership:{n}", by="system", name="ā", none=None)
    return 6


@pytest.fixture
def intruder(app, owner_url) -> Iterator[psycopg.Connection]:
    """Somebody with the owner's rights who switches the walls off."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        yield connection


def found() -> list[tuple[int, str]]:
    _, faults = audit.verify()
    session.remove()
    return [(fault.seq, fault.sentence) for fault in faults]


def test_an_empty_log_holds(app):
    assert audit.verify() == (0, [])


def test_a_log_nobody_touched_holds(written):
    assert audit.verify() == (written, [])


def test_nothing_is_written_when_the_transaction_is_not_kept(app):
    with pytest.raises(RuntimeError), transaction():
        audit.record(Action.ENROLLED, "person:1", by="visitor")
        raise RuntimeError
    assert audit.verify() == (0, [])


@pytest.mark.parametrize(
    "change",
    [
        "action = 'person:left'",
        "subject = 'person:9'",
        "actor = 'system'",
        "data = data || '{\"cents\": 9}'",
        "at = at + interval '1 second'",
    ],
)
def test_an_edited_row_is_named(written, intruder, change):
    intruder.execute(f"update audit_entries set {change} where seq = 3")
    faults = found()
    assert [seq for seq, _ in faults] == [3]
    assert faults[0][1].startswith("Row 3 (")


def test_an_edited_row_with_its_hash_made_to_fit_is_found_at_the_next(written, intruder):
    intruder.execute("update audit_entries set subject = 'person:9' where seq = 3")
    row = intruder.execute("select hash from audit_entries where seq = 2").fetchone()
    columns = intruder.execute(
        """select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), action, subject, actor, data::text
             from audit_entries where seq = 3"""
    ).fetchone()
    at, action, subject, actor, data = columns
    forged = audit.link(row[0], seq=3, at=at, action=action, subject=subject, actor=actor, data=data)
    intruder.execute("update audit_entries set hash = %s where seq = 3", [forged])
    assert [seq for seq, _ in found()] == [4]


def test_a_row_missing_in_the_middle_is_named(written, intruder):
    intruder.execute("delete from audit_entries where seq = 3")
    assert (3, "Row 3 is missing from the audit log.") in found()


def test_several_missing_rows_are_named(written, intruder):
    intruder.execute("delete from audit_entries where seq in (3, 4)")
    assert (3, "Rows 3 to 4 are missing from the audit log.") in found()


def test_a_cut_tail_is_named(written, intruder):
    intruder.execute("delete from audit_entries where seq > 4")
    assert found() == [(5, "Rows 5 to 6 are missing from the end of the audit log.")]


def test_an_emptied_log_is_named(written, intruder):
    intruder.execute("delete from audit_entries")
    assert found() == [(1, "Rows 1 to 6 are missing from the end of the audit log.")]


def test_two_rows_that_changed_places_are_named(written, intruder):
    intruder.execute("update audit_entries set seq = -3 where seq = 3")
    intruder.execute("update audit_entries set seq = 3 where seq = 4")
    intruder.execute("update audit_entries set seq = 4 where seq = -3")
    assert {3, 4} <= {seq for seq, _ in found()}


def test_a_forged_row_at_the_end_is_named(written, intruder):
    intruder.execute(
        "insert into audit_entries values (7, now(), 'payment:settled', 'payment:1', 'stripe', '{}', repeat('a', 64))"
    )
    assert 7 in [seq for seq, _ in found()]


def test_a_forged_row_that_fits_does_not_match_the_head(written, intruder):
    last = intruder.execute("select hash from audit_entries where seq = 6").fetchone()[0]
    said = {"seq": 7, "action": "payment:settled", "subject": "payment:1", "actor": "stripe", "data": "{}"}
    forged = audit.link(last, at="2026-11-23T00:00:00.000000", **said)
    intruder.execute(
        "insert into audit_entries values (7, '2026-11-23T00:00:00Z', %(action)s, %(subject)s, %(actor)s, %(data)s, %(hash)s)",
        {**said, "hash": forged},
    )
    assert found() == [(7, "The head of the audit log does not match row 7.")]


def test_the_application_cannot_choose_place_time_or_hash(app, settings):
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute(
            "insert into audit_entries values (99, '2001-01-01', 'person:left', 'person:1', 'system', '{}', 'mine')"
        )
        seq, year, hash = connection.execute("select seq, extract(year from at), hash from audit_entries").fetchone()
    assert (seq, len(hash)) == (1, 64)
    assert year >= 2026
    assert audit.verify() == (1, [])


def test_writers_at_the_same_time_make_one_chain(app):
    from concurrent.futures import ThreadPoolExecutor

    def write(n: int) -> None:
        with app.app_context(), transaction():
            audit.record(Action.CORRECTED, f"person:{n}", by="visitor")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    assert audit.verify() == (40, [])
