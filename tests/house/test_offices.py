"""Every door, tried by everybody: who is let in is what tests/house/doors.py says, and nothing else.

A door that is added needs a row there and nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from flask import Flask, Response, g, request_finished
from flask.testing import FlaskClient

from app.ground import clock
from app.ground.db import transaction
from app.party.branches import queries, rules, services
from app.party.branches.rules import OfficeName
from app.party.people import queries as people
from tests import cast as faces
from tests.house.doors import AN_ID, DEMO, DOORS, MACHINE, MEMBER, OFFICES, PUBLIC, address
from tests.walk import enter, hidden, prove

ENDS_THE_SESSION = {"/sign-out"}  # tried in its own tests


@dataclass
class Somebody:
    """One who tries every door: what they hold today, and whether a second step was proven lately, or just now."""

    browser: FlaskClient
    office: str | None = None
    signed_in: bool = True
    strong: bool = True
    fresh: bool = True


def extra(key: str, office: str) -> faces.Face:
    """One more of the cast, with an app to confirm with."""
    return replace(faces.CAST[0], key=key, name=f"Rere {key.title()}", email=f"{key}@people.example", office=office)


def everybody(app: Flask, cast) -> dict[str, Somebody]:
    reader, former, future = extra("reader", "reader"), extra("former", "treasurer"), extra("future", "treasurer")
    for face in (reader, former, future):
        faces.make(face)
    today = clock.today()
    with transaction():
        services.end_office(the_office_of(former), by="system", on=today)  # yesterday was its last day
        services.end_office(the_office_of(future), by="system", on=today)
        person = people.find_by_email(future.email)
        services.appoint(person, OfficeName.TREASURER, by="system", on=today, since=today + timedelta(days=1))

    def strong(face) -> FlaskClient:
        browser = enter(app, face.email)
        assert prove(browser, face.email).status_code == 303
        return browser

    with clock.standing_at(clock.now() - timedelta(hours=13)):
        proven_last_night = strong(cast["olive"])
    with clock.standing_at(clock.now() - timedelta(hours=11)):
        proven_this_morning = {key: strong(cast[key]) for key in ("olive", "wiremu")}
    return {
        "visitor": Somebody(app.test_client(), signed_in=False, strong=False, fresh=False),
        "member": Somebody(enter(app, cast["aroha"].email), strong=False, fresh=False),
        "supporter": Somebody(enter(app, cast["lin"].email), strong=False, fresh=False),
        "secretary": Somebody(strong(cast["olive"]), "secretary"),
        "treasurer": Somebody(strong(cast["wiremu"]), "treasurer"),
        "organizer": Somebody(strong(cast["tama"]), "organizer"),
        "reader": Somebody(strong(reader), "reader"),
        "secretary without a second step": Somebody(enter(app, cast["olive"].email), "secretary", strong=False, fresh=False),
        "treasurer without a second step": Somebody(enter(app, cast["wiremu"].email), "treasurer", strong=False, fresh=False),
        "treasurer who proved it this morning": Somebody(proven_this_morning["wiremu"], "treasurer", fresh=False),
        "secretary who proved it this morning": Somebody(proven_this_morning["olive"], "secretary", fresh=False),
        "secretary who proved it last night": Somebody(proven_last_night, "secretary", strong=False, fresh=False),
        "treasurer until yesterday": Somebody(strong(former)),
        "treasurer from tomorrow": Somebody(strong(future)),
    }


def the_office_of(face):
    return queries.offices_of(people.find_by_email(face.email).id)[-1]


def expected(who: Somebody, may: str) -> str:
    """What the table says happens at a door."""
    if may in (PUBLIC, DEMO):
        return "enters"
    if not who.signed_in:
        return "signs in first"
    if may == MEMBER:
        return "enters"
    right, _, fresh = may.removeprefix("officer:").partition(", ")
    if who.office is None or right not in OFFICES[who.office]:
        return "finds nothing"
    return "enters" if (who.fresh if fresh else who.strong) else "proves it first"


def happened(answer: Response, may: str, let_in: list[str]) -> str:
    to = answer.headers.get("Location", "")
    if answer.status_code == 303 and to.startswith("/sign-in") and "/sent" not in to:
        return "signs in first"
    if may.startswith("officer:"):
        if let_in:
            return "enters"
        if answer.status_code == 303 and to.startswith("/confirm"):
            return "proves it first"
        return "finds nothing" if answer.status_code == 404 else f"{answer.status_code}"
    return "enters" if answer.status_code < 500 or answer.status_code == 503 else f"{answer.status_code}"


@pytest.fixture
def entered(app) -> Iterator[list[str]]:
    """The rights by which the last answer was reached: empty if the door was not passed."""
    passed: list[str] = []

    def note(_app: Flask, response: Response, **_: object) -> None:
        passed[:] = [g.let_in_as] if "let_in_as" in g else []

    with request_finished.connected_to(note, app):
        yield passed


def test_every_door_opens_to_whom_the_table_says_and_to_nobody_else(app, cast, entered):
    wrong = []
    tried = everybody(app, cast)
    with clock.standing_at(clock.now()):  # what was proven just now is fresh at the last door, too
        for name, who in tried.items():
            token = hidden(who.browser.get("/sign-in").get_data(as_text=True), "csrf_token")
            for rule, methods, may in sorted(DOORS):
                if may == MACHINE or rule in ENDS_THE_SESSION:
                    continue
                for method in methods.split():
                    answer = who.browser.open(
                        address(rule), method=method, data={"csrf_token": token} if method == "POST" else None
                    )
                    found = happened(answer, may, entered)
                    if found != expected(who, may):
                        wrong.append(f"{name} at {method} {rule} ({may}): {found}, not: {expected(who, may)}")
    assert wrong == []


def test_the_rights_in_the_table_are_those_of_the_rooms():
    assert {office.value: set(rights) for office, rights in rules.RIGHTS.items()} == OFFICES
    assert set(rules.SENTENCES) == set().union(*OFFICES.values())


def test_every_officers_door_asks_for_a_right_that_somebody_has():
    asked = {may.removeprefix("officer:").partition(", ")[0] for _, _, may in DOORS if may.startswith("officer:")}
    assert asked <= set(rules.SENTENCES)


def test_a_door_where_money_moves_or_an_office_is_given_asks_anew():
    for rule, _, may in DOORS:
        if may.startswith(("officer:refund money", "officer:give office")):
            assert may.endswith(", fresh"), rule


@pytest.mark.parametrize("path", ["/org/offices", "/org/offices/appoint", f"/org/offices/{AN_ID}/end"])
def test_who_holds_no_office_sees_what_a_wrong_address_shows(app, cast, path):
    browser = enter(app, cast["aroha"].email)
    there, nowhere = browser.get(path), browser.get("/org/nowhere")
    assert there.status_code == nowhere.status_code == 404
    assert there.get_data() == nowhere.get_data()


@pytest.mark.parametrize(("hours", "minutes", "status"), [(11, 59, 200), (12, 0, 303)])
def test_a_proof_opens_an_office_for_twelve_hours(as_officer, hours, minutes, status):
    now = clock.now()
    with clock.standing_at(now):
        browser = as_officer("tama")
    with clock.standing_at(now + timedelta(hours=hours, minutes=minutes)):
        assert browser.get("/org/offices").status_code == status


@pytest.mark.parametrize(("seconds", "status"), [(290, 200), (301, 303)])
def test_a_fresh_proof_is_five_minutes_old_at_most(as_officer, seconds, status):
    now = clock.now()
    with clock.standing_at(now):
        browser = as_officer("olive")
    with clock.standing_at(now + timedelta(seconds=seconds)):
        answer = browser.get("/org/offices/appoint")
        assert answer.status_code == status
        if status == 303:
            assert answer.location == "/confirm?next=/org/offices/appoint"


def test_it_is_a_session_that_is_strong_and_not_a_person(app, cast, as_officer):
    as_officer("olive")
    with nullcontext(enter(app, cast["olive"].email)) as other:
        assert other.get("/org/offices").location == "/confirm?next=/org/offices"
