"""A donation is asked about, reserved, paid, received; and goes back."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from app import gateways
from app.ground import clock
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.law.clauses import Refusal
from app.law.donations import Ties
from app.law.money import Money
from app.party.giving import services
from app.party.giving.models import Donor, Who
from app.party.giving.services import Offered
from app.party.payments.models import LedgerLine, LineKind
from tests.party.giving.gifts import HANS, MERE, donations, gift, give, payments


def balance(account: str) -> int:
    return sum(session.scalars(select(LedgerLine.cents).where(LedgerLine.account == account)))


def test_nothing_is_ticked_for_anybody_and_the_middle_amount_is_chosen(client):
    page = client.get("/give").get_data(as_text=True)
    assert 'name="cover"' in page
    assert "checked" not in page.split('name="cover"')[1].split(">")[0]
    monthly = page.split('value="monthly"')[0].rsplit("<input", 1)[1] + page.split('value="monthly"')[1].split(">")[0]
    assert "checked" not in monthly
    assert page.index("First charge: today") < page.index("Continue to payment")


def test_a_gift_is_reserved_paid_received_and_receipted(client, stripe, hear_everything, do_the_chores, mailbox):
    answer = give(client, amount="5000")
    assert answer.status_code == 303
    assert donations()[0].received_on is None
    stripe.pay(payments()[0].checkout_id)
    hear_everything()
    do_the_chores()
    donation = donations()[0]
    assert (donation.received_on, donation.cents, donation.overseas) == (clock.today(), 5000, False)
    letter = mailbox()[0]
    assert letter.to == MERE["email"]
    assert "$50.00" in letter.text
    assert "$6,000.00" in letter.text
    assert balance("income:donations") == -5000
    assert balance("stripe:unsettled") == 0
    thanks = client.get(f"/give/thanks/{donation.id}").get_data(as_text=True)
    assert "Thank you for your donation" in thanks


def test_what_covers_the_card_is_a_line_of_its_own_and_part_of_the_donation(client):
    give(client, amount="5000", cover="y")
    assert donations()[0].cents == 5170  # stripe.md 4.4: $50 and its cost are $51.70
    lines = {line.kind: line.cents for line in payments()[0].lines}
    assert lines == {LineKind.DONATION: 5000, LineKind.COVER: 170}


@pytest.mark.parametrize(("typed", "says"), [("4.99", "Give $5.00 or more"), ("0", "Enter an amount"), ("x", "such as 20"),
                                             ("-5", "such as 20"), ("100,000.01", "At most")])  # fmt: skip
def test_an_amount_that_cannot_be_taken_is_said_beside_it_and_nothing_is_charged(client, typed, says):
    answer = give(client, other=typed)
    assert answer.status_code == 422
    assert says in answer.get_data(as_text=True)
    assert donations() == []
    assert payments() == []


def test_an_overseas_person_gives_fifty_dollars_in_a_year_and_not_a_cent_more(client):
    assert give(client, **HANS, other="50").status_code == 303
    refused = give(client, **HANS, other="5")
    text = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "s 207K(2A)" in text
    assert "$50.00" in text
    assert "Nothing more can be taken this year" in text
    assert "Nothing was charged" in text
    assert len(donations()) == 1


def test_what_is_still_allowed_is_said(client):
    give(client, **HANS, other="30")
    assert "You can still give $20.00" in give(client, **HANS, other="30").get_data(as_text=True)
    assert give(client, **HANS, other="20").status_code == 303


def test_a_visitor_learns_nothing_of_what_another_gave_under_that_mailbox(client):
    give(client, **HANS, other="30")
    text = give(client, **{**HANS, "address": "somewhere else"}, other="30").get_data(as_text=True)
    assert "Sign in to see what is still allowed" in text
    assert "$20.00" not in text
    assert "$30.00" not in text


def test_a_reservation_that_came_to_nothing_makes_room_again(client, stripe, hear_everything, do_the_chores):
    give(client, **HANS, other="50")
    gateways.stripe_gateway().expire(payments()[0].checkout_id)
    hear_everything()
    do_the_chores()
    assert give(client, **HANS, other="50").status_code == 303


def test_the_same_form_sent_twice_is_one_donation(client):
    form = gift(client)
    first, second = client.post("/give", data=form), client.post("/give", data=form)
    assert (first.status_code, second.location) == (303, first.location)
    assert len(donations()) == len(payments()) == 1


def test_the_same_form_with_another_amount_replaces_the_first_which_cannot_be_paid_any_more(client, stripe):
    form = gift(client, **HANS, other="40")
    client.post("/give", data=form)
    assert client.post("/give", data={**form, "other": "45"}).status_code == 303
    old, new = payments()
    assert old.closed_at
    assert new.is_open
    assert new.cents == 4500


def test_money_of_others_must_be_named(client):
    answer = give(client, whose="others")
    assert answer.status_code == 422
    assert "Name every person whose money" in answer.get_data(as_text=True)


def test_one_overseas_contributor_over_the_limit_makes_all_of_it_unlawful(client):
    part = {"by1_name": "Ivo Lang", "by1_address": "Graz", "by1_amount": "50.01", "by1_abroad": "y"}
    answer = give(client, whose="others", other="500", **part)
    assert answer.status_code == 422
    assert "s 207K(3)" in answer.get_data(as_text=True)
    assert donations() == []
    assert give(client, whose="others", other="500", **{**part, "by1_amount": "50"}).status_code == 303
    assert donations()[0].contributions[0].overseas


def test_more_from_others_than_is_given_is_refused(client):
    part = {"by1_name": "Ivo Lang", "by1_address": "Taupō", "by1_amount": "60"}
    answer = give(client, whose="others", other="50", **part)
    assert answer.status_code == 422
    assert "more than the donation" in answer.get_data(as_text=True)


def test_a_monthly_gift_is_ones_own_money(client):
    part = {"by1_name": "Ivo Lang", "by1_address": "Taupō", "by1_amount": "6"}
    answer = give(client, whose="others", often="monthly", other="50", **part)
    assert answer.status_code == 422
    assert "A monthly gift must be your own money" in answer.get_data(as_text=True)


def test_a_refund_at_the_provider_is_a_move_of_the_donation_and_a_letter(
    client, stripe, hear_everything, do_the_chores, mailbox
):
    give(client, amount="5000", cover="y")
    stripe.pay(payments()[0].checkout_id)
    hear_everything()
    do_the_chores()
    stripe.refund(payments()[0].intent_id, amount=2000)
    hear_everything()
    do_the_chores()
    donation = donations()[0]
    assert donation.kept == Money(3170)
    assert balance("income:donations") == -3170
    assert "given back $20.00" in mailbox()[0].text


def test_what_a_member_pays_above_dues_is_a_donation(cast):
    found = donations()
    assert [(donation.cents, donation.above, donation.channel) for donation in found] == [(1000, True, "cash")]
    donor = session.get_one(Donor, found[0].donor_id)
    assert donor.person_id is not None


def test_a_thousand_at_once_never_pass_the_limit_by_a_cent(app):
    who = Who("Hans Vogel", "Berlin", "hans@abroad.example", Ties())
    refused, taken, lock = [], [], threading.Lock()

    def one(times: int) -> None:
        with app.app_context():
            for _ in range(times):
                try:
                    with transaction():
                        services.offer(Offered(who, Money(523)), key=new_id(), on=clock.today(), by="visitor")
                    with lock:
                        taken.append(1)
                except Refusal as refusal:
                    with lock:
                        refused.append(str(refusal))

    threads = [threading.Thread(target=one, args=(125,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), len(refused)) == (9, 991)
    assert sum(donation.cents for donation in donations()) == 4707  # a tenth would be $52.30
    assert "You can still give $2.93" in refused[-1]


def test_nothing_of_a_donation_can_be_edited_or_deleted_by_the_application_or_the_owner(client, owner, app):
    import psycopg

    give(client, amount="5000")
    donation = donations()[0].id
    for statement in ("update donations set cents = 1", "delete from donations", "update donations set overseas = true"):
        with pytest.raises(psycopg.Error):
            owner.execute(statement)
        with pytest.raises(psycopg.Error), owner.transaction():
            owner.execute("set local role hustings_app")
            owner.execute(statement)
    assert donations()[0].id == donation


def test_what_was_given_before_counts_when_somebody_from_abroad_joins_and_pays_above_their_dues(client):
    from tests.walk import ADA, join

    abroad = {"name": HANS["name"], "address": HANS["address"], "email": HANS["email"], "signature": HANS["name"]}
    give(client, **HANS, other="40")
    text = join(client, **{**ADA, **abroad, "can_enrol": "no", "above": "20"}).get_data(as_text=True)
    assert "You can still give $10.00" in text
    assert join(client, **{**ADA, **abroad, "can_enrol": "no", "above": "10"}).status_code == 303


def test_a_dispute_that_is_won_after_what_was_above_dues_went_back_takes_nothing_from_the_donation(
    client, stripe, hear_everything, do_the_chores
):
    from tests.walk import join

    def hear() -> None:
        hear_everything()
        do_the_chores()

    join(client, above="10")
    stripe.pay(payments()[0].checkout_id)
    hear()
    intent = payments()[0].intent_id
    stripe.refund(intent, amount=1500)
    hear()
    assert donations()[0].kept == Money(0)
    dispute = stripe.dispute(intent)
    hear()
    stripe.decide(dispute, won=True)
    hear()
    assert donations()[0].kept == Money(0)


def test_another_amount_that_is_not_entered_is_asked_for(client):
    answer = give(client, amount="other")
    assert answer.status_code == 422
    assert "Enter an amount" in answer.get_data(as_text=True)


def test_a_paid_form_of_joining_from_abroad_that_is_sent_again_is_the_same_and_is_not_refused(
    client, stripe, hear_everything, do_the_chores
):
    from tests.walk import join_form

    form = join_form(client, can_enrol="no", above="30")
    assert client.post("/join", data=form).status_code == 303
    stripe.pay(payments()[0].checkout_id)
    assert client.post("/join", data=form).status_code == 303  # paid, and we have not heard
    hear_everything()
    do_the_chores()
    again = client.post("/join", data=form)
    assert again.status_code == 303
    assert "/join/thanks/" in again.location
    assert len(payments()) == 1
