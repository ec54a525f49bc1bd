"""An import is taken back as one act, and what somebody did since stays."""

from __future__ import annotations

from sqlalchemy import func, select

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.party.branches.scope import EVERYONE, looking_as
from app.party.imports import services
from app.party.imports.models import ImportRow
from app.party.imports.rules import UNDO_WITHIN
from app.party.merging import jobs as merging
from app.party.merging import services as deciding
from app.party.merging.models import LikelyPair
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.people.models import Bounce, Consent, Details, Likeness, NameBuckets, Person
from tests import walk
from tests.party.imports.lists import ADA, BEN, as_csv, details, find, text

CY, DI, EM = (
    ("Cy Doe", "cy@people.example", "", "", ""),
    ("Di Doe", "di@people.example", "", "", ""),
    ("Em Doe", "", "", "3 Mill Road", ""),
)


def test_who_came_and_did_nothing_is_erased(checked):
    list_ = checked(as_csv([ADA, BEN, EM])).imported()
    ids = session.scalars(select(ImportRow.person_id)).all()
    list_.undone()
    assert list_.how_undone() == {"erased": 3}
    assert find("ada@people.example") is None
    erased = session.scalars(select(Person).where(Person.id.in_(ids))).all()
    assert [(one.sealed, one.email_index, one.can_enrol, bool(one.erased_at)) for one in erased] == [
        (None, None, None, True)
    ] * 3
    assert session.scalars(select(NameBuckets).where(NameBuckets.person_id.in_(ids))).all() == []
    assert session.scalars(select(ImportRow.sealed).where(ImportRow.sealed.is_not(None))).all() == []
    assert "Undone" in list_.page()


def pairs() -> int:
    with looking_as(EVERYONE):
        session.remove()
        return session.scalar(select(func.count()).select_from(LikelyPair)) or 0


def test_that_two_records_are_alike_is_no_deed_of_theirs(checked):
    """A chore has compared who came with everybody: with each other here, since they share a phone."""
    twins = [
        ("Ada Doe", "ada@people.example", "021 555 0160", "", ""),
        ("Bea Doe", "bea@people.example", "021 555 0160", "", ""),
    ]
    list_ = checked(as_csv(twins)).imported()
    merging.liken()
    merging.find()
    assert pairs() == 1
    known = session.scalar(select(func.count()).select_from(Likeness))
    list_.undone()
    assert list_.how_undone() == {"erased": 2}
    assert session.scalar(select(func.count()).select_from(Likeness)) == known - 2
    assert pairs() == 0


def test_that_two_are_two_people_stays_decided_when_one_is_corrected(checked, aroha):
    with transaction():
        other = person_services.enrol(Details("A. Whitfield", "other@people.example", phone=aroha.phone), by="visitor").id
    person_id, by = find(aroha.email).id, f"person:{find('olive@people.example').id}"
    with looking_as(EVERYONE), transaction():
        deciding.set_apart(person_id, other, by=by, on=clock.today())
    checked(as_csv([("", aroha.email, "", "1 New Street, Nelson 7010", "")])).imported("address").undone()
    checked(as_csv([("", aroha.email, "021 555 0166", "", "")])).imported("phone").undone()
    merging.liken()
    merging.find()
    with looking_as(EVERYONE):
        session.remove()
        assert session.scalars(select(LikelyPair.apart_by)).all() == [by]
        session.remove()


def test_a_phone_that_a_list_corrects_is_compared_with_everybodys(checked, aroha, lin):
    with transaction():
        person_services.enrol(Details("A. Whitfield", "other@people.example", phone="+64215550166"), by="visitor")
    list_ = checked(as_csv([("", aroha.email, "021 555 0166", "", "")])).imported("phone")
    assert pairs() == 1
    list_.undone()
    assert pairs() == 0


def test_of_who_came_and_is_erased_nothing_that_came_back_stays(checked):
    list_ = checked(as_csv([ADA])).imported()
    ada = find("ada@people.example").id
    with transaction():
        session.add(
            Bounce(
                id=new_id(), letter_id=new_id(), person_id=ada,
                email_index=people.email_index("ada@people.example"), for_good=True, code="5.1.1", at=clock.now(),
            )
        )  # fmt: skip
    list_.undone()
    assert list_.how_undone() == {"erased": 1}
    assert session.scalars(select(Bounce)).all() == []


def test_who_did_something_since_is_kept_and_told(app, client, checked):
    list_ = checked(as_csv([ADA, BEN, CY, DI])).imported()
    walk.enter(app, "ada@people.example")  # signed in
    ben, cy = find("ben@people.example"), find("cy@people.example")
    with transaction():
        person_services.change_consent(ben.id, kind="news", given=True, source="own page", by=f"person:{ben.id}")
    with transaction():
        person = people.get_person(cy.id)
        person_services.correct(person, people.details_of(person).but(phone="+64215550155"), by=f"person:{cy.id}")
    list_.undone()
    assert list_.how_undone() == {"kept": 3, "erased": 1}
    assert [bool(find(f"{name}@people.example")) for name in ("ada", "ben", "cy", "di")] == [True, True, True, False]
    assert "Kept: something was done since" in list_.page()


def test_changed_fields_get_their_old_values_back_unless_changed_since(checked, aroha, lin):
    rows = [("", aroha.email, "021 555 0142", "1 New Street, Nelson 7010", ""), ("Lin C", lin.email, "021 555 0143", "", "")]
    before = details(aroha.email), details(lin.email)
    list_ = checked(as_csv(rows)).imported("name", "phone", "address")
    with transaction():
        person = people.find_by_email(aroha.email)
        person_services.correct(person, people.details_of(person).but(phone="+64215550155"), by=f"person:{person.id}")
    list_.undone()
    assert details(aroha.email) == before[0].but(phone="+64215550155")
    assert details(lin.email) == before[1]
    assert list_.how_undone() == {"partly": 1, "back": 1}
    assert [found.id for found, _ in people.search_by_name("castellane")] == [find(lin.email).id]


def test_a_consent_it_brought_is_taken_back_and_one_it_took_back_stays(sent, aroha, lin):
    content = as_csv([("", aroha.email, "yes"), ("", lin.email, "no")], ("Name", "Email", "Subscribed"))
    list_ = sent(content).checked(proven=True).imported("consents").undone()
    said = {
        email: [
            one.given
            for one in session.scalars(select(Consent).where(Consent.person_id == find(email).id).order_by(Consent.id))
        ]
        for email in (aroha.email, lin.email)
    }
    assert said == {aroha.email: [True, False], lin.email: [True, False]}
    assert list_.how_undone() == {"back": 1, "kept": 1}


def test_who_left_meanwhile_stays_forgotten(checked, lin):
    list_ = checked(as_csv([ADA, ("", lin.email, "021 555 0142", "", "")])).imported("phone")
    for email in (ADA[1], lin.email):
        with transaction():
            person_services.erase(people.find_by_email(email), by="system")
    list_.undone()
    assert list_.how_undone() == {"erased": 1, "kept": 1}
    assert find(lin.email) is None


def test_after_seven_days_it_stays_and_what_was_kept_for_it_is_deleted(checked):
    list_ = checked(as_csv([ADA, ("x", "", "12", "", "")])).imported()
    later = clock.now() + UNDO_WITHIN * 1.01
    with clock.standing_at(later), transaction():
        assert services.empty_old() == 1
    (row,) = session.scalars(select(ImportRow)).all()
    assert (row.outcome, row.sealed, bool(row.person_id)) == ("made", None, True)
    session.remove()
    assert "seven days" in text(list_.post("/undo"), 422)
    assert find("ada@people.example")
    assert "the people stay" in list_.page()


def test_undone_twice_it_is_undone_once_and_can_be_imported_again(checked, sent):
    list_ = checked(as_csv([ADA, BEN])).imported().undone()
    assert list_.post("/undo").status_code == 303
    again = sent(as_csv([ADA, BEN])).checked().imported()
    assert again.outcomes() == {"made": 2}
    assert details("ada@people.example").name == "Ada Tūhoro"


def test_what_was_not_imported_cannot_be_undone(checked):
    list_ = checked(as_csv([ADA]))
    assert "does not wait" in text(list_.post("/undo"), 422)
