"""A member pays what is owed: one attempt at a time, through Stripe, and is in good standing again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.ground import audit, clock
from app.ground.db import session, transaction
from app.law.membership import Standing, is_current_financial, standing
from app.law.money import Money
from app.party.dues import queries, services
from app.party.membership import queries as memberships
from app.party.membership.models import Membership
from app.party.payments import errands
from app.party.payments import queries as books
from app.party.payments import services as payments
from app.party.payments.models import Payment
from app.party.people import queries as people
from tests.walk import hidden, join, links

GOOD, DECLINED = "4242424242424242", "4000000000000002"


def membership_of(email: str) -> Membership:
    session.remove()
    return memberships.current_of(people.find_by_email(email).id)


def stands(membership: Membership) -> Standing:
    return standing(queries.history_of(membership), on=clock.today())


def begin(email: str) -> Payment | None:
    with transaction():
        return services.pay_owed(memberships.current_of(people.find_by_email(email).id), by="test")


def attempts() -> int:
    return session.scalar(select(func.count()).select_from(Payment).where(Payment.purpose == "dues"))


def checkout_of(payment: Payment) -> str:
    return errands.open_checkout(payment).rpartition("/")[2]


@pytest.fixture
def settle_all(hear_everything, do_the_chores):
    def both() -> None:
        hear_everything()
        do_the_chores()
        session.remove()

    return both


def test_grace_signs_in_pays_and_is_in_good_standing_again(client, stripe, cast, settle_all, do_the_chores, mailbox):
    grace = cast["grace"]
    assert stands(membership_of(grace.email)) is Standing.BEHIND

    page = client.get("/sign-in").get_data(as_text=True)
    client.post("/sign-in", data={"csrf_token": hidden(page, "csrf_token"), "email": grace.email})
    do_the_chores()
    link = links(mailbox()[0].text, "/sign-in/")[0]
    page = client.get(link).get_data(as_text=True)
    client.post(link, data={"csrf_token": hidden(page, "csrf_token")})
    page = client.get("/me").get_data(as_text=True)
    answer = client.post("/me/pay", data={"csrf_token": hidden(page, "csrf_token")})
    assert answer.status_code == 303
    stripe.pay(answer.location.rpartition("/")[2], card=GOOD)
    assert stands(membership_of(grace.email)) is Standing.BEHIND  # until we have heard it ourselves
    settle_all()

    membership = membership_of(grace.email)
    assert stands(membership) is Standing.GOOD
    assert is_current_financial(queries.history_of(membership), on=clock.today())
    assert queries.unpaid(membership) == []
    assert begin(grace.email) is None
    letter = mailbox()[0]
    assert (letter.to, letter.subject) == (grace.email, "Your dues have arrived")
    assert "$5.00" in letter.text
    assert books.balances().faults == []
    assert audit.verify()[1] == []


def test_to_pay_twice_is_the_same_payment(app, cast):
    one, other = begin(cast["grace"].email), begin(cast["grace"].email)
    assert one.id == other.id
    assert one.amount == Money(500)
    assert attempts() == 1


def test_to_pay_ten_times_at_once_is_the_same_payment(app, cast):
    def press(_):
        with app.app_context():
            return begin(cast["grace"].email).id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(press, range(10)))) == 1
    assert attempts() == 1


def test_who_owes_nothing_begins_no_payment(app, cast):
    assert begin(cast["aroha"].email) is None
    assert attempts() == 0


def test_a_payment_that_was_closed_or_is_too_old_is_begun_anew(app, cast):
    grace = cast["grace"].email
    one = begin(grace)
    with transaction():
        payments.close(session.get_one(Payment, one.id), because="expired", by="stripe")
    two = begin(grace)
    with clock.standing_at(clock.now() + timedelta(hours=21)):
        three = begin(grace)
    assert len({one.id, two.id, three.id}) == 3


def test_a_declined_card_leaves_the_dues_owed_and_the_same_payment_may_be_paid(app, stripe, cast, settle_all):
    grace = cast["grace"].email
    page = checkout_of(begin(grace))
    stripe.pay(page, card=DECLINED)
    settle_all()
    assert stands(membership_of(grace)) is Standing.BEHIND
    assert attempts() == 1
    stripe.pay(checkout_of(begin(grace)), card=GOOD)
    settle_all()
    assert stands(membership_of(grace)) is Standing.GOOD
    assert attempts() == 1


def test_two_pages_that_are_both_paid_pay_this_term_and_the_next_and_two_letters_say_so(app, stripe, cast, settle_all, mailbox):
    grace = cast["grace"].email
    with clock.standing_at(clock.now() - timedelta(hours=21)):
        early = begin(grace)
    late = begin(grace)
    assert early.id != late.id
    letters = len(mailbox())
    for payment in (early, late):
        stripe.pay(checkout_of(payment), card=GOOD)
    settle_all()
    terms = queries.charges_of(membership_of(grace))
    assert [(term.cents, term.is_paid) for term in terms] == [(500, True)] * 3
    assert terms[1].until == terms[2].since
    said = mailbox()
    assert len(said) == letters + 2
    for term, letter in zip(terms[1:], sorted(said[:2], key=lambda letter: letter.id), strict=True):
        assert any(f"Paid until {day.day} {day:%B %Y}" in letter.text for day in (term.until - timedelta(days=1), term.until))
    assert books.balances().faults == []


def test_one_who_is_behind_and_joins_again_pays_what_is_owed_at_the_rate_they_chose(client, stripe, cast, settle_all):
    grace = cast["grace"]
    before = queries.charges_of(membership_of(grace.email))
    answer = join(client, email=grace.email, dues="standard")
    stripe.pay(answer.location.rpartition("/")[2], card=GOOD)
    settle_all()
    membership = membership_of(grace.email)
    after = queries.charges_of(membership)
    assert [(term.since, term.until) for term in after] == [(term.since, term.until) for term in before]
    assert (after[-1].rate, after[-1].cents, after[-1].is_paid) == ("standard", 2000, True)
    assert stands(membership) is Standing.GOOD
