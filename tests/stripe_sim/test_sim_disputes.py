"""Disputes and early fraud warnings: who has the money while a bank thinks, and after."""

from __future__ import annotations

import pytest
import stripe
from test_sim_refunds import DAY, held, pay, types

FEE = 2500


def test_card_0259_is_disputed_by_itself_and_the_money_goes(client, sim):
    paid = pay(client, sim, "4000000000000259")
    [dispute] = client.v1.disputes.list({"payment_intent": paid.payment_intent}).data
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", "fraudulent", 2000)
    assert dispute.is_charge_refundable is False
    [taken] = dispute.balance_transactions
    assert (taken.type, taken.reporting_category) == ("adjustment", "dispute")
    assert (taken.amount, taken.fee, taken.net, taken.source) == (-2000, FEE, -2000 - FEE, dispute.id)
    assert held(client) == -84 - FEE
    assert types(sim, -3) == ["charge.updated", "charge.dispute.created", "charge.dispute.funds_withdrawn"]
    assert client.v1.charges.retrieve(dispute.charge).disputed


def test_a_disputed_charge_is_not_refunded_until_it_is_won(client, sim, paid):
    dispute = sim.dispute(paid.payment_intent, reason="product_not_received")
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.refunds.create({"payment_intent": paid.payment_intent})
    assert refusal.value.code == "charge_disputed"
    with pytest.raises(ValueError, match="disputed already"):
        sim.dispute(paid.id)
    sim.decide(dispute, won=True)
    assert client.v1.refunds.create({"payment_intent": paid.payment_intent}).amount == 2000


@pytest.mark.parametrize("won", [True, False])
def test_the_bank_decides_months_later(client, sim, paid, won):
    had = held(client)
    sim.advance(90 * DAY)
    id = sim.dispute(paid.payment_intent, amount=1200)
    client.v1.disputes.update(id, {"evidence": {"customer_name": "Ada"}})
    sim.advance(75 * DAY)
    before = len(sim.events())
    assert sim.decide(id, won=won) == id
    dispute = client.v1.disputes.retrieve(id)
    assert dispute.status == ("won" if won else "lost")
    assert held(client) == had - FEE - (0 if won else 1200)
    expected = ["charge.dispute.closed", "charge.dispute.funds_reinstated"] if won else ["charge.dispute.closed"]
    assert types(sim, before) == expected
    categories = [moved.reporting_category for moved in dispute.balance_transactions]
    assert categories == (["dispute", "dispute_reversal"] if won else ["dispute"])
    with pytest.raises(ValueError, match="already"):
        sim.decide(id, won=won)


def test_evidence_is_kept_and_sent_once(client, sim, paid):
    id = sim.dispute(paid.id)
    staged = client.v1.disputes.update(id, {"evidence": {"uncategorized_text": "they voted"}, "submit": False})
    assert (staged.status, staged.evidence_details.has_evidence) == ("needs_response", True)
    sent = client.v1.disputes.update(id, {"evidence": {"customer_name": "Ada"}, "metadata": {"by": "treasurer"}})
    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)
    assert (sent.evidence.uncategorized_text, sent.evidence.customer_name) == ("they voted", "Ada")
    assert sim.events()[-1]["type"] == "charge.dispute.updated"
    with pytest.raises(stripe.InvalidRequestError, match="under_review"):
        client.v1.disputes.update(id, {"evidence": {"customer_name": "Bea"}})


@pytest.mark.parametrize(("word", "end"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
def test_evidence_may_decide_at_once(client, sim, paid, word, end):
    id = sim.dispute(paid.id)
    assert client.v1.disputes.update(id, {"evidence": {"uncategorized_text": word}}).status == end


def test_a_dispute_nobody_answers_is_lost_on_its_day(client, sim, paid):
    id = sim.dispute(paid.id)
    due_by = client.v1.disputes.retrieve(id).evidence_details.due_by
    sim.advance(40 * DAY)
    dispute = client.v1.disputes.retrieve(id)
    assert (dispute.status, dispute.evidence_details.past_due) == ("lost", True)
    assert sim.events()[-1]["created"] == due_by


def test_giving_in_loses_it(client, sim, paid):
    id = sim.dispute(paid.id)
    assert client.v1.disputes.close(id).status == "lost"
    with pytest.raises(stripe.InvalidRequestError, match="lost"):
        client.v1.disputes.close(id)


def test_an_inquiry_moves_no_money_until_it_becomes_a_dispute(client, sim, paid):
    had = held(client)
    id = sim.dispute(paid.id, inquiry=True)
    assert client.v1.disputes.retrieve(id).status == "warning_needs_response"
    assert held(client) == had
    sim.decide(id, won=False)
    assert client.v1.disputes.retrieve(id).status == "needs_response"
    assert held(client) == had - 2000 - FEE


def test_an_inquiry_nobody_pursues_is_closed(client, sim, paid):
    id = sim.dispute(paid.id, inquiry=True)
    client.v1.disputes.update(id, {"evidence": {"customer_name": "Ada"}})
    sim.decide(id, won=True)
    assert client.v1.disputes.retrieve(id).status == "warning_closed"
    assert client.v1.refunds.create({"payment_intent": paid.payment_intent}).status == "succeeded"


def test_what_was_refunded_is_not_disputed_too_unless_asked(client, sim, paid):
    client.v1.refunds.create({"payment_intent": paid.payment_intent, "amount": 500})
    assert client.v1.disputes.retrieve(sim.dispute(paid.id)).amount == 1500


def test_files_are_not_pretended(client, sim, paid):
    id = sim.dispute(paid.id)
    with pytest.raises(stripe.APIError) as refusal:
        client.v1.disputes.update(id, {"evidence": {"receipt": "file_123"}})
    assert refusal.value.http_status == 501


def test_card_5423_brings_an_early_fraud_warning(client, sim):
    paid = pay(client, sim, "4000000000005423")
    [warning] = client.v1.radar.early_fraud_warnings.list({"payment_intent": paid.payment_intent}).data
    assert (warning.fraud_type, warning.actionable) == ("unauthorized_use_of_card", True)
    assert types(sim, -1) == ["radar.early_fraud_warning.created"]
    client.v1.refunds.create({"payment_intent": paid.payment_intent, "reason": "fraudulent"})
    assert client.v1.radar.early_fraud_warnings.retrieve(warning.id).actionable is False
    assert types(sim, -1) == ["radar.early_fraud_warning.updated"]


def test_any_payment_may_be_warned_of_and_disputed_before_it_is_posted(client, sim, session):
    sim.faults.set(balance_transaction_delay=3600)
    sim.pay(session.id)
    sim.warn_of_fraud(session.id)
    sim.dispute(session.id)
    kinds = [transaction.type for transaction in client.v1.balance_transactions.list()]
    assert kinds == ["adjustment", "charge"]
    sim.advance(7200)
    assert len(client.v1.balance_transactions.list().data) == 2
