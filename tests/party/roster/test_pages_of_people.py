"""The list of people as an officer sees it: found by what is typed, filtered, walked both ways; each look is written down."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from app.ground import audit, clock
from app.ground.db import looking_as, session, transaction
from app.keeping import roster
from app.party.belonging import services as belonging
from app.party.branches import queries as branches
from app.party.branches.scope import EVERYONE
from app.party.branches.services.looks import digest_of
from app.party.people import queries as people
from app.party.people import services
from app.party.roster import queries
from app.party.roster.models import OnRoster
from app.party.roster.rules import Asked, Stands
from app.seeding_many import fill
from tests.house.page_reader import faults
from tests.walk import enter, hidden


@pytest.fixture
def olive(as_officer, mangere):
    return as_officer("olive")


def names(browser, **asked) -> list[str]:
    answer = browser.get(f"/org/people?{urlencode(asked)}")
    assert answer.status_code == 200, answer.get_data(as_text=True)[-2000:]
    return re.findall(r'<a href="/org/people/[0-9a-f-]{36}">([^<]+)</a>', answer.get_data(as_text=True))


AROHA, GRACE, OLIVE = "Aroha Ngāpō-Whitfield", "Grace Okonkwo-Hale", "Olive Tarawhiti"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ngapo", [AROHA]), ("NGĀPŌ", [AROHA]), ("whit aro", [AROHA]), ("okonkwo hale", [GRACE]),
        ("ta", ["Tama Fuimaono", OLIVE]),
        ("grace@people.example", [GRACE]), (" GRACE@people.example", [GRACE]), ("nobody@people.example", []), ("zzz", []),
        ("021 555 0141", [AROHA]), ("+64215550141", [AROHA]), ("(021) 555-0141", [AROHA]), ("021 555 0142", []),
        ("64 21 555 0141", [AROHA]), ("0064215550141", [AROHA]), ("64 21 555 0142", []),
    ],
)  # fmt: skip
def test_people_are_found_by_what_is_typed(olive, typed, found):
    shown = names(olive, find=typed)
    if typed == "ta":
        assert set(found) <= set(shown)
    else:
        assert shown == found


def test_a_name_is_found_as_who_has_no_such_key_types_it(olive):
    with transaction():
        for name in ("Łukasz Đặng", "Seán O’Brien", "Mere Te Ō"):
            services.enrol(people.Details(name=name, email=f"{len(name)}@people.example"), by="system")
    assert names(olive, find="lukasz") == names(olive, find="dang ŁUKASZ") == ["Łukasz Đặng"]
    assert names(olive, find="o brien") == names(olive, find="sean o brien") == names(olive, find="OBrien") == ["Seán O’Brien"]
    assert names(olive, find="mere o") == ["Mere Te Ō"]  # a letter that stands alone stays one
    assert names(olive, find="o nobody") == []


def test_a_members_number_finds_its_member(olive, owner, ids):
    number = owner.execute("select number from roster where person_id = %s", [ids("grace")]).fetchone()[0]
    assert names(olive, find=str(number)) == [GRACE]
    assert names(olive, find="123456789012345678901234567890") == []


@pytest.mark.parametrize("typed", ["x", "%", "''", "0", "+", "(", "-", "@", "ā"])
def test_a_slip_is_answered_beside_the_question(olive, settings, typed):
    answer = olive.get(f"/org/people?{urlencode({'find': typed})}")
    page = answer.get_data(as_text=True)
    assert answer.status_code in (200, 422)
    if answer.status_code == 422:
        assert "Enter two letters or more" in page
    assert faults(page, promoter=settings.promoter) == []


@pytest.mark.on_day(date(2026, 11, 29))  # Aroha gave ninety days before, and that is to be of the same year
def test_filters_say_what_they_mean_and_their_address_can_be_passed_on(olive, ids, settings):
    assert names(olive, stands="behind") == [GRACE]
    assert names(olive, stands="supporter") == ["Lin Castellane"]
    assert AROHA in names(olive, stands="good")
    assert names(olive, branch=str(branches.find_branch("Napier").id)) == [GRACE]
    session.remove()
    assert set(names(olive, branch="none")) == {OLIVE, "Wiremu Pōhatu-Lang", "Lin Castellane"}
    assert names(olive, consent="y") == ["Lin Castellane"]
    assert names(olive, gave="y") == [AROHA]
    today = clock.today()
    assert names(olive, joined_from=str(today - timedelta(days=700)), joined_to=str(today - timedelta(days=400))) == [GRACE]
    page = olive.get("/org/people?stands=good&can_enrol=yes").get_data(as_text=True)
    assert 'value="good"' in page
    assert faults(page, promoter=settings.promoter) == []
    assert olive.get("/org/people?joined_from=never").status_code == 422


def test_a_page_of_names_is_one_row_and_each_person_on_it_sees_the_look(app, olive, owner, ids):
    names(olive)
    who, office, what, shown = owner.execute("select by, office, what, people from pages_of_names").fetchone()
    assert (who, office, what) == (f"person:{ids('olive')}", "party secretary", "your name in a list of people")
    assert set(shown) == {ids(key) for key in ("aroha", "grace", "lin", "tama", "wiremu")}  # not the one who looks
    line = owner.execute("select data from audit_entries where action = 'people:looked_through'").fetchone()[0]
    assert (line["names"], line["digest"]) == (5, digest_of(shown))
    assert "Aroha" not in str(line)
    assert audit.verify()[1] == []
    page = enter(app, "aroha@people.example").get("/me").get_data(as_text=True)
    assert "Party secretary: your name in a list of people" in page
    assert "Olive" not in page


def test_a_page_that_shows_nobody_writes_nothing(olive, owner):
    names(olive, find="zzzz")
    assert owner.execute("select count(*) from pages_of_names").fetchone()[0] == 0


def test_details_are_shown_after_a_press_with_a_reason_and_not_before(app, olive, ids, settings):
    path = f"/org/people/{ids('aroha')}"
    page = olive.get(path).get_data(as_text=True)
    assert faults(page, promoter=settings.promoter) == []
    for detail in ("aroha@people.example", "+64215550141", "Kōwhai Terrace", "9 March 1988"):
        assert detail not in page
    token = hidden(page, "csrf_token")
    assert olive.post(f"{path}/show", data={"csrf_token": token}).status_code == 422
    shown = olive.post(f"{path}/show", data={"csrf_token": token, "why": "call"}).get_data(as_text=True)
    for detail in ("aroha@people.example", "+64215550141", "Kōwhai Terrace", "9 March 1988"):
        assert detail in shown
    seen = [(look.office, look.what) for look in branches.looks_at(ids("aroha"))]
    assert ("party secretary", "your details") in seen
    assert ("party secretary", "your record") in seen


def test_the_secretary_says_which_branch(olive, ids):
    path = f"/org/people/{ids('aroha')}/branch"
    token = hidden(olive.get(path).get_data(as_text=True), "csrf_token")
    napier = str(branches.find_branch("Napier").id)
    session.remove()
    assert olive.post(path, data={"csrf_token": token, "branch": napier}).status_code == 303
    assert AROHA in names(olive, branch=napier)
    assert olive.post(path, data={"csrf_token": token, "branch": "x"}).status_code == 422


def test_a_name_is_text_whatever_it_is(olive, ids):
    grace = ids("grace")
    with transaction():
        person = people.get_person(grace)
        services.correct(person, people.details_of(person).but(name="Grace <script>alert(1)</script>"), by="system")
    page = olive.get("/org/people?find=grace").get_data(as_text=True)
    assert "<script>alert" not in page


@pytest.fixture
def many(app):
    fill(180, say=lambda _line: None)
    session.remove()


@pytest.mark.parametrize(
    "asked",
    [Asked(), Asked(stands=Stands.GOOD), Asked(stands=Stands.BEHIND), Asked(stands=Stands.LAPSED), Asked(lapsing=90),
     Asked(can_enrol="yes"), Asked(branch="none"), Asked(consent="news")],
    ids=str,
)  # fmt: skip
def test_pages_walked_forward_and_back_have_everybody_once_in_the_same_order(many, asked):
    on = clock.today()
    with looking_as("everyone"), transaction():
        forward, place = [], queries.START
        for _ in range(100):
            found = queries.page(asked, EVERYONE, on=on, place=place, size=7)
            forward += [row.person_id for row in found.rows]
            if not found.after:
                break
            place = queries.read_place(after=found.after, before="")
        backward, place = [], queries.END
        for _ in range(100):
            found = queries.page(asked, EVERYONE, on=on, place=place, size=7)
            backward = [row.person_id for row in found.rows] + backward
            if not found.before:
                break
            place = queries.read_place(after="", before=found.before)
        assert forward == backward
        assert len(forward) == len(set(forward)) == queries.count(asked, EVERYONE, on=on)


def test_what_is_filled_in_bulk_is_on_the_roster_and_right(many):
    with looking_as("house"), transaction():
        assert queries.unlike() == []
        rows = list(session.scalars(select(OnRoster)))
        assert len(rows) == 180
        assert [row.person_id for row in rows if not queries.is_as_the_law_says(row, on=clock.today())] == []
        assert any(row.branch_id for row in rows)


def test_the_roster_is_made_again_from_nothing(cast, ids, owner, owner_url, mangere):
    before = owner.execute("select * from roster order by person_id").fetchall()
    indexes = owner.execute("select indexdef from pg_indexes where tablename = 'roster' order by 1").fetchall()
    list(roster.rebuild(owner_url, graces=queries.graces(on=clock.today())))
    after = owner.execute("select * from roster order by person_id").fetchall()
    assert [row[:-1] for row in after] == [row[:-1] for row in before]
    assert owner.execute("select indexdef from pg_indexes where tablename = 'roster' order by 1").fetchall() == indexes
    with looking_as("house"), transaction():
        assert list(queries.faults(on=clock.today(), sample=queries.anywhere())) == []


def test_who_leaves_is_on_no_list(olive, ids):
    grace = ids("grace")
    with transaction():
        belonging.leave(grace, by=f"person:{grace}", on=clock.today())
    assert names(olive, find="grace") == []
    assert GRACE not in names(olive)
    assert olive.get(f"/org/people/{grace}").status_code == 404


def test_a_members_number_is_found_as_the_desk_writes_it(cast, mangere, as_officer, ids):
    olive = as_officer("olive")
    page = olive.get("/org").get_data(as_text=True)
    number = re.search(r">No\. (\d+)</a>", page)[1]
    for typed in (f"No. {number}", f"#{number}", f"no {number}", number):
        assert "1 found" in olive.get("/org/people", query_string={"find": typed}).get_data(as_text=True), typed


def test_a_supporter_has_no_branch_to_be_placed_in_and_the_page_says_so(olive, ids, mangere):
    path = f"/org/people/{ids('lin')}/branch"
    token = hidden(olive.get(path).get_data(as_text=True), "csrf_token")
    answer = olive.post(path, data={"csrf_token": token, "branch": str(mangere)})
    assert answer.status_code == 422
    assert "There is a problem" in answer.get_data(as_text=True)
