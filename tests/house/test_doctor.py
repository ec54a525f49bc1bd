"""The doctor: nothing is said of a healthy house, and each fault has a sentence that says what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app import checkup, wiring
from app.checkup import keys, place, work
from app.checkup import settings as looks
from app.ground.db import transaction
from app.ground.seal import Seal

GOOD = bytes(range(50, 82))


@pytest.fixture
def seal(settings) -> Seal:
    return Seal(settings.seal_keys)


@pytest.fixture
def production(settings):
    return replace(
        settings, environment="production", public_url="https://party.example", secret_key="0123456789abcdef" * 3,
        backup_recipient="age1" + "q" * 58, seal_keys={1: GOOD}, backup_identity=None,
    )  # fmt: skip


def said(faults) -> str:
    with transaction():
        return "\n".join(faults)


def test_a_healthy_house_is_said_to_be_well(cast, do_the_chores):
    do_the_chores()
    assert checkup.faults() == []


def test_a_value_under_a_key_that_is_not_there(cast, settings, seal):
    only = Seal({2: GOOD}, index_key=bytes(64))
    assert "6 values of people.sealed are sealed under key 1, which SEAL_KEYS does not have: put it back." in said(
        keys.faults(settings, only)
    )


def test_values_under_an_old_key(cast, settings):
    assert "values are still sealed under an old key: run flask keys rotate." in said(
        keys.faults(settings, Seal({**settings.seal_keys, 2: GOOD}))
    )


def test_another_key_under_the_same_number(cast, settings):
    found = said(keys.faults(settings, Seal({1: GOOD})))
    assert "SEAL_KEYS has another key under that number" in found
    assert "people.sealed" in found


def test_an_index_key_that_is_not_the_one(cast, settings):
    assert "People are not found by their email" in said(keys.faults(settings, Seal(settings.seal_keys, index_key=bytes(64))))


def test_people_who_cannot_be_found_by_name(cast, settings, seal, owner):
    owner.execute("delete from people_name_buckets where person_id in (select id from people limit 2)")
    assert "2 people cannot be found by name: run flask restore --finish" in said(keys.faults(settings, seal))


def test_backups_that_are_missing_or_old_in_production(app, production, seal, owner):
    assert "No backup has ever been made" in said(keys.faults(production, seal))
    line = "insert into audit_entries (action, subject, actor, data) values ('backup:made', 'backup:database', 'system', '{}')"
    owner.execute(line)
    assert said(keys.faults(production, seal)) == ""
    with owner.transaction():
        owner.execute("set local session_replication_role = replica")
        owner.execute("update audit_entries set at = now() - interval '3 days 1 hour'")
    assert "The last backup is 3 days old" in said(keys.faults(production, seal))


def test_no_worker_in_production(app, production, owner):
    assert "No worker was ever heard of: start flask worker" in said(work.faults(production))
    owner.execute("insert into procrastinate_workers (last_heartbeat) values (now() - interval '3 hours')")
    assert "No worker has been heard of for 3 hours" in said(work.faults(production))
    owner.execute("insert into procrastinate_workers (last_heartbeat) values (now())")
    assert said(work.faults(production)) == ""


def test_a_demo_at_rest_needs_no_worker_until_something_waits(app, settings, owner):
    assert said(work.faults(settings)) == ""
    owner.execute(
        "insert into procrastinate_jobs (queue_name, task_name, scheduled_at)"
        " values ('hustings', 'x', now() - interval '20 minutes')"
    )
    assert "No worker was ever heard of" in said(work.faults(settings))
    owner.execute("insert into procrastinate_workers (last_heartbeat) values (now())")
    assert "A job has been waiting for 20 minutes" in said(work.faults(settings))


def test_jobs_that_were_given_up(app, settings, owner):
    owner.execute(
        "insert into procrastinate_jobs (queue_name, task_name, status) values ('hustings', 'mail.deliver', 'failed')"
    )
    assert "Jobs were given up: mail.deliver (1)." in said(work.faults(settings))


def test_letters_that_do_not_go(cast, production, owner):
    owner.execute("update letters set queued_at = now() - interval '5 hours', sent_at = null where sealed is not null")
    count = owner.execute("select count(*) from letters where sealed is not null").fetchone()[0]
    assert f"{count} letters are not sent, the oldest for 5 hours" in said(work.faults(production))


def test_a_turn_of_the_timetable_that_was_missed(app, owner):
    now = datetime(2026, 11, 28, 16, 30, tzinfo=UTC)
    begun = int((now - timedelta(days=3)).timestamp())
    line = "insert into procrastinate_periodic_defers (task_name, defer_timestamp) values (%s, %s)"
    for timed in wiring.timetable():
        owner.execute(line, [timed.name, begun])
    found = said(work.missed_turns(now))
    assert "dues.raise_charges should have run at 2026-11-28 15:10 UTC and did not" in found
    assert len(found.splitlines()) == len(wiring.timetable())
    for timed in wiring.timetable():
        owner.execute(line, [timed.name, int(now.timestamp())])
    assert said(work.missed_turns(now)) == ""


def test_the_place(settings, app):
    assert said(place.faults(settings)) == ""
    assert "The server is PostgreSQL 15" in said(place.too_old(15))
    assert "has 500 MB left of 100 GB" in said(place.too_full(settings.instance, total=100 << 30, free=500 << 20))
    assert "has 4096 MB left" in said(place.too_full(settings.instance, total=100 << 30, free=4 << 30))
    assert said(place.too_full(settings.instance, total=100 << 30, free=50 << 30)) == ""
    now = datetime.now(UTC)
    for away in (timedelta(seconds=40), timedelta(seconds=-40)):
        assert "clock is 40 seconds from ours" in said(place.apart(now, now + away, now))
    assert said(place.apart(now, now + timedelta(seconds=1), now)) == ""


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"secret_key": "a" * 40}, "SECRET_KEY is hardly random"),
        ({"seal_keys": {1: bytes(32)}}, "Key 1 of SEAL_KEYS is hardly random"),
        ({"backup_recipient": None}, "BACKUP_RECIPIENT is missing"),
        ({"backup_identity": "x"}, "BACKUP_IDENTITY is set where the data are"),
        ({"database_url": "postgresql://hustings_app@db.example/hustings"}, "DATABASE_URL goes over a network"),
        (
            {"database_owner_url": "postgresql://o@db.example/hustings?sslmode=require"},
            "DATABASE_OWNER_URL goes over a network",
        ),
    ],
)
def test_settings_that_look_wrong_in_production(production, change, sentence):
    assert list(looks.faults(production)) == []
    (found,) = looks.faults(replace(production, **change))
    assert found.startswith(sentence)


def test_the_demos_keys_in_production(production, settings):
    found = "\n".join(looks.faults(replace(production, seal_keys=settings.seal_keys, secret_key=settings.secret_key)))
    assert "SECRET_KEY is the demo’s" in found
    assert "SEAL_KEYS has the demo’s key" in found


def test_settings_that_look_wrong_in_a_demo(settings):
    assert list(looks.faults(settings)) == []
    assert "leads others to a demo" in "".join(looks.faults(replace(settings, public_url="https://party.example")))
    assert "takes real money in a demo" in "".join(looks.faults(replace(settings, stripe_api_key="sk_live_x")))


def test_keys_that_others_can_read(settings):
    file = settings.instance / "keys.json"
    file.chmod(0o644)
    try:
        assert f"chmod 600 {file}" in "".join(looks.faults(settings))
    finally:
        file.chmod(0o600)


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("postgresql://a@/hustings?host=/run/postgresql", True),
        ("postgresql://a@localhost/hustings", True),
        ("postgresql://a@db.example/hustings?sslmode=verify-full", True),
        ("postgresql://a@/hustings?host=db.example", False),
        ("postgresql://a@db.example/hustings?sslmode=prefer", False),
    ],
)
def test_a_line_over_a_network_insists_on_tls(url, safe):
    assert looks.is_safe_line(url) is safe
