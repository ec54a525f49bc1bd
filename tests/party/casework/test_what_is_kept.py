"""Tags, notes and tasks about one person: given, opened, done, taken along, forgotten."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from app.ground import clock
from app.ground.db import looking_as, session, transaction
from app.party.belonging import services as belonging
from app.party.branches import queries as branches
from app.party.branches.scope import EVERYONE, Scope
from app.party.casework import queries, rules, services
from tests.house.page_reader import faults
from tests.walk import enter, hidden


@pytest.fixture
def press(app):
    """Send a form of the console as a browser does: with the token of a page."""

    def send(browser, path: str, **fields: str):
        token = hidden(browser.get("/sign-in").get_data(as_text=True), "csrf_token")
        return browser.post(path, data={"csrf_token": token, **fields})

    return send


def make_tag(name: str, branch_id=None, scope=EVERYONE):
    with looking_as(str(scope)), transaction():
        return services.make_tag(name, branch_id, scope, by="system", on=clock.today()).id


def tags_of(person_id) -> list[tuple[str, bool]]:
    with looking_as("house"), transaction():
        return [(tag.name, tag.ended_at is None) for tag in queries.tagged(person_id)]


def test_a_tag_is_given_once_and_taken_off_and_given_again(as_officer, mangere, ids, press, owner, settings):
    olive, person = as_officer("olive"), ids("aroha")
    tag = make_tag("Door knocker")
    path = f"/org/people/{person}"
    for _twice in range(2):
        assert press(olive, f"{path}/tags", tag=str(tag)).status_code == 303
    page = olive.get(path).get_data(as_text=True)
    assert page.count("Door knocker") >= 1
    assert faults(page, promoter=settings.promoter) == []
    tagging = owner.execute("select id from taggings").fetchone()[0]
    for _twice in range(2):
        press(olive, f"{path}/tags/{tagging}/end")
    assert press(olive, f"{path}/tags", tag=str(tag)).status_code == 303
    assert tags_of(person) == [("Door knocker", False), ("Door knocker", True)]
    logged = owner.execute("select action from audit_entries where action like 'person:%tagged' order by seq").fetchall()
    assert [line[0] for line in logged] == ["person:tagged", "person:untagged", "person:tagged"]
    assert "Door knocker" not in str(owner.execute("select data from audit_entries").fetchall())


def test_a_tag_has_one_name_at_a_time_and_a_retired_one_is_given_to_nobody(as_officer, mangere, ids, press):
    olive = as_officer("olive")
    assert press(olive, "/org/people/tags", name="Speaker", branch="").status_code == 303
    assert "There is a tag of that name." in press(olive, "/org/people/tags", name="SPEAKER", branch="").get_data(as_text=True)
    grace = ids("grace")
    with looking_as("everyone"), transaction():
        (tag,) = queries.tags(EVERYONE, on=clock.today())
        services.give_tag(grace, tag.id, EVERYONE, by="system", on=clock.today())
    assert press(olive, f"/org/people/tags/{tag.id}/retire").status_code == 303
    answer = press(olive, f"/org/people/{ids('aroha')}/tags", tag=str(tag.id))
    assert answer.status_code == 422
    assert "retired" in answer.get_data(as_text=True)
    assert "1 person" in olive.get(f"/org/people?tag={tag.id}").get_data(as_text=True)  # who has it keeps it
    assert press(olive, "/org/people/tags", name="Speaker", branch="").status_code == 303  # another of that name


def test_a_note_is_sealed_opened_by_a_press_and_the_person_sees_the_look(app, as_officer, mangere, ids, press, owner, settings):
    tama, path = as_officer("tama"), f"/org/people/{ids('aroha')}"
    said = "Would host a meeting\nin the garage"
    answer = press(tama, f"{path}/notes", kind="call", on=str(clock.today()), said=said)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    page = tama.get(path).get_data(as_text=True)
    assert "garage" not in page
    assert "Noted by the organizer of the branch Māngere" in page
    assert "You (Organizer of the branch Māngere)" in page
    assert "garage" not in str(owner.execute("select n::text from notes n").fetchall())
    shown = press(tama, f"{path}/notes/show")
    assert "in the garage" in shown.get_data(as_text=True)
    assert faults(shown.get_data(as_text=True), promoter=settings.promoter) == []
    assert ("organizer of the branch Māngere", "notes about you") in [
        (look.office, look.what) for look in branches.looks_at(ids("aroha"))
    ]
    session.remove()
    me = enter(app, "aroha@people.example").get("/me").get_data(as_text=True)
    assert "Organizer of the branch Māngere: notes about you" in me


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "call", "said": ""}, "Write what is to be known."),
        ({"kind": "", "said": "x"}, "Choose what it was."),
        ({"kind": "gossip", "said": "x"}, "Choose what it was."),
        ({"kind": "call", "said": "x", "on": "never"}, "Enter a real date"),
        ({"kind": "call", "said": "x", "on": "2999-01-01"}, "choose today or an earlier day"),
        ({"kind": "call", "said": "x" * 4001}, "4000 letters or fewer"),
    ],
)
def test_a_note_that_will_not_do_is_refused_beside_its_question_and_keeps_its_words(
    as_officer, mangere, ids, press, settings, fields, sentence
):
    tama = as_officer("tama")
    answer = press(tama, f"/org/people/{ids('aroha')}/notes", **{"on": str(clock.today()), **fields})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert faults(page, promoter=settings.promoter) == []


def test_a_task_is_for_an_officer_who_sees_the_person_and_is_done_once(as_officer, mangere, ids, press, owner, settings):
    olive, tama = as_officer("olive"), as_officer("tama")
    grace, aroha = (f"/org/people/{ids(key)}" for key in ("grace", "aroha"))
    fields = {"task": "Call about the lift to Napier", "due_on": str(clock.today() + timedelta(days=3))}
    refused = press(olive, f"{grace}/tasks", assigned_to=str(ids("tama")), **fields)  # Grace is of Napier
    assert refused.status_code == 422
    assert "Choose an officer who cares for people and sees this person." in refused.get_data(as_text=True)
    for nobody in ("", str(ids("aroha")), str(ids("wiremu")), "x"):
        assert press(olive, f"{aroha}/tasks", assigned_to=nobody, **fields).status_code == 422
    over = press(olive, f"{aroha}/tasks", assigned_to=str(ids("tama")), **{**fields, "due_on": "0206-12-01"})
    assert over.status_code == 422
    assert "That day is over: choose today or a later one, or none." in over.get_data(as_text=True)
    assert press(olive, f"{aroha}/tasks", assigned_to=str(ids("tama")), **fields).status_code == 303
    mine = tama.get("/org/people/tasks").get_data(as_text=True)
    assert "Call about the lift to Napier" in mine
    assert faults(mine, promoter=settings.promoter) == []
    assert "Call about" not in tama.get(aroha).get_data(as_text=True)
    assert "Call about" not in olive.get("/org/people/tasks").get_data(as_text=True)
    task = owner.execute("select id from tasks").fetchone()[0]
    for _twice in range(2):
        assert press(tama, f"{aroha}/tasks/{task}/done", back="tasks").location == "/org/people/tasks"
    assert owner.execute("select count(*) from audit_entries where action = 'person:task_done'").fetchone()[0] == 1
    assert "Nothing is to be done." in tama.get("/org/people/tasks").get_data(as_text=True)


def test_what_is_kept_goes_with_the_person_from_branch_to_branch(as_officer, mangere, ids, place, press, owner):
    tama, path = as_officer("tama"), f"/org/people/{ids('aroha')}"
    with looking_as(f"branches:{mangere}"), transaction():
        tag = services.make_tag("Drives", mangere, Scope(branches=frozenset({mangere})), by="system", on=clock.today()).id
    press(tama, f"{path}/tags", tag=str(tag))
    press(tama, f"{path}/notes", kind="visit", on=str(clock.today()), said="Has a van")
    napier, aroha = place("Napier", "aroha"), ids("aroha")
    for scope, seen in ((Scope(branches=frozenset({mangere})), 0), (Scope(branches=frozenset({napier})), 1), (EVERYONE, 1)):
        with looking_as(str(scope)), transaction():
            assert len(queries.notes_about(aroha)) == seen
            assert len(queries.taggings_of(aroha)) == seen
    with looking_as(f"branches:{napier}"), transaction():
        assert queries.tagged(aroha) == []  # a tag of the branch that was left
        assert queries.find_tag(tag, Scope(branches=frozenset({napier}))) is None
    assert queries.notes_about(aroha) == []  # and nothing is shown to who does not say whom they see
    session.remove()


def test_the_person_takes_it_along_and_who_leaves_is_forgotten_with_it(app, as_officer, mangere, ids, press, owner):
    tama, person = as_officer("tama"), ids("aroha")
    with looking_as(f"branches:{mangere}"), transaction():
        tag = services.make_tag("Bakes", mangere, Scope(branches=frozenset({mangere})), by="system", on=clock.today()).id
    press(tama, f"/org/people/{person}/tags", tag=str(tag))
    press(tama, f"/org/people/{person}/notes", kind="letter", on=str(clock.today()), said="Wrote about the ferry")
    press(tama, f"/org/people/{person}/tasks", task="Answer the letter", assigned_to=str(ids("tama")))
    press(tama, f"/org/people/{ids('tama')}/notes", kind="call", on=str(clock.today()), said="About somebody else")
    held = json.loads(enter(app, "aroha@people.example").get("/me/everything.json").data)
    assert [row["tag"] for row in held["tags"]] == ["Bakes"]
    assert [row["said"]["words"] for row in held["notes"]] == ["Wrote about the ferry"]
    assert [row["said"]["words"] for row in held["tasks"]] == ["Answer the letter"]
    with transaction():
        belonging.leave(person, by=f"person:{person}", on=clock.today())
    left = [owner.execute(f"select count(*) from {table}").fetchone()[0] for table in ("taggings", "tasks", "notes")]
    assert left == [0, 0, 1]


def test_only_who_sees_a_branch_makes_its_tags(mangere, place):
    napier = place("Napier")
    own = Scope(branches=frozenset({mangere}))
    for branch_id in (None, napier):
        with looking_as(str(own)), pytest.raises(rules.NotYours), transaction():
            services.make_tag("Ours", branch_id, own, by="system", on=clock.today())


@pytest.mark.parametrize("table", ["taggings", "notes", "tasks"])
def test_the_database_takes_no_row_about_somebody_out_of_sight(mangere, ids, settings, table):
    import psycopg
    from psycopg import errors

    tag, grace = make_tag("Anything"), ids("grace")
    rows = {
        "taggings": f"(id, tag_id, person_id, at, by) values (gen_random_uuid(), '{tag}', '{grace}', now(), 'x')",
        "notes": '(id, person_id, kind, "on", at, by, office, sealed)'
        f" values (gen_random_uuid(), '{grace}', 'call', now(), now(), 'x', 'x', '\\x00')",
        "tasks": "(id, person_id, assigned_to, set_at, set_by, sealed)"
        f" values (gen_random_uuid(), '{grace}', '{grace}', now(), 'x', '\\x00')",
    }
    for scope in ("", "nobody", f"branches:{mangere}", f"self:{grace}"):
        with psycopg.connect(settings.database_url) as connection:
            connection.execute("select set_config('hustings.scope', %s, true)", [scope])
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(f"insert into {table} {rows[table]}")
