"""Donations that officers write down: the same law is asked, and what has come is kept, given back or paid over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.ground import audit, clock
from app.ground.db import session, transaction
from app.ground.seal import digest
from app.law.donations import Form, MoreContributedThanGiven
from app.law.money import Money
from app.law.received import counts_as_received
from app.party.giving import queries, rules, services
from app.party.giving.models import Channel, Donation, DonationMove, Donor, Who
from app.party.payments import queries as books
from app.party.payments.models import Payment
from app.party.people.models import Person
from app.party.receipts import queries as receipts
from tests.party.giving.recorded import (
    BY,
    HANS,
    MERE,
    PETRA,
    all_duties,
    at_noon,
    balance,
    behind,
    in_kind,
    noted,
    open_duties,
    record,
)


def test_anonymous_cash_of_2000_leaves_500_to_pay_over_within_twenty_working_days_over_christmas(app):
    with at_noon(date(2026, 12, 17)):
        donation = record(noted(None, 2000))
        (duty,) = open_duties()
    assert (duty.kind, duty.cents, duty.cites) == ("pay over", 50_000, "Electoral Act 1993 s 207I(2)(b)")
    # 18 and 21–24 December are five; 25 December to 15 January are none; 18 January to 5 February are fifteen.
    assert duty.due_on == date(2027, 2, 5)
    assert donation.donor_id is None
    assert donation.received_on == date(2026, 12, 17)
    assert balance("income:donations") == -200_000
    assert books.verify_ledger() == []
    assert receipts.receipt_for(donation.payment_id) is None


def test_anonymous_cash_that_may_come_from_overseas_keeps_fifty_dollars(app):
    record(noted(None, 80, suspected=True))
    (duty,) = open_duties()
    assert (duty.cents, duty.cites) == (3_000, "Electoral Act 1993 s 207I(2)(a)")
    record(noted(None, 50, suspected=True))
    assert len(open_duties()) == 1


def test_an_overseas_persons_second_gift_that_has_come_is_written_down_and_goes_to_quarantine(app):
    record(noted(HANS, 40))
    assert open_duties() == []
    record(noted(HANS, 30, channel=Channel.BANK))
    (duty,) = open_duties()
    assert (duty.kind, duty.cents) == ("give back", 2_000)
    assert "s 207K(2A)" in duty.cites


def test_what_is_only_offered_is_refused_and_the_sentence_says_that_nothing_came(app):
    record(noted(HANS, 40))
    with pytest.raises(rules.MayNotBeTaken, match="You can still give") as refusal, transaction():
        services.look_before_recording(noted(HANS, 30, on=None, only_offered=True), on=clock.today())
    assert refusal.value.money == "Nothing has come, and nothing was written down."
    with transaction():
        preview = services.look_before_recording(noted(HANS, 30), on=clock.today())
    assert "207K(2A)" in preview.against
    assert [(duty.kind, duty.cents) for duty in preview.duties] == [("give back", 2_000)]
    assert session.scalar(select(func.count()).select_from(Donation)) == 1  # looking wrote nothing


def test_a_named_donor_of_cash_has_a_numbered_receipt_with_and_without_a_mailbox(app, mailbox):
    first = record(noted(MERE, 100))
    second = record(noted(PETRA, 50))
    third = record(noted(PETRA, 5, on=date(2025, 6, 1)))
    names = [receipts.receipt_for(donation.payment_id).name for donation in (first, second, third)]
    assert names == [f"{clock.today().year}-00000{number}" for number in (1, 2, 3)]
    assert second.donor_id == third.donor_id
    assert session.scalar(select(func.count()).select_from(Person).where(Person.email_index.is_(None))) == 1
    assert [letter.to for letter in mailbox()] == [MERE.email]
    assert receipts.verify() == []


def test_the_receipt_for_a_cheque_says_so(app):
    donation = record(noted(MERE, 100, channel=Channel.CHEQUE))
    facts = receipts.facts_of(receipts.receipt_for(donation.payment_id))
    assert facts["method"] == "cheque"
    assert session.get_one(Payment, donation.payment_id).rail == "bank"


def test_goods_worth_1500_are_no_donation_and_goods_worth_1501_are(app):
    with pytest.raises(rules.NoDonation, match=r"worth \$1,500.00, which does not exceed") as refusal:
        record(in_kind(MERE, 1500))
    assert "Nothing was written down" in refusal.value.money
    donation = record(in_kind(MERE, 1501))
    assert (donation.cents, donation.payment_id, donation.received_on) == (150_100, None, clock.today())
    assert (balance("income:donations-in-kind"), balance("expense:in-kind")) == (-150_100, 150_100)


def test_of_an_auction_the_excess_is_a_donation_and_the_worth_is_a_sale(app):
    donation = record(in_kind(MERE, 200, form=Form.OVER_PRICE, channel=Channel.BANK, price=Money(50_000), what="A painting"))
    assert donation.cents == 30_000
    assert session.get_one(Payment, donation.payment_id).cents == 30_000
    assert (balance("income:donations"), balance("income:sales"), balance("bank")) == (-30_000, -20_000, 50_000)
    assert books.verify_ledger() == []


def test_what_a_transmitter_still_holds_is_waited_for_and_late_is_said_to_be_late(app):
    today = clock.today()
    sent = today - timedelta(days=40)
    held = noted(MERE, 100, on=None, through=Who("Tama", "Māngere"), sent_on=sent)
    donation = record(held)
    (duty,) = open_duties()
    assert (duty.kind, duty.cites) == ("send on", "Electoral Act 1993 s 207B(2)")
    assert "Tama" not in duty.sentence  # names are not kept in the clear
    assert donation.received_on is None
    with transaction():
        services.pass_on(duty.id, on=today, by=BY)
    assert open_duties() == []
    session.remove()
    donation = session.get_one(Donation, donation.id)
    assert donation.received_on == today
    (lawful,) = queries.as_the_law_has_it(donation, on=today)
    assert lawful.is_late(today)
    assert all_duties()[0].done_on == today


def test_a_transmitter_who_names_nobody_makes_it_anonymous(app):
    record(noted(None, 1600, through=Who("Tama", "Māngere"), sent_on=clock.today()))
    assert [(duty.kind, duty.cents) for duty in open_duties()] == [("pay over", 10_000)]


def test_an_overseas_contributor_declared_late_sends_the_whole_back_and_the_clock_starts_that_day(app):
    with at_noon(date(2026, 9, 1)):
        donation = record(noted(MERE, 900))
        assert open_duties() == []
    told = date(2026, 11, 2)
    with at_noon(told):
        for _ in range(2):  # told twice it is once
            with transaction():
                services.tell_contributions(
                    session.get_one(Donation, donation.id), [behind(HANS, 60, overseas=True)], on=told, by=BY
                )
        (duty,) = open_duties()
    assert (duty.kind, duty.cents) == ("give back", 90_000)
    assert "207K(3)" in duty.cites
    assert "207C(5)" in duty.cites
    assert duty.due_on == date(2026, 11, 30)
    session.remove()
    donation = session.get_one(Donation, donation.id)
    assert donation.told_on == told
    assert len(donation.contributions) == 1
    given_back(duty, donation)
    session.remove()
    donation = session.get_one(Donation, donation.id)
    assert not donation.kept
    assert open_duties() == []
    assert not counts_as_received(queries.as_law(donation), clock.today())


def given_back(duty, donation) -> None:
    """A treasurer asks for it, another confirms it, and it is handed back."""
    from app.party.payments import services as payments
    from app.party.payments.models import Refund

    with transaction():
        wish = services.give_back(duty.id, on=clock.today(), by=BY, key=duty.id)
    with transaction():
        payments.confirm_refund(wish.id, by="person:another")
    with transaction():
        payment = session.get_one(Payment, donation.payment_id, with_for_update=True)
        payments.hand_back(session.get_one(Refund, wish.id), payment, on=clock.today(), by=BY)


def test_contributions_of_new_zealanders_that_were_not_declared_send_it_back_too_without_a_day(app):
    donation = record(noted(MERE, 9000))
    with transaction():
        services.tell_contributions(
            session.get_one(Donation, donation.id), [behind(MERE, 2000, overseas=False)], on=clock.today(), by=BY
        )
    (duty,) = open_duties()
    assert (duty.cents, duty.due_on) == (900_000, None)


def test_more_cannot_be_contributed_than_was_given(app):
    with pytest.raises(MoreContributedThanGiven):
        record(noted(MERE, 100, behind=(behind(HANS, 200, overseas=True),)))


def test_pressed_twice_is_once_and_two_at_once_are_one(app):
    said = noted(None, 2000)
    assert record(said).id == record(said).id

    def press(_: int):
        with app.app_context():
            try:
                return record(noted_again).id
            finally:
                session.remove()

    noted_again = noted(HANS, 80)
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(press, range(4)))) == 1
    assert session.scalar(select(func.count()).select_from(Donation)) == 2
    assert session.scalar(select(func.count()).select_from(Payment)) == 2
    assert [(duty.kind, duty.cents) for duty in open_duties()] == [("pay over", 50_000), ("give back", 3_000)]


def test_two_different_gifts_of_one_overseas_person_at_once_are_both_kept_and_one_duty_counts_both(app):
    said = [noted(HANS, 40), noted(HANS, 40)]

    def press(one):
        with app.app_context():
            try:
                return record(one).id
            finally:
                session.remove()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(press, said))
    assert sum(duty.cents for duty in open_duties()) == 3_000
    assert session.scalar(select(func.count()).select_from(Donor)) == 1


def test_it_is_in_the_log_without_a_name(app):
    donation = record(noted(MERE, 100))
    entries = session.scalars(select(audit.AuditEntry).where(audit.AuditEntry.subject == f"donation:{donation.id}")).all()
    assert [entry.action for entry in entries] == ["donation:recorded", "donation:received"]
    assert "Mere" not in str([entry.data for entry in entries])


def test_nothing_of_it_can_be_edited_or_deleted_by_the_application(app, settings):
    import psycopg
    from psycopg import errors

    donation = record(noted(None, 2000))
    with psycopg.connect(settings.database_url) as link:
        for way in (
            "update donations set cents = 1",
            "delete from donations",
            "delete from donation_duties",
            "update donation_duties set kind = 'x'",
            "update donation_moves set cents = 1",
        ):
            with pytest.raises(errors.InsufficientPrivilege), link.transaction():
                link.execute(way)
        with pytest.raises(errors.IntegrityConstraintViolation), link.transaction():
            link.execute("update donations set received_on = '2020-01-01' where id = %s", [donation.id])
    assert session.scalar(select(func.count()).select_from(DonationMove)) == 0


def test_what_the_log_says_of_a_recorded_donation_cannot_be_tried_out(app, owner):
    """A digest of name, address and amount alone would be guessed from a list of neighbours."""
    said = noted(MERE, 40)
    record(said)
    lines = [str(data) for (data,) in owner.execute("select data from audit_entries where action = 'donation:recorded'")]
    assert len(lines) == 1
    assert digest(said.as_json()) not in lines[0]
