"""An attempt that was replaced is closed at Stripe, whatever Stripe says at first."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app import gateways
from app.gateways.stripe import Away
from app.ground.db import session
from app.party.payments import errands
from app.party.payments.models import Payment
from tests.walk import join_form

EXPIRING = {"method": "POST", "path": "/v1/checkout/sessions/*/expire", "times": 3}


def page_of(answer) -> str:
    assert answer.status_code == 303
    return answer.location.rsplit("/", 1)[1]


@pytest.mark.parametrize("fault", ["error_500_before_effect", "429", "timeout_before_effect"])
def test_a_page_stripe_did_not_close_is_asked_for_again(client, stripe, do_the_chores, fault):
    form = join_form(client)
    replaced = page_of(client.post("/join", data=form))
    kept = page_of(client.post("/join", data={**form, "dues": "concession"}))
    first = session.scalars(select(Payment).order_by(Payment.begun_at)).first().id
    session.remove()
    stripe.faults.set(api=[{**EXPIRING, "fault": fault}])
    with pytest.raises(Away):
        errands.close(first)
    assert gateways.stripe_gateway().look_at(replaced).open
    stripe.faults.clear()
    errands.close(first)
    assert session.get_one(Payment, first).closed_at
    assert gateways.stripe_gateway().look_at(replaced).expired
    assert gateways.stripe_gateway().look_at(kept).open


def test_an_attempt_paid_before_it_could_be_closed_settles(client, stripe, do_the_chores):
    form = join_form(client)
    replaced = page_of(client.post("/join", data=form))
    client.post("/join", data={**form, "dues": "concession"})
    first = session.scalars(select(Payment).order_by(Payment.begun_at)).first().id
    session.remove()
    stripe.pay(replaced)
    errands.close(first)
    assert session.get_one(Payment, first).told_at
