"""Money on its own way: paid early or late beside a renewal, twice, for nobody; and wishes that an outage swallowed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.law.membership import Standing, standing
from app.law.money import Money
from app.law.party_rules import Rhythm, add_months
from app.party.belonging import services as belonging
from app.party.dues import queries, services
from app.party.dues.rules import ChargeFails
from app.party.membership import services as membership_services
from app.party.payments import errands
from app.party.payments import queries as payments
from app.party.payments import services as payment_services
from app.party.payments.models import Account, Method, Payment, Refund, Renewal
from tests.party.dues.test_dues_cards import FAILING, becomes
from tests.walk import hidden

JOINED = date(2027, 3, 10)
YEAR = date(2028, 3, 10)
ACCOUNT = "12-3456-7890123-"


def came(years) -> list[tuple[date, int]]:
    """What was paid, on which days."""
    session.remove()
    rows = session.scalars(select(Payment).where(Payment.settled_at.is_not(None)).order_by(Payment.settled_at)).all()
    return [(row.paid_on, row.cents) for row in rows]


def at_stripe(years) -> list[str]:
    return [one["status"] for one in years.stripe.account.store.all("subscription")]


def pays_now(years, **how) -> Payment:
    with years.as_member() as membership:
        payment = services.pay_owed(membership, by="test", **how)
    with years.now():
        errands.open_checkout(payment)
    years.pay(payment.id)
    years.settle()
    return payment


def agree(years) -> str:
    """A page at which a renewal is agreed to, opened and not yet used."""
    with years.as_member() as membership:
        renewal = services.renew_from_next(membership, on=years.today, by="test", back_to="/me", cancel_to="/me")
    with years.now():
        page = errands.open_agreement(renewal)
    return page.rpartition("/")[2]


def bank(years, cents: int) -> Payment:
    with years.as_member() as membership:
        return services.record(
            membership, amount=Money(cents), above=Money(0), method=Method.BANK, on=years.today, by="test", payment_id=new_id()
        )


def test_who_pays_early_while_their_dues_renew_is_not_charged_again_for_the_same_term(years):
    years.begin(JOINED)
    years.join()
    years.go_to(YEAR - timedelta(days=20), every=10)
    pays_now(years)
    years.go_to(YEAR + timedelta(days=300), every=30)
    assert came(years) == [(JOINED, 2000), (YEAR - timedelta(days=20), 2000)]
    assert years.renewal().is_running
    assert years.renewal().next_charge_on == date(2029, 3, 10)
    years.go_to(date(2029, 3, 12), every=10)
    assert came(years)[2:] == [(date(2029, 3, 10), 2000)]


def test_who_pays_late_and_renews_from_then_on_is_charged_when_the_next_term_begins(years):
    years.begin(JOINED)
    years.join(renews=False)
    late = YEAR + timedelta(days=60)
    years.go_to(late, every=10)
    pays_now(years, renews=True)
    [letter] = years.letters("Your dues have arrived")
    assert "The next dues of $20.00 are taken by themselves on 10 March 2029." in letter.text
    years.go_to(date(2029, 6, 1), every=10)
    assert came(years) == [(JOINED, 2000), (late, 2000), (date(2029, 3, 10), 2000)]
    assert years.letters("unpaid")[1:] == []  # but for the one of the term that was paid late


def test_what_is_left_of_a_transfer_chooses_no_other_rate_or_rhythm(years):
    years.begin(JOINED)
    years.join(renews=False)
    years.go_to(YEAR - timedelta(days=20), every=10)
    bank(years, 2200)  # two dollars too many: what a month costs
    with years.as_member() as membership:
        plan = queries.plan_of(membership)
        last = queries.charges_of(membership)[-1]
    assert (plan.rhythm, plan.rate) == (Rhythm.YEARLY, "standard")
    assert (last.rhythm, last.outstanding) == (Rhythm.YEARLY, Money(1800))


def test_a_choice_that_is_made_again_after_another_reaches_stripe_again(years):
    years.begin(JOINED)
    years.join()
    for rate in ("concession", "standard", "concession"):
        with years.as_member() as membership:
            services.choose_plan(membership, rhythm=Rhythm.YEARLY, rate=rate, on=years.today, by="test")
        years.settle()
    years.go_to(YEAR + timedelta(days=2), every=30)
    assert came(years)[1:] == [(YEAR, 500)]


def test_while_a_debit_is_on_its_way_no_second_payment_is_begun(years):
    years.begin(JOINED)
    years.join(renews=False)
    years.go_to(YEAR - timedelta(days=20), every=10)
    with years.as_member() as membership:
        payment = services.pay_owed(membership, by="test")
    with years.now():
        errands.open_checkout(payment)
    years.stripe.pay(payments.find_payment(payment.id).checkout_id, bank_account=ACCOUNT + "00")
    years.settle()
    years.stripe.advance(22 * 3600)
    for how in ({}, {"renews": True}):
        with years.as_member() as membership:
            again = services.pay_owed(membership, by="test", **how)
        assert again.id == payment.id
        with years.now():
            assert errands.open_checkout(again) is None
    years.go_to(YEAR - timedelta(days=15))
    assert len(came(years)) == 2


def test_a_renewal_that_ended_unpaid_does_not_stand_in_the_way_of_a_new_one(years, client):
    years.begin(JOINED)
    years.join()
    becomes(years, "4000000000009995")
    years.go_to(YEAR + timedelta(days=35), every=1)
    assert years.renewal().ended_because == "unpaid"
    with years.as_member() as membership:
        path = queries.path_of(membership)
    with years.now():
        page = client.get(path).get_data(as_text=True)
        answer = client.post(f"{path}/pay", data={"csrf_token": hidden(page, "csrf_token"), "renews": "y"})
    years.stripe.pay(answer.location.rpartition("/")[2], card="4242424242424242")
    years.settle()
    assert years.renewal().is_running
    assert standing(queries.history_of(years.membership()), on=years.today) is Standing.GOOD


def test_who_leaves_with_a_page_open_on_which_a_renewal_is_agreed_to_is_never_charged(years):
    years.begin(JOINED)
    years.join(renews=False)
    page = agree(years)
    person_id = years.membership().person_id
    session.remove()
    with years.now(), transaction():
        belonging.leave(person_id, by=f"person:{person_id}", on=years.today)
    years.settle()
    session.remove()
    assert session.scalars(select(Renewal.frozen)).all() == [None]  # it has their email in it
    assert years.stripe.account.store.find(page)["status"] == "expired"


def test_an_agreement_made_in_the_moment_of_leaving_is_stopped_at_once(years):
    years.begin(JOINED)
    years.join(renews=False)
    page = agree(years)
    person_id = years.membership().person_id
    session.remove()
    years.stripe.pay(page, "4242424242424242")
    with years.now(), transaction():
        belonging.leave(person_id, by=f"person:{person_id}", on=years.today)
    years.settle()
    assert at_stripe(years) == ["canceled"]


def test_who_has_lapsed_and_joins_before_the_night_is_not_charged_by_the_old_renewal_too(years):
    years.begin(JOINED)
    years.join()
    payment = session.scalars(select(Payment)).one()
    session.remove()
    years.stripe.refund(payment.intent_id)  # the dues are unpaid from today on; the renewal runs
    years.settle()
    years.stripe.advance(95 * 86400)  # no night has come yet
    with years.as_member() as membership:
        assert services.has_lapsed(membership.id, on=years.today)
    years.join(renews=False)
    assert at_stripe(years) == ["canceled"]


def test_a_refund_that_an_outage_swallowed_is_sent_when_stripe_answers_again(years):
    years.begin(JOINED)
    years.join(renews=False)
    with years.now(), transaction():
        payment = session.scalars(select(Payment)).one()
        payment_services.ask_refund(payment, amount=Money(500), why="mistake", by="person:treasurer")
    with transaction():  # its chore gave up after half an hour without an answer
        session.connection().exec_driver_sql("delete from procrastinate_jobs where task_name = 'payments.send_refund'")
    years.stripe.advance(3 * 86400)
    with years.now():
        errands.sweep()
    years.settle()
    session.remove()
    [refund] = session.scalars(select(Refund)).all()
    assert refund.made_at is not None
    assert payments.sum_of(Account.DUES) == Money(-1500)


def test_money_for_nobody_that_was_given_back_pays_nothing_when_they_come_back(years):
    years.begin(JOINED)
    years.join(renews=False)
    years.go_to(YEAR - timedelta(days=5), every=10)
    with years.as_member() as membership:
        payment = services.pay_owed(membership, by="test")
        held = membership.id
    with years.now():
        errands.open_checkout(payment)
    years.go_to(YEAR + timedelta(days=119), every=7)
    assert years.membership().ended_on is not None
    with years.now(), transaction():
        late = session.get_one(Payment, payment.id)
        payment_services.record_payment(late, method=Method.BANK, on=years.today, by="test")
    session.remove()
    late = session.get_one(Payment, payment.id)
    assert late.told_at is None  # nobody to credit
    with years.now(), transaction():
        late = session.get_one(Payment, payment.id)
        refund = payment_services.ask_refund(late, amount=late.amount, why="left", by="person:treasurer")
        payment_services.hand_back(refund, late, on=years.today, by="person:treasurer")
    back = years.join(renews=False)
    assert back.id != held
    with years.now():
        errands.reconcile(days=7)
    years.settle()
    assert len(years.charges()) == 1
    session.remove()
    assert payments.untold() == []


def test_a_renewal_that_runs_for_nobody_is_stopped_in_the_night(years):
    years.begin(JOINED)
    years.join()
    with years.as_member() as membership:
        renewal = payment_services.running_for("dues", membership.id)[0]
        held = renewal.id
    with years.as_member() as membership:
        membership_services.end_lapsed(membership, on=years.today, by="test")
    years.night()
    years.settle()
    session.remove()
    assert session.get_one(Renewal, held).ended_at is not None
    assert at_stripe(years) == ["canceled"]


def test_one_who_cannot_be_written_to_does_not_keep_the_letters_from_the_others(years, owner):
    years.begin(JOINED)
    years.join(renews=False)
    years.join(renews=False, email="other@people.example")
    first = years.membership().person_id
    session.remove()
    owner.execute("update people set sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) where id = %s", (first,))
    years.go_to(YEAR - timedelta(days=20), every=30)
    assert [letter.to for letter in years.letters("due soon")] == ["other@people.example"]


def test_a_plan_is_not_changed_while_a_charge_fails(years, client):
    years.begin(JOINED)
    years.join()
    becomes(years, FAILING["9995"][0])
    years.go_to(add_months(JOINED, 12) + timedelta(days=1))
    with pytest.raises(ChargeFails), years.as_member() as member:
        services.choose_plan(member, rhythm=Rhythm.YEARLY, rate="concession", on=years.today, by="membership:x")
    with years.now():
        path = queries.path_of(years.membership())
        token = hidden(client.get(path).get_data(as_text=True), "csrf_token")
        answer = client.post(f"{path}/plan", data={"csrf_token": token, "rhythm": "yearly", "rate": "concession"})
    assert answer.status_code == 422
    assert "A charge of $20.00 has failed" in answer.get_data(as_text=True)


def test_a_debit_on_its_way_on_the_day_of_lapsing_is_waited_for(years):
    years.begin(JOINED)
    years.join(renews=False)
    lapses = add_months(JOINED, 12) + timedelta(days=28 + 90)
    years.go_to(lapses - timedelta(days=1), every=9)
    with years.as_member() as member:
        payment = services.pay_owed(member, by="membership:x")
    with years.now():
        errands.open_checkout(payment)
    years.pay(payment.id, bank_account="12-3456-7890123-00")
    years.settle()
    years.go_to(lapses + timedelta(days=5))
    assert years.membership().ended_on is None
    assert [charge.is_paid for charge in years.charges()] == [True, True]
    assert years.letters("lapsed") == []


def test_money_by_debit_counts_from_the_day_its_bank_has_paid(years):
    years.begin(JOINED)
    years.apply(renews=False, bank_account="12-3456-7890123-00")
    years.go_to(JOINED + timedelta(days=6))
    assert years.membership().opened_on > JOINED
    assert years.charges()[0].since == years.membership().opened_on


def test_the_way_back_into_joining_is_open_for_a_year(years, client):
    years.begin(JOINED)
    years.join(renews=False)
    years.go_to(add_months(JOINED, 12) + timedelta(days=125), every=9)
    assert years.membership().ended_on is not None
    with years.now():
        path = f"/join/again/{queries.return_link_of(years.membership())}"
        assert client.get(path).status_code == 200
    years.stripe.advance(366 * 86400)
    with years.now():
        assert client.get(path).status_code == 410


def test_a_renewal_that_needs_no_look_is_not_asked_about_every_night(years):
    years.begin(JOINED)
    years.join()
    years.go_to(JOINED + timedelta(days=3))
    years.stripe.log.clear()
    with years.now():
        assert errands.reconcile(days=2, every=False).renewals == 0
        assert errands.reconcile(days=2).renewals == 1
