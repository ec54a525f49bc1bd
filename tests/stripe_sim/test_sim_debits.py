"""Direct debits from New Zealand bank accounts: nobody knows for two business days, and for months it may be undone."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import requests
import stripe
from conftest import checkout
from test_sim_refunds import DAY, held, types

import stripe_sim
from stripe_sim import banks
from stripe_sim.endpoints import payment_intents

GOOD, POOR, CLOSED, FORBIDDEN, REGRETTED = (f"12-3456-7890123-{ending}" for ending in ("00", "02", "03", "04", "09"))
BOTH = {"allowed_payment_method_types": ["card", "nz_bank_account"]}
ACCEPTED = {"customer_acceptance": {"type": "online", "online": {"ip_address": "127.0.0.1", "user_agent": "test"}}}
RETURN = "http://127.0.0.1:9/back"


@pytest.fixture
def session(client):
    return client.v1.checkout.sessions.create(checkout(**BOTH))


def bank_method(client, ending: str = "00"):
    number = {"bank_code": "12", "branch_code": "3456", "account_number": "7890123", "suffix": ending}
    holder = {"account_holder_name": "Ada Lovelace", **number}
    return client.v1.payment_methods.create({"type": "nz_bank_account", "nz_bank_account": holder})


def saved_method(client, ending: str = "00"):
    """A bank account of a customer, with a mandate, kept by a setup intent."""
    customer = client.v1.customers.create({"name": "Ada"})
    intent = client.v1.setup_intents.create(
        {
            "customer": customer.id,
            "payment_method": bank_method(client, ending).id,
            "confirm": True,
            "return_url": RETURN,
            "mandate_data": ACCEPTED,
            "allowed_payment_method_types": ["nz_bank_account"],
        }
    )
    assert intent.status == "succeeded"
    return customer, intent


def charge_off_session(client, customer, method_id: str, **more):
    return client.v1.payment_intents.create(
        {
            "amount": 2500,
            "currency": "nzd",
            "customer": customer.id,
            "payment_method": method_id,
            "confirm": True,
            "off_session": True,
            "return_url": RETURN,
            **more,
        }
    )


@pytest.mark.parametrize(
    ("begun", "known"),
    [("2026-11-23", "2026-11-25"), ("2026-11-26", "2026-11-30"), ("2026-11-28", "2026-12-01")],
)
def test_two_business_days_skip_the_weekend(begun, known):
    moment = datetime.fromisoformat(begun).replace(hour=9, tzinfo=UTC).timestamp()
    assert datetime.fromtimestamp(banks.after_business_days(moment), UTC).date().isoformat() == known


def test_the_readme_tells_what_every_account_does():
    readme = (stripe_sim.simulator.Path(stripe_sim.__file__).parent / "README.md").read_text()
    told = dict(re.findall(r"^\| …([0-9]{2}) \| (.*?) \|$", readme, re.MULTILINE))
    assert told == {account.ending: account.does for account in banks.ACCOUNTS}


def test_a_debit_is_processing_and_the_session_complete_but_unpaid(client, sim, session):
    assert sim.pay(session.id, bank_account=GOOD, name="Ada Lovelace").state == "processing"
    assert sim.settle()
    found = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge"]})
    assert (found.status, found.payment_status) == ("complete", "unpaid")
    assert found.payment_intent.status == "processing"
    charge = found.payment_intent.latest_charge
    assert (charge.status, charge.paid) == ("pending", False)
    details = charge.payment_method_details.nz_bank_account
    assert (details.bank_code, details.branch_code, details.last4, details.suffix) == ("12", "3456", "0123", "00")
    assert details.bank_name == "ASB Bank"
    assert types(sim, 0) == [
        "payment_intent.created",
        "charge.pending",
        "payment_intent.processing",
        "checkout.session.completed",
        "charge.updated",
    ]


def test_two_business_days_later_it_is_paid(client, sim, session):
    sim.pay(session.id, bank_account=GOOD)
    assert sim.settle()
    before = len(sim.events())
    sim.advance(5 * DAY)
    found = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent.latest_charge.balance_transaction"]})
    assert (found.payment_status, found.payment_intent.status) == ("paid", "succeeded")
    assert found.payment_intent.amount_received == 2000
    assert types(sim, before) == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.async_payment_succeeded",
    ]
    money = found.payment_intent.latest_charge.balance_transaction
    assert (money.type, money.reporting_category, money.amount, money.fee) == ("payment", "charge", 2000, 60)


@pytest.mark.parametrize(
    ("account", "code"), [(POOR, "insufficient_funds"), (CLOSED, "account_closed"), (FORBIDDEN, "debit_not_authorized")]
)
def test_or_it_fails_and_what_was_counted_on_is_taken_back(client, sim, session, account, code):
    sim.pay(session.id, bank_account=account)
    assert sim.settle()
    assert held(client) == 1940
    before = len(sim.events())
    sim.advance(5 * DAY)
    found = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge.failure_balance_transaction"]}
    )
    assert (found.status, found.payment_status) == ("complete", "unpaid")
    intent = found.payment_intent
    assert (intent.status, intent.last_payment_error.code) == ("requires_payment_method", code)
    assert (intent.latest_charge.status, intent.latest_charge.failure_code) == ("failed", code)
    back = intent.latest_charge.failure_balance_transaction
    assert (back.type, back.reporting_category, back.net) == ("payment_failure_refund", "charge_failure", -1940)
    assert held(client) == 0
    told = [type for type in types(sim, before) if type != "mandate.updated"]
    assert told == ["charge.failed", "payment_intent.payment_failed", "checkout.session.async_payment_failed"]


def test_what_fails_once_more_on_the_same_intent_is_not_told_of_the_session_again(client, sim, session):
    sim.pay(session.id, bank_account=POOR)
    sim.advance(5 * DAY)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    with pytest.raises(stripe.CardError):
        client.v1.payment_intents.confirm(intent, {"payment_method": "pm_card_chargeDeclined", "return_url": RETURN})
    assert types(sim, 0).count("checkout.session.async_payment_failed") == 1


def test_a_debit_that_fails_before_it_was_posted_moves_nothing(client, sim, session):
    sim.faults.set(balance_transaction_delay=30 * DAY)
    sim.pay(session.id, bank_account=POOR)
    sim.advance(60 * DAY)
    assert client.v1.balance_transactions.list().data == []


def test_a_debit_under_way_cannot_be_refunded_nor_canceled(client, sim, session):
    sim.pay(session.id, bank_account=GOOD)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"payment_intent": intent})
    with pytest.raises(stripe.InvalidRequestError, match="processing"):
        client.v1.payment_intents.cancel(intent)


def test_a_refund_of_a_debit_is_a_payment_refund(client, sim, session):
    sim.pay(session.id, bank_account=GOOD)
    sim.advance(5 * DAY)
    intent = client.v1.checkout.sessions.retrieve(session.id).payment_intent
    refund = client.v1.refunds.create({"payment_intent": intent, "amount": 700, "expand": ["balance_transaction"]})
    assert (refund.balance_transaction.type, refund.balance_transaction.reporting_category) == ("payment_refund", "refund")
    assert refund.destination_details.type == "nz_bank_transfer"


def test_a_bank_may_take_it_back_after_ninety_days_and_asks_nobody(client, sim, session):
    sim.pay(session.id, bank_account=REGRETTED)
    sim.advance(30 * DAY)
    assert client.v1.disputes.list().data == []
    had, before = held(client), len(sim.events())
    sim.advance(70 * DAY)
    [dispute] = client.v1.disputes.list().data
    assert (dispute.status, dispute.reason) == ("lost", "debit_not_authorized")
    assert held(client) == had - 2000 - 600
    assert types(sim, before) == ["charge.dispute.created", "charge.dispute.funds_withdrawn", "charge.dispute.closed"]
    with pytest.raises(ValueError, match="already"):
        sim.decide(dispute.id, won=True)


def test_a_saved_account_is_debited_off_session_and_its_follower_hears(client, sim, monkeypatch):
    heard = []
    monkeypatch.setattr(payment_intents, "FOLLOWERS", [lambda account, intent: heard.append(intent["status"])])
    customer, setup = saved_method(client)
    mandate = client.v1.mandates.retrieve(setup.mandate)
    assert (mandate.status, mandate.payment_method) == ("active", setup.payment_method)
    intent = charge_off_session(client, customer, setup.payment_method)
    assert (intent.status, heard) == ("processing", ["processing"])
    sim.advance(5 * DAY)
    assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    assert heard == ["processing", "succeeded"]


def test_without_an_active_mandate_no_debit_goes_out(client, sim):
    customer, setup = saved_method(client)
    sim.end_mandate(setup.payment_method)
    assert client.v1.mandates.retrieve(setup.mandate).status == "inactive"
    assert types(sim, -1) == ["mandate.updated"]
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        charge_off_session(client, customer, setup.payment_method)
    assert refusal.value.code == "payment_intent_mandate_invalid"
    renewed = charge_off_session(client, customer, setup.payment_method, off_session=False, mandate_data=ACCEPTED)
    assert renewed.status == "processing"


def test_a_mandate_that_ends_while_a_debit_is_under_way_lets_it_fail(client, sim):
    customer, setup = saved_method(client)
    intent = charge_off_session(client, customer, setup.payment_method)
    sim.end_mandate(setup.mandate)
    sim.advance(5 * DAY)
    assert client.v1.payment_intents.retrieve(intent.id).last_payment_error.code == "payment_intent_mandate_invalid"


def test_a_debit_that_was_forbidden_ends_its_mandate(client, sim):
    customer, setup = saved_method(client, "04")
    charge_off_session(client, customer, setup.payment_method)
    sim.advance(5 * DAY)
    assert client.v1.mandates.retrieve(setup.mandate).status == "inactive"


def test_an_account_is_never_debited_without_agreement(client):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.v1.payment_intents.create(
            {
                "amount": 2500,
                "currency": "nzd",
                "payment_method": bank_method(client).id,
                "confirm": True,
                "return_url": RETURN,
            }
        )
    assert refusal.value.param == "mandate_data"


@pytest.mark.parametrize(("ending", "param"), [("77", "nz_bank_account[suffix]"), ("7", "nz_bank_account")])
def test_other_accounts_are_refused(client, ending, param):
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        bank_method(client, ending)
    assert refusal.value.param == param


# -- the hosted page -------------------------------------------------------------------------------------------


def test_the_page_offers_both_ways_and_asks_for_agreement(client, sim, session):
    page = requests.get(session.url, timeout=60).text
    assert '<a href="?by=nz_bank_account">NZ bank account</a>' in page
    assert 'name="card"' in page
    page = requests.get(session.url + "?by=nz_bank_account", timeout=60).text
    assert 'name="card"' not in page
    for field in ("email", "account", "name", "agreed"):
        assert f'<label for="{field}">' in page
    form = {"by": "nz_bank_account", "email": "ada@example.org", "account": "12-34", "name": ""}
    answer = requests.post(session.url, form, timeout=60)
    assert answer.status_code == 422
    assert "Your account number is not right" in answer.text
    assert "Tick the box if you agree" in answer.text
    form |= {"account": GOOD, "name": "Ada", "agreed": "yes"}
    answer = requests.post(session.url, form, timeout=60, allow_redirects=False)
    assert answer.status_code == 303
    assert "on its way to your bank" in requests.get(session.url or f"{sim.url}/c/pay/{session.id}", timeout=60).text


def test_an_account_outside_the_table_is_declined_and_nothing_of_it_is_kept(client, sim, session):
    form = {"by": "nz_bank_account", "email": "a@b.org", "account": "12-3456-7890123-51", "name": "Ada", "agreed": "yes"}
    assert requests.post(session.url, form, timeout=60).status_code == 402
    assert not list(sim.account.store.all("payment_method"))


def test_a_page_for_accounts_alone_has_no_card(client):
    session = client.v1.checkout.sessions.create(checkout(allowed_payment_method_types=["nz_bank_account"]))
    page = requests.get(session.url, timeout=60).text
    assert 'name="card"' not in page
    assert 'class="choice"' not in page


def test_a_page_for_cards_does_not_take_an_account(client, sim):
    session = client.v1.checkout.sessions.create(checkout())
    assert session.payment_method_types == ["card"]
    assert sim.pay(session.id, bank_account=GOOD).state == "invalid"
