"""What a giver, a stranger who uses their name, and the database after the offer learn and keep."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import select

from app.ground import audit, clock
from app.ground.audit import AuditEntry
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.ground.mail import Letter
from app.ground.seal import digest
from app.law.money import Money
from app.party.belonging import services as belonging
from app.party.giving import jobs, queries
from app.party.giving.models import Contribution, Donor, Loan
from app.party.payments import services as money
from app.party.payments.models import Payment
from app.party.people import queries as people
from app.party.receipts import queries as receipts
from tests.party.giving.gifts import MERE, donations, give, payments

STRANGER = "stranger@people.example"


def give_and_pay(client, stripe, hear_everything, do_the_chores, **answers):
    assert give(client, **answers).status_code == 303
    stripe.pay(payments()[-1].checkout_id)
    hear_everything()
    do_the_chores()


def given_up(payment):
    with transaction():
        money.close(session.get_one(Payment, payment.id), because="test", by="test")


def test_a_stranger_who_gives_under_ones_name_and_address_is_not_told_what_one_gave(
    client, stripe, hear_everything, do_the_chores, mailbox
):
    paid = (client, stripe, hear_everything, do_the_chores)
    give_and_pay(*paid, other="120")
    give_and_pay(*paid, other="5", email=STRANGER)
    letter = mailbox()[0]
    assert letter.to == STRANGER
    assert "$125.00" not in letter.text
    assert f"In {clock.today().year} you have given us $5.00" in letter.text


def test_a_stranger_who_gave_first_under_ones_name_and_address_does_not_get_ones_donations(
    client, app, stripe, hear_everything, do_the_chores
):
    paid = (client, stripe, hear_everything, do_the_chores)
    give_and_pay(*paid, other="5", email=STRANGER)
    give_and_pay(*paid, other="120")
    with transaction():
        stranger, mere = people.find_by_email(STRANGER), people.find_by_email(MERE["email"])
        assert stranger.id != mere.id
        assert [held.cents for held in queries.donations_of(stranger.id)] == [500]
        assert [held.cents for held in queries.donations_of(mere.id)] == [12000]


def test_a_receipt_has_the_address_that_was_given_with_its_donation(client, stripe, hear_everything, do_the_chores):
    paid = (client, stripe, hear_everything, do_the_chores)
    give_and_pay(*paid)
    give_and_pay(*paid, address="3 Kauri Street, Napier 4110")
    with transaction():
        assert receipts.facts_of(receipts.receipt_for(payments()[-1].id))["address"] == "3 Kauri Street, Napier 4110"


def test_who_left_and_gives_again_is_somebody_new_and_gets_their_receipt(
    client, app, stripe, hear_everything, do_the_chores, mailbox
):
    paid = (client, stripe, hear_everything, do_the_chores)
    give_and_pay(*paid, other="20")
    with transaction():
        left = people.find_by_email(MERE["email"]).id
        belonging.leave(left, by=audit.of("person", left), on=clock.today())
    give_and_pay(*paid, other="30")
    with transaction():
        now = people.find_by_email(MERE["email"])
        assert now is not None
        assert now.id != left
        assert [receipt.cents for receipt in receipts.receipts_of(now.id)] == [3000]


def test_nobody_who_left_is_written_to_about_a_donation(client, stripe, hear_everything, do_the_chores, mailbox):
    give_and_pay(client, stripe, hear_everything, do_the_chores, other="20")
    with transaction():
        left = people.find_by_email(MERE["email"]).id
        belonging.leave(left, by=audit.of("person", left), on=clock.today())
    stripe.refund(payments()[0].intent_id, amount=500)
    hear_everything()
    do_the_chores()
    assert donations()[0].kept == Money(1500)
    assert not [letter for letter in mailbox() if "About your donation" in letter.subject]


def test_the_log_does_not_let_anybody_try_out_who_gave(client):
    give(client)
    with transaction():
        said = queries.opened(donations()[0])
        line = session.scalars(select(AuditEntry).where(AuditEntry.action == audit.Action.DONATION_OFFERED)).one()
        guess = {key: said[key] for key in ("donor", "cents", "cover_cents", "monthly", "behind")}
        for more in ({}, {"method": "card"}):
            assert digest({**guess, **more}) not in str(line.data)


def test_an_offer_that_came_to_nothing_takes_contributors_and_letters_with_it(client, mailbox):
    part = {"by1_name": "Ivo Lang", "by1_address": "Taupō", "by1_amount": "6"}
    give(client, whose="others", other="50", pay_by="bank", **part)
    given_up(payments()[0])
    with clock.standing_at(clock.now() + timedelta(days=16)):
        jobs.forget_offers()
    assert donations()[0].sealed is None
    assert session.scalars(select(Contribution)).one().sealed is None
    assert [letter.sealed for letter in session.scalars(select(Letter))] == [None]


def test_who_promised_a_transfer_is_known_for_fourteen_days_after_it_was_given_up(client):
    give(client, pay_by="bank", other="50")
    with clock.standing_at(clock.now() + timedelta(days=61)), transaction():
        assert money.close_transfers() == 1
    with clock.standing_at(clock.now() + timedelta(days=62)):
        jobs.forget_offers()
    assert donations()[0].sealed is not None
    with clock.standing_at(clock.now() + timedelta(days=77)):
        jobs.forget_offers()
    assert donations()[0].sealed is None


def test_an_offer_that_is_forgotten_does_not_forget_a_lender(client):
    give(client)
    with transaction():
        donor = session.scalars(select(Donor)).one()
        session.add(
            Loan(
                id=new_id(),
                lender_id=donor.id,
                cents=100,
                currency="NZD",
                entered_on=clock.today(),
                from_bank=False,
                recorded_at=clock.now(),
                recorded_by="test",
                sealed=b"sealed",
            )
        )
    given_up(payments()[0])
    with clock.standing_at(clock.now() + timedelta(days=16)):
        jobs.forget_offers()
    assert donations()[0].sealed is None
    assert session.scalars(select(Donor)).one().sealed is not None


def test_a_look_at_who_promised_a_transfer_is_written_on_the_donation(client, as_officer):
    from app.party.desk import services as desk

    give(client, pay_by="bank", other="50")
    payment = payments()[-1]
    as_officer("wiremu")
    with transaction():
        officer = people.find_by_email("wiremu@people.example")
        desk.show_whose(session.get_one(Payment, payment.id), by=audit.of("person", officer.id))
    with transaction():
        subjects = session.scalars(select(AuditEntry.subject).where(AuditEntry.action == audit.Action.LOOKED_AT)).all()
        assert audit.of("donation", payment.purpose_id) in subjects


@pytest.mark.parametrize("table", ["donations", "contributions"])
def test_what_was_said_of_a_donation_can_be_emptied_and_never_rewritten(client, owner, table):
    part = {"by1_name": "Ivo Lang", "by1_address": "Taupō", "by1_amount": "6"}
    give(client, whose="others", other="50", **part)
    for role in ("hustings_app", None):
        with pytest.raises(psycopg.Error), owner.transaction():
            if role:
                owner.execute(f"set local role {role}")
            owner.execute(f"update {table} set sealed = '\\x01'")
    for change in ("cents = 1", "overseas = true"):
        with pytest.raises(psycopg.Error):
            owner.execute(f"update {table} set {change}")
    with owner.transaction():
        owner.execute("set local role hustings_app")
        owner.execute(f"update {table} set sealed = null")
