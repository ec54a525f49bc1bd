"""A monthly gift: each month a donation of its own, stopped from the receipt, and by the law."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.ground import clock
from app.ground.db import session, transaction
from app.law.party_rules import add_months
from app.party.giving import jobs
from app.party.giving.models import Donor
from app.party.payments.models import Renewal
from tests.party.giving.gifts import HANS, MERE, donations, give, payments
from tests.walk import hidden, links


def renewal() -> Renewal:
    session.remove()
    return session.scalars(select(Renewal)).one()


def begin(client, stripe, hear_everything, do_the_chores, **answers):
    assert give(client, often="monthly", **answers).status_code == 303
    stripe.pay(payments()[0].checkout_id)
    hear_everything()
    do_the_chores()


def test_it_begins_with_a_donation_and_a_letter_that_says_the_next_day_and_stops_it(
    client, stripe, hear_everything, do_the_chores, mailbox
):
    begin(client, stripe, hear_everything, do_the_chores, amount="2500")
    assert [donation.cents for donation in donations()] == [2500]
    letter = mailbox()[0].text
    path = links(letter, "/give/")[0]
    page = client.get(path)
    assert page.status_code == 200
    assert "Stop giving monthly" in page.get_data(as_text=True)
    token = hidden(page.get_data(as_text=True), "csrf_token")
    for _ in range(2):
        assert client.post(f"{path}/stop", data={"csrf_token": token}).status_code == 303
    do_the_chores()
    hear_everything()
    do_the_chores()
    assert renewal().ended_at
    assert sum("is stopped" in sent.subject for sent in mailbox()) == 1


def test_another_month_is_another_donation_with_its_own_receipt(client, stripe, hear_everything, do_the_chores, mailbox):
    begin(client, stripe, hear_everything, do_the_chores, amount="2500")
    stripe.advance(32 * 86400)
    hear_everything()
    do_the_chores()
    first, second = donations()
    assert (second.cents, second.donor_id) == (2500, first.donor_id)
    assert second.received_on
    assert sum("Thank you" in sent.subject for sent in mailbox()) == 2


def test_the_months_ahead_in_this_year_count_at_the_gate(client, owner):
    """Thirty dollars a month from abroad cannot be kept for as long as a second charge falls into this year."""
    today = clock.today()
    answer = give(client, **HANS, often="monthly", other="30")
    if add_months(today, 1).year == today.year:
        assert answer.status_code == 422
    else:
        assert answer.status_code == 303


def test_a_gift_that_has_become_unlawful_is_stopped_before_it_is_taken_and_the_donor_told_why(
    client, stripe, hear_everything, do_the_chores, mailbox
):
    begin(client, stripe, hear_everything, do_the_chores, **{**MERE, "other": "60"})
    with transaction():  # she moves abroad, and says so: $60 is too much by itself, also when next month is a new year
        from app.ground.mail import office
        from app.party.giving import queries

        donor = session.scalars(select(Donor)).one()
        who = queries.who_is(donor)
        from dataclasses import replace

        from app.law.donations import Ties

        donor.sealed = office().seal.close(replace(who, ties=Ties()).as_json(), table="donors", row=donor.id)
    with clock.standing_at(clock.now() + timedelta(days=29)):
        jobs.ask_again()
    assert renewal().stop_wanted_at
    do_the_chores()
    letter = mailbox()[0]
    assert "stopped your monthly donation" in letter.subject
    assert "s 207K(2A)" in letter.text
