"""However Stripe tells us, whatever it forgets: the same ledger, one term, one letter."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text

from app import gateways
from app.gateways.stripe import Away, Refused
from app.ground import audit
from app.ground.db import Base, session, transaction
from app.party.dues.models import Charge, DuesPaid
from app.party.membership.models import Membership
from app.party.payments import errands, queries, services
from app.party.payments.models import Account, HeardEvent, LedgerEntry, Payment
from tests.walk import ADA, hidden, join

GOOD, DECLINED, NO_FUNDS, EXPIRED = "4242424242424242", "4000000000000002", "4000000000009995", "4000000000000069"


def checkout(response) -> str:
    assert response.status_code == 303, response.get_data(as_text=True)
    return response.location.rstrip("/").rsplit("/", 1)[1]


def count(noun: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(noun))


def the_payment() -> Payment:
    return session.scalars(select(Payment)).one()


def try_again(client, page: str):
    """Press the button of a page that offers the payment again."""
    return client.post(page.split('action="')[1].split('"')[0], data={"csrf_token": hidden(page, "csrf_token")})


def check_books(mailbox) -> None:
    """Everything that must be so after one join, whatever happened on the way."""
    session.remove()
    books = queries.balances()
    assert books.faults == []
    assert {str(account): amount.cents for account, amount in books.accounts.items()} == {
        Account.STRIPE_BALANCE: 1916,
        Account.STRIPE_FEES: 84,
        Account.STRIPE_UNSETTLED: 0,
        Account.DUES: -2000,
    }
    assert (count(Membership), count(Charge), count(DuesPaid), count(LedgerEntry)) == (1, 1, 1, 2)
    assert queries.paid_but_untold() == 0
    assert [letter.to for letter in mailbox()] == [ADA["email"]]
    assert mailbox()[0].sent_at
    assert audit.verify()[1] == []
    session.remove()


@pytest.mark.parametrize("seed", range(6))
def test_any_order_repeats_and_losses_come_to_the_same_books(client, stripe, events, hear, do_the_chores, mailbox, seed):
    stripe.pay(checkout(join(client)))
    luck = random.Random(seed)
    told = [event for event in events() for _ in range(luck.choice((0, 1, 3)))]
    luck.shuffle(told)
    for event in told:
        hear(event)
        if luck.random() < 0.4:
            do_the_chores()
    do_the_chores()
    errands.sweep()
    do_the_chores()
    check_books(mailbox)


def test_reversed_and_three_at_once(client, app, stripe, events, hear, do_the_chores, mailbox):
    stripe.pay(checkout(join(client)))
    told = [event for event in reversed(events()) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        assert {answer.status_code for answer in pool.map(hear, told)} == {200}
    payment = the_payment().id
    session.remove()
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(_follow_in(app), [payment] * 6))
    do_the_chores()
    check_books(mailbox)


def _follow_in(app):
    def follow(payment):
        with app.app_context():
            try:
                errands.follow(payment)
            finally:
                session.remove()

    return follow


def test_every_webhook_lost_and_the_sweep_finds_it(client, stripe, events, do_the_chores, mailbox):
    stripe.pay(checkout(join(client)))
    events()
    errands.sweep()
    do_the_chores()
    check_books(mailbox)
    assert session.scalar(select(func.count()).select_from(HeardEvent).where(HeardEvent.handled_at.is_(None))) == 0


def test_somebody_waiting_on_the_thanks_page_is_enough(client, stripe, events, do_the_chores, mailbox):
    answer = join(client)
    stripe.pay(checkout(answer))
    events()
    key = session.scalar(text("select id from applications"))
    session.remove()
    page = client.get(f"/join/thanks/{key}").get_data(as_text=True)
    assert "We are confirming your payment" in page
    do_the_chores()
    assert "You are a member" in client.get(f"/join/thanks/{key}").get_data(as_text=True)
    check_books(mailbox)


def test_the_balance_transaction_may_come_hours_later(client, stripe, events, hear, do_the_chores, mailbox):
    stripe.faults.set(balance_transaction_delay=3600)
    stripe.pay(checkout(join(client)))
    for event in [{k: v for k, v in e.items() if k != "deliveries"} for e in stripe.events()]:
        hear(event)
    do_the_chores()
    assert queries.balances().accounts[Account.STRIPE_UNSETTLED].cents == 2000
    assert count(Membership) == 1
    stripe.advance(3700)
    for event in events():
        hear(event)
    do_the_chores()
    check_books(mailbox)


@pytest.mark.parametrize("card", [DECLINED, NO_FUNDS, EXPIRED])
def test_a_declined_card_is_written_down_and_another_one_pays(client, stripe, hear_everything, do_the_chores, mailbox, card):
    page = checkout(join(client))
    assert stripe.pay(page, card=card).state == "declined"
    hear_everything()
    do_the_chores()
    assert the_payment().decline_code
    assert the_payment().is_open
    assert count(Membership) == 0
    session.remove()
    back = client.get("/join?back=1").get_data(as_text=True)
    assert "Your card was declined" in back
    assert "You have not been charged" in back
    assert ADA["address"] in back

    stripe.pay(page, card=GOOD)
    hear_everything()
    do_the_chores()
    check_books(mailbox)


def test_an_expired_page_closes_the_attempt_and_a_new_one_can_be_paid(client, stripe, hear_everything, do_the_chores, mailbox):
    gateways.stripe_gateway().expire(checkout(join(client)))
    hear_everything()
    do_the_chores()
    assert the_payment().closed_because == "expired"
    key = session.scalar(text("select id from applications"))
    session.remove()
    page = client.get(f"/join/thanks/{key}").get_data(as_text=True)
    assert "You have not been charged" in page
    stripe.pay(checkout(try_again(client, page)))
    hear_everything()
    do_the_chores()
    check_books(mailbox)


def test_a_time_out_after_the_effect_still_leads_to_the_one_page(client, stripe, hear_everything, do_the_chores, mailbox):
    stripe.faults.set(api=[{"fault": "timeout_after_effect", "method": "POST", "path": "/v1/checkout/sessions", "times": 1}])
    stripe.pay(checkout(join(client)))  # the library asks again with the same key
    hear_everything()
    do_the_chores()
    check_books(mailbox)
    made = [event for event in stripe.log if event["method"] == "POST" and event["path"] == "/v1/checkout/sessions"]
    assert len({request["idempotency_key"] for request in made}) == 1


def test_stripe_away_is_said_and_the_next_try_reaches_the_page(client, stripe, hear_everything, do_the_chores, mailbox):
    stripe.faults.set(api=[{"fault": "429", "method": "POST", "path": "/v1/checkout/sessions", "times": 1}])
    answer = join(client)
    assert answer.status_code == 503
    page = answer.get_data(as_text=True)
    assert "You have not been charged" in page
    stripe.pay(checkout(try_again(client, page)))
    hear_everything()
    do_the_chores()
    check_books(mailbox)
    assert count(Payment) == 1


def test_a_fault_that_stripe_remembers_begins_a_new_attempt(client, stripe, hear_everything, do_the_chores, mailbox):
    stripe.faults.set(api=[{"fault": "error_500_after_effect", "method": "POST", "path": "/v1/checkout/sessions", "times": 1}])
    answer = join(client)
    assert answer.status_code == 503
    stripe.faults.clear()
    stripe.pay(checkout(try_again(client, answer.get_data(as_text=True))))
    hear_everything()
    do_the_chores()
    check_books(mailbox)


def test_money_is_kept_when_its_room_fails_and_the_room_acts_later(client, stripe, owner, events, hear, do_the_chores, mailbox):
    stripe.pay(checkout(join(client)))
    told = events()
    owner.execute("alter table memberships add constraint refuse check (false) not valid")
    try:
        for event in told:
            hear(event)
        do_the_chores()
        assert queries.paid_but_untold() == 1
        assert the_payment().settled_at
        assert queries.verify_ledger() == []
        assert (count(Membership), len(mailbox())) == (0, 0)
    finally:
        session.remove()
        owner.execute("alter table memberships drop constraint refuse")
    errands.sweep()
    do_the_chores()
    check_books(mailbox)


def test_an_amount_that_is_not_what_we_asked_for_is_refused(client, stripe, events):
    page = checkout(join(client))
    stripe.pay(page)
    events()
    seen = gateways.stripe_gateway().look_at(page)
    payment = the_payment()
    session.remove()
    other = type(seen)(**{**vars(seen), "amount": seen.amount * 2})
    with pytest.raises(services.Mismatch), transaction():
        services.apply(payment.id, other, looked_at=payment.begun_at)
    assert count(LedgerEntry) == 0


def test_the_gateway_tells_not_reached_from_refused(app, stripe):
    gateway = gateways.stripe_gateway()
    with pytest.raises(Refused):
        gateway.look_at("cs_test_nobody")
    stripe.faults.set(api=[{"fault": "429", "method": "GET", "path": "/v1/checkout/sessions/*", "times": 9}])
    with pytest.raises(Away):
        gateway.look_at("cs_test_nobody")


def test_the_commands_say_how_the_books_stand(client, app, stripe, hear_everything, do_the_chores):
    stripe.pay(checkout(join(client)))
    run = app.test_cli_runner().invoke
    done = run(args=["reconcile"])
    assert done.exit_code == 0, done.output
    do_the_chores()
    done = run(args=["ledger", "verify"])
    assert (done.exit_code, "The ledger holds" in done.output) == (0, True)
    done = run(args=["audit", "verify"])
    assert (done.exit_code, "The audit log holds" in done.output) == (0, True)
    assert run(args=["doctor"]).exit_code == 0


def test_a_ledger_that_was_tampered_with_is_named(client, app, stripe, owner, hear_everything, do_the_chores):
    stripe.pay(checkout(join(client)))
    hear_everything()
    do_the_chores()
    owner.execute("set session_replication_role = replica")
    owner.execute("update ledger_lines set cents = cents - 1 where account = 'income:dues'")
    done = app.test_cli_runner().invoke(args=["ledger", "verify"])
    assert done.exit_code == 1
    assert "does not sum to zero" in done.output
