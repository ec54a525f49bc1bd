"""What officers keep about a record goes with it to the person it is part of, and stays with it when that is taken back."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.ground import clock
from app.ground.db import looking_as, session, transaction
from app.party.branches.scope import EVERYONE, Scope
from app.party.bulk import services as bulk
from app.party.bulk.queries import Whom
from app.party.bulk.rules import Kind
from app.party.bulk.services import Wish
from app.party.casework import queries, services
from app.party.casework.rules import Kind as NoteKind
from app.party.roster import queries as roster
from app.party.roster.rules import Asked
from tests.party.exports.conftest import ask, rows_of, take, write  # noqa: F401
from tests.walk import hidden


@pytest.fixture
def kept(ids, member, mangere):
    """A member of Māngere who has a tag, and about whom something was noted and is to be done by Tama. Their id, the tag, the
    task, and what Tama sees."""
    gone, tama, on = member(branch=mangere), ids("tama"), clock.today()
    scope = Scope(branches=frozenset({mangere}))
    with looking_as(str(scope)), transaction():
        tag = services.make_tag("Door knocker", mangere, scope, by="system", on=on).id
        services.give_tag(gone, tag, scope, by="system", on=on)
        services.note(gone, "Has a ladder", kind=NoteKind.CALL, happened_on=on, held=[], by="system", on=on)
        task = services.set_task(gone, mangere, "Ask for it", due_on=None, assigned_to=tama, by="system", on=on).id
    return gone, tag, task, scope


@pytest.fixture
def one_person(ids, kept, merge):
    """The same as one person with Aroha."""
    gone, _tag, _task, scope = kept
    with looking_as(str(EVERYONE)):
        ends = roster.find(gone, EVERYONE).membership_id
        session.remove()
    return merge(ids("aroha"), gone, ends=ends, by=f"person:{ids('tama')}", scope=scope)


def found(tag, scope) -> list:
    with looking_as(str(scope)), transaction():
        return [row.person_id for row in roster.page(Asked(tag=str(tag)), scope, on=clock.today()).rows]


def send(browser, path: str, **fields: str):
    token = hidden(browser.get("/sign-in").get_data(as_text=True), "csrf_token")
    return browser.post(path, data={"csrf_token": token, **fields})


def test_the_one_page_shows_it_all_and_the_tag_finds_the_person_once(ids, kept, one_person, undo, as_officer, owner):
    gone, tag, task, scope = kept
    aroha, tama = ids("aroha"), as_officer("tama")
    page = send(tama, f"/org/people/{aroha}/notes/show").get_data(as_text=True)
    for told in ("Door knocker", "Has a ladder", "Ask for it"):
        assert told in page, told
    mine = tama.get("/org/people/tasks").get_data(as_text=True)
    assert "Aroha Ngāpō-Whitfield" in mine
    assert f"/org/people/{aroha}/tasks/{task}/done" in mine
    assert found(tag, scope) == found(tag, EVERYONE) == [aroha]
    undo(one_person)
    assert found(tag, scope) == [gone]
    assert "Has a ladder" not in send(tama, f"/org/people/{aroha}/notes/show").get_data(as_text=True)
    assert "Has a ladder" in send(tama, f"/org/people/{gone}/notes/show").get_data(as_text=True)


@pytest.mark.parametrize("record", ["aroha", "gone"])
def test_what_was_to_be_done_is_done_under_either_record(ids, kept, one_person, as_officer, owner, record):
    gone, _tag, task, _scope = kept
    person = gone if record == "gone" else ids(record)
    assert send(as_officer("tama"), f"/org/people/{person}/tasks/{task}/done").status_code == 303
    assert owner.execute("select done_at is not null from tasks").fetchall() == [(True,)]


def test_two_records_with_one_tag_are_one_person_with_it_and_it_comes_off_both(ids, kept, merge, member, mangere, owner):
    gone, tag, _task, scope = kept
    aroha, on = ids("aroha"), clock.today()
    with looking_as(str(scope)), transaction():
        services.give_tag(aroha, tag, scope, by="system", on=on)
    with looking_as(str(EVERYONE)):
        ends = roster.find(gone, EVERYONE).membership_id
        session.remove()
    merge(aroha, gone, ends=ends)
    with looking_as(str(scope)), transaction():
        assert queries.how_many(queries.tags(scope, on=on)) == {tag: 1}
        assert [one.tag_id for one in queries.tags_on(aroha)] == [tag]
        services.end_tagging(queries.find_tagging(queries.tags_on(aroha)[0].id, aroha), by="system")
        assert queries.tags_on(aroha) == []
    assert found(tag, scope) == []


def test_who_has_a_tag_on_another_record_is_not_given_it_again(ids, kept, one_person, owner):
    _gone, tag, _task, scope = kept
    with looking_as(str(scope)), transaction():
        assert services.give_tag_to([ids("aroha"), ids("tama")], tag, batch_id=None, by="system") == 1


def test_an_act_on_many_takes_it_off_and_taken_back_puts_it_on(ids, kept, one_person):
    _gone, tag, _task, scope = kept
    aroha, tama, on = ids("aroha"), ids("tama"), clock.today()
    with looking_as(str(scope)), transaction():
        act = bulk.look(Whom(Asked(tag=str(tag))), Wish(Kind.UNTAG, tag), scope, asked_by=tama, on=on)
        assert (act.people, act.same) == (1, 0)
        act_id = act.id
        assert services.end_tag_for([aroha], tag, batch_id=act_id, by="system") == 1
    assert found(tag, scope) == []
    with looking_as(str(scope)), transaction():
        _last, back = services.take_back_untagged(act_id, after=UUID(int=0), size=50, by="system")
        assert back == 1
    assert found(tag, scope) == [aroha]


def test_a_file_has_the_tags_of_all_records_once(ids, kept, one_person, as_officer, take):  # noqa: F811
    rows = {row["person"]: row["tags"] for row in rows_of(take(as_officer("tama")))}
    assert rows[str(ids("aroha"))] == "Door knocker"


def test_who_was_merged_into_another_branch_is_out_of_sight_with_it(ids, kept, member, merge, mangere, owner):
    gone, _tag, _task, scope = kept
    with looking_as(str(EVERYONE)):
        ends = roster.find(gone, EVERYONE).membership_id
        session.remove()
    merge(ids("grace"), gone, ends=ends)
    with looking_as(str(scope)), transaction():
        assert queries.notes_about(gone) == queries.tasks_about(gone) == queries.tagged(gone) == []
