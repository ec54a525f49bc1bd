"""Who is to be erased is not merged meanwhile; who was to be erased, and is not any more, is."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from app.ground import clock
from app.ground.db import transaction
from app.party.agreeing import jobs as agreeing
from app.party.agreeing import services as agreements
from app.party.agreeing.rules import Why as Refused
from app.party.branches.scope import EVERYONE, looking_as
from app.party.erasing import services as erasing
from app.party.erasing.rules import Why
from app.party.merging import queries, rules
from app.party.roster.rules import Asked, Stands


@pytest.fixture
def asked(ids, double) -> tuple[UUID, UUID, UUID]:
    """Every supporter is to be erased, if another officer agrees: a double of Aroha among them. Returns its id, and those of
    the erasing and the agreement."""
    gone, olive = double(), ids("olive")
    with looking_as(EVERYONE), transaction():
        row = erasing.ask(
            Asked(stands=Stands.SUPPORTER), EVERYONE, whom="stands supporter", why=Why.OLD, person_id=olive,
            by=f"person:{olive}", on=clock.today(),
        )  # fmt: skip
        return gone, row.id, row.agreement_id


def agree(agreement: UUID, wiremu: UUID) -> None:
    with transaction():
        agreements.agree(agreement, second_id=wiremu, by=f"person:{wiremu}", on=clock.today())


def test_who_is_asked_about_or_agreed_about_or_in_the_bin_is_not_merged(asked, ids, merge):
    gone, _, agreement = asked
    aroha = ids("aroha")
    for step in (lambda: None, lambda: agree(agreement, ids("wiremu")), lambda: agreeing.carry_out(str(agreement))):
        step()
        with pytest.raises(rules.ToBeErased):
            merge(aroha, gone)


def test_who_was_taken_out_of_the_bin_is(asked, ids, merge, by_olive):
    gone, row, agreement = asked
    agree(agreement, ids("wiremu"))
    agreeing.carry_out(str(agreement))
    with transaction():
        erasing.take_back(row, by=by_olive)
    assert merge(ids("aroha"), gone)


def test_who_another_officer_refused_to_erase_is(asked, ids, merge):
    gone, _, agreement = asked
    wiremu = ids("wiremu")
    with transaction():
        agreements.refuse(agreement, second_id=wiremu, because=Refused.NOT_THEM, by=f"person:{wiremu}", on=clock.today())
    assert merge(ids("aroha"), gone)


def test_about_whom_nobody_agreed_in_time_nothing_is_waited_for(asked, merge):
    gone, _, _ = asked
    with looking_as(EVERYONE), transaction():
        assert queries.is_any_to_be_erased([gone])
    with looking_as(EVERYONE), clock.standing_at(clock.now() + timedelta(days=15)), transaction():
        assert not queries.is_any_to_be_erased([gone])
