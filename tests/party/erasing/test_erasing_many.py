"""Many supporters are erased: previewed, agreed to by another officer, thirty days in a bin, and members never."""

from __future__ import annotations

import re
from datetime import time, timedelta

import psycopg
import pytest
from psycopg import errors

from app.ground import clock
from app.ground.db import session, transaction
from app.party.agreeing import jobs as agreeing
from app.party.agreeing import services as agreements
from app.party.branches import queries as branches
from app.party.branches import services as offices
from app.party.branches.rules import OfficeName
from app.party.branches.scope import EVERYONE, looking_as
from app.party.casework import services as casework
from app.party.erasing import jobs, rules, services
from app.party.erasing.rules import Why
from app.party.membership import queries as memberships
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.people.models import Details
from app.party.roster.rules import Asked, Stands
from tests.cast import Face, make
from tests.walk import hidden

SUPPORTERS = Asked(stands=Stands.SUPPORTER)


@pytest.fixture
def some(cast):
    """Three more supporters. Their ids, by name."""
    with transaction():
        return {
            name: person_services.enrol(Details(name=f"{name} Tūpato", email=f"{name}@people.example"), by="visitor").id
            for name in ("ana", "ben", "cat")
        }


@pytest.fixture
def ids(cast):
    def of(key: str):
        found = people.find_by_email(f"{key}@people.example").id
        session.remove()
        return found

    return of


def ask(olive, asked=SUPPORTERS):
    with looking_as(EVERYONE), transaction():
        row = services.ask(
            asked, EVERYONE, whom="stands supporter", why=Why.OLD, person_id=olive, by=f"person:{olive}", on=clock.today()
        )
        return row.id, row.agreement_id


@pytest.fixture
def binned(some, ids):
    """All four supporters lie in the bin: Lin of the cast, and three more."""
    erasing, agreement = ask(ids("olive"))
    wiremu = ids("wiremu")
    with transaction():
        agreements.agree(agreement, second_id=wiremu, by=f"person:{wiremu}", on=clock.today())
    agreeing.carry_out(str(agreement))
    return erasing


def nights(days: int) -> None:
    noon = clock.start_of(clock.today() + timedelta(days=days), time(12))  # so many days, of 23 or 25 hours too
    with clock.standing_at(noon):
        jobs.erase()


def erased(owner) -> set[str]:
    return {str(row[0]) for row in owner.execute("select id from people where erased_at is not null")}


def test_after_thirty_days_and_not_before_they_are_erased_and_nobody_else(binned, some, ids, owner, mailbox):
    lin = ids("lin")
    nights(29)
    assert erased(owner) == set()
    nights(30)
    assert erased(owner) == {str(lin), *(str(one) for one in some.values())}
    assert owner.execute("select erased, spared from erasings").fetchone() == (4, 0)
    assert memberships.current_of(ids("aroha"))
    assert [letter.to for letter in mailbox() if letter.to == "ana@people.example"]  # the last one, of leaving
    nights(31)  # done is done
    assert len(erased(owner)) == 4


def test_nothing_is_erased_without_a_second_officer(some, ids, owner):
    ask(ids("olive"))
    nights(31)
    assert erased(owner) == set()


def test_whoever_asked_cannot_agree(some, ids, owner):
    _, agreement = ask(ids("olive"))
    olive = ids("olive")
    with pytest.raises(Exception, match="another officer"), transaction():
        agreements.agree(agreement, second_id=olive, by=f"person:{olive}", on=clock.today())


@pytest.mark.parametrize("asked", [Asked(), Asked(stands=Stands.GOOD), Asked(stands=Stands.LAPSED), Asked(gave=True)])
def test_members_are_not_erased_among_many(some, ids, asked):
    with pytest.raises(rules.OnlySupporters):
        ask(ids("olive"), asked)


def test_who_joins_meanwhile_is_spared(binned, some, owner):
    """By the same email: the supporter is a member now."""
    make(Face("ana", "Ana Tūpato", "ana@people.example", "1 Kea Road, Nelson 7010", "", joined_days_ago=0))
    nights(30)
    assert str(some["ana"]) not in erased(owner)
    assert owner.execute("select erased, spared from erasings").fetchone() == (3, 1)


def test_who_must_be_kept_by_law_is_left_out_and_counted(some, ids, as_officer, owner):
    """Whoever gave stays, with what they gave under (Electoral Act 1993 s 207)."""
    owner.execute(
        "insert into donors (id, kind, person_id, made_at) values (gen_random_uuid(), 'person', %s, now())", [some["ben"]]
    )
    page = as_officer("olive").get("/org/erasing?stands=supporter").get_data(as_text=True)
    assert "3 supporters would be erased" in page
    assert "1 more fits, and is left alone" in page
    erasing, _ = ask(ids("olive"))
    assert owner.execute("select people, kept from erasings where id = %s", [erasing]).fetchone() == (3, 1)


def test_who_gave_meanwhile_is_spared(binned, some, owner):
    owner.execute(
        "insert into donors (id, kind, person_id, made_at) values (gen_random_uuid(), 'person', %s, now())", [some["ben"]]
    )
    nights(30)
    assert str(some["ben"]) not in erased(owner)


def test_they_can_be_taken_back_with_one_press(binned, as_officer, owner):
    olive = as_officer("olive")
    page = olive.get("/org/erasing").get_data(as_text=True)
    assert "in the bin" in page
    answer = olive.post(f"/org/erasing/{binned}/take-back", data={"csrf_token": hidden(page, "csrf_token")})
    assert answer.status_code == 303
    nights(31)
    assert erased(owner) == set()
    assert olive.post(f"/org/erasing/{binned}/take-back", data={"csrf_token": hidden(page, "csrf_token")}).status_code == 422


def test_the_second_officer_is_told_the_tag_by_its_name(some, as_officer, owner):
    with looking_as(EVERYONE), transaction():
        tag = casework.make_tag("Asked twice", None, EVERYONE, by="system", on=clock.today()).id
    with looking_as(EVERYONE), transaction():
        casework.give_tag(some["ana"], tag, EVERYONE, by="system", on=clock.today())
    olive, path = as_officer("olive"), f"/org/erasing?stands=supporter&tag={tag}"
    token = hidden(olive.get(path).get_data(as_text=True), "csrf_token")
    assert olive.post(path, data={"csrf_token": token, "why": "old", "sure": "y"}).status_code == 303
    told = "Standing: Supporter, not a member, Tag: Asked twice"
    assert owner.execute("select whom from erasings").fetchone() == (told,)
    assert f"({told})" in owner.execute("select sentence from agreements").fetchone()[0]


def test_the_page_previews_asks_for_a_tick_and_then_for_another_officer(some, as_officer, owner):
    olive = as_officer("olive")
    page = olive.get("/org/erasing?stands=supporter").get_data(as_text=True)
    assert "4 supporters would be erased" in page
    token = hidden(page, "csrf_token")
    answer = olive.post("/org/erasing?stands=supporter", data={"csrf_token": token, "why": "old"})
    assert answer.status_code == 422
    answer = olive.post("/org/erasing?stands=supporter", data={"csrf_token": token, "why": "old", "sure": "y"})
    assert answer.status_code == 303
    assert "waits for a second officer" in olive.get("/org/erasing").get_data(as_text=True)
    assert "Erase 4 supporters" in as_officer("wiremu").get("/org/agreeing").get_data(as_text=True)
    assert owner.execute("select people from erasings").fetchone()[0] == 4


def test_the_page_names_the_first_of_them_and_each_sees_that_it_did(some, ids, as_officer, owner):
    owner.execute(
        "insert into donors (id, kind, person_id, made_at) values (gen_random_uuid(), 'person', %s, now())", [some["ben"]]
    )
    page = as_officer("olive").get("/org/erasing?stands=supporter").get_data(as_text=True)
    assert "ana Tūpato" in page
    assert "cat Tūpato" in page
    assert "ben Tūpato" not in page, "he is left alone"
    assert names_on(page)[:2] == ["cat Tūpato", "ana Tūpato"], "the newest first, as on the list of people"
    assert [(look.office, look.what) for look in branches.looks_at(some["ana"])] == [("party secretary", rules.AMONG_THEM)]
    assert branches.looks_at(some["ben"]) == []


def names_on(page: str) -> list[str]:
    (named,) = re.findall(r"Among them:(.*?)(?: and \d+ more)?\. <a", page)
    return [name.strip() for name in named.split(",")]


def test_of_a_tag_those_who_have_it_are_named_however_far_down_the_list_they_are(some, ids, as_officer):
    lin = ids("lin")
    with looking_as(EVERYONE), transaction():
        tag = casework.make_tag("Moved away", None, EVERYONE, by="system", on=clock.today()).id
        for one in (some["ana"], lin):
            casework.give_tag(one, tag, EVERYONE, by="system", on=clock.today())
    page = as_officer("olive").get(f"/org/erasing?stands=supporter&tag={tag}").get_data(as_text=True)
    assert names_on(page) == ["ana Tūpato", "Lin Castellane"]


def test_of_many_the_first_are_named_and_the_rest_counted(some, as_officer, monkeypatch):
    monkeypatch.setattr(rules, "NAMED", 1)
    page = as_officer("olive").get("/org/erasing?stands=supporter").get_data(as_text=True)
    assert "and 3 more" in page


def test_some_are_chosen_on_the_list_of_people(some, as_officer):
    olive = as_officer("olive")
    assert "set its filters" in olive.get("/org/erasing").get_data(as_text=True)
    page = olive.get("/org/people?stands=supporter").get_data(as_text=True)
    assert 'href="/org/erasing?stands=supporter"' in page
    assert "/org/erasing" not in olive.get("/org/people?stands=good").get_data(as_text=True)
    page = olive.get("/org/erasing?stands=supporter&consent=y").get_data(as_text=True)
    (one,) = re.findall(r"<h2[^>]*>(\d+ supporters? would be erased)", page)
    assert one == "1 supporter would be erased"


def test_an_organizer_sees_no_supporter_and_no_bin(binned, as_officer):
    tama = as_officer("tama")
    page = tama.get("/org/erasing?stands=supporter").get_data(as_text=True)
    assert "0 supporters would be erased" in page
    assert "in the bin" not in page
    token = hidden(tama.get("/org/exports").get_data(as_text=True) + page, "csrf_token")
    assert tama.post(f"/org/erasing/{binned}/take-back", data={"csrf_token": token}).status_code == 404


def test_whoever_asked_has_lost_the_office_and_nobody_is_erased(binned, ids, owner):
    olive = ids("olive")
    with transaction():
        for office in branches.held_by(olive, on=clock.today()):
            offices.end_office(office, by="system", on=clock.today())
    nights(30)
    assert erased(owner) == set()
    assert owner.execute("select taken_back_by from erasings").fetchone()[0] == "system"


def test_whoever_asked_sees_no_more_than_a_branch_by_now_and_nobody_is_erased(binned, ids, owner):
    olive = ids("olive")
    with transaction():
        for office in branches.held_by(olive, on=clock.today()):
            offices.end_office(office, by="system", on=clock.today())
    with transaction():
        mangere = branches.find_branch("Māngere")
        offices.appoint(people.get_person(olive), OfficeName.ORGANIZER, by="system", on=clock.today(), branch=mangere)
    nights(30)
    assert erased(owner) == set()
    assert owner.execute("select taken_back_by from erasings").fetchone()[0] == "system"


def test_a_night_that_dies_is_gone_on_with(binned, owner, monkeypatch):
    monkeypatch.setattr(rules, "AT_ONCE", 1)
    real, done = services.leaving.leave, []

    def die_at_the_third(*args, **kwargs):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(args)
        return real(*args, **kwargs)

    monkeypatch.setattr(services.leaving, "leave", die_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        nights(30)
    assert len(erased(owner)) == 2
    monkeypatch.setattr(services.leaving, "leave", real)
    nights(30)
    assert len(erased(owner)) == 4
    assert owner.execute("select erased, spared from erasings").fetchone() == (4, 0)


def test_the_database_shows_the_bin_to_nobody_who_sees_branches_and_keeps_it_as_it_was(binned, settings, owner):
    with psycopg.connect(settings.database_url) as application:
        application.execute("select set_config('hustings.scope', 'branches:01890000-0000-7000-8000-000000000000', false)")
        assert application.execute("select count(*) from erasing_people").fetchone()[0] == 0
    for way in ("update erasings set people = 1", "delete from erasings", "update erasing_people set person_id = person_id"):
        with psycopg.connect(settings.database_url) as application, pytest.raises(errors.InsufficientPrivilege):
            application.execute(way)


def test_nobody_is_asked_about_where_nobody_fits(binned, ids, owner):
    """All of them lie in the bin already."""
    with pytest.raises(rules.Nobody):
        ask(ids("olive"))
    assert owner.execute("select count(*) from erasings").fetchone() == (1,)


def test_who_they_are_is_settled_when_it_is_asked_for(some, ids, owner):
    erasing, _ = ask(ids("olive"))
    asked = owner.execute("select person_id from erasing_people where erasing_id = %s", [erasing]).fetchall()
    assert {row[0] for row in asked} == {ids("lin"), *some.values()}
    assert owner.execute("select people from erasings").fetchone() == (4,)
