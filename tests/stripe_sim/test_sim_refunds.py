"""Money going back: pending, failing long after, from the Dashboard, and never twice."""

from __future__ import annotations

import pytest
import requests
import stripe
from conftest import checkout

DAY = 86400


def pay(client, sim, card: str = "4242424242424242", amount: int = 2000):
    session = client.v1.checkout.sessions.create(checkout(amount))
    assert sim.pay(session.id, card).state == "paid"
    assert sim.settle()
    return client.v1.checkout.sessions.retrieve(session.id)


def give_back(client, session, **more):
    return client.v1.refunds.create({"payment_intent": session.payment_intent, **more})


def held(client) -> int:
    balance = client.v1.balance.retrieve()
    return sum(part.amount for part in [*balance.available, *balance.pending])


def types(sim, after: int) -> list[str]:
    return [event["type"] for event in sim.events()][after:]


def test_the_same_part_twice_is_two_refunds_and_with_one_key_one(client, paid):
    first = give_back(client, paid, amount=500)
    assert give_back(client, paid, amount=500).id != first.id
    third = client.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 500}, {"idempotency_key": "third"})
    again = client.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 500}, {"idempotency_key": "third"})
    assert third.id == again.id
    [charge] = client.v1.charges.list().data
    assert charge.amount_refunded == 1500


def test_a_refund_may_be_pending_and_then_succeed(client, sim, paid):
    sim.faults.set(refunds=[{"fault": "pend", "seconds": 3 * DAY}])
    refund = give_back(client, paid)
    assert (refund.status, refund.pending_reason) == ("pending", "processing")
    before = len(sim.events())
    sim.advance(4 * DAY)
    refund = client.v1.refunds.retrieve(refund.id)
    assert (refund.status, refund.pending_reason) == ("succeeded", None)
    assert types(sim, before) == ["charge.refund.updated", "refund.updated"]
    assert sim.events()[-1]["data"]["previous_attributes"] == {"status": "pending", "pending_reason": "processing"}
    assert abs(sim.events()[-1]["created"] - (refund.created + 3 * DAY)) <= 60
    assert give_back(client, pay(client, sim)).status == "succeeded"  # the fault was for one


def test_a_refund_that_fails_after_it_succeeded_brings_the_money_back(client, sim, paid):
    had = held(client)
    sim.faults.set(refunds=[{"fault": "fail", "seconds": 20 * DAY, "reason": "lost_or_stolen_card"}])
    refund = give_back(client, paid, amount=700)
    assert (refund.status, held(client)) == ("succeeded", had - 700)
    before = len(sim.events())
    sim.advance(21 * DAY)
    refund = client.v1.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction", "balance_transaction"]})
    assert (refund.status, refund.failure_reason) == ("failed", "lost_or_stolen_card")
    undone = refund.failure_balance_transaction
    assert (undone.type, undone.reporting_category, undone.net, undone.source) == (
        "refund_failure",
        "refund_failure",
        700,
        refund.id,
    )
    assert (refund.balance_transaction.type, refund.balance_transaction.reporting_category) == ("refund", "refund")
    assert held(client) == had
    assert types(sim, before) == ["charge.refund.updated", "refund.updated", "charge.updated", "refund.failed"]
    [charge] = client.v1.charges.list().data
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert give_back(client, paid).amount == 2000


def test_a_pending_refund_may_fail(client, sim, paid):
    sim.faults.set(refunds=[{"fault": "pend_then_fail", "seconds": DAY}])
    refund = give_back(client, paid)
    sim.advance(2 * DAY)
    assert client.v1.refunds.retrieve(refund.id).failure_reason == "expired_or_canceled_card"


@pytest.mark.parametrize(("card", "at_first", "at_last"), [("7726", "pending", "succeeded"), ("5126", "succeeded", "failed")])
def test_two_cards_are_refunded_in_their_own_way(client, sim, card, at_first, at_last):
    refund = give_back(client, pay(client, sim, f"400000000000{card}"))
    assert refund.status == at_first
    sim.advance(3601)
    assert client.v1.refunds.retrieve(refund.id).status == at_last


def test_a_refund_from_the_dashboard_has_nothing_of_ours(client, sim, paid):
    made = sim.refund(paid.id, 500)
    refund = client.v1.refunds.retrieve(made)
    assert (refund.amount, refund.metadata.to_dict(), refund.payment_intent) == (500, {}, paid.payment_intent)
    assert sim.events()[-1]["request"] == {"id": None, "idempotency_key": None}
    assert client.v1.refunds.retrieve(sim.refund(paid.payment_intent)).amount == 1500
    with pytest.raises(ValueError, match="already been refunded"):
        sim.refund(paid.payment_intent)
    with pytest.raises(ValueError, match="no successful payment"):
        sim.refund("pi_none")


def test_a_refund_is_called_off_in_the_dashboard_and_never_by_the_api(client, sim, paid):
    refund = give_back(client, paid)
    with pytest.raises(stripe.InvalidRequestError, match="status of succeeded"):
        client.v1.refunds.cancel(refund.id)
    assert sim.end_refund(refund.id, "canceled") == refund.id
    refund = client.v1.refunds.retrieve(refund.id)
    assert (refund.status, refund.failure_reason) == ("canceled", "merchant_request")
    assert refund.failure_balance_transaction
    with pytest.raises(ValueError, match="cannot become failed"):
        sim.end_refund(refund.id, "failed")


def test_metadata_of_a_refund_can_be_changed(client, sim, paid):
    refund = give_back(client, paid, metadata={"why": "double"})
    changed = client.v1.refunds.update(refund.id, {"metadata": {"ticket": "7"}})
    assert changed.metadata.to_dict() == {"why": "double", "ticket": "7"}
    assert sim.events()[-1]["type"] == "refund.updated"


def test_the_controls_speak_json_too(client, sim, paid):
    answer = requests.post(f"{sim.url}/_sim/do/refund", json={"payment": paid.payment_intent, "amount": 300}, timeout=60)
    refund = answer.json()["id"]
    requests.post(f"{sim.url}/_sim/do/end_refund", json={"refund_id": refund, "outcome": "failed"}, timeout=60)
    assert client.v1.refunds.retrieve(refund).status == "failed"
    assert requests.post(f"{sim.url}/_sim/do/refund", json={"payment": "pi_none"}, timeout=60).status_code == 400
    assert requests.post(f"{sim.url}/_sim/do/stop", json={}, timeout=60).status_code == 404


@pytest.mark.parametrize("fault", [{"fault": "vanish"}, {"fault": "fail", "reason": "mood"}])
def test_a_refund_fault_that_does_not_exist_is_refused(sim, fault):
    with pytest.raises(ValueError, match="refund"):
        sim.faults.set(refunds=[fault])


def test_a_posting_within_a_long_advance_happens_at_its_own_time(client, sim, session):
    sim.faults.set(balance_transaction_delay=3 * 3600)
    sim.pay(session.id)
    sim.advance(10 * DAY)
    [transaction] = client.v1.balance_transactions.list().data
    [charge] = client.v1.charges.list().data
    assert abs(transaction.created - charge.created - 3 * 3600) <= 60
    assert transaction.status == "available"


def test_lifting_the_delay_lets_postings_go_at_once(client, sim, session):
    sim.faults.set(balance_transaction_delay=3 * 3600)
    sim.pay(session.id)
    assert not sim.settle(0.1)
    sim.faults.clear()
    assert sim.settle()
    assert len(client.v1.balance_transactions.list().data) == 1
