"""The organizer of one branch, with every id of another’s: tags, segments, acts, people. Nobody outside is shown or touched."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID

import pytest

from app.ground import clock
from app.ground.db import looking_as, transaction
from app.party.branches.scope import EVERYONE, Scope
from app.party.bulk import services as bulk
from app.party.bulk.queries import Whom
from app.party.bulk.rules import Kind
from app.party.bulk.services import Wish
from app.party.casework import services as casework
from app.party.casework.rules import Kind as NoteKind
from app.party.roster import services as roster
from app.party.roster.rules import Asked, How, Part
from tests.house.doors import AN_ID, DOORS
from tests.party.casework.kept import KEPT
from tests.walk import hidden

TABLES = ("tags", "taggings", "notes", "tasks", "segments", "bulk_acts", "bulk_slices")


@pytest.fixture
def napier(cast, mangere, ids, place, owner):
    """Everything that is kept of Napier, whose only member is Grace; and Tama’s of Māngere, who tries it all."""
    there, grace, olive = place("Napier"), ids("grace"), ids("olive")
    scope = Scope(branches=frozenset({there}))
    on = clock.today()
    with looking_as(str(scope)), transaction():
        tag = casework.make_tag("Zebedee Napier tag", there, scope, by="system", on=on)
        casework.give_tag_to([grace], tag.id, batch_id=None, by="system")
        note = casework.note(grace, "Zebedee words", kind=NoteKind.CALL, happened_on=on, held=[], by="system", on=on)
        task = casework.set_task(grace, there, "Zebedee task", due_on=None, assigned_to=olive, by="system", on=on)
        segment = roster.keep_segment(
            "Zebedee Napier segment", [Part(How.ALL, Asked(tag=str(tag.id)))], there, scope, by="system"
        )
    with looking_as("everyone"), transaction():
        act = bulk.look(Whom(Asked(tag=str(tag.id))), Wish(Kind.UNTAG, tag.id), EVERYONE, asked_by=olive, on=on)
        whole = casework.make_tag("Of all", None, EVERYONE, by="system", on=on)
    tagging = owner.execute("select id from taggings").fetchone()[0]
    return SimpleNamespace(
        branch=there, person=grace, tag=tag.id, note=note.id, task=task.id, segment=segment.id, act=act.id, tagging=tagging,
        whole=whole.id, mine=ids("aroha"), olive=olive,
    )  # fmt: skip


@pytest.fixture
def tama(as_officer):
    browser = as_officer("tama")
    token = hidden(browser.get("/sign-in").get_data(as_text=True), "csrf_token")
    return SimpleNamespace(
        get=browser.get, post=lambda path, **fields: browser.post(path, data={"csrf_token": token, **fields})
    )


def rows(owner) -> dict[str, list]:
    return {table: sorted(map(str, owner.execute(f"select * from {table}").fetchall())) for table in TABLES}


def hold(answer) -> None:
    assert answer.status_code < 500
    page = answer.get_data(as_text=True)
    assert not [word for word in ("Zebedee", "Grace", "Okonkwo") if word in page]


def test_every_door_of_what_is_kept_is_tried_here():
    assert {rule for rule, _methods, _who in DOORS if rule in KEPT} == KEPT


def test_no_id_of_another_branch_opens_or_changes_anything(napier, tama, owner):
    before = rows(owner)
    fields = {
        "kind": "call", "on": str(clock.today()), "said": "x", "task": "x", "assigned_to": str(napier.olive), "name": "Mine",
        "how": "all", "segment": str(napier.segment), "tag": str(napier.tag), "branch": str(napier.branch),
    }  # fmt: skip
    for rule in sorted(KEPT):
        if rule in ("/org/people/tasks", "/org/people/tags", "/org/people/segments", "/org/people/segments/new",
                    "/org/people/bulk", "/org/people/bulk/acts"):  # fmt: skip
            hold(tama.get(rule))
            continue
        path = rule.replace("<int:place>", "0")
        for name in ("person", "tagging", "task", "tag", "segment", "act"):
            path = path.replace(f"<uuid:{name}>", str(getattr(napier, name)))
        for answer in (tama.get(path), tama.post(path, **fields)):
            hold(answer)
            assert answer.status_code in (404, 405), path
    assert rows(owner) == before


@pytest.mark.parametrize(
    "path",
    [
        "/org/people/{mine}/tags/{tagging}/end", "/org/people/{mine}/tasks/{task}/done", "/org/people/{mine}/tags/{nobody}/end",
    ],
)  # fmt: skip
def test_an_id_of_another_branch_under_a_person_of_ones_own_is_nothing(napier, tama, owner, path):
    before = rows(owner)
    answer = tama.post(path.format(**vars(napier), nobody=AN_ID))
    assert answer.status_code == 404
    assert rows(owner) == before


def test_nobody_is_given_another_branchs_tag_and_no_segment_is_made_of_anothers(napier, tama, owner):
    before = rows(owner)
    refused = [
        tama.post(f"/org/people/{napier.mine}/tags", tag=str(napier.tag)),
        tama.post(f"/org/people/{napier.mine}/tasks", task="x", assigned_to=str(napier.person)),
        tama.post("/org/people/tags", name="Mine", branch=""),
        tama.post("/org/people/tags", name="Mine", branch=str(napier.branch)),
        tama.post("/org/people/segments/new?stands=good", name="Mine", branch=""),
        tama.post("/org/people/segments/new?stands=good", name="Mine", branch=str(napier.branch)),
        tama.post("/org/people/bulk?stands=good", kind="tag", tag=str(napier.tag)),
        tama.post(f"/org/people/bulk?tag={napier.tag}", kind="tag", tag=str(napier.whole)),
        tama.post(f"/org/people/bulk?segment={napier.segment}", kind="tag", tag=str(napier.whole)),
        tama.post(f"/org/people/bulk?pick={napier.person}", kind="tag", tag=str(napier.whole)),
        tama.post("/org/people/bulk?pick=x", kind="tag", tag=str(napier.whole)),
        tama.post(f"/org/people/tags/{napier.whole}/retire"),
    ]
    for at, answer in enumerate(refused):
        hold(answer)
        assert answer.status_code in (404, 422), at
    assert rows(owner) == before
    for asked in (f"tag={napier.tag}", f"segment={napier.segment}"):
        kept = tama.post(f"/org/people/segments/new?{asked}", name="Mine", branch=str(mangere_of(owner)))
        hold(kept)
        assert kept.status_code == 422
        hold(tama.get(f"/org/people?{asked}"))
        hold(tama.get(f"/org/people/bulk?{asked}"))
    assert rows(owner) == before


def mangere_of(owner) -> UUID:
    return owner.execute("select id from branches where name = 'Māngere'").fetchone()[0]


def test_a_member_who_moves_here_brings_no_tag_of_the_branch_they_left(napier, tama, place):
    place("Māngere", "grace")
    page = tama.get(f"/org/people/{napier.person}").get_data(as_text=True)
    assert "Grace" in page
    assert "Zebedee Napier tag" not in page
    listed = tama.get(f"/org/people?tag={napier.tag}")
    assert "Grace" not in listed.get_data(as_text=True)


def test_ticks_of_others_among_ones_own_are_left_out(napier, tama, owner, do_the_chores):
    answer = tama.post(
        f"/org/people/bulk?pick={napier.person}&pick={napier.mine}&pick={napier.olive}", kind="tag", tag=str(napier.whole)
    )
    assert answer.status_code == 303
    page = tama.get(answer.location)
    hold(page)
    assert "Do it for 1 person" in page.get_data(as_text=True)
    tama.post(f"{answer.location}/confirm")
    do_the_chores()
    given = owner.execute("select person_id from taggings where tag_id = %s", [napier.whole]).fetchall()
    assert given == [(napier.mine,)]
