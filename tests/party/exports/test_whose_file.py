"""Who may have which file: strangers of other branches are in none, others’ files are nobody’s, an ended office ends it."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from app.ground import clock, mail
from app.ground.db import session, transaction
from app.party.branches import queries as branches
from app.party.branches import services as offices
from app.party.branches.rules import OfficeName
from app.party.branches.scope import EVERYONE, Scope, looking_as
from app.party.exports import errands, queries, rules, services
from app.party.exports.rules import Why
from app.party.people import queries as people
from app.party.roster import services as roster_services
from app.party.roster.rules import Asked, How, Part, Stands, read_asked
from tests.house.doors import AN_ID
from tests.walk import enter, hidden

INSIDE = {"aroha@people.example", "tama@people.example"}


def strangers(cast, text: str) -> list[str]:
    """Whoever of the cast is not of Māngere and is named in a text."""
    return [face.key for face in cast.values() if face.email not in INSIDE and (face.email in text or face.name in text)]


@pytest.fixture
def tama(cast, mangere, place, as_officer):
    """The organizer’s browser; a stranger is planted in every other branch, and in none."""
    place("Napier", "grace")
    place("Dunedin", "olive")
    place("Nelson", "wiremu")
    return as_officer("tama")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=some.data())
def test_no_file_an_organizer_asks_for_holds_a_stranger(tama, cast, ask, write, data):
    """Whatever words, made up or real, are in the address: the file holds the branch, or there is none."""
    with transaction():
        there = [str(branch.id) for branch in branches.open_branches(on=clock.today())]
    one_of = some.sampled_from
    words = urlencode(
        data.draw(
            some.fixed_dictionaries(
                {},
                optional={
                    "branch": one_of([*there, "none", "", "*", AN_ID]),
                    "stands": one_of(["", "good", "behind", "supporter", "' or 1=1 --"]),
                    "electorate": one_of(["", "nelson", "napier"]),
                    "joined_from": one_of(["", "1900-01-01", "x"]),
                    "can_enrol": one_of(["", "yes", "no"]),
                    "consent": one_of(["", "y"]),
                    "scope": one_of(["everyone", "house"]),
                    "whom": one_of(["everyone"]),
                    "bom": one_of(["y"]),
                    "find": one_of(["grace", "olive@people.example"]),
                    "person": one_of(there),
                },
            )
        )
    )
    page = tama.get(f"/org/exports?{words}").get_data(as_text=True)
    assert strangers(cast, page) == []
    token = hidden(tama.get("/org/exports").get_data(as_text=True), "csrf_token")
    sent = {"csrf_token": token, "why": "call", "scope": "everyone", "branch": there[0]}
    answer = tama.post(f"/org/exports?{words}", data=sent)
    assert answer.status_code in (303, 422)
    if answer.status_code == 303:
        at = answer.headers["Location"]
        write(read(at))
        text = tama.get(f"{at}/file").get_data(as_text=True)
        assert "# rows: " in text
        assert strangers(cast, text) == []


def read(address: str) -> UUID:
    return UUID(address.rpartition("/")[2])


@pytest.mark.parametrize(
    "words", [{"stands": "good"}, {"stands": "behind"}, {"stands": "supporter"}, {"branch": "none"}, {"consent": "y"}]
)
def test_the_secretarys_file_holds_whom_the_list_shows_and_nobody_else(cast, mangere, as_officer, take, words):
    olive = as_officer("olive")
    shown = {
        face.email for face in cast.values() if face.name in olive.get(f"/org/people?{urlencode(words)}").get_data(as_text=True)
    }
    text = take(olive, urlencode(words))
    assert {face.email for face in cast.values() if face.email in text} == shown


def test_the_database_shows_no_stranger_to_a_file_that_forgot_its_scope(cast, mangere, ids):
    """The second wall: the question of everyone, asked by a transaction that looks as a branch."""
    seal = mail.office().seal
    asked, on = Asked(), clock.today()
    with looking_as(Scope(branches=frozenset({mangere}))), transaction():
        text = b"".join(part.text for part in queries.lines(asked, EVERYONE, on=on, seal=seal, key=b"k")).decode()
    assert strangers(cast, text) == []
    assert "# rows: 2" in text
    with transaction():
        text = b"".join(part.text for part in queries.lines(asked, EVERYONE, on=on, seal=seal, key=b"k")).decode()
    assert "# rows: 0" in text


def test_a_stolen_id_opens_nothing(tama, as_officer, ask, write, cast):
    """Somebody else’s file, one that is not there, one that is not written yet: as if there were none."""
    wiremu = as_officer("wiremu")
    theirs = ask(wiremu, "stands=behind")
    write(theirs)
    assert wiremu.get(f"/org/exports/{theirs}/file").status_code == 200
    nowhere = tama.get(f"/org/exports/{uuid4()}/file")
    for path in (f"/org/exports/{theirs}", f"/org/exports/{theirs}/file", f"/org/exports/{AN_ID}"):
        answer = tama.get(path)
        assert (answer.status_code, answer.get_data()) == (404, nowhere.get_data())
    assert as_officer("olive").get(f"/org/exports/{theirs}/file").status_code == 404
    mine = ask(tama)
    assert tama.get(f"/org/exports/{mine}/file").status_code == 404


def test_a_file_is_taken_only_just_after_confirming(app, tama, cast, ask, write):
    mine = ask(tama)
    write(mine)
    answer = enter(app, cast["tama"].email).get(f"/org/exports/{mine}/file")
    assert answer.status_code == 303
    assert "/confirm" in answer.headers["Location"]


def end_office(person_id, *, on=None) -> None:
    with transaction():
        for office in branches.held_by(person_id, on=clock.today()):
            offices.end_office(office, by="system", on=on or clock.today())


def test_who_lost_the_office_before_the_worker_came_gets_no_file(tama, ids, ask, write, owner, files):
    mine = ask(tama)
    end_office(ids("tama"))
    write(mine)
    assert owner.execute("select refused_because, written_at from exports").fetchone() == ("office", None)
    assert files() == []
    assert tama.get(f"/org/exports/{mine}").status_code == 404


def test_who_lost_the_office_while_it_was_written_gets_no_file(tama, ids, ask, owner, files, monkeypatch):
    """The office is looked at again when the file is whole."""
    mine, finish, person = ask(tama), services.finish, ids("tama")

    def late(*args, **kwargs):
        for office in branches.held_by(person, on=clock.today()):
            offices.end_office(office, by="system", on=clock.today())
        session.flush()
        return finish(*args, **kwargs)

    session.remove()
    monkeypatch.setattr(errands.services, "finish", late)
    errands.write(mine)
    assert owner.execute("select refused_because, written_at from exports").fetchone() == ("office", None)
    assert files() == []
    assert owner.execute("select count(*) from files_of_names").fetchone()[0] == 0


def test_who_has_another_branch_by_now_takes_no_file_of_the_old_one(tama, ids, ask, write, owner):
    mine = ask(tama)
    write(mine)
    person = ids("tama")
    end_office(person)
    with transaction():
        napier = branches.find_branch("Napier")
        offices.appoint(people.get_person(person), OfficeName.ORGANIZER, by="system", on=clock.today(), branch=napier)
    answer = tama.get(f"/org/exports/{mine}/file")
    assert answer.status_code == 422
    assert "reaches fewer people" in answer.get_data(as_text=True)


def test_who_became_secretary_by_now_has_the_branch_written_as_it_was_asked_for(tama, cast, ids, ask, write):
    mine, person = ask(tama), ids("tama")
    with transaction():
        offices.appoint(people.get_person(person), OfficeName.TREASURER, by="system", on=clock.today())
    write(mine)
    assert strangers(cast, tama.get(f"/org/exports/{mine}/file").get_data(as_text=True)) == []


def test_a_verb_called_with_more_than_ones_scope_refuses(cast, mangere, ids):
    with pytest.raises(rules.NoOffice), looking_as(EVERYONE), transaction():
        services.ask(Asked(), EVERYONE, why=Why.CALL, bom=False, person_id=ids("tama"), by="x", on=clock.today())


def test_a_count_that_does_not_come_out_throws_the_file_away(tama, ask, write, owner, files):
    """A tally that lies stands for any reason why not everybody came out."""
    owner.execute("update roster_tallies set people = people + 1 where not whole and decided = 'good'")
    mine = ask(tama)
    write(mine)
    assert owner.execute("select refused_because from exports").fetchone()[0] == "count"
    assert files() == []
    page = tama.get(f"/org/exports/{mine}").get_data(as_text=True)
    assert "Not as many rows came out as there are people" in page
    assert tama.get(f"/org/exports/{mine}/file").status_code == 404


def test_a_detail_that_does_not_open_throws_the_file_away(tama, ask, write, owner, files, ids):
    owner.execute("update people set sealed = substr(sealed, 1, 40) where id = %s", [ids("aroha")])
    mine = ask(tama)
    write(mine)
    assert owner.execute("select refused_because from exports").fetchone()[0] == "failed"
    assert files() == []


def test_words_of_a_row_ask_for_what_the_address_asked():
    words = {"stands": "lapsed", "branch": "none", "joined_from": "2026-01-02", "lapsing": "30", "gave": "y", "consent": "news"}
    assert read_asked(read_asked(words).spell()) == read_asked(words)


# Two people


def agree(browser) -> int:
    page = browser.get("/org/agreeing").get_data(as_text=True)
    token = hidden(page, "csrf_token")
    where = page.partition('action="/org/agreeing/')[2].partition('"')[0]
    return browser.post(f"/org/agreeing/{where}", data={"csrf_token": token}).status_code


def test_a_file_of_the_whole_party_waits_for_the_treasurer(cast, as_officer, ask, do_the_chores, files, mailbox):
    olive, wiremu = as_officer("olive"), as_officer("wiremu")
    mine = ask(olive, why="audit")
    do_the_chores()
    assert files() == []
    assert "waits for a second officer" in olive.get(f"/org/exports/{mine}").get_data(as_text=True)
    letter = next(one for one in mailbox() if one.subject == "Something needs a second officer")
    assert letter.to == cast["wiremu"].email
    assert "everybody in the party, for an audit" in letter.text
    assert agree(wiremu) == 303
    do_the_chores()
    assert olive.get(f"/org/exports/{mine}/file").get_data(as_text=True).endswith("# rows: 6" + "," * 16 + "\r\n")


def test_who_refuses_leaves_no_file(cast, as_officer, ask, do_the_chores, files):
    olive, wiremu = as_officer("olive"), as_officer("wiremu")
    mine = ask(olive)
    page = wiremu.get("/org/agreeing").get_data(as_text=True)
    where = page.partition('href="/org/agreeing/')[2].partition('"')[0]
    token = hidden(wiremu.get(f"/org/agreeing/{where}").get_data(as_text=True), "csrf_token")
    assert wiremu.post(f"/org/agreeing/{where}", data={"csrf_token": token}).status_code == 422
    assert wiremu.post(f"/org/agreeing/{where}", data={"csrf_token": token, "because": "unclear"}).status_code == 303
    do_the_chores()
    assert files() == []
    assert "Another officer refused it" in olive.get(f"/org/exports/{mine}").get_data(as_text=True)


def test_slices_of_a_day_are_added_up(monkeypatch, cast, as_officer, ask, owner):
    """Nobody takes the whole party in parts."""
    monkeypatch.setattr(rules, "ALONE", 4)
    olive = as_officer("olive")
    ask(olive, "stands=good")
    ask(olive, "stands=behind")
    assert [row[0] for row in owner.execute("select agreement_id is not null from exports order by id")] == [False, True]
    with clock.standing_at(clock.now() + timedelta(days=1, minutes=1)):
        assert queries.taken_lately(people.find_by_email("olive@people.example").id) == 0


def test_no_more_are_written_than_were_agreed_to(cast, as_officer, ask, write, owner):
    olive, wiremu = as_officer("olive"), as_officer("wiremu")
    mine = ask(olive)
    assert agree(wiremu) == 303
    assert rules.has_grown(103, agreed=98) is False
    assert rules.has_grown(104, agreed=98)
    owner.execute("alter table agreements disable trigger said_once")
    owner.execute("update agreements set people = 0, done_at = now()")
    owner.execute("alter table agreements enable trigger said_once")
    write(mine)
    assert owner.execute("select refused_because from exports").fetchone()[0] == "grown"


def widen(owner, *, to: str) -> None:
    """Have the one segment there is be of others, between the press and the worker’s count."""
    owner.execute("update segments set parts = %s", [json.dumps([{"how": "all", "asked": {"stands": to}}])])


@pytest.fixture
def segment(cast) -> str:
    """The words for a segment of Grace alone: who is behind. Four others are in good standing."""
    with looking_as(EVERYONE), transaction():
        kept = roster_services.keep_segment("Some", [Part(How.ALL, Asked(stands=Stands.BEHIND))], None, EVERYONE, by="system")
        return f"segment={kept.id}"


def because(owner) -> str | None:
    return owner.execute("select refused_because from exports order by id desc").fetchone()[0]


def test_a_segment_that_is_widened_after_the_press_needs_a_second(monkeypatch, segment, as_officer, ask, write, owner):
    monkeypatch.setattr(rules, "ALONE", 3)
    olive = as_officer("olive")
    mine = ask(olive, segment)
    widen(owner, to="good")
    write(mine)
    assert because(owner) == "grown"


def test_people_who_were_not_agreed_to_are_in_no_file_though_they_are_as_many(
    monkeypatch, segment, as_officer, ask, owner, do_the_chores
):
    monkeypatch.setattr(rules, "ALONE", 0)
    monkeypatch.setattr(rules, "has_grown", lambda people, *, agreed: people > agreed)
    ask(as_officer("olive"), segment)
    assert agree(as_officer("wiremu")) == 303
    widen(owner, to="supporter")  # Lin: one for one
    do_the_chores()
    assert because(owner) == "others"


def test_the_same_people_are_written_when_they_were_agreed_to(
    monkeypatch, segment, as_officer, ask, write, owner, do_the_chores
):
    monkeypatch.setattr(rules, "ALONE", 0)
    mine = ask(as_officer("olive"), segment)
    assert agree(as_officer("wiremu")) == 303
    do_the_chores()
    assert owner.execute("select rows from exports where id = %s", [mine]).fetchone() == (1,)


def test_how_many_may_be_others():
    asked = sorted(hash(f"{n}") for n in range(1000))
    assert rules.are_others(asked, asked=asked) is False
    assert rules.are_others(asked[20:], asked=asked) is False  # who left
    others = [number + 1 for number in asked]
    assert rules.are_others(sorted(asked[20:] + others[:20])[:1000], asked=asked) is False
    assert rules.are_others(sorted(asked[21:] + others[:21]), asked=asked)
    assert rules.are_others([number + 1 for number in asked[:100]], asked=asked[:100])
    assert rules.are_others(sorted(others + asked)[:1000], asked=asked)


def test_more_than_one_branch_needs_a_second_as_the_party_does():
    one, two = Scope(branches=frozenset({UUID(int=1)})), Scope(branches=frozenset({UUID(int=1), UUID(int=2)}))
    for scope, second in ((one, False), (two, True), (EVERYONE, True)):
        assert rules.needs_second(Asked(stands=Stands.GOOD), scope, people=501, taken_lately=0) is second
        assert rules.needs_second(Asked(stands=Stands.GOOD), scope, people=500, taken_lately=0) is False
