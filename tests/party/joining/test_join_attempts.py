"""One form is one application and one attempt to pay, however often and in however many ways it is sent and paid."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import event, func, select

from app import gateways
from app.ground import audit, clock
from app.ground.db import Base, session
from app.party.dues import queries as dues
from app.party.dues.models import Charge, DuesPaid
from app.party.joining.models import Application, Declaration
from app.party.membership import queries as memberships
from app.party.membership.models import Membership
from app.party.payments import queries as payments
from app.party.payments.models import Payment
from app.party.people import queries as people
from app.party.people.models import Person
from tests import cast as faces
from tests.walk import ADA, join, join_form

GOOD, DECLINED = "4242424242424242", "4000000000000002"


def checkout(response) -> str:
    assert response.status_code == 303, response.get_data(as_text=True)
    return response.location.rstrip("/").rsplit("/", 1)[1]


def count(noun: type[Base]) -> int:
    return session.scalar(select(func.count()).select_from(noun))


def is_expired(checkout_id: str) -> bool:
    """Whether Stripe would still take money on a page."""
    return gateways.stripe_gateway().look_at(checkout_id, intent_id=None).expired


def membership_of(email: str) -> Membership:
    return memberships.current_of(people.find_by_email(email).id)


def terms(membership: Membership) -> list[tuple]:
    return [(charge.since, charge.until, charge.cents, charge.is_paid) for charge in dues.charges_of(membership)]


def check_books() -> None:
    session.remove()
    assert payments.balances().faults == []
    assert payments.paid_but_untold() == 0
    assert audit.verify()[1] == []


def test_the_same_form_sent_ten_times_at_once_is_one_application_and_one_payment(app, client, stripe):
    form, cookie = join_form(client), client.get_cookie("hustings")

    def send(_):
        browser = app.test_client()
        browser.set_cookie("hustings", cookie.value)
        answer = browser.post("/join", data=form)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(10)))

    assert all(code == 303 or 400 <= code < 500 for code, _ in answers), answers
    assert len({place for code, place in answers if code == 303}) == 1
    assert (count(Application), count(Payment)) == (1, 1)
    assert len(list(stripe.account.store.all("checkout.session"))) == 1
    check_books()


def test_the_same_form_sent_again_after_it_was_paid_pays_nothing_more(client, stripe, hear_everything, do_the_chores):
    form = join_form(client)
    stripe.pay(checkout(client.post("/join", data=form)), card=GOOD)
    hear_everything()
    do_the_chores()
    session.remove()
    again = client.post("/join", data=form)
    assert again.status_code == 303
    assert again.location == f"/join/thanks/{form['key']}"
    assert (count(Payment), count(Membership), count(Charge)) == (1, 1, 1)


def test_changed_answers_replace_the_attempt_and_its_page_at_stripe_is_closed(client, do_the_chores):
    form = join_form(client, above="5")
    old = checkout(client.post("/join", data=form))
    new = checkout(client.post("/join", data={**form, "dues": "concession"}))
    assert new != old
    do_the_chores()
    session.remove()
    assert count(Application) == 1
    assert is_expired(old)
    assert not is_expired(new)
    first, second = session.scalars(select(Payment).order_by(Payment.begun_at))
    assert (first.cents, first.is_open) == (2500, False)
    assert (second.cents, second.is_open) == (1000, True)
    assert session.scalars(select(Application)).one().payment_id == second.id


def test_an_attempt_paid_after_it_was_replaced_admits_once_and_the_new_one_is_closed(
    client, stripe, hear_everything, do_the_chores
):
    form = join_form(client)
    old = checkout(client.post("/join", data=form))
    new = checkout(client.post("/join", data={**form, "dues": "concession"}))
    stripe.pay(old, card=GOOD)  # in the other window, before our chore has closed it
    hear_everything()
    do_the_chores()
    session.remove()
    assert (count(Membership), count(Declaration), count(Application)) == (1, 1, 0)
    assert [(cents, paid) for _, _, cents, paid in terms(membership_of(ADA["email"]))] == [(2000, True)]
    assert is_expired(new)
    check_books()


def test_a_known_email_is_answered_like_an_unknown_one(app, cast, owner):
    engine, said = session.get_bind(), []
    tables = [row[0] for row in owner.execute("select tablename from pg_tables where schemaname = 'public'")]

    def rows() -> dict[str, int]:
        return {table: owner.execute(f'select count(*) from "{table}"').fetchone()[0] for table in tables}

    def send(email: str):
        browser = app.test_client()
        form, before = join_form(browser, email=email), rows()
        said.clear()
        answer = browser.post("/join", data=form)
        after = rows()
        headers = [
            (name, re.sub(r"=[^;]+", "=…", value, count=1) if name == "Set-Cookie" else value)
            for name, value in answer.headers
            if name not in ("Location", "Date") and "id" not in name.lower().split("-")
        ]
        written = {table: after[table] - before[table] for table in tables if after[table] != before[table]}
        return answer.status_code, headers, list(said), written

    event.listen(engine, "before_cursor_execute", note := lambda *a: said.append(a[2]))
    try:
        send("warm@people.example")
        unknown, member, supporter = (send(e) for e in ("nobody@people.example", cast["aroha"].email, cast["lin"].email))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert unknown[0] == 303
    assert len(unknown[2]) > 3
    for known in (member, supporter):
        assert known == unknown


def test_a_member_who_joins_again_pays_the_next_term_and_keeps_their_own_details(
    client, stripe, cast, hear_everything, do_the_chores, mailbox
):
    aroha = cast["aroha"]
    number = membership_of(aroha.email).number
    before = terms(membership_of(aroha.email))
    stripe.pay(
        checkout(join(client, email=aroha.email, name="Somebody Else", address="1 Elsewhere", signature="S E")), card=GOOD
    )
    hear_everything()
    do_the_chores()
    session.remove()

    person = people.find_by_email(aroha.email)
    assert (people.details_of(person).name, people.details_of(person).address) == (aroha.name, aroha.address)
    assert len(memberships.memberships_of(person.id)) == 1
    assert membership_of(aroha.email).number == number
    after = terms(membership_of(aroha.email))
    assert after[: len(before)] == before
    assert len(after) == len(before) + 1
    assert after[-1][0] == before[-1][1]
    assert after[-1][3]
    letter = mailbox()[0]
    assert letter.to == aroha.email
    until = after[-1][1]
    assert any(f"Paid until {day.day} {day:%B %Y}" in letter.text for day in (until - timedelta(days=1), until))
    assert "Somebody Else" not in letter.text
    check_books()


def test_a_supporter_who_joins_is_a_member_and_what_was_missing_is_filled_in(
    client, stripe, cast, hear_everything, do_the_chores
):
    lin = cast["lin"]
    before = people.find_by_email(lin.email).id
    stripe.pay(checkout(join(client, email=lin.email, name="Other Name", address="7 New Street, Nelson 7010")), card=GOOD)
    hear_everything()
    do_the_chores()
    session.remove()
    person = people.find_by_email(lin.email)
    details = people.details_of(person)
    assert person.id == before
    assert (details.name, details.address) == (lin.name, "7 New Street, Nelson 7010")
    assert person.can_enrol == "yes"
    assert memberships.current_of(person.id) is not None
    check_books()


def test_a_lapsed_member_who_joins_again_has_a_new_membership_and_the_old_one_is_ended(
    app, client, stripe, hear_everything, do_the_chores, mailbox
):
    face = faces.Face("moana", "Moana Lapsed", "moana@people.example", "2 Ebb Road, Picton 7220", "", joined_days_ago=500)
    person = faces.make(face)
    stripe.pay(checkout(join(client, email=face.email, name=face.name, signature=face.name)), card=GOOD)
    hear_everything()
    do_the_chores()
    session.remove()
    old, new = memberships.memberships_of(person.id)
    today = clock.today()
    assert (old.ended_on, new.ended_on, new.opened_on) == (today, None, today)
    assert [move.to for move in memberships.moves_of(old)] == ["good", "lapsed"]
    assert [(since, paid) for since, _, _, paid in terms(new)] == [(today, True)]
    assert mailbox()[0].to == face.email
    check_books()


def test_a_declined_card_and_then_a_good_one_is_one_member(client, stripe, hear_everything, do_the_chores, mailbox):
    page = checkout(join(client))
    stripe.pay(page, card=DECLINED)
    hear_everything()
    do_the_chores()
    session.remove()
    assert session.scalars(select(Payment)).one().declined_at
    assert count(Membership) == 0
    stripe.pay(page, card=GOOD)
    hear_everything()
    do_the_chores()
    session.remove()
    assert (count(Membership), count(DuesPaid), count(Payment)) == (1, 1, 1)
    assert [letter.to for letter in mailbox()] == [ADA["email"]]
    check_books()


def test_once_one_of_two_applications_of_an_email_is_paid_the_other_cannot_be(
    app, client, stripe, hear_everything, do_the_chores
):
    one, other = checkout(join(client)), checkout(join(app.test_client()))
    assert one != other
    stripe.pay(one, card=GOOD)
    hear_everything()
    do_the_chores()
    session.remove()
    assert is_expired(other)
    assert [payment.is_open for payment in session.scalars(select(Payment))] == [False, False]
    assert (count(Membership), count(Person), count(Charge)) == (1, 1, 1)


def test_two_applications_of_an_email_that_are_both_paid_are_one_member_with_two_terms(
    app, client, stripe, hear_everything, do_the_chores, mailbox
):
    for page in (checkout(join(client)), checkout(join(app.test_client(), email=ADA["email"].upper()))):
        stripe.pay(page, card=GOOD)
    hear_everything()
    do_the_chores()
    session.remove()
    assert (count(Membership), count(Person), count(Declaration)) == (1, 1, 2)
    first, second = terms(membership_of(ADA["email"]))
    assert (first[1], first[3], second[3]) == (second[0], True, True)
    subjects = [letter.subject for letter in mailbox()]
    assert len(subjects) == 2
    assert "Your dues have arrived" in subjects
    check_books()


def test_an_event_that_was_heard_before_has_nothing_looked_at_again(client, stripe, hear_everything, do_the_chores, owner):
    waiting = "select count(*) from procrastinate_jobs where task_name = 'payments.follow'"
    stripe.pay(checkout(join(client)), card=GOOD)
    hear_everything()
    assert owner.execute(waiting).fetchone()[0] == 1
    do_the_chores()
    hear_everything()
    assert owner.execute(waiting).fetchone()[0] == 0
