"""A list meets people who have more than one record: what holds for the person is asked over all of them."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from app.ground import clock
from app.ground.db import session, transaction
from app.party.branches.scope import EVERYONE, looking_as
from app.party.merging import services as merging
from app.party.people import services as person_services
from app.party.people.models import Details
from tests.party.imports.lists import as_csv, find
from tests.party.imports.test_importing import CAN, consents_of, roster_row

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
