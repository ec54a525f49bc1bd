"""Another system is told: of what happens to whom its officer sees, at least once, signed, and for three days at most."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import gateways
from app.gateways.hooks import Courier
from app.ground import clock
from app.ground.db import session, transaction
from app.keeping import roster
from app.party.api import jobs, queries, rules, services
from app.party.api.models import Delivery, HookEvent
from app.party.belonging import services as belonging
from app.party.branches import queries as branches
from app.party.branches import services as offices
from app.party.branches.rules import OfficeName
from app.party.branches.scope import EVERYONE, HOUSE, looking_as
from app.party.dues.services import lapsing
from app.party.membership import queries as memberships
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.roster.queries import find as find_on_roster
from tests import cast as faces
from tests.party.api.conftest import hook_now
from tests.party.merging.conftest import by_olive, double, member, merge  # noqa: F401
from tests.party.roster.conftest import another


def consent(person, given: bool) -> None:
    with transaction():
        person_services.change_consent(person, kind="news", given=given, source="their page", by=f"person:{person}")


def deliveries() -> list[Delivery]:
    session.remove()
    found = list(session.scalars(select(Delivery).order_by(Delivery.id)))
    session.remove()
    return found


def test_a_consent_that_is_withdrawn_is_told_with_ids_and_no_name(add_hook, receiver, ids, do_the_chores):
    _hook, secret = add_hook("olive")
    lin, began = ids("lin"), int(time.time())
    consent(lin, given=False)
    do_the_chores()
    ((headers, body),) = receiver.heard
    said = json.loads(body)
    assert (said["kind"], said["person"]) == ("consent.changed", str(lin))
    assert set(said) == {"id", "kind", "at", "person"}
    assert headers["Hustings-Event"] == said["id"]
    assert headers["Content-Type"] == "application/json"
    stamp, signed = headers["Hustings-Signature"].split(",")
    at = stamp.removeprefix("t=")
    due = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    assert signed == f"v1={due}"
    assert began <= int(at) <= time.time()
    (row,) = deliveries()
    assert (row.status, row.attempts, row.next_try_at) == (200, 1, None)
    assert row.accepted_at


def test_a_hook_of_who_is_treasurer_too_is_told_of_the_branch_and_not_at_all_without_the_organizers_office(
    add_hook, receiver, ids, mangere, do_the_chores
):
    tama = ids("tama")
    with transaction():
        offices.appoint(people.get_person(tama), OfficeName.TREASURER, by="system", on=clock.today())
    hook, _secret = add_hook("tama")
    consent(ids("lin"), given=False)
    consent(ids("aroha"), given=True)
    do_the_chores()
    assert [said["person"] for said in receiver.said()] == [str(ids("aroha"))]
    with transaction():
        organizer = next(held for held in branches.held_by(tama, on=clock.today()) if held.office == OfficeName.ORGANIZER)
        offices.end_office(organizer, by="system", on=clock.today())
    consent(ids("aroha"), given=False)
    do_the_chores()
    assert len(receiver.said()) == 1
    assert hook_now(hook).paused_because == rules.Paused.OFFICE


def test_nobody_listens_and_nothing_is_written(ids, owner):
    consent(ids("lin"), given=False)
    assert owner.execute("select count(*) from hook_events").fetchone() == (0,)


def test_what_is_undone_is_not_told(add_hook, ids, owner):
    add_hook("olive")
    lin = ids("lin")
    with pytest.raises(ZeroDivisionError), transaction():
        person_services.change_consent(lin, kind="news", given=False, source="their page", by="system")
        session.flush()
        raise ZeroDivisionError
    assert owner.execute("select count(*) from hook_events").fetchone() == (0,)
    assert owner.execute("select count(*) from procrastinate_jobs where task_name = 'api.deliver'").fetchone() == (0,)


def test_a_member_joins_in_one_message(add_hook, receiver, deliver, cast):
    hook, _ = add_hook("olive", "person.joined")
    faces.make(another("rere", joined_days_ago=3))
    deliver(hook)
    assert receiver.kinds() == ["person.joined"]


def test_a_membership_that_lapses_changes_the_standing(add_hook, receiver, deliver, ids):
    hook, _ = add_hook("olive")
    grace = ids("grace")
    with transaction():
        assert lapsing.lapse(memberships.current_of(grace).id, on=clock.today() + timedelta(days=200))
    deliver(hook)
    assert [(said["kind"], said["person"]) for said in receiver.said()] == [("standing.changed", str(grace))]


def test_who_leaves_is_told_once_and_is_gone_when_asked(add_hook, receiver, deliver, ids, give, ask):
    hook, _ = add_hook("olive", "person.left", "standing.changed")
    grace = ids("grace")
    with transaction():
        belonging.leave(grace, by=f"person:{grace}", on=clock.today())
    deliver(hook)
    assert [(said["kind"], said["person"]) for said in receiver.said()] == [("person.left", str(grace))]
    assert ask(f"/people/{grace}", give("olive")).status_code == 404


@pytest.mark.parametrize("made", ["double", "member"])
def test_a_record_that_becomes_part_of_a_person_has_not_left(add_hook, ids, mangere, merge, request, made, owner):  # noqa: F811
    gone = request.getfixturevalue(made)()
    with looking_as(EVERYONE), transaction():
        ends = find_on_roster(gone, EVERYONE).membership_id
    add_hook("olive")
    merge(ids("aroha"), gone, ends=ends)
    told = "select kind from hook_events where person_id = %s or kind = 'person.left'"
    assert owner.execute(told, [gone]).fetchall() == []
    assert owner.execute("select count(*) from hook_deliveries").fetchone() == (0,)


def test_an_organizers_hook_hears_of_the_branch_only(add_hook, receiver, deliver, ids, mangere):
    hook, _ = add_hook("tama")
    aroha, grace, lin = ids("aroha"), ids("grace"), ids("lin")
    for person in (grace, lin, aroha):
        consent(person, given=True)
    consent(lin, given=False)
    deliver(hook)
    assert {said["person"] for said in receiver.said()} == {str(aroha)}
    assert len(deliveries()) == 1  # what is out of sight is dropped, not kept for later


def test_who_moves_away_is_told_to_the_branch_they_leave(add_hook, receiver, deliver, ids, place, mangere):
    hook, _ = add_hook("tama", "person.moved", "consent.changed")
    aroha = ids("aroha")
    place("Napier", "aroha")
    consent(aroha, given=True)
    deliver(hook)
    assert [(said["kind"], said["person"]) for said in receiver.said()] == [("person.moved", str(aroha))]


def test_what_happened_before_a_hook_was_added_is_not_told(add_hook, receiver, deliver, ids):
    consent(ids("lin"), given=False)
    hook, _ = add_hook("olive")
    deliver(hook)
    assert receiver.heard == []


def test_a_hook_hears_what_was_chosen(add_hook, receiver, deliver, ids):
    hook, _ = add_hook("olive", "person.joined")
    consent(ids("lin"), given=False)
    deliver(hook)
    assert receiver.heard == []


@pytest.mark.parametrize(("answer", "status", "trouble"), [
    (500, 500, "not accepted"), (404, 404, "not accepted"), (302, 302, "redirected"), (204, 204, None),
])  # fmt: skip
def test_only_2xx_is_yes_and_redirections_are_not_followed(add_hook, receiver, deliver, ids, answer, status, trouble):
    hook, _ = add_hook("olive")
    receiver.answers = [answer]
    consent(ids("lin"), given=False)
    deliver(hook)
    (row,) = deliveries()
    assert (row.status, row.trouble) == (status, trouble)
    assert (row.next_try_at is None) is (trouble is None)
    assert len(receiver.heard) == 1


def test_it_is_tried_again_with_the_same_id_after_longer_and_longer(add_hook, receiver, deliver, ids):
    hook, _ = add_hook("olive")
    receiver.answers = [500, 500, 500]
    consent(ids("lin"), given=False)
    began = now = clock.now()
    waits = []
    for _attempt in range(4):
        with clock.standing_at(now):
            deliver(hook)
        (row,) = deliveries()
        if row.next_try_at:
            waits.append((row.next_try_at - now).total_seconds())
            with clock.standing_at(row.next_try_at - timedelta(seconds=1)):
                deliver(hook)
            now = row.next_try_at
    assert waits == [10, 60, 300]
    assert len(receiver.heard) == 4
    assert len({said["id"] for said in receiver.said()}) == 1
    assert len({body for _headers, body in receiver.heard}) == 1
    assert now - began < timedelta(minutes=10)


def test_after_three_days_the_hook_is_paused_with_a_letter_and_goes_on_when_told(add_hook, receiver, deliver, ids, mailbox):
    hook, _ = add_hook("olive")
    lin = ids("lin")
    receiver.answers = [503] * 100
    consent(lin, given=False)
    now, until = clock.now(), clock.now() + timedelta(days=4)
    while now < until and hook_now(hook).is_open:
        with clock.standing_at(now):
            deliver(hook)
        (row,) = deliveries()
        now = max(row.next_try_at or until, hook_now(hook).held_until or now)
    found = hook_now(hook)
    assert (found.paused_because, found.paused_at - deliveries()[0].first_tried_at >= timedelta(days=3)) == ("unheard", True)
    assert 15 < len(receiver.heard) < 25  # each system that is down costs so many attempts, and no more
    (letter,) = [one for one in mailbox() if one.subject == "A webhook of yours is paused"]
    assert letter.to == "olive@people.example"
    assert "127.0.0.1" in letter.text
    consent(lin, given=True)  # while it is paused: not told
    receiver.answers = []
    receiver.heard = []
    with transaction():
        services.resume(queries.get_hook(hook), by="system")
    deliver(hook)
    assert receiver.kinds() == ["consent.changed"]


def test_a_system_that_is_down_costs_three_attempts_and_not_one_for_each_message(add_hook, receiver, deliver, ids):
    hook, _ = add_hook("olive")
    receiver.answers = [500] * 100
    for person in map(ids, ("lin", "aroha", "grace", "wiremu", "tama")):
        consent(person, given=True)
        consent(person, given=False)
    now = clock.now()
    with clock.standing_at(now):
        for _ in range(2):
            deliver(hook)
            assert len(receiver.heard) == 3
    assert hook_now(hook).held_until > now
    receiver.answers = []
    with clock.standing_at(now + timedelta(minutes=40)):
        deliver(hook)
    assert len({said["id"] for said in receiver.said()}) == len(deliveries())
    assert all(row.accepted_at for row in deliveries())


def test_one_message_that_is_refused_holds_up_no_other(add_hook, receiver, deliver, ids):
    hook, _ = add_hook("olive")
    aroha, lin = ids("aroha"), ids("lin")
    consent(lin, given=False)
    consent(aroha, given=True)
    receiver.answers = [500]
    deliver(hook)
    assert [row.status for row in deliveries()] == [500, 200]
    assert hook_now(hook).held_until is None


@pytest.mark.parametrize("how", ["hangs", "drips", "hangs up", "is long", "is no HTTP"])
def test_a_strange_answer_is_a_no_within_the_deadline_or_a_yes(add_hook, receiver, deliver, ids, how, monkeypatch):
    # Who answers at once has all the time a slow machine needs; who does not is at it for a minute, or until we are back.
    deadline, back, outwaited = 0.5 if how in ("hangs", "drips") else 60, threading.Event(), threading.Event()
    monkeypatch.setattr(gateways, "_couriers", [Courier(local=True, deadline=deadline)])

    def answer(handler) -> None:
        out = handler.wfile
        if how == "hangs":
            if not back.wait(60):
                outwaited.set()
        elif how == "drips":
            for letter in b"HTTP/1.1 200 OK\r\nX-Slow: 1\r\n" * 20:
                out.write(bytes([letter]))
                out.flush()
                if back.wait(0.1):
                    return
            outwaited.set()
        elif how == "is long":
            out.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n" + b"x" * 100_000)
        elif how == "is no HTTP":
            out.write(b"\x00\x01\x02 hello\r\n\r\n")
        handler.close_connection = True

    receiver.answers = [answer]
    hook, _ = add_hook("olive")
    consent(ids("lin"), given=False)
    deliver(hook)
    back.set()
    assert not outwaited.is_set()
    (row,) = deliveries()
    assert (row.status, row.trouble) == {
        "hangs": (None, "no answer in time"), "drips": (None, "no answer in time"), "hangs up": (None, "broke off"),
        "is long": (200, None), "is no HTTP": (None, "broke off"),
    }[how]  # fmt: skip


def test_nobody_at_the_address(add_hook, deliver, ids):
    hook, _ = add_hook("olive", address="http://127.0.0.1:9/x")
    consent(ids("lin"), given=False)
    deliver(hook)
    assert deliveries()[0].trouble == "no connection"


def test_a_secret_that_is_changed_signs_beside_the_old_one_for_a_day(add_hook, receiver, deliver, ids):
    hook, old = add_hook("olive")
    lin = ids("lin")
    with transaction():
        new = services.change_secret(queries.get_hook(hook), by="system")
    assert new != old
    for hours, signs in ((1, [new, old]), (23, [new, old]), (25, [new])):
        consent(lin, given=hours == 23)
        with clock.standing_at(clock.now() + timedelta(hours=hours)):
            deliver(hook)
        headers, body = receiver.heard[-1]
        stamp, *said = headers["Hustings-Signature"].split(",")
        at = stamp.removeprefix("t=").encode()
        assert said == ["v1=" + hmac.new(one.encode(), at + b"." + body, hashlib.sha256).hexdigest() for one in signs]


def test_a_stolen_database_has_neither_the_address_nor_the_secret(add_hook, owner):
    _, secret = add_hook("olive", address="https://hooks.example/T000/very-secret-path")
    kept = " ".join(row[0] for row in owner.execute("select h::text from hooks h"))
    assert secret not in kept
    assert "very-secret-path" not in kept
    assert b"very-secret-path" not in owner.execute("select sealed from hooks").fetchone()[0]


def test_when_the_office_ends_the_hook_is_told_nothing_more(add_hook, receiver, deliver, ids, mangere, mailbox):
    hook, _ = add_hook("tama")
    aroha, held = ids("aroha"), branches.offices_of(ids("tama"))[0].id
    consent(aroha, given=True)
    with transaction():
        offices.end_office(branches.find_office(held), by="system", on=clock.today())
    deliver(hook)
    assert receiver.heard == []
    assert hook_now(hook).paused_because == "office"
    assert [one.to for one in mailbox() if one.subject == "A webhook of yours is paused"] == ["tama@people.example"]
    with pytest.raises(rules.MayNotGiveKeys), transaction():
        services.resume(queries.get_hook(hook), by="system")


def test_an_officer_who_leaves_takes_their_hooks_with_them(add_hook, receiver, deliver, ids, owner, mangere):
    hook, _ = add_hook("tama")
    tama = ids("tama")
    consent(ids("aroha"), given=True)
    with transaction():
        belonging.leave(tama, by=f"person:{tama}", on=clock.today())
    deliver(hook)
    assert receiver.heard == []
    assert owner.execute("select (select count(*) from hooks), (select count(*) from hook_deliveries)").fetchone() == (0, 0)


def test_a_test_and_sending_again(add_hook, receiver, deliver):
    hook, _ = add_hook("olive")
    with transaction():
        services.send_test(queries.get_hook(hook))
    deliver(hook)
    with transaction():
        found = queries.get_hook(hook)
        services.send_again(found, queries.find_delivery(hook, queries.told(hook, EVERYONE)[0].id, EVERYONE), by="system")
    deliver(hook)
    first, second = receiver.said()
    assert first == second
    assert (first["kind"], first["person"]) == ("test", None)


def test_a_hook_that_has_ended_is_told_nothing(add_hook, receiver, deliver, ids):
    hook, _ = add_hook("olive")
    lin = ids("lin")
    consent(lin, given=False)
    with transaction():
        services.end_hook(queries.get_hook(hook), by="system")
    consent(lin, given=True)
    deliver(hook)
    assert receiver.heard == []
    assert len(deliveries()) == 1


def test_what_was_told_is_forgotten_after_thirty_days_some_at_a_time(add_hook, deliver, ids, owner, monkeypatch):
    hook, _ = add_hook("olive")
    for given in (False, True, False):
        consent(ids("lin"), given=given)
    deliver(hook)
    jobs.forget_old()
    assert owner.execute("select count(*) from hook_events").fetchone() == (3,)
    monkeypatch.setattr(rules, "FORGOTTEN_AT_ONCE", 2)
    with clock.standing_at(clock.now() + timedelta(days=31)):
        jobs.forget_old()
    assert owner.execute("select (select count(*) from hook_events), (select count(*) from hook_deliveries)").fetchone() == (
        0,
        0,
    )


def test_the_wall_hides_what_happened_outside_the_branch(add_hook, ids, mangere):
    add_hook("olive")
    aroha, grace = ids("aroha"), ids("grace")
    consent(aroha, given=True)
    consent(grace, given=True)
    seen = {}
    for scope in ("everyone", HOUSE, f"branches:{mangere}", f"self:{grace}", "nobody", ""):
        with looking_as(scope):
            seen[scope.partition(":")[0]] = {row.person_id for row in session.scalars(select(HookEvent))}
            session.remove()
    assert seen == {
        "everyone": {aroha, grace}, "house": {aroha, grace}, "branches": {aroha}, "self": {grace}, "nobody": set(), "": set(),
    }  # fmt: skip


def test_a_roster_that_is_written_anew_is_no_news(add_hook, owner, owner_url):
    add_hook("olive")
    list(roster.rebuild(owner_url, graces=None))
    assert owner.execute("select count(*) from hook_events").fetchone() == (0,)
