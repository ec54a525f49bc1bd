"""Duties are found again, closed when they are done or asked no more, discharged once, and told of in time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from psycopg import errors
from sqlalchemy import func, select

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.law.clauses import Refusal
from app.law.money import Money
from app.party.giving import jobs, rules, services
from app.party.giving.models import Channel, Donation, DonationMove
from app.party.payments import services as payments
from app.party.payments.models import Refund
from app.party.payments.rules import SamePerson
from tests.party.giving.gifts import give
from tests.party.giving.gifts import payments as all_payments
from tests.party.giving.recorded import (
    BY,
    HANS,
    MERE,
    all_duties,
    at_noon,
    balance,
    behind,
    in_kind,
    noted,
    open_duties,
    record,
)


def test_the_night_finds_the_same_duties_and_keeps_each_once(app):
    record(noted(None, 2000))
    record(noted(HANS, 80))
    before = [(duty.id, duty.cents, duty.sentence) for duty in open_duties()]
    for _ in range(2):
        jobs.judge_again()
    assert [(duty.id, duty.cents, duty.sentence) for duty in open_duties()] == before
    assert len(all_duties()) == 2


def test_a_gift_by_card_that_was_lawful_is_judged_when_its_contributor_is_told_of(
    client, stripe, hear_everything, do_the_chores, mailbox
):
    give(client, other="600")
    stripe.pay(all_payments()[0].checkout_id)
    hear_everything()
    do_the_chores()
    session.remove()
    donation = session.scalars(select(Donation)).one()
    assert open_duties() == []
    with transaction():
        services.tell_contributions(
            session.get_one(Donation, donation.id), [behind(HANS, 60, overseas=True)], on=clock.today(), by=BY
        )
    (duty,) = open_duties()
    with transaction():
        wish = services.give_back(duty.id, on=clock.today(), by=BY, key=duty.id)
    do_the_chores()
    session.remove()
    assert session.get_one(Refund, wish.id).provider_id is None  # $600 waits for a second officer
    assert payments.send_refunds() == 0
    with transaction():
        payments.confirm_refund(wish.id, by="person:another")
    do_the_chores()
    hear_everything()
    do_the_chores()
    session.remove()
    assert session.get_one(Refund, wish.id).made_at
    assert open_duties() == []
    assert balance("income:donations") == 0
    assert {letter.subject for letter in mailbox()} >= {"We have to give back what you donated", "About your donation"}


def test_one_officer_cannot_pass_the_limit_in_parts_or_confirm_their_own_wish(app, owner):
    donation = record(noted(MERE, 900, channel=Channel.BANK))
    from app.party.payments.models import Payment

    with transaction():
        payment = session.get_one(Payment, donation.payment_id)
        first = payments.ask_refund(payment, amount=Money(40_000), why="asked", by=BY)
        second = payments.ask_refund(payment, amount=Money(20_000), why="asked", by=BY)
        assert (first.second_needed, second.second_needed) == (False, True)
    with pytest.raises(SamePerson), transaction():
        payments.confirm_refund(second.id, by=BY)
    with pytest.raises(errors.CheckViolation):
        owner.execute("update refunds set confirmed_by = asked_by, confirmed_at = now() where id = %s", [second.id])
    with transaction():
        payments.decline_refund(second.id, by="person:another")
    session.remove()
    assert session.get_one(Refund, second.id).failed_because == "not confirmed"
    with transaction():
        assert payments.left_of(session.get_one(Payment, donation.payment_id)) == Money(50_000)


def test_two_officers_who_pay_over_at_once_pay_over_once(app):
    record(noted(None, 2000))
    (duty,) = open_duties()
    duty_id = duty.id

    def press(_: int) -> str:
        with app.app_context():
            try:
                with transaction():
                    services.pay_over(duty_id, on=clock.today(), by=BY, key=new_id(), evidence="EC 1")
                return "done"
            except Refusal as refusal:
                return type(refusal).__name__
            finally:
                session.remove()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(press, range(4))) == ["DoneAlready", "DoneAlready", "DoneAlready", "done"]
    assert session.scalar(select(func.count()).select_from(DonationMove)) == 1
    assert balance("bank") == -50_000


def test_what_was_paid_over_cannot_be_given_back_as_well(app):
    from app.party.payments.models import Payment
    from app.party.payments.rules import NothingToGiveBack

    donation = record(noted(None, 2000))
    (duty,) = open_duties()
    with transaction():
        services.pay_over(duty.id, on=clock.today(), by=BY, key=new_id(), evidence="EC 1")
    with pytest.raises(NothingToGiveBack), transaction():
        payments.ask_refund(session.get_one(Payment, donation.payment_id), amount=Money(150_001), why="asked", by=BY)


def test_undeclared_money_of_new_zealanders_is_never_paid_to_the_commission_instead(app):
    donation = record(noted(MERE, 9000))
    with transaction():
        services.tell_contributions(
            session.get_one(Donation, donation.id), [behind(MERE, 2000, overseas=False)], on=clock.today(), by=BY
        )
    (duty,) = open_duties()
    with pytest.raises(rules.NotThisWay), transaction():
        services.pay_over(duty.id, on=clock.today(), by=BY, key=new_id(), evidence="EC", why_not="x")


def test_goods_from_overseas_are_given_back_themselves_or_in_money(app):
    record(in_kind(HANS, 300))
    (duty,) = open_duties()
    assert duty.cents == 25_000
    duty_id = duty.id
    with pytest.raises(rules.NotPossible), transaction():
        services.give_back(duty_id, on=clock.today() + timedelta(days=1), by=BY, key=new_id())
    with transaction():
        services.give_back(duty_id, on=clock.today(), by=BY, key=new_id())
    assert open_duties() == []
    assert (balance("income:donations-in-kind"), balance("expense:in-kind")) == (-5_000, 5_000)


def test_a_dispute_that_takes_an_overseas_gift_back_leaves_nothing_to_do(app):
    donation = record(noted(HANS, 80))
    assert len(open_duties()) == 1
    with transaction():
        from app.party.payments.models import Payment

        payment = session.get_one(Payment, donation.payment_id)
        services.moved(payment, amount=Money(-8_000), dues=Money(0), cause="dispute:dp_1", on=clock.today())
    assert open_duties() == []
    with transaction():
        payment = session.get_one(Payment, donation.payment_id)
        services.moved(payment, amount=Money(8_000), dues=Money(0), cause="dispute:dp_1:won", on=clock.today())
    assert [duty.cents for duty in open_duties()] == [3_000]  # found again, as a new row: what is closed stays closed
    assert len(all_duties()) == 2


def test_a_closed_duty_stays_as_it_is(app, owner):
    record(noted(None, 2000))
    (duty,) = open_duties()
    with transaction():
        services.pay_over(duty.id, on=clock.today(), by=BY, key=new_id(), evidence="EC 1")
    for way in ("update donation_duties set closed_at = null", "delete from donation_duties"):
        with pytest.raises(errors.IntegrityConstraintViolation):
            owner.execute(way)


@pytest.mark.on_day(date(2026, 11, 29))  # both hold their office in the November of this story
def test_secretary_and_treasurer_are_written_to_within_five_working_days_of_a_last_day_once_a_day(cast, mailbox):
    with at_noon(date(2026, 11, 2)):
        record(noted(None, 2000))  # last day: 30 November
    with at_noon(date(2026, 11, 20)):
        jobs.write_to_officers()
        assert [letter for letter in mailbox() if "what the law has you do" in letter.subject] == []
    with at_noon(date(2026, 11, 23)):
        for _ in range(2):
            jobs.write_to_officers()
        sent = [letter for letter in mailbox() if "what the law has you do" in letter.subject]
    assert {letter.to for letter in sent} == {cast["olive"].email, cast["wiremu"].email}
    assert len(sent) == 2
    assert "Pay $500.00 to the Electoral Commission" in sent[0].text
    assert "30 November 2026" in sent[0].text
