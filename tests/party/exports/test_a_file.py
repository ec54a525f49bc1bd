"""A file of people, from the press to the download: whole, logged, seen by who is in it, and gone after a day."""

from __future__ import annotations

import json
import stat
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from app.ground import clock, mail
from app.ground.db import session, transaction
from app.ground.strongroom import FileBroken
from app.party.belonging import services as belonging
from app.party.branches.scope import EVERYONE, Scope, looking_as
from app.party.casework import services as casework
from app.party.casework.models import Tagging
from app.party.exports import jobs, queries
from app.party.exports.models import Export
from app.party.exports.rules.cells import unguard
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.roster import services as roster
from app.party.roster.rules import Asked, How, Part, Stands
from tests.walk import enter, hidden

from .conftest import rows_of

COLUMNS = (
    "person,number,name,email,phone,address,born_on,can_enrol,standing,since,dues_unpaid_from,electorate_set,electorate,"
    "branch,consents,last_gave_on,tags"
)


def test_a_file_has_a_row_a_person_and_says_how_many(cast, mangere, as_officer, take, ids):
    text = take(as_officer("tama"))
    assert text.startswith(COLUMNS + "\r\n")
    rows = {row["email"]: row for row in rows_of(text)}
    assert set(rows) == {"aroha@people.example", "tama@people.example"}
    aroha = rows["aroha@people.example"]
    today = clock.today()
    assert aroha["person"] == str(ids("aroha"))
    assert aroha["name"].strip() == "Aroha Ngāpō-Whitfield"
    assert aroha["address"].replace("\u00a0", " ") == "14 Kōwhai Terrace, Te Awamutu 3800"
    assert (aroha["phone"], aroha["born_on"]) == ("'+64215550141", "1988-03-09")  # a plus begins a formula
    assert (aroha["can_enrol"], aroha["standing"], aroha["branch"]) == ("yes", "good", "Māngere")
    assert aroha["since"] == str(today - timedelta(days=90))
    assert date.fromisoformat(aroha["dues_unpaid_from"]) > today
    assert (aroha["number"].isdigit(), aroha["tags"], aroha["consents"]) == (True, "", "")


def test_everybody_stands_in_the_partys_file_as_on_the_roster(cast, mangere, as_officer, take):
    olive = as_officer("olive")
    standing = {row["email"].partition("@")[0]: row["standing"] for row in rows_of(take(olive, "joined_from=2001-01-01"))}
    assert standing == {"aroha": "good", "tama": "good", "grace": "behind", "olive": "good", "wiremu": "good"}
    (lin,) = rows_of(take(olive, "stands=supporter"))
    assert (lin["standing"], lin["number"], lin["consents"], lin["branch"]) == ("supporter", "", "news", "")


def test_tags_are_one_cell_in_the_order_of_their_names_and_no_formula(cast, mangere, as_officer, take, ids):
    who, by = ids("aroha"), f"person:{ids('olive')}"
    for name in ("Phones", "=Drives", "Gone"):
        with looking_as(EVERYONE), transaction():
            tag = casework.make_tag(name, None, EVERYONE, by=by, on=clock.today())
            casework.give_tag(who, tag.id, EVERYONE, by=by, on=clock.today())
            last = session.scalar(select(Tagging).where(Tagging.tag_id == tag.id))
            if name == "Gone":
                casework.end_tagging(last, by=by)
    rows = {row["email"]: row["tags"] for row in rows_of(take(as_officer("tama")))}
    assert rows == {"aroha@people.example": "'=Drives; Phones", "tama@people.example": ""}


def test_three_bytes_for_excel_are_there_where_they_were_asked_for(cast, mangere, as_officer, take):
    tama = as_officer("tama")
    assert take(tama, bom=True).startswith("\ufeffperson,")
    assert take(tama).startswith("person,")


def test_the_page_says_whom_and_exactly_how_many_before_anything_is_asked_for(cast, mangere, as_officer, owner):
    page = as_officer("tama").get("/org/exports?stands=good").get_data(as_text=True)
    assert "2 people would be in it: everybody in Māngere, in good standing" in page
    assert owner.execute("select count(*) from exports").fetchone()[0] == 0


def test_the_page_says_tag_office_and_segment_by_their_names(cast, mangere, as_officer):
    with looking_as("everyone"), transaction():
        tag = casework.make_tag("Has a ute", None, EVERYONE, by="system", on=clock.today()).id
        parts = [Part(How.ALL, Asked(stands=Stands.GOOD))]
        segment = roster.keep_segment("In the south", parts, None, EVERYONE, by="system").id
    page = as_officer("tama").get(f"/org/exports?tag={tag}&office=organizer&segment={segment}").get_data(as_text=True)
    assert "with the tag “Has a ute”, who hold the office organizer, of the segment “In the south”" in page


def test_no_file_without_a_reason_and_none_of_nobody(cast, mangere, as_officer, owner):
    tama = as_officer("tama")
    token = hidden(tama.get("/org/exports").get_data(as_text=True), "csrf_token")
    answer = tama.post("/org/exports", data={"csrf_token": token, "why": "because"})
    assert answer.status_code == 422
    assert "Choose what it is for" in answer.get_data(as_text=True)
    answer = tama.post("/org/exports?stands=expelled", data={"csrf_token": token, "why": "call"})
    assert answer.status_code == 422
    assert "Nobody fits" in answer.get_data(as_text=True)
    assert owner.execute("select count(*) from exports").fetchone()[0] == 0


def test_the_log_has_who_what_why_how_many_and_the_digest(cast, mangere, as_officer, ask, write, ids, owner):
    tama = as_officer("tama")
    export_id = ask(tama, "stands=good", why="meet")
    write(export_id)
    assert tama.get(f"/org/exports/{export_id}/file").status_code == 200
    asked = "select action, data from audit_entries where subject = %s and actor = %s"
    lines = dict(owner.execute(asked, [f"export:{export_id}", f"person:{ids('tama')}"]).fetchall())
    assert set(lines) == {"export:asked", "export:written", "export:taken"}
    assert json.loads(lines["export:asked"]["asked"]) == {"stands": "good"}
    written = lines["export:written"]
    assert (written["why"], written["rows"], written["office"]) == (
        "for a list at a meeting or a ballot", 2, "organizer of the branch Māngere"
    )  # fmt: skip
    digest = owner.execute("select digest from exports").fetchone()[0]
    assert written["digest"] == digest == lines["export:taken"]["digest"]
    assert len(digest) == 64


def test_who_is_in_a_file_sees_it_on_their_page_and_nobody_else_does(app, cast, mangere, as_officer, take, owner):
    take(as_officer("tama"), why="meet")
    said = "Organizer of the branch Māngere: your record in a file of people, for a list at a meeting or a ballot"
    assert said in enter(app, cast["aroha"].email).get("/me").get_data(as_text=True)
    assert said not in enter(app, cast["grace"].email).get("/me").get_data(as_text=True)
    held = json.loads(enter(app, cast["aroha"].email).get("/me/everything.json").data)
    (file,) = held["files_you_are_in"]
    assert (file["names"], file["office"]) == (2, "organizer of the branch Māngere")
    assert json.loads(enter(app, cast["grace"].email).get("/me/everything.json").data)["files_you_are_in"] == []
    asked = json.loads(enter(app, cast["tama"].email).get("/me/everything.json").data)["files_you_asked_for"]
    assert (asked[0]["why"], "sealed" in asked[0]) == ("meet", False)


def test_the_look_at_a_file_is_forgotten_after_a_year_and_not_before(cast, mangere, as_officer, take, owner):
    take(as_officer("tama"))
    assert owner.execute("select expire_files_of_names()").fetchone()[0] == 0
    assert owner.execute("select count(*) from names_in_files").fetchone()[0] == 1
    owner.execute("update files_of_names set at = at - interval '367 days'")
    owner.execute("update names_in_files set file_id = '01890000-0000-7000-8000-000000000000'")  # written years ago
    assert owner.execute("select expire_files_of_names()").fetchone()[0] == 1
    assert owner.execute("select count(*) from names_in_files").fetchone()[0] == 0


def test_the_file_at_rest_is_sealed_readable_by_its_owner_alone_and_removed_after_a_day(
    cast, mangere, as_officer, ask, write, settings, files
):
    tama = as_officer("tama")
    export_id = ask(tama)
    write(export_id)
    (name,) = files()
    lies = settings.instance / "files" / name
    assert stat.S_IMODE(lies.stat().st_mode) == 0o600
    assert stat.S_IMODE(lies.parent.stat().st_mode) == 0o700
    assert b"Aroha" not in lies.read_bytes()
    jobs.remove()
    assert files() == [name]
    with clock.standing_at(clock.now() + timedelta(hours=24, seconds=1)):
        jobs.remove()
    assert files() == []
    answer = tama.get(f"/org/exports/{export_id}/file")
    assert answer.status_code == 410
    assert "has been removed" in answer.get_data(as_text=True)


def test_a_file_that_was_tampered_with_is_not_handed_over_whole(cast, mangere, as_officer, ask, write, settings, files):
    tama = as_officer("tama")
    export_id = ask(tama)
    write(export_id)
    lies = settings.instance / "files" / files()[0]
    whole = lies.read_bytes()
    lies.write_bytes(whole[:-1])
    assert tama.get(f"/org/exports/{export_id}/file").status_code == 410
    lies.write_bytes(whole[:50] + bytes([whole[50] ^ 1]) + whole[51:])
    with pytest.raises(FileBroken):
        tama.get(f"/org/exports/{export_id}/file").get_data()


def test_a_letter_says_when_it_is_ready_and_names_none_of_them(cast, mangere, as_officer, take, mailbox):
    take(as_officer("tama"))
    letter = next(one for one in mailbox() if one.subject == "Your file of people is ready")
    assert letter.to == cast["tama"].email
    assert "It has 2 rows" in letter.text
    assert "Aroha" not in letter.text


def test_one_row_is_one_row_in_the_letter_as_well(cast, mangere, as_officer, take, mailbox):
    take(as_officer("olive"), "stands=supporter")
    letter = next(one for one in mailbox() if one.subject == "Your file of people is ready")
    assert "It has 1 row." in letter.text


NAMES = ["=1+1", "+64", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠x", "|calc", "%0A", "'=1", "''@x", "'tis", '"', 'x"', "Rewa"]


def test_it_is_called_by_the_day_it_is_here_and_by_how_many_are_in_it():
    asked_at = datetime(2026, 11, 29, 12, 37, tzinfo=UTC)  # half past one in the morning of the 30th
    file = Export(id=UUID("01a2274f-3821-78cc-8f89-b2d796a02163"), asked_at=asked_at, rows=4)
    assert file.name == "people-2026-11-30-4-rows-a02163.csv"


def test_no_cell_begins_a_formula_and_each_can_be_read_back_to_the_letter(cast, mangere, ids):
    aroha, seal, on = ids("aroha"), mail.office().seal, clock.today()
    scope = Scope(branches=frozenset({mangere}))
    for name in NAMES:
        address = f'{name} "Kōwhai", Te Awamutu'
        with transaction():
            person = people.get_person(aroha)
            theirs = people.details_of(person).but(name=name, address=address, phone=name)
            person_services.correct(person, theirs, by="system")
        with looking_as(scope), transaction():
            text = b"".join(part.text for part in queries.lines(Asked(), scope, on=on, seal=seal, key=b"k")).decode()
        row = next(row for row in rows_of(text) if row["person"] == str(aroha))
        for cell, there in ((row["name"], name), (row["address"], address), (row["phone"], name)):
            assert cell[0] not in "=+-@|%＝＋－＠"
            assert unguard(cell).rstrip().replace("\u00a0", " ") == there


def test_the_name_of_a_branch_begins_no_formula_either(cast, place, as_officer, take):
    place('=cmd|"/C calc"', "grace")
    place("'-1", "aroha")
    branches = {row["branch"] for row in rows_of(take(as_officer("olive"), "joined_from=2001-01-01"))}
    assert branches == {'\'=cmd|"/C calc"', "''-1", ""}


def test_somebody_who_leaves_is_in_no_file_after_it(cast, mangere, as_officer, take, ids):
    aroha = ids("aroha")
    with transaction():
        belonging.leave(aroha, by=f"person:{aroha}", on=clock.today())
    assert [row["email"] for row in rows_of(take(as_officer("tama")))] == ["tama@people.example"]
    session.remove()
