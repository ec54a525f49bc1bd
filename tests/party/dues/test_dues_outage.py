"""After an outage of an hour or of forty days: everything Stripe did meanwhile is found, posted, and put before a person where
nobody knows it."""

from __future__ import annotations

from datetime import date, timedelta

import stripe as library
from sqlalchemy import select

from app.ground.db import session
from app.law.membership import Standing, standing
from app.law.party_rules import Rhythm
from app.party.dues import queries, services
from app.party.payments import errands
from app.party.payments import queries as payments
from app.party.payments.models import Account, Difference, Payment
from stripe_sim.endpoints import payouts

BEGINS = date(2027, 3, 10)


def reconcile(years, days: int = 45):
    years.heard |= {event["id"] for event in years.stripe.events()}  # the webhooks of the outage never came
    with years.now():
        found = errands.reconcile(days=days)
    years.work()
    years.settle()
    return found


def down(years, days: float) -> None:
    """Nothing of ours runs, and nothing is heard, for so long."""
    years.stripe.advance(days * 86400)
    assert years.stripe.settle()


def books(years) -> dict[Account, int]:
    session.remove()
    found = payments.balances()
    assert found.faults == []
    assert queries.faults() == []
    assert found.accounts[Account.STRIPE_UNSETTLED].cents == 0
    return {account: amount.cents for account, amount in found.accounts.items()}


def test_after_an_hour_what_was_paid_meanwhile_is_found(years):
    years.begin(BEGINS)
    years.join(rhythm=Rhythm.MONTHLY)
    years.go_to(date(2027, 4, 9), every=10)
    down(years, 1.2)  # over the charge of the second month
    assert reconcile(years, days=2).faults == []
    assert [charge.is_paid for charge in years.charges()] == [True, True]
    assert len(years.letters("Your dues have arrived")) == 1
    books(years)


def test_after_forty_days_though_stripe_has_forgotten_the_first_ten(years):
    years.begin(BEGINS)
    years.join(rhythm=Rhythm.MONTHLY)
    years.join(rhythm=Rhythm.MONTHLY, email="other@people.example")
    years.go_to(date(2027, 4, 8), every=10)
    years.stripe.portal_cancel(portal(years, "other@people.example"))
    down(years, 40)
    found = reconcile(years)
    assert found.faults == []
    assert found.renewals == 2
    years.night()
    years.settle()
    assert [charge.is_paid for charge in years.charges()] == [True, True, True]
    assert len(years.letters("Your dues have arrived")) == 2
    other = years.renewal("other@people.example")
    assert other.ended_because == "asked"
    assert years.charges("other@people.example")[0].is_paid
    books(years)
    assert reconcile(years).faults == []


def portal(years, email: str) -> str:
    renewal = years.renewal(email)
    with years.now():
        return errands.open_portal(renewal, back_to="http://localhost/dues")


def test_a_refund_and_a_dispute_of_the_outage_are_found(years):
    years.begin(BEGINS)
    years.join(above=500, renews=False)
    years.join(email="other@people.example", renews=False)
    first, second = session.scalars(select(Payment).order_by(Payment.begun_at)).all()
    years.stripe.refund(first.intent_id, 2500)
    dispute = years.stripe.dispute(second.intent_id)
    down(years, 40)  # it was never answered, and is lost
    found = reconcile(years)
    assert found.faults == []
    for email in ("ina@people.example", "other@people.example"):
        assert standing(queries.history_of(years.membership(email)), on=years.today) is Standing.BEHIND
    accounts = books(years)
    assert (accounts[Account.DUES], accounts[Account.ABOVE_DUES]) == (0, 0)
    assert dispute


def test_money_nobody_knows_goes_to_suspense_and_before_a_person_and_is_never_dropped(years):
    years.begin(BEGINS)
    years.join(renews=False)
    client = library.StripeClient("sk_test_tests", base_addresses={"api": years.stripe.url})
    by_itself = {"enabled": True, "allow_redirects": "never"}
    charged = {"amount": 1234, "currency": "nzd", "payment_method": "pm_card_visa", "confirm": True}
    client.v1.payment_intents.create({**charged, "automatic_payment_methods": by_itself})
    years.settle()
    down(years, 2)
    found = reconcile(years, days=5)
    assert len(found.faults) == 1
    assert found.faults[0].startswith("unknown money: balance:txn_")
    accounts = books(years)
    assert accounts[Account.SUSPENSE] == -1234
    assert reconcile(years, days=5).faults == found.faults  # once, however often it is found
    assert len(session.scalars(select(Difference)).all()) == 1


def test_a_payout_is_posted_and_one_that_fails_is_put_before_a_person(years):
    years.begin(BEGINS)
    years.stripe.account.pays_out = True  # from now on, at each midnight
    with years.stripe.account.changing():
        payouts.begin(years.stripe.account)
    years.join(renews=False)
    years.go_to(BEGINS + timedelta(days=9))
    years.stripe.account.pays_out = False
    accounts = books(years)
    assert accounts[Account.IN_TRANSIT] == 1916
    assert accounts[Account.STRIPE_BALANCE] == 0
    payout = next(event["data"]["object"]["id"] for event in years.stripe.events() if event["type"] == "payout.paid")
    years.stripe.fail_payout(payout)
    years.settle()
    assert books(years)[Account.STRIPE_BALANCE] == 1916
    assert [one.kind for one in payments.open_differences()] == ["payout failed"]


def test_a_renewal_that_was_ended_here_and_goes_on_there_is_stopped_when_it_is_found(years):
    years.begin(BEGINS)
    years.join()
    fault = {"fault": "error_500_before_effect", "method": "DELETE", "path": "/v1/subscriptions/*", "times": 50}
    years.stripe.faults.set(api=[fault])
    with years.as_member() as member:
        assert services.stop_renewing(member, now=True, by="membership:x") == 1
    years.work()
    assert years.renewal().ended_at is None  # Stripe would not, and the job is tried again
    years.stripe.faults.clear()
    found = reconcile(years)
    assert found.faults == []
    assert years.renewal().ended_because == "asked"
