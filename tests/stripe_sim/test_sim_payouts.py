"""Payouts: each midnight what is available goes to our bank, and every cent of it can be named."""

from __future__ import annotations

import pytest
import stripe
from conftest import SECRET, checkout, new_client, subscribing
from test_sim_refunds import DAY, held, pay, types

from stripe_sim import Simulator
from stripe_sim.contract import Contract

AT_ONCE = "4000000000000077"


@pytest.fixture
def sim(receiver):
    simulator = Simulator(receiver.url, SECRET, posting_delay=0.02, payouts=True).start()
    yield simulator
    for event in simulator.events():
        event.pop("deliveries")
        Contract.installed().check_event(event)
    simulator.stop()


def parts_of(client, payout: str) -> list[stripe.BalanceTransaction]:
    return list(client.v1.balance_transactions.list({"payout": payout}).auto_paging_iter())


def test_a_payout_is_minus_the_sum_of_what_is_in_it(client, sim):
    for amount in (2000, 3000):
        pay(client, sim, amount=amount)
    refunded = pay(client, sim, amount=1000)
    client.v1.refunds.create({"payment_intent": refunded.payment_intent})
    sim.advance(7 * DAY)
    [payout] = client.v1.payouts.list({"status": "paid"}).data
    assert (payout.automatic, payout.reconciliation_status) == (True, "completed")
    parts = parts_of(client, payout.id)
    assert sum(part.net for part in parts if part.type != "payout") == payout.amount
    assert sorted(part.type for part in parts) == ["charge", "charge", "charge", "payout", "refund"]
    [out] = [part for part in parts if part.type == "payout"]
    assert (out.id, out.net, out.source) == (payout.balance_transaction, -payout.amount, payout.id)
    assert held(client) == 0


def test_it_is_made_at_midnight_told_in_order_and_arrives_a_business_day_later(client, sim):
    pay(client, sim, AT_ONCE)
    before = len(sim.events())
    sim.advance(6 * DAY)
    [payout] = client.v1.payouts.list().data
    assert payout.created % DAY == 0
    assert DAY <= payout.arrival_date - payout.created <= 3 * DAY
    assert types(sim, before) == ["payout.created", "payout.reconciliation_completed", "payout.paid"]
    assert sim.events()[-1]["created"] == payout.arrival_date
    assert client.v1.payouts.list({"arrival_date": {"gt": payout.arrival_date}}).data == []


def test_each_day_has_its_own_and_a_balance_below_nothing_has_none(client, sim):
    first = pay(client, sim, AT_ONCE)
    sim.advance(DAY)
    client.v1.refunds.create({"payment_intent": first.payment_intent})
    sim.advance(5 * DAY)
    assert len(client.v1.payouts.list().data) == 1
    assert held(client) == -2000
    pay(client, sim, AT_ONCE, amount=5000)
    sim.advance(DAY)
    newest, oldest = client.v1.payouts.list().data
    assert (oldest.amount, newest.amount) == (1896, 5000 - 215 - 2000)
    assert sorted(part.type for part in parts_of_when_known(client, sim, newest.id)) == ["charge", "payout", "refund"]


def parts_of_when_known(client, sim, payout: str):
    sim.advance(7200)
    return parts_of(client, payout)


def test_its_parts_are_not_known_at_once(client, sim):
    pay(client, sim, AT_ONCE)
    seconds_to_midnight = DAY - sim.account.now() % DAY
    sim.advance(seconds_to_midnight + 60)
    [payout] = client.v1.payouts.list().data
    assert (payout.status, payout.reconciliation_status) == ("in_transit", "in_progress")
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        parts_of(client, payout.id)
    assert refusal.value.code == "payout_reconciliation_not_ready"


def test_a_failed_payout_comes_back_and_goes_out_with_the_next(client, sim):
    sim.faults.set(payouts=[{"fault": "fail", "code": "account_frozen"}])
    pay(client, sim, AT_ONCE)
    sim.advance(10 * DAY)
    second, first = client.v1.payouts.list({"expand": ["data.failure_balance_transaction"]}).data
    assert (first.status, first.failure_code, second.status) == ("failed", "account_frozen", "paid")
    back = first.failure_balance_transaction
    assert (back.type, back.reporting_category, back.net) == ("payout_failure", "payout_reversal", first.amount)
    assert back.id in [part.id for part in parts_of(client, second.id)]
    assert (second.amount, held(client)) == (first.amount, 0)
    assert "payout.failed" in types(sim, 0)


def test_also_what_was_paid_may_be_sent_back(client, sim):
    pay(client, sim, AT_ONCE)
    sim.advance(6 * DAY)
    [payout] = client.v1.payouts.list().data
    sim.fail_payout(payout.id, code="no_account")
    assert client.v1.payouts.retrieve(payout.id).status == "failed"
    with pytest.raises(ValueError, match="failed already"):
        sim.fail_payout(payout.id)


def test_a_payout_by_hand_may_be_canceled_while_it_waits(client, sim):
    pay(client, sim, AT_ONCE)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payouts.create({"amount": 999_999, "currency": "nzd"})
    assert refusal.value.code == "balance_insufficient"
    payout = client.v1.payouts.create({"amount": 500, "currency": "nzd"})
    assert (payout.automatic, payout.status) == (False, "pending")
    canceled = client.v1.payouts.cancel(payout.id)
    assert canceled.status == "canceled"
    assert client.v1.balance_transactions.retrieve(canceled.failure_balance_transaction).type == "payout_cancel"
    with pytest.raises(stripe.InvalidRequestError, match="only be filtered on automatic"):
        parts_of(client, payout.id)
    assert types(sim, -2) == ["payout.created", "payout.canceled"]


def test_without_payouts_money_stays(receiver):
    with Simulator(receiver.url, SECRET, posting_delay=0.02) as sim:
        client = new_client(sim)
        pay(client, sim, AT_ONCE)
        sim.advance(30 * DAY)
        assert client.v1.payouts.list().data == []
        assert held(client) == 1896


def test_payouts_go_on_after_a_restart(tmp_path):
    file = tmp_path / "account.sqlite"
    with Simulator(state=file, payouts=True, posting_delay=0.02) as sim:
        client = new_client(sim)
        pay(client, sim, AT_ONCE)
    with Simulator(state=file, payouts=True, posting_delay=0.02) as sim:
        sim.advance(2 * DAY)
        assert len(new_client(sim).v1.payouts.list().data) == 1


def test_transactions_are_found_by_type_source_time_and_currency(client, sim):
    paid = pay(client, sim, AT_ONCE)
    sim.advance(2 * DAY)
    refund = client.v1.refunds.create({"payment_intent": paid.payment_intent})
    find = client.v1.balance_transactions.list
    assert [found.type for found in find({"source": refund.id})] == ["refund"]
    assert [found.type for found in find({"type": "payout"})] == ["payout"]
    assert [found.type for found in find({"created": {"gte": refund.created}})] == ["refund"]
    assert len(find({"currency": "nzd"}).data) == 3
    assert find({"currency": "aud"}).data == []


def test_events_are_gone_after_thirty_days(client, sim):
    client.v1.customers.create({"name": "Ada"})
    [event] = client.v1.events.list().data
    sim.advance(29 * DAY)
    assert client.v1.events.retrieve(event.id).id == event.id
    sim.advance(2 * DAY)
    assert client.v1.events.list().data == []
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.events.retrieve(event.id)
    assert refusal.value.http_status == 404
    assert len(sim.events()) == 1


def test_events_may_be_kept_for_ever(receiver):
    with Simulator(receiver.url, SECRET, events_kept_days=None) as sim:
        client = new_client(sim)
        client.v1.checkout.sessions.create(checkout(customer_email="a@b.org"))
        client.v1.customers.create({"name": "Ada"})
        sim.advance(400 * DAY)
        assert "customer.created" in [event.type for event in client.v1.events.list()]


def test_the_renewals_of_a_long_advance_are_posted_and_paid_out_each_at_its_own_time(client, sim):
    session = client.v1.checkout.sessions.create(subscribing(interval="month"))
    sim.pay(session.id)
    assert sim.settle()
    sim.advance(100 * DAY)
    charges = client.v1.charges.list({"expand": ["data.balance_transaction"]}).data
    assert len(charges) == 4
    for charge in charges:
        assert 0 <= charge.balance_transaction.created - charge.created <= 60
    payouts = client.v1.payouts.list().data
    assert len(payouts) == 4
    for charge, payout in zip(charges, payouts, strict=True):
        assert charge.balance_transaction.id in [part.id for part in parts_of(client, payout.id)]
        assert 2 * DAY <= payout.created - charge.created <= 3 * DAY
