"""The membership that a merge ended is in force again when the merge is taken back: the member never said that it ends."""

from __future__ import annotations

from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest

from app.ground import clock
from app.ground.db import looking_as, session, transaction
from app.law.membership import Standing
from app.party.branches.scope import EVERYONE
from app.party.membership import queries as memberships
from app.party.membership import services as membership
from app.party.membership.models import Membership
from app.party.merging import services
from app.party.people import queries as people
from app.party.roster import queries as roster
from tests.walk import hidden

from .conftest import seeing


@pytest.fixture
def ended(cast, ids, member, merge) -> tuple[UUID, UUID, UUID]:
    """A double of Aroha’s whose membership a merge has ended: who, which, and the merge."""
    gone = member()
    with seeing():
        ends = roster.find(gone, EVERYONE).membership_id
    return gone, ends, merge(ids("aroha"), gone, ends=ends)


def history(membership_id: UUID) -> list[Standing]:
    return [move.to for move in memberships.moves_of(session.get_one(Membership, membership_id))]


def test_it_is_in_force_again_with_its_number_and_its_standing(ended, undo, ids):
    gone, one, said = ended
    number = session.get_one(Membership, one).number
    assert memberships.current_of(gone) is None
    session.remove()
    undo(said)
    assert memberships.current_of(gone).number == number
    assert history(one) == [Standing.GOOD, Standing.RESIGNED, Standing.GOOD]
    assert memberships.current_of(ids("aroha")) is not None
    with seeing():
        row = roster.find(gone, EVERYONE)
        assert (row.number, row.ended_on, row.standing(on=clock.today())) == (number, None, Standing.GOOD)


def test_the_days_between_stay_as_they_were_and_it_counts_from_the_day_it_is_taken_back(ended, by_olive):
    _gone, one, said = ended
    today = clock.today()
    with looking_as(str(EVERYONE)), transaction():
        services.undo(said, by=by_olive, on=today + timedelta(days=3))
    moves = memberships.moves_of(session.get_one(Membership, one))
    assert [(move.on, move.to) for move in moves[1:]] == [
        (today, Standing.RESIGNED),
        (today + timedelta(days=3), Standing.GOOD),
    ]


def test_who_has_joined_again_since_keeps_what_they_joined(ended, undo):
    gone, one, said = ended
    with transaction():
        anew = membership.open_for(people.get_person(gone), on=clock.today(), by="system").id
    undo(said)
    assert memberships.current_of(gone).id == anew
    assert session.get_one(Membership, one).ended_on is not None


def test_what_was_only_applied_for_stays_ended(cast, ids, double, merge, undo):
    gone = double()
    with transaction():
        applied = membership.open_for(people.get_person(gone), on=clock.today(), by="system").id
    undo(merge(ids("aroha"), gone, ends=applied))
    assert memberships.current_of(gone) is None
    assert history(applied) == [Standing.RESIGNED]


def test_the_page_says_first_what_becomes_of_it(ended, as_officer):
    gone, one, said = ended
    number = session.get_one(Membership, one).number
    session.remove()
    olive = as_officer("olive")
    page = unescape(olive.get(f"/org/duplicates/undo/{said}").get_data(as_text=True))
    assert f"Membership number {number}, which ended with the merge, is in force again from today." in page
    token = hidden(page, "csrf_token")
    assert olive.post(f"/org/duplicates/undo/{said}", data={"csrf_token": token}).status_code == 303
    assert memberships.current_of(gone).number == number
