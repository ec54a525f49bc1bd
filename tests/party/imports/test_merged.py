"""A list meets people who have more than one record: what holds for the person is asked over all of them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select

from app.ground import clock
from app.ground.db import session, transaction
from app.party.branches.scope import EVERYONE, looking_as
from app.party.imports.models import ImportRow
from app.party.merging import services as merging
from app.party.people import queries as people
from app.party.people import services as person_services
from app.party.people.models import Details
from app.party.roster import queries as roster
from app.party.roster.rules import Asked
from tests.party.imports.lists import as_csv, find
from tests.party.imports.test_importing import CAN, roster_row

RITA = "rita@people.example"


@pytest.fixture
def rita() -> UUID:
    """Another record of somebody, who allows nothing yet."""
    with transaction():
        return person_services.enrol(Details("Rita Paewai", RITA, phone="+64215550177"), by="visitor").id


def says(person_id: UUID, given: bool) -> None:
    with transaction():
        person_services.say_consent(
            person_id, kind="news", given=given, wording="news-2026-11", source="support page", by=f"person:{person_id}"
        )


def held(person_id: UUID) -> Details:
    session.remove()
    return people.details_of(people.get_person(person_id))


@pytest.fixture
def merge(olive) -> Callable[[UUID, UUID], None]:
    def say(kept: UUID, gone: UUID) -> None:
        by = f"person:{find('olive@people.example').id}"
        with looking_as(EVERYONE), transaction():
            merging.merge(kept, gone, take=(), ends=None, by=by, on=clock.today())
        session.remove()

    return say


def test_a_yes_of_a_list_never_stands_against_a_no_of_their_other_record(sent, aroha, rita, merge):
    says(rita, given=False)
    merge(find(aroha.email).id, rita)
    list_ = sent(as_csv([("", aroha.email, "yes")], CAN)).checked(proven=True)
    assert list_.counts() == {"same": 1}


def test_a_no_of_a_list_for_their_other_email_counts(sent, lin, rita, merge):
    merge(find(lin.email).id, rita)
    assert roster_row(lin.email).consents == ["news"]
    list_ = sent(as_csv([("", RITA, "no")], CAN)).checked().imported()
    assert list_.outcomes() == {"changed": 1}
    assert roster_row(lin.email).consents == []


def test_a_row_with_the_email_of_their_other_record_is_about_the_person(checked, aroha, rita, merge):
    person_id = find(aroha.email).id
    merge(person_id, rita)
    list_ = checked(as_csv([("", RITA, "021 555 0142", "", ""), ("", aroha.email, "021 555 0143", "", "")]))
    assert list_.counts() == {"changed": 1, "refused": 1}, "two lines are one person"
    assert "never changes an email" not in list_.page()
    list_.imported("phone")
    assert held(person_id).phone == "+64215550142"
    assert held(rita).phone == "+64215550177"
    list_.undone()
    assert held(person_id).phone == aroha.phone


def test_a_row_like_their_other_record_is_like_the_person(checked, aroha, rita, merge):
    person_id = find(aroha.email).id
    merge(person_id, rita)
    list_ = checked(as_csv([("Rita Paewai", "", "021 555 0177", "12 Rimu Street", "")]))
    assert list_.counts() == {"twin": 1}
    (row,) = session.scalars(select(ImportRow)).all()
    session.remove()
    assert list_.post(f"/rows/{row.id}/who", who=str(person_id)).status_code == 303
    list_.imported("address")
    assert held(person_id).address == "12 Rimu Street"
    assert held(rita).address == ""


def test_of_a_record_that_is_merged_after_the_check_only_a_no_is_written(sent, lin, rita, merge):
    says(rita, given=True)
    list_ = sent(as_csv([("Rita P", RITA, "no")], CAN)).checked()
    merge(find(lin.email).id, rita)
    list_.imported("name")
    assert held(rita).name == "Rita Paewai"
    assert roster_row(lin.email).consents == []


def test_who_is_corrected_among_many_is_found_by_the_names_of_all_records(checked, aroha, rita, merge):
    merge(find(aroha.email).id, rita)
    checked(as_csv([("", aroha.email, "021 555 0142", "", "")])).imported("phone")
    with looking_as(EVERYONE):
        for typed in ("rita pae", "aroha ngapo", "021 555 0142"):
            rows = roster.find_people(typed, Asked(), EVERYONE, on=clock.today()).rows
            assert [name for _row, name in rows] == [aroha.name], typed
        session.remove()
