"""A dispute that was decided while nobody heard: a lost one moves no money, so no balance shows it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.ground import clock
from app.ground.db import session
from app.party.payments import errands
from app.party.payments.models import Dispute
from tests.party.giving.gifts import give, payments


@pytest.mark.parametrize("won", [False, True])
def test_after_forty_days_away_reconcile_learns_how_a_dispute_ended(client, stripe, hear_everything, do_the_chores, won):
    give(client, amount="5000")
    stripe.pay(payments()[0].checkout_id)
    hear_everything()
    do_the_chores()
    dispute = stripe.dispute(payments()[0].intent_id)
    hear_everything()
    do_the_chores()
    stripe.decide(dispute, won=won)
    stripe.advance(41 * 86400)
    with clock.standing_at(clock.now() + timedelta(days=41)):
        errands.reconcile(days=40)
    session.remove()
    found = session.scalars(select(Dispute)).one()
    assert found.decided_at
    assert found.won is won
