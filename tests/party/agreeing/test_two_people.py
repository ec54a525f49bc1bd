"""What one officer alone may not do: asked for by one, agreed to by another, begun once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.party.agreeing import jobs, queries, rules, services
from app.party.agreeing.rules import Why
from app.party.people import queries as people
from tests.walk import enter, hidden

KIND = "a test"


@pytest.fixture
def begun(cast) -> list[UUID]:
    """What was carried out."""
    done: list[UUID] = []
    services.listen(KIND, services.Kind("A test", carry_out=done.append, refuse=lambda _subject: None))
    yield done
    del services._kinds[KIND]


@pytest.fixture
def ids(cast):
    def of(key: str) -> UUID:
        found = people.find_by_email(f"{key}@people.example").id
        session.remove()
        return found

    return of


@pytest.fixture
def act(begun, ids):
    olive = ids("olive")
    with transaction():
        return services.ask(
            KIND, new_id(), sentence="A test of 3 people.", people=3, asked_by_id=olive, by=f"person:{olive}", on=clock.today()
        ).id


def agree(act, who, *, on=None) -> None:
    with transaction():
        services.agree(act, second_id=who, by=f"person:{who}", on=on or clock.today())


def test_another_officer_agrees_and_it_is_begun_once(act, begun, ids, do_the_chores, owner):
    agree(act, ids("wiremu"))
    assert begun == []
    do_the_chores()
    assert len(begun) == 1
    jobs.carry_out(str(act))
    assert len(begun) == 1
    said = [
        row[0]
        for row in owner.execute("select action from audit_entries where subject = %s order by seq", [f"agreement:{act}"])
    ]
    assert said == ["agreement:asked", "agreement:given", "agreement:carried_out"]


@pytest.mark.parametrize(("who", "refusal"), [("olive", rules.Yourself), ("tama", rules.NoSecond), ("aroha", rules.NoSecond)])
def test_neither_whoever_asked_nor_somebody_without_the_right_agrees(act, ids, who, refusal, begun):
    with pytest.raises(refusal):
        agree(act, ids(who))
    jobs.carry_out(str(act))
    assert begun == []


def test_what_was_decided_is_not_decided_again(act, ids, begun):
    wiremu = ids("wiremu")
    with transaction():
        services.refuse(act, because=Why.UNCLEAR, second_id=wiremu, by=f"person:{wiremu}", on=clock.today())
    with pytest.raises(rules.Decided):
        agree(act, ids("wiremu"))
    jobs.carry_out(str(act))
    assert begun == []


def test_after_seven_days_nobody_agrees(act, ids):
    with clock.standing_at(clock.now() + timedelta(days=7, seconds=1)):
        with pytest.raises(rules.TooLate):
            agree(act, ids("wiremu"))
        assert queries.waiting() == []


def test_nobody_agrees_to_what_is_not_there(begun, ids):
    with pytest.raises(rules.NotThere):
        agree(new_id(), ids("wiremu"))


def test_what_was_begun_and_failed_is_begun_again_whole(act, ids, begun):
    agree(act, ids("wiremu"))

    def fail(_subject: UUID) -> None:
        raise RuntimeError

    services.listen(KIND, services.Kind("A test", carry_out=fail, refuse=fail))
    with pytest.raises(RuntimeError):
        jobs.carry_out(str(act))
    services.listen(KIND, services.Kind("A test", carry_out=begun.append, refuse=fail))
    jobs.carry_out(str(act))
    assert len(begun) == 1


@pytest.mark.parametrize("way", [
    "update agreements set agreed_at = now(), agreed_by_id = asked_by_id",
    "update agreements set agreed_at = now()",
    "update agreements set done_at = now()",
    "update agreements set agreed_at = now(), agreed_by_id = (select id from people where id <> asked_by_id limit 1), "
    "refused_at = now(), refused_by_id = asked_by_id",
    "update agreements set agreed_at = expires_at, agreed_by_id = (select id from people where id <> asked_by_id limit 1)",
])  # fmt: skip
def test_the_database_refuses_too(act, settings, way):
    with psycopg.connect(settings.database_url) as application, pytest.raises(errors.CheckViolation):
        application.execute(way)


@pytest.mark.parametrize("way", [
    "update agreements set sentence = 'another'", "update agreements set people = 1", "delete from agreements",
])  # fmt: skip
def test_what_was_asked_for_is_not_changed(act, settings, owner, way):
    with psycopg.connect(settings.database_url) as application, pytest.raises(errors.InsufficientPrivilege):
        application.execute(way)
    with pytest.raises(errors.IntegrityConstraintViolation, match="kept as they were"):
        owner.execute(way)


def test_an_answer_is_said_once(act, ids, settings):
    agree(act, ids("wiremu"))
    for way in ("update agreements set agreed_at = null, agreed_by_id = null", "update agreements set agreed_at = now()"):
        with psycopg.connect(settings.database_url) as application, pytest.raises(errors.IntegrityConstraintViolation):
            application.execute(way)


def test_the_page_shows_what_who_and_until_when_and_only_the_other_has_a_button(act, as_officer):
    page = as_officer("wiremu").get("/org/agreeing").get_data(as_text=True)
    assert "A test of 3 people." in page
    assert "Olive Tarawhiti (party secretary)" in page
    assert f'action="/org/agreeing/{act}/agree"' in page
    mine = as_officer("olive").get("/org/agreeing").get_data(as_text=True)
    assert "A test of 3 people." in mine
    assert f'action="/org/agreeing/{act}/agree"' not in mine


def test_whoever_asked_presses_agree_all_the_same_and_is_refused(act, as_officer, begun, do_the_chores):
    olive = as_officer("olive")
    token = hidden(
        olive.get("/org/agreeing").get_data(as_text=True) + olive.get("/sign-in").get_data(as_text=True), "csrf_token"
    )
    answer = olive.post(f"/org/agreeing/{act}/agree", data={"csrf_token": token})
    assert answer.status_code == 422
    assert "another officer must agree" in answer.get_data(as_text=True)
    do_the_chores()
    assert begun == []


def test_an_organizer_and_a_member_find_no_door(app, cast, act, as_officer):
    assert as_officer("tama").get("/org/agreeing").status_code == 404
    assert enter(app, cast["aroha"].email).get("/org/agreeing").status_code == 404
