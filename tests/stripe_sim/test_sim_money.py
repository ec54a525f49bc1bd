"""Fees, balance transactions, the balance, refunds: every cent accounted for."""

from __future__ import annotations

import pytest
import stripe
from conftest import checkout

from stripe_sim.money import fee_on

DEEP = "payment_intent.latest_charge.balance_transaction"


@pytest.mark.parametrize(
    ("cents", "country", "fee"),
    [(129, "NZ", 33), (387, "NZ", 40), (500, "NZ", 44), (2500, "NZ", 98), (2000, "NZ", 84), (2000, "GB", 104)],
)
def test_the_fee_is_2_7_percent_at_home_and_3_7_abroad_plus_30_cents(cents, country, fee):
    assert fee_on(cents, country) == fee


def test_the_charge_is_told_first_and_its_balance_transaction_later(client, sim, session):
    sim.account.posting_delay = sim.posting_delay = 60
    sim.pay(session.id)
    found = client.v1.checkout.sessions.retrieve(session.id, {"expand": [DEEP]})
    assert found.payment_intent.latest_charge.balance_transaction is None
    assert not sim.settle(timeout=0.05)
    sim.advance(61)
    assert sim.settle()
    found = client.v1.checkout.sessions.retrieve(session.id, {"expand": [DEEP]})
    transaction = found.payment_intent.latest_charge.balance_transaction
    assert (transaction.amount, transaction.fee, transaction.net) == (2000, 84, 1916)
    types = [event["type"] for event in sim.events()]
    assert types.index("charge.updated") > types.index("checkout.session.completed")
    assert sim.events()[-1]["data"]["previous_attributes"] == {"balance_transaction": None}


def test_a_foreign_card_costs_more(client, sim, session):
    sim.pay(session.id, "4000 0082 6000 0000")
    assert sim.settle()
    [transaction] = client.v1.balance_transactions.list({"type": "charge"}).data
    assert transaction.fee == 104


def test_money_is_pending_for_two_days_then_available(client, sim, paid):
    balance = client.v1.balance.retrieve()
    assert (balance.pending[0].amount, balance.available[0].amount) == (1916, 0)
    sim.advance(2 * 86400 + 1)
    balance = client.v1.balance.retrieve()
    assert (balance.pending[0].amount, balance.available[0].amount) == (0, 1916)


def test_0077_is_available_at_once(client, sim, session):
    sim.pay(session.id, "4000000000000077")
    assert sim.settle()
    assert client.v1.balance.retrieve().available[0].amount == 2000 - 104


def test_a_refund_in_parts_ends_at_nothing_left(client, sim, paid):
    first = client.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 500, "metadata": {"why": "double"}})
    assert (first.status, first.amount, first.metadata.why) == ("succeeded", 500, "double")
    [charge] = client.v1.charges.list().data
    assert (charge.amount_refunded, charge.refunded) == (500, False)
    rest = client.v1.refunds.create({"charge": charge.id})
    assert rest.amount == 1500
    [charge] = client.v1.charges.list({"expand": ["data.refunds"]}).data
    assert (charge.amount_refunded, charge.refunded) == (2000, True)
    assert [refund.id for refund in charge.refunds.data] == [rest.id, first.id]
    assert [refund.id for refund in client.v1.refunds.list({"charge": charge.id})] == [rest.id, first.id]


def test_a_refund_moves_the_balance_and_the_fee_is_gone(client, paid):
    refund = client.v1.refunds.create({"payment_intent": paid.payment_intent}, {"idempotency_key": "refund-1"})
    transaction = client.v1.balance_transactions.retrieve(refund.balance_transaction)
    assert (transaction.amount, transaction.fee, transaction.net, transaction.source) == (-2000, 0, -2000, refund.id)
    assert client.v1.balance.retrieve().pending[0].amount == -84


def test_more_than_is_left_is_not_refunded(client, paid):
    client.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 1500})
    with pytest.raises(stripe.InvalidRequestError, match=r"NZ\$6.00.*greater than unrefunded amount.*NZ\$5.00") as refusal:
        client.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 600})
    assert refusal.value.param == "amount"


def test_nothing_is_refunded_twice(client, paid):
    client.v1.refunds.create({"payment_intent": paid.payment_intent})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create({"payment_intent": paid.payment_intent})
    assert refusal.value.code == "charge_already_refunded"
    assert len(client.v1.refunds.list().data) == 1


def test_a_refund_is_told_with_its_charge(client, sim, paid, receiver):
    client.v1.refunds.create({"payment_intent": paid.payment_intent, "reason": "requested_by_customer"})
    assert sim.settle()
    assert [event["type"] for event in sim.events()][-2:] == ["refund.created", "charge.refunded"]
    refunded = sim.events()[-1]["data"]
    assert refunded["previous_attributes"] == {"amount_refunded": 0, "refunded": False}


def test_what_failed_cannot_be_refunded(client, sim, session):
    sim.pay(session.id, "4000000000000002")
    [intent] = client.v1.payment_intents.list().data
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        client.v1.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError, match="failed"):
        client.v1.refunds.create({"charge": intent.latest_charge})


def test_each_movement_names_its_source(client, paid):
    [transaction] = client.v1.balance_transactions.list().data
    assert transaction.reporting_category == "charge"
    assert [t.id for t in client.v1.balance_transactions.list({"source": transaction.source})] == [transaction.id]
    assert sum(detail.amount for detail in transaction.fee_details) == transaction.fee


def test_other_currencies_are_not_pretended(client):
    yen = {"currency": "jpy", "unit_amount": 2000, "product_data": {"name": "Dues"}}
    with pytest.raises(stripe.APIError) as refusal:
        client.v1.checkout.sessions.create(checkout(line_items=[{"quantity": 1, "price_data": yen}]))
    assert refusal.value.http_status == 501
