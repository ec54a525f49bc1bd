"""Money that goes back, by our wish, by hand at Stripe, or by the payer's bank: ledger, standing, letters, receipt."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.law.membership import Standing, is_current_financial, standing
from app.law.money import Money
from app.law.party_rules import Rhythm
from app.party.dues import queries
from app.party.payments import errands, services
from app.party.payments import queries as payments
from app.party.payments.models import Account, Dispute, Payment, Refund
from app.party.payments.rules import NothingToGiveBack
from app.party.people import queries as people
from app.party.receipts import queries as receipts

JOINED = date(2027, 3, 10)
LATER = JOINED + timedelta(days=90)
ACCOUNT = "12-3456-7890123-"


@pytest.fixture
def member(years):
    """Somebody who joined ninety days ago, paid $20 dues and $10 more by card, and renews."""
    years.begin(JOINED)
    years.join(above=1000)
    years.go_to(LATER, every=45)
    return years


def payment() -> Payment:
    session.remove()
    return session.scalars(select(Payment).order_by(Payment.begun_at)).first()


def stands(years, day: date | None = None) -> tuple[Standing, bool]:
    history = queries.history_of(years.membership())
    on = day or years.today
    return standing(history, on=on), bool(is_current_financial(history, on=on))


def accounts() -> dict[Account, int]:
    session.remove()
    found = payments.balances()
    assert found.faults == []
    assert queries.faults() == []
    assert sum(amount.cents for amount in found.accounts.values()) == 0
    return {account: amount.cents for account, amount in found.accounts.items()}


def books_agree(years) -> dict[Account, int]:
    """Nothing waits, and Stripe's balance is ours."""
    found = accounts()
    assert found.get(Account.STRIPE_UNSETTLED, 0) == 0
    with years.now():
        assert errands.reconcile(days=400).faults == []
    return accounts()


def ask(years, cents: int, why: str = "asked", key=None) -> Refund:
    with years.now(), transaction():
        return services.ask_refund(
            session.scalars(select(Payment).order_by(Payment.begun_at)).first(),
            amount=Money(cents), why=why, by="person:treasurer", refund_id=key or new_id(),
        )  # fmt: skip


def test_a_whole_refund_unpays_the_dues_says_so_and_gives_time_anew(member):
    ask(member, 3000)
    member.settle()
    found = books_agree(member)
    assert (found[Account.DUES], found[Account.ABOVE_DUES]) == (0, 0)
    assert stands(member) == (Standing.BEHIND, False)
    assert stands(member, LATER - timedelta(days=1)) == (Standing.GOOD, True)
    [letter] = member.letters("on its way back")
    assert "$30.00" not in letter.text  # the letter says what met the dues
    assert "was taken back on 8 June 2027" in letter.text
    [receipt] = receipts.receipts_of(member.membership().person_id)
    assert [note.cents for note in receipts.notes_on([receipt])] == [3000]
    member.go_to(LATER + timedelta(days=91), every=7)
    assert member.membership().ended_on is not None


def test_what_was_above_the_dues_goes_back_first_and_leaves_standing_alone(member):
    ask(member, 1000)
    member.settle()
    found = books_agree(member)
    assert (found[Account.DUES], found.get(Account.ABOVE_DUES, 0)) == (-2000, 0)
    assert stands(member) == (Standing.GOOD, True)


def test_the_same_part_twice_is_two_refunds_and_the_same_wish_twice_is_one(member):
    key = new_id()
    ask(member, 500, key=key)
    ask(member, 500, key=key)
    member.settle()
    ask(member, 500)
    member.settle()
    found = books_agree(member)
    assert (found[Account.DUES], found.get(Account.ABOVE_DUES, 0)) == (-2000, 0)
    session.remove()
    assert [refund.cents for refund in session.scalars(select(Refund))] == [500, 500]
    ask(member, 700)
    member.settle()
    assert books_agree(member)[Account.DUES] == -1300
    assert stands(member) == (Standing.BEHIND, False)
    session.remove()
    assert queries.owed(member.membership(), on=member.today) == Money(700)
    with pytest.raises(NothingToGiveBack):
        ask(member, 1301)


def test_a_refund_made_by_hand_at_stripe_is_posted_and_told_like_ours(member):
    member.stripe.refund(payment().intent_id)
    member.settle()
    assert books_agree(member)[Account.DUES] == 0
    assert stands(member) == (Standing.BEHIND, False)
    assert len(member.letters("on its way back")) == 1
    session.remove()
    assert session.scalars(select(Refund.asked_by)).all() == ["stripe"]


def test_a_refund_that_fails_is_undone_and_put_before_a_person(member):
    ask(member, 3000)
    member.settle()
    session.remove()
    made = session.scalars(select(Refund.provider_id)).one()
    member.stripe.end_refund(made, "failed")
    member.settle()
    found = accounts()
    assert (found[Account.DUES], found[Account.ABOVE_DUES], found[Account.STRIPE_UNSETTLED]) == (-2000, -1000, 0)
    assert stands(member) == (Standing.GOOD, True)
    assert [one.kind for one in payments.open_differences()] == ["refund failed"]
    assert len(member.letters("count as paid again")) == 1
    [receipt] = receipts.receipts_of(member.membership().person_id)
    assert sum(note.cents for note in receipts.notes_on([receipt])) == 0


def test_a_dispute_that_is_lost_takes_the_money_for_good(member):
    dispute = member.stripe.dispute(payment().intent_id)
    member.settle()
    found = accounts()
    assert (found[Account.STRIPE_DISPUTED], found[Account.DUES], found[Account.STRIPE_UNSETTLED]) == (3000, -2000, 0)
    assert stands(member) == (Standing.BEHIND, False)
    assert [one.kind for one in payments.open_differences()] == ["dispute"]
    [letter] = member.letters("taken back")
    assert "Your bank has taken back $20.00" in letter.text
    member.stripe.decide(dispute, won=False)
    member.settle()
    found = books_agree(member)
    assert (found.get(Account.STRIPE_DISPUTED, 0), found[Account.DUES], found[Account.ABOVE_DUES]) == (0, 0, 0)
    assert payments.open_differences() == []
    assert session.get_one(Dispute, dispute).won is False


def test_a_dispute_that_is_won_restores_the_dues_and_the_days_between_stay_what_they_were(member):
    dispute = member.stripe.dispute(payment().intent_id)
    member.settle()
    member.go_to(LATER + timedelta(days=10), every=5)
    member.stripe.decide(dispute, won=True)
    member.settle()
    found = books_agree(member)
    assert (found.get(Account.STRIPE_DISPUTED, 0), found[Account.DUES], found[Account.ABOVE_DUES]) == (0, -2000, -1000)
    assert stands(member) == (Standing.GOOD, True)
    assert stands(member, LATER + timedelta(days=3)) == (Standing.BEHIND, False)
    assert len(member.letters("count as paid again")) == 1


def test_a_warning_of_fraud_is_put_before_a_person(member):
    member.stripe.warn_of_fraud(payment().intent_id)
    member.settle()
    assert [one.kind for one in payments.open_differences()] == ["fraud warning"]
    assert stands(member) == (Standing.GOOD, True)


# Bank debits


def test_a_debit_makes_a_member_when_it_settles_and_not_before(years):
    years.begin(JOINED)
    years.apply(bank_account=ACCOUNT + "00", renews=False)
    session.remove()
    waiting = payment()
    assert waiting.processing_at is not None
    assert waiting.settled_at is None
    assert people.find_by_email("ina@people.example") is None
    years.go_to(JOINED + timedelta(days=5))
    assert stands(years) == (Standing.GOOD, True)
    assert payment().rail == "debit"
    assert books_agree(years)[Account.DUES] == -2000


def test_a_debit_that_fails_makes_nobody_a_member_and_says_how_to_pay_another_way(years):
    years.begin(JOINED)
    years.apply(bank_account=ACCOUNT + "02", renews=False)
    years.go_to(JOINED + timedelta(days=5))
    assert people.find_by_email("ina@people.example") is None
    [letter] = years.letters("did not pay")
    assert "not enough money" in letter.text
    assert payment().closed_because == "failed"
    found = accounts()
    assert found.get(Account.STRIPE_UNSETTLED, 0) == 0


def test_a_bank_that_reverses_after_ninety_days(years):
    years.begin(JOINED)
    years.apply(bank_account=ACCOUNT + "09", renews=False)
    years.go_to(JOINED + timedelta(days=80), every=20)
    assert stands(years) == (Standing.GOOD, True)
    years.go_to(JOINED + timedelta(days=97), every=1)
    reversed_on = session.scalars(select(Dispute)).one().opened_at.date()
    assert stands(years) == (Standing.BEHIND, False)
    assert stands(years, JOINED + timedelta(days=60)) == (Standing.GOOD, True)
    [letter] = years.letters("taken back")
    assert "You are a member until" in letter.text
    sentence = is_current_financial(queries.history_of(years.membership()), on=years.today).sentence
    assert "of dues of $20.00 that had been paid, $20.00 was taken back on" in sentence
    books_agree(years)
    years.go_to(reversed_on + timedelta(days=95), every=9)
    assert years.membership().ended_on is not None
    assert len(years.letters("lapsed")) == 1
    back = years.join(renews=False)
    assert back.ended_on is None
    assert stands(years) == (Standing.GOOD, True)


def test_a_debit_renews_under_its_authority_with_notice_before_each(years):
    years.begin(JOINED)
    years.apply(bank_account=ACCOUNT + "00", rhythm=Rhythm.MONTHLY)
    years.go_to(JOINED + timedelta(days=5))
    assert years.renewal().method == "debit"
    years.go_to(JOINED + timedelta(days=70), every=2)
    assert [charge.is_paid for charge in years.charges()][:3] == [True, True, True]
    assert len(years.letters("renew soon")) == 2
    assert len(years.letters("Your dues have arrived")) == 2
    assert {payment.rail for payment in session.scalars(select(Payment))} == {"debit"}
    books_agree(years)


def test_a_debit_that_fails_at_a_renewal_is_told_and_tried_again(years):
    years.begin(JOINED)
    years.apply(bank_account=ACCOUNT + "00", rhythm=Rhythm.MONTHLY)
    years.go_to(JOINED + timedelta(days=5))
    with years.stripe.account.changing():
        method = years.stripe.account.get("payment_method", years.renewal().method_id)
        years.stripe.account.note(method, bank="02")
    years.go_to(JOINED + timedelta(days=40))
    [letter, *_] = years.letters("could not be taken")
    assert "not enough money" in letter.text
    assert stands(years) == (Standing.GOOD, True)
    with years.stripe.account.changing():
        years.stripe.account.note(years.stripe.account.get("payment_method", method.id), bank="00")
    years.go_to(JOINED + timedelta(days=55))
    assert [charge.is_paid for charge in years.charges()][:2] == [True, True]
    books_agree(years)
