"""Something is done for many: looked at, confirmed, done in slices that outlive a kill, and taken back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from uuid import UUID

import pytest

from app.ground import audit, clock
from app.ground.db import looking_as, session, transaction
from app.party.branches import services as offices
from app.party.branches.scope import EVERYONE, Scope
from app.party.bulk import jobs, rules, services
from app.party.bulk.models import Act
from app.party.bulk.queries import Whom
from app.party.bulk.rules import Kind
from app.party.bulk.services import Wish
from app.party.casework import services as casework
from app.party.casework.rules import OverAlready
from app.party.roster.rules import Asked, Stands
from app.seeding_many import fill
from tests.house.page_reader import faults
from tests.walk import hidden

NOBODY_THERE = UUID(int=7)


@pytest.fixture
def slices_of_ten(monkeypatch):
    monkeypatch.setattr(rules, "A_SLICE", 10)


@pytest.fixture
def tag(cast) -> UUID:
    with looking_as("everyone"), transaction():
        return casework.make_tag("Asked", None, EVERYONE, by="system", on=clock.today()).id


@pytest.fixture
def many(cast, tag) -> UUID:
    """The cast and a hundred and twenty more; the tag."""
    fill(120, say=lambda _line: None)
    session.remove()
    return tag


def look(asked: Asked, wish: Wish, by: UUID, scope: Scope = EVERYONE, picked: tuple[UUID, ...] = ()) -> UUID:
    with looking_as(str(scope)), transaction():
        return services.look(Whom(asked, picked), wish, scope, asked_by=by, on=clock.today()).id


def confirm(act: UUID, scope: Scope = EVERYONE) -> bool:
    with looking_as(str(scope)), transaction():
        return services.confirm(session.get_one(Act, act), scope, on=clock.today())


def undo(act: UUID, by: UUID) -> None:
    with transaction():
        services.undo(session.get_one(Act, act), by=by)


def get(act: UUID) -> Act:
    with transaction():
        return session.get_one(Act, act)


def live(owner, tag: UUID) -> set[UUID]:
    return {row[0] for row in owner.execute("select person_id from taggings where tag_id = %s and ended_at is null", [tag])}


def everybody(owner, where: str = "true") -> set[UUID]:
    return {row[0] for row in owner.execute(f"select person_id from roster where {where}")}


def test_a_tag_for_all_that_match_is_previewed_given_and_taken_back(many, ids, owner, do_the_chores, slices_of_ten):
    olive, good = ids("olive"), everybody(owner, "can_enrol = 'yes'")
    before = sorted(good)[:4]
    with looking_as("everyone"), transaction():
        casework.give_tag_to(before, many, batch_id=None, by="by hand")
    act = look(Asked(can_enrol="yes"), Wish(Kind.TAG, many), olive)
    assert (get(act).people, get(act).same) == (len(good), 4)
    assert confirm(act)
    do_the_chores()
    assert (get(act).state, get(act).passed, get(act).changed) == ("done", len(good), len(good) - 4)
    assert live(owner, many) == good
    assert owner.execute("select count(*) from bulk_slices").fetchone()[0] == 0
    # Since then: somebody took one off and gave it again, and took another off.
    again, off = sorted(good)[10], sorted(good)[11]
    with looking_as("everyone"), transaction():
        casework.end_tag_for([again, off], many, batch_id=NOBODY_THERE, by="by hand")
        casework.give_tag_to([again], many, batch_id=None, by="by hand")
    undo(act, olive)
    do_the_chores()
    assert get(act).state == "taken back"
    assert live(owner, many) == {*before, again}
    assert get(act).taken_back == len(good) - 4 - 2
    with transaction():
        assert audit.verify()[1] == []
    said = [row[0] for row in owner.execute("select action from audit_entries where action like 'many:%' order by seq")]
    assert said == ["many:confirmed", "many:done", "many:taken_back"]


def test_a_tag_taken_off_many_is_given_again_by_taking_back_and_to_nobody_else(many, ids, owner, do_the_chores):
    olive, them = ids("olive"), sorted(everybody(owner))[:30]
    with looking_as("everyone"), transaction():
        casework.give_tag_to(them, many, batch_id=None, by="by hand")
    act = look(Asked(), Wish(Kind.UNTAG, many), olive)
    assert get(act).people - get(act).same == 30
    assert confirm(act)
    do_the_chores()
    assert live(owner, many) == set()
    touched = them[3]
    with looking_as("everyone"), transaction():  # somebody gave it since, and took it off again
        casework.give_tag_to([touched], many, batch_id=None, by="by hand")
        casework.end_tag_for([touched], many, batch_id=NOBODY_THERE, by="by hand")
    undo(act, olive)
    do_the_chores()
    assert live(owner, many) == set(them) - {touched}
    jobs.take_back(str(act))  # twice is once
    assert live(owner, many) == set(them) - {touched}


def test_tasks_for_many_are_about_whom_the_officer_sees_and_what_is_done_stays_done(
    cast, mangere, ids, owner, do_the_chores, tag
):
    over = clock.today() - timedelta(days=1)
    with pytest.raises(OverAlready):
        look(Asked(stands=Stands.GOOD), Wish(Kind.TASK, words="Ring", assigned_to=ids("tama"), due_on=over), ids("olive"))
    act = look(Asked(stands=Stands.GOOD), Wish(Kind.TASK, words="Ring", assigned_to=ids("tama")), ids("olive"))
    assert (get(act).people, get(act).same) == (4, 2)  # Tama sees two of them
    assert confirm(act)
    do_the_chores()
    assert {row[0] for row in owner.execute("select person_id from tasks")} == {ids("aroha"), ids("tama")}
    owner.execute("update tasks set done_at = now(), done_by = 'x' where person_id = %s", [ids("aroha")])
    undo(act, ids("olive"))
    do_the_chores()
    left = owner.execute("select person_id, done_at is not null, dropped_at is not null from tasks").fetchall()
    assert set(left) == {(ids("aroha"), True, False), (ids("tama"), False, True)}
    assert "Ring" not in str(owner.execute("select t::text from tasks t union all select a::text from bulk_acts a").fetchall())


def test_if_others_fit_by_the_press_nothing_is_done_and_it_is_counted_again(many, ids, owner, do_the_chores):
    olive, aroha = ids("olive"), ids("aroha")
    act = look(Asked(can_enrol="yes"), Wish(Kind.TAG, many), olive)
    counted = get(act).people
    owner.execute("update people set can_enrol = 'no' where id = %s", [aroha])
    assert not confirm(act)
    do_the_chores()
    assert live(owner, many) == set()
    assert get(act).people == counted - 1
    # Another for her: the number is the same, the people are not.
    other = next(iter(everybody(owner, "coalesce(can_enrol, '') = 'no' and person_id <> '" + str(aroha) + "'")), None) or ids(
        "lin"
    )
    owner.execute("update people set can_enrol = 'yes' where id = %s", [aroha])
    one = next(iter(everybody(owner, "can_enrol = 'yes'") - {aroha}))
    owner.execute("update people set can_enrol = 'no' where id = %s", [one])
    assert len(everybody(owner, "can_enrol = 'yes'")) == get(act).people
    assert other
    assert not confirm(act)
    assert confirm(act)


def test_if_others_fit_when_the_worker_begins_it_stops_before_anything_is_done(many, ids, owner, do_the_chores):
    olive = ids("olive")
    act = look(Asked(can_enrol="yes"), Wish(Kind.TAG, many), olive)
    assert confirm(act)
    owner.execute("update people set can_enrol = 'no' where id = %s", [ids("aroha")])
    do_the_chores()
    assert (get(act).state, get(act).stopped_because, get(act).passed) == ("stopped", rules.CHANGED, 0)
    assert live(owner, many) == set()
    assert owner.execute("select count(*) from bulk_slices").fetchone()[0] == 0
    with pytest.raises(rules.NothingToTakeBack):
        undo(act, olive)


def test_an_act_that_changes_its_own_list_is_for_exactly_who_was_counted(many, ids, owner, do_the_chores, slices_of_ten):
    olive = ids("olive")
    with looking_as("everyone"), transaction():
        casework.give_tag_to(sorted(everybody(owner))[:50], many, batch_id=None, by="by hand")
    act = look(Asked(tag=str(many)), Wish(Kind.UNTAG, many), olive)
    assert confirm(act)
    do_the_chores()
    assert (get(act).passed, get(act).changed) == (50, 50)


KILLED = """
import sys
from app import create_app
from app.ground.settings import read
import os
app = create_app(read(os.environ))
with app.app_context():
    from app.party.bulk import jobs, rules
    rules.A_SLICE = 10
    jobs.run(sys.argv[1])
"""


def test_a_worker_that_is_killed_in_the_middle_leaves_whole_slices_and_the_next_goes_on(
    many, ids, owner, owner_url, settings, slices_of_ten, do_the_chores
):
    import psycopg

    act = look(Asked(), Wish(Kind.TAG, many), ids("olive"))
    people = get(act).people
    assert confirm(act)
    with looking_as("everyone"), transaction():
        assert services.go_on(act, EVERYONE, on=clock.today())  # whom it is for is written down
    env = {
        **os.environ, "INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url,
        "DATABASE_OWNER_URL": owner_url, "STRIPE_API_KEY": settings.stripe_api_key, "STRIPE_API_BASE": settings.stripe_api_base,
        "STRIPE_WEBHOOK_SECRET": "whsec_test", "PUBLIC_URL": "http://localhost",
    }  # fmt: skip
    with psycopg.connect(owner_url) as holding:
        # The fifth slice is held, so that the worker stands in the middle of it when it is killed.
        fifth = "(select id from bulk_slices order by id offset 4 limit 1)"
        holding.execute(f"select id from bulk_slices where id = {fifth} for update").fetchone()
        worker = subprocess.Popen([sys.executable, "-c", KILLED, str(act)], env=env)
        end = time.monotonic() + 300
        while owner.execute("select passed from bulk_acts").fetchone()[0] < 36:  # one slice is shorter
            assert worker.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(60)
    assert get(act).passed == get(act).changed == len(live(owner, many))
    assert get(act).passed in (36, 40)
    do_the_chores()
    assert (get(act).state, get(act).passed, get(act).changed) == ("done", people, people)
    assert live(owner, many) == everybody(owner)
    assert owner.execute("select count(*) from taggings").fetchone()[0] == people


def test_it_can_be_taken_back_while_it_is_under_way(many, ids, owner, do_the_chores, slices_of_ten):
    act = look(Asked(), Wish(Kind.TAG, many), ids("olive"))
    assert confirm(act)
    for _ in range(4):
        with looking_as("everyone"), transaction():
            assert services.go_on(act, EVERYONE, on=clock.today())
    given = len(live(owner, many))
    assert given in (26, 30)  # one slice is shorter, and may be any
    undo(act, ids("olive"))
    do_the_chores()
    assert (get(act).state, get(act).taken_back) == ("taken back", given)
    assert live(owner, many) == set()


def test_who_lost_the_office_has_the_act_stopped_and_who_moved_away_is_passed_over(
    cast, mangere, ids, place, tag, owner, do_the_chores, monkeypatch
):
    monkeypatch.setattr(rules, "A_SLICE", 1)
    own, tama = Scope(branches=frozenset({mangere})), ids("tama")
    act = look(Asked(), Wish(Kind.TAG, tag), tama, own)
    assert get(act).people == 2
    assert confirm(act, own)
    with looking_as(str(own)), transaction():
        assert services.go_on(act, own, on=clock.today())
    place("Napier", "aroha")
    do_the_chores()
    assert (get(act).state, get(act).passed, get(act).changed) == ("done", 2, 1)
    assert live(owner, tag) == {tama}
    act = look(Asked(), Wish(Kind.UNTAG, tag), tama, own)
    assert confirm(act, own)
    with transaction():
        offices.end_offices_of(tama, by="system", on=clock.today())
    do_the_chores()
    assert (get(act).state, get(act).stopped_because) == ("stopped", rules.NO_OFFICE)
    assert live(owner, tag) == {tama}


def test_it_is_confirmed_once_and_not_the_day_after(many, ids):
    act = look(Asked(can_enrol="yes"), Wish(Kind.TAG, many), ids("olive"))
    assert confirm(act)
    with pytest.raises(rules.NotNow):
        confirm(act)
    late = look(Asked(can_enrol="yes"), Wish(Kind.TAG, many), ids("olive"))
    with clock.standing_at(clock.now() + rules.LOOKS_KEPT * 1.1), pytest.raises(rules.NotNow):
        confirm(late)


def test_what_was_looked_at_and_left_says_no_more_whom(cast, mangere, tag, ids, owner):
    look(Asked(), Wish(Kind.TASK, words="Ring", assigned_to=ids("olive")), ids("olive"), picked=(ids("aroha"),))
    jobs.forget()
    assert owner.execute("select picked is null, sealed is null from bulk_acts").fetchone() == (False, False)
    with clock.standing_at(clock.now() + rules.LOOKS_KEPT * 1.1):
        jobs.forget()
    assert owner.execute("select picked is null, sealed is null from bulk_acts").fetchone() == (True, True)


def test_the_doors_preview_confirm_show_how_far_and_take_back(as_officer, mangere, tag, ids, owner, do_the_chores, settings):
    olive = as_officer("olive")
    token = hidden(olive.get("/sign-in").get_data(as_text=True), "csrf_token")

    def press(path: str, **fields: str):
        return olive.post(path, data={"csrf_token": token, **fields})

    listed = olive.get("/org/people?stands=good").get_data(as_text=True)
    assert 'href="/org/people/bulk?stands=good"' in listed
    ticked = f"/org/people/bulk?pick={ids('aroha')}&pick={ids('grace')}"
    for path, sentence in (("/org/people/bulk?stands=good", "4 people."), (ticked, "2 people.")):
        page = olive.get(path).get_data(as_text=True)
        assert sentence in page
        assert faults(page, promoter=settings.promoter) == []
    for fields in ({}, {"kind": "erase"}, {"kind": "tag"}, {"kind": "tag", "tag": "x"}, {"kind": "task", "task": "x"},
                   {"kind": "task", "task": "", "assigned_to": str(ids("tama"))}):  # fmt: skip
        answer = press("/org/people/bulk?stands=good", **fields)
        assert answer.status_code == 422, fields
        assert faults(answer.get_data(as_text=True), promoter=settings.promoter) == []
    assert press("/org/people/bulk?stands=expelled", kind="tag", tag=str(tag)).status_code == 422
    act = press(ticked, kind="tag", tag=str(tag)).location
    page = olive.get(act).get_data(as_text=True)
    for words in ("Aroha Ngāpō-Whitfield", "Grace Okonkwo-Hale", "Do it for 2 people", "Will stay as they are"):
        assert words in page
    assert faults(page, promoter=settings.promoter) == []
    assert press(f"{act}/confirm").location == act
    assert "Under way" in olive.get(act).get_data(as_text=True)
    do_the_chores()
    assert live(owner, tag) == {ids("aroha"), ids("grace")}
    page = olive.get(act).get_data(as_text=True)
    assert "2 of 2" in page
    assert faults(page, promoter=settings.promoter) == []
    assert press(f"{act}/confirm").status_code == 422
    assert "Asked" in olive.get("/org/people/bulk/acts").get_data(as_text=True)
    assert press(f"{act}/undo").status_code == 303
    do_the_chores()
    assert live(owner, tag) == set()
    assert press(f"{act}/undo").status_code == 422
