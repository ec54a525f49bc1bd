"""A list is checked, decided and imported: every row is told, nothing is half, nobody is made a member."""

from __future__ import annotations

import csv
import io
import threading

import psycopg
import pytest
from sqlalchemy import func, select

from app.ground import clock
from app.ground.audit import AuditEntry
from app.ground.db import session, transaction
from app.party.branches import queries as branches
from app.party.branches.scope import HOUSE, looking_as
from app.party.electorates import queries as electorates
from app.party.imports import errands, services
from app.party.imports.models import ImportPart, ImportRow
from app.party.membership import queries as memberships
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.people.models import Consent, Details, Person
from app.party.roster.models import OnRoster
from tests.party.imports.lists import ADA, BEN, HEADINGS, as_csv, details, find, ours, send, text

CAN = (*HEADINGS[:2], "Subscribed")


def consents_of(email: str) -> list[tuple[bool, str]]:
    person = find(email)
    said = session.scalars(select(Consent).where(Consent.person_id == person.id).order_by(Consent.id))
    return [(one.given, one.source) for one in said]


def roster_row(email: str) -> OnRoster:
    person = find(email)
    with looking_as(HOUSE):
        row = session.get(OnRoster, person.id)
        session.remove()
    return row


def test_a_check_saves_nobody_and_tells_every_row(checked):
    list_ = checked(as_csv([ADA, BEN, ("", "", "021 555 0199", "", ""), ("Cy", "cy@", "", "", "")]))
    assert list_.counts() == {"new": 2, "refused": 2}
    assert find("ada@people.example") is None
    assert "2 rows good, 2 to fix" in list_.page()
    assert "Line 4" in list_.page("/rows/refused")


def test_new_people_become_supporters_with_sealed_details(checked, owner):
    list_ = checked(as_csv([ADA, BEN])).imported()
    assert list_.outcomes() == {"made": 2}
    held = details("ada@people.example")
    assert (held.name, held.phone, str(held.born_on)) == ("Ada Tūhoro", "+64215550199", "1988-03-09")
    person = find("ada@people.example")
    row = roster_row("ada@people.example")
    assert (row.decided, row.number, row.consents) == ("supporter", None, [])
    assert memberships.memberships_of(person.id) == []
    assert [found.id for found, _ in people.search_by_name("tuhoro ad")] == [person.id]
    assert owner.execute("select count(*) from people where encode(sealed, 'escape') like '%Rimu Street%'").fetchone()[0] == 0
    assert "People added: 2" in list_.page()
    assert session.scalar(select(func.count()).select_from(ImportPart)) == 0, "nothing needs the raw file any more"


def test_no_detail_of_anybody_is_open_at_rest_or_in_the_log(sent, owner):
    list_ = sent(as_csv([ADA, ("Cy Doe", "cy@", "", "", "")]))
    list_.checked()
    for table in ("people_imports", "import_parts", "import_rows", "audit_entries", "procrastinate_jobs"):
        for row in owner.execute(f"select * from {table}"):  # bytes are told as they are
            said = b"".join(one if isinstance(one, bytes) else str(one).encode() for one in row)
            # The phone in both its spellings, all of it: seven digits alone come up by chance in a digest, four letters in what
            # is sealed.
            for word in ("Tūhoro", "ada@people", "Rimu Street", "021 555 0199", "64215550199", "people.csv"):
                assert word.encode() not in said, table


def test_only_ticked_fields_of_people_we_know_are_changed(checked, aroha):
    row = ("Aroha Whitfield", aroha.email.upper(), "021 555 0142", "1 New Street, Nelson 7010", "")
    list_ = checked(as_csv([row]))
    assert list_.counts() == {"changed": 1}
    page = list_.page("/rows/changed")
    assert "+•••1 → +64215550142" in page
    assert aroha.phone not in page
    assert aroha.address not in page
    before = details(aroha.email)
    list_.imported("phone")
    assert details(aroha.email) == before.but(phone="+64215550142")
    assert list_.outcomes() == {"changed": 1}
    with transaction():
        person = find(aroha.email)
        assert person.id in {found.id for found, _ in people.search_by_name("ngapo")}


def test_a_row_that_says_nothing_new_is_the_same_and_an_empty_cell_changes_nothing(checked, aroha):
    list_ = checked(as_csv([("", aroha.email, "0215550141", "", "09/03/1988")]))
    assert list_.counts() == {"same": 1}


def test_that_nothing_would_be_imported_is_a_refusal(checked, aroha):
    list_ = checked(as_csv([(aroha.name, aroha.email, "021 555 0142", "", "")]))
    assert "nothing to import" in text(list_.post("/confirm"), 422)
    assert list_.state() == "checked"


def test_the_same_email_on_two_lines_is_taken_once(checked):
    list_ = checked(as_csv([ADA, ("Ada T", "ADA@people.example", "", "", "")]))
    assert list_.counts() == {"new": 1, "refused": 1}
    assert "line 2" in list_.reasons()[0]


def test_an_email_is_never_changed_by_a_list(checked, aroha):
    person = find(aroha.email)
    list_ = checked(ours({"person": str(person.id), "name": aroha.name, "email": "eve@people.example"}))
    assert list_.counts() == {"changed": 1}
    assert "never changes an email" in list_.page()
    assert "nothing to import" in text(list_.post("/confirm", name="y"), 422)
    assert find("eve@people.example") is None


# Who is likely somebody we know


TWIN = ("Aroha Ngapo-Whitfield", "aroha.w@elsewhere.example", "", "14 KOWHAI Terrace, Te Awamutu 3800", "9/3/1988")


def test_a_likely_duplicate_is_decided_by_a_person(checked, aroha):
    list_ = checked(as_csv([TWIN, BEN]))
    assert list_.counts() == {"twin": 1, "new": 1}
    page = list_.page("/rows/twin")
    assert "date of birth, address" in page
    person = find(aroha.email)
    looked = session.scalars(select(AuditEntry.action).where(AuditEntry.action == "people:looked_through")).all()
    assert looked
    (row,) = session.scalars(select(ImportRow).where(ImportRow.verdict == "twin")).all()
    session.remove()
    assert list_.post(f"/rows/{row.id}/who", who=str(person.id)).status_code == 303
    assert list_.counts() == {"changed": 1, "new": 1}
    list_.imported("name", "address")
    assert details(aroha.email).name == "Aroha Ngapo-Whitfield"
    assert find("aroha.w@elsewhere.example") is None


def test_who_came_with_the_last_list_is_likely_somebody_for_the_next_and_a_pair_to_decide(checked, owner):
    ben = (BEN[0], BEN[1], "021 555 0177", "4 Rimu Street, Te Awamutu 3800", "")
    checked(as_csv([ben])).imported()
    again = checked(as_csv([(ben[0], "ben@elsewhere.example", "", *ben[3:]), (ben[0], "b@elsewhere.example", ben[2], "", "")]))
    assert again.counts() == {"twin": 2}
    for row in session.scalars(select(ImportRow.id).where(ImportRow.verdict == "twin")).all():
        again.post(f"/rows/{row}/who", who="new")
    again.imported()
    assert owner.execute("select count(*) from likely_pairs").fetchone() >= (2,)


@pytest.mark.parametrize(("who", "made"), [("new", 2), ("skip", 1), (None, 1)])
def test_a_twin_may_be_new_or_left_out_and_undecided_is_left_out(checked, aroha, who, made):
    list_ = checked(as_csv([TWIN, BEN]))
    if who:
        (row,) = session.scalars(select(ImportRow).where(ImportRow.verdict == "twin")).all()
        session.remove()
        list_.post(f"/rows/{row.id}/who", who=who)
    list_.imported()
    assert list_.outcomes() == {"made": made}
    assert bool(find("aroha.w@elsewhere.example")) == (who == "new")


def test_nobody_is_decided_to_be_somebody_they_are_not_like(checked, aroha, lin):
    list_ = checked(as_csv([TWIN]))
    (row,) = session.scalars(select(ImportRow)).all()
    session.remove()
    for who in (str(find(lin.email).id), "01890000-0000-7000-8000-000000000000", "x"):
        assert "decided already" in text(list_.post(f"/rows/{row.id}/who", who=who), 422)


def test_a_name_alone_makes_nobody_a_duplicate(checked, aroha):
    assert checked(as_csv([(aroha.name, "other@people.example", "", "", "")])).counts() == {"new": 1}


def test_two_lines_of_one_name_and_address_are_told(checked):
    list_ = checked(as_csv([ADA, ("Ada Tuhoro", "ada.t@people.example", "", ADA[3], "")]))
    assert list_.counts() == {"new": 1, "twin": 1}
    assert "line 2" in list_.page("/rows/twin")


# What they allow


def test_a_yes_counts_only_if_the_officer_can_show_it(sent):
    content = as_csv([("Ada", "ada@people.example", "yes"), ("Ben", "ben@people.example", "no")], CAN)
    sent(content).checked().imported()
    assert consents_of("ada@people.example") == []
    assert [given for given, _ in consents_of("ben@people.example")] == [False]


def test_a_consent_says_which_import_it_came_from(sent):
    list_ = sent(as_csv([("Ada", "ada@people.example", "yes")], CAN)).checked(proven=True).imported()
    assert consents_of("ada@people.example") == [(True, f"import {list_.id}")]
    assert roster_row("ada@people.example").consents == ["news"]


def test_a_yes_never_stands_against_a_no_of_theirs(sent, lin):
    person = find(lin.email)
    with transaction():
        person_services.change_consent(person.id, kind="news", given=False, source="own page", by=f"person:{person.id}")
    list_ = sent(as_csv([("", lin.email, "yes")], CAN)).checked(proven=True)
    assert list_.counts() == {"same": 1}


def test_a_no_of_a_list_always_counts(sent, lin):
    list_ = sent(as_csv([("", lin.email, "no")], CAN)).checked().imported()
    assert consents_of(lin.email)[-1] == (False, f"import {list_.id}")
    assert roster_row(lin.email).consents == []


def test_who_never_said_anything_is_asked_by_a_tick_only(sent, aroha):
    content = as_csv([("", aroha.email, "yes"), ("Ben", "ben@people.example", "")], CAN)
    sent(content).checked(proven=True).imported()
    assert consents_of(aroha.email) == []
    sent(content).checked(proven=True).imported("consents")
    assert [given for given, _ in consents_of(aroha.email)] == [True]


# Where they live


def test_an_electorate_by_code_moves_a_member_to_its_branch(checked, aroha):
    from app.party.branches import services as branch_services

    olive = find("olive@people.example")
    with transaction():
        there = branch_services.add_branch("Nelson", by=f"person:{olive.id}", on=clock.today())
        branch_services.hold_electorates(there, ["nelson"], by=f"person:{olive.id}", on=clock.today())
    headings = ("Name", "Email", "electorate code")
    list_ = checked(
        as_csv([("", aroha.email, "nelson"), ("Ada", "ada@people.example", "nelson"), ("C", "c@x.nz", "Nelson City")], headings)
    )
    assert list_.counts() == {"changed": 1, "new": 1, "refused": 1}
    list_.imported("electorate")
    person = find(aroha.email)
    assert electorates.residence_of(person.id, on=clock.today()).code == "nelson"
    assert branches.branch_of(person.id) == there.id
    new = roster_row("ada@people.example")
    assert (new.electorate_code, new.branch_id) == ("nelson", None), "a supporter belongs to no branch"
    list_.undone()
    assert electorates.residence_of(person.id, on=clock.today()) is None
    assert branches.branch_of(person.id) is None


# Our own export


def exported(email: str) -> dict[str, str]:
    """A row as our own export writes it."""
    person, row = find(email), roster_row(email)
    held = people.details_of(person)

    def guarded(cell: str) -> str:
        return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")) else cell

    said = {
        "person": str(person.id), "number": str(row.number or ""), "name": held.name, "email": held.email, "phone": held.phone,
        "address": held.address, "born_on": str(held.born_on or ""), "can_enrol": row.can_enrol or "",
        "standing": str(row.standing(on=clock.today()) or "supporter"), "since": str(row.since),
        "dues_unpaid_from": str(row.owed_from or ""), "electorate_set": row.set_code or "",
        "electorate": row.electorate_code or "", "branch": "", "consents": "; ".join(row.consents), "last_gave_on": "",
        "tags": "",
    }  # fmt: skip
    return {name: guarded(cell) for name, cell in said.items()}


def test_what_we_export_we_can_import_again_and_every_row_is_the_same(sent, aroha, lin):
    with transaction():
        odd = Details(name="=Odd ＋Name", email="odd@people.example", phone="+64215550177", address="-1 Rimu Street")
        person_services.enrol(odd, by="system")
    rows = [exported(email) for email in (aroha.email, lin.email, "odd@people.example", "olive@people.example")]
    list_ = sent(ours(*rows))
    assert "our own export" in list_.page()
    assert list_.checked().counts() == {"same": 4}


def test_an_export_that_is_changed_and_sent_back_changes_that(sent, aroha):
    row = {
        **exported(aroha.email),
        "address": "1 New Street, Nelson 7010",
        "email": "new@people.example",
        "standing": "expelled",
    }
    list_ = sent(ours(row)).checked().imported("address")
    assert details(aroha.email).address == "1 New Street, Nelson 7010"
    assert roster_row(aroha.email).decided == "good"
    assert list_.outcomes() == {"changed": 1}


def test_somebody_who_left_is_not_brought_back_by_their_id(sent, lin):
    row, person = exported(lin.email), find(lin.email)
    with transaction():
        person_services.erase(people.get_person(person.id), by="system")
    list_ = sent(ours(row)).checked()
    assert "left" in list_.reasons()[0]


def test_an_export_of_another_installation_is_matched_by_email(sent, lin):
    rows = [
        {"person": "01890000-0000-7000-8000-000000000000", "name": lin.name, "email": lin.email, "consents": "news"},
        {"person": "01890000-0000-7000-8000-000000000001", "name": "Ada", "email": "ada@people.example", "consents": "news"},
    ]
    assert sent(ours(*rows)).checked().counts() == {"same": 1, "new": 1}


# Disorder


def test_who_joins_between_check_and_import_is_left_alone(checked):
    list_ = checked(as_csv([ADA, BEN]))
    with transaction():
        person_services.enrol(Details(name="Ada herself", email="ada@people.example"), by="visitor")
    list_.imported()
    assert list_.outcomes() == {"made": 1, "known": 1}
    assert details("ada@people.example").name == "Ada herself"


def test_what_is_changed_between_check_and_import_is_left_alone(checked, aroha):
    list_ = checked(as_csv([("", aroha.email, "021 555 0142", "1 New Street, Nelson 7010", ""), BEN]))
    with transaction():
        person = people.find_by_email(aroha.email)
        person_services.correct(person, people.details_of(person).but(phone="+64215550155"), by=f"person:{person.id}")
    list_.imported("phone", "address")
    held = details(aroha.email)
    assert (held.phone, held.address) == ("+64215550155", "1 New Street, Nelson 7010")


def test_who_leaves_between_check_and_import_is_not_brought_back(checked, lin):
    list_ = checked(as_csv([(lin.name, lin.email, "021 555 0142", "", ""), BEN]))
    person = find(lin.email)
    with transaction():
        person_services.erase(people.get_person(person.id), by="system")
    assert session.scalars(select(ImportRow.sealed).where(ImportRow.person_id == person.id)).all() == [None]
    session.remove()
    list_.imported("phone")
    assert list_.outcomes() == {"made": 1, "gone": 1}
    assert find(lin.email) is None


def test_pressed_twice_and_worked_twice_it_is_done_once(checked):
    list_ = checked(as_csv([ADA, BEN]))
    list_.confirmed()
    assert list_.post("/confirm").status_code == 303
    list_.chores()
    errands.apply(list_.id)
    errands.check(list_.id)
    assert list_.outcomes() == {"made": 2}
    assert session.scalar(select(func.count()).select_from(Person)) == 3


def test_a_row_that_somebody_else_holds_is_waited_for_and_not_left_behind(checked, owner_url):
    list_ = checked(as_csv([ADA, BEN])).confirmed()
    with psycopg.connect(owner_url) as other:
        other.execute("select from import_rows where line = 3 for update")
        letting_go = threading.Timer(1.5, other.rollback)
        letting_go.start()
        errands.apply(list_.id)
        letting_go.join()
    assert list_.state() == "done"
    assert list_.outcomes() == {"made": 2}


def test_columns_may_be_said_again_and_the_rows_are_checked_anew(sent):
    list_ = sent(as_csv([ADA])).checked(column_2="")
    assert list_.counts() == {"new": 1}
    assert "What the columns are" in list_.page("?columns=1")
    list_.checked(column_2="email").imported()
    assert find("ada@people.example")


def test_two_columns_cannot_be_one_field_and_one_must_name_somebody(sent):
    list_ = sent(as_csv([ADA]))
    assert "Two columns" in text(list_.post("/columns", column_1="name", column_2="name"), 422)
    assert "is nobody" in text(list_.post("/columns", column_1="", column_2="", column_3="phone"), 422)
    assert list_.state() == "sent"


def test_a_file_whose_end_is_broken_is_told_and_no_row_of_it_is_taken(sent):
    list_ = sent(as_csv([ADA] * 5) + b'"Cy,cy@people.example,,,\n')
    list_.checked()
    assert "quotation mark" in list_.page()
    assert list_.counts() == {}


def test_who_lost_the_office_looks_at_nothing(sent):
    from app.party.branches import services as branch_services

    list_ = sent(as_csv([ADA]))
    list_.post("/columns", column_1="name", column_2="email")
    with transaction():
        office = branches.offices_of(people.find_by_email("olive@people.example").id)[-1]
        branch_services.end_office(office, by="system", on=clock.today())
    list_.chores()
    assert list_.counts() == {}
    assert list_.state() == "checked"


def test_a_file_can_be_forgotten_and_what_was_in_it_is_deleted(checked):
    list_ = checked(as_csv([ADA]))
    assert list_.post("/forget").status_code == 303
    assert list_.state() == "forgotten"
    assert session.scalar(select(func.count()).select_from(ImportRow)) == 0
    assert session.scalar(select(func.count()).select_from(ImportPart)) == 0
    assert "does not wait" in text(list_.post("/confirm"), 422)
    assert "does not wait" in text(list_.post("/columns", column_1="name"), 422)


def test_what_nobody_confirms_for_three_days_is_deleted(checked):
    list_ = checked(as_csv([ADA]))
    with transaction():
        assert services.empty_old() == 0
    with clock.standing_at(clock.now() + services.forgetting.rules.WAITS * 1.01), transaction():
        assert services.empty_old() == 1
    assert list_.state() == "forgotten"
    assert session.scalar(select(func.count()).select_from(ImportRow)) == 0


def test_rows_to_fix_go_back_as_they_came_with_their_reasons_and_run_nothing(checked, olive):
    rows = [ADA, ("=cmd|x", "cy@people.example", "+64 21", "", ""), ("Di", "di@", "", "-1 Street", "")]
    list_ = checked(as_csv(rows))
    answer = olive.get(f"{list_.at}/to-fix.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="to-fix.csv"'
    table = list(csv.reader(io.StringIO(answer.get_data(as_text=True))))
    assert table[0] == ["line", "what to mend", *HEADINGS]
    assert [row[0] for row in table[1:]] == ["3", "4"]
    assert table[1][2:5] == ["'=cmd|x", "cy@people.example", "'+64 21"]
    assert table[2][5] == "'-1 Street"
    assert "no email address" in table[2][1]


def test_a_file_is_not_what_its_name_says(olive):
    for name in ("actually_a_png.csv", "../../people.csv", "people.xlsx"):
        assert "This is a picture" in text(send(olive, b"\x89PNG\r\n\x1a\n", name=name), 422)
    assert send(olive, as_csv([ADA]), name='../../"<script>.png').status_code == 303
    assert "script" not in text(olive.get("/org/import")).partition("Lists that were sent")[2].partition("</section>")[0]
    assert "Choose the file" in text(send(olive, b"", name=""), 422)


def test_what_a_list_says_is_shown_and_not_run(checked, olive):
    list_ = checked(as_csv([("<script>alert(1)</script>", "ada@people.example", "", "", "")]))
    page = olive.get(f"{list_.at}/rows/new").get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_their_file_of_everything_has_the_rows_that_are_theirs(checked, aroha):
    from app.party.belonging import queries as belonging

    checked(as_csv([("", aroha.email, "021 555 0142", "", ""), ADA])).imported("phone")
    held = belonging.everything_of(find(aroha.email).id)["imports"]
    assert [(row["line"], row["outcome"], row["changes"]) for row in held] == [(2, "changed", ["phone"])]
    assert held[0]["said"]["did"] == {"phone": aroha.phone}


def test_the_database_hides_rows_of_an_import_from_who_sees_branches_only(checked, aroha):
    checked(as_csv([("", aroha.email, "021 555 0142", "", ""), ADA]))
    there = select(func.count()).select_from(ImportRow)
    for scope, rows in (("everyone", 2), (f"branches:{find(aroha.email).id}", 0), ("nobody", 0)):
        with looking_as(scope):
            assert session.scalar(there) == rows
            session.remove()
