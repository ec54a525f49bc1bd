"""One payment: what it did, whose it is once that is asked, and giving money back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.ground import clock
from app.ground.db import session
from app.law.membership import Standing, standing
from app.law.money import Money
from app.party.dues import queries as dues
from app.party.payments import errands
from app.party.payments import queries as books
from app.party.payments.models import Account, Payment, Refund
from app.party.receipts import queries as receipts
from tests.house.page_reader import faults
from tests.party.desk.at_the_desk import confirmed, keys, membership_of, press, record, recorded, reference_for
from tests.walk import enter, join

GRACE, AROHA, ADA = "grace@people.example", "aroha@people.example", "ada@people.example"


@pytest.fixture
def wiremu(as_officer):
    return as_officer("wiremu")


@pytest.fixture
def paid(wiremu) -> Payment:
    """Grace’s dues and ten dollars above them, in cash, today. Of a reference that is always the same: without its last sign
    one in two thousand would be a member’s."""
    how = {"above": "10", "method": "cash", "key": "01890000-0000-7000-8000-00123456789a"}
    return recorded(record(wiremu, reference_for(GRACE), "15", clock.today(), **how))


def at(payment: Payment, ending: str = "") -> str:
    return f"/org/money/payments/{payment.id}{ending}"


def read(browser, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def ask(browser, payment: Payment, amount: str, why: str = "mistake"):
    """Both presses; the answer to the second, or to the first where it is refused."""
    first = press(browser, at(payment, "/refund"), amount=amount, why=why)
    if first.status_code != 200:
        return first
    return browser.post(at(payment, "/refund"), data=confirmed(first.get_data(as_text=True)))


def refunds(payment: Payment) -> list[Refund]:
    session.remove()
    found = books.refunds_of([payment.id])
    session.remove()
    return found


def stands(email: str) -> Standing:
    return standing(dues.history_of(membership_of(email)), on=clock.today())


def the_books_hold() -> None:
    session.remove()
    assert books.verify_ledger() == []
    assert dues.faults() == []
    assert receipts.verify() == []


def test_a_page_names_nobody_until_it_is_asked_and_then_the_person_sees_it(wiremu, paid, app, settings):
    page = read(wiremu, at(paid))
    assert "Grace" not in page
    for said in ("income:dues", "income:above-dues", "cash", "Above the dues", paid.reference, "The term is paid."):
        assert said in page
    assert faults(page, promoter=settings.promoter) == []
    assert "one of their payments" not in enter(app, GRACE).get("/me").get_data(as_text=True)
    answer = wiremu.post(at(paid, "/whose"), data=keys(page))
    shown = answer.get_data(as_text=True)
    assert "Grace Okonkwo-Hale" in shown
    assert reference_for(GRACE) in shown
    assert faults(shown, promoter=settings.promoter) == []
    theirs = enter(app, GRACE).get("/me").get_data(as_text=True)
    assert "Treasurer: one of their payments" in theirs
    assert "Wiremu" not in theirs


def test_the_whole_goes_back_in_cash_and_the_term_is_unpaid_from_the_day_it_was_handed_back(wiremu, paid, mailbox, settings):
    first = press(wiremu, at(paid, "/refund"), amount="15", why="asked").get_data(as_text=True)
    assert "becomes unpaid." in first
    assert "$10.00 of it was above the dues" in first
    assert faults(first, promoter=settings.promoter) == []
    assert refunds(paid) == []
    answer = wiremu.post(at(paid, "/refund"), data=confirmed(first))
    assert answer.location == at(paid, "?done=refund")
    assert stands(GRACE) is Standing.GOOD  # it is still with us
    (wish,) = refunds(paid)
    page = read(wiremu, at(paid))
    assert "To be paid out" in page
    assert '1</strong> <span class="status warning">look' in read(wiremu, "/org")
    letters, cash = len(mailbox()), books.sum_of(Account.CASH)
    done = press(wiremu, at(paid, f"/refunds/{wish.id}/handed-back"), on=clock.today().isoformat())
    assert done.location == at(paid, "?done=handed-back")
    assert stands(GRACE) is Standing.BEHIND
    assert books.sum_of(Account.CASH) == cash - Money(1500)
    assert len(mailbox()) == letters + 1
    assert "Given back" in read(wiremu, at(paid))
    assert faults(read(wiremu, at(paid)), promoter=settings.promoter) == []
    the_books_hold()


def test_a_part_that_was_above_the_dues_changes_nobodys_standing(wiremu, paid):
    first = press(wiremu, at(paid, "/refund"), amount="10", why="asked").get_data(as_text=True)
    assert "$10.00 of it was above the dues" in first
    assert "becomes unpaid" not in first
    wiremu.post(at(paid, "/refund"), data=confirmed(first))
    (wish,) = refunds(paid)
    press(wiremu, at(paid, f"/refunds/{wish.id}/handed-back"), on=clock.today().isoformat())
    assert stands(GRACE) is Standing.GOOD
    assert "Partly given back" in read(wiremu, at(paid))
    the_books_hold()


def test_a_second_part_says_what_it_does_after_the_first(wiremu, paid):
    assert ask(wiremu, paid, "10").status_code == 303
    first = press(wiremu, at(paid, "/refund"), amount="2", why="asked").get_data(as_text=True)
    assert "above the dues: nobody" not in first
    assert "becomes unpaid" in first


def test_a_term_to_come_is_said_to_change_nothing_now(wiremu):
    payment = recorded(record(wiremu, reference_for(AROHA), "20", clock.today()))
    first = press(wiremu, at(payment, "/refund"), amount="20", why="mistake").get_data(as_text=True)
    assert "Nothing changes before that day." in first
    assert "becomes unpaid" not in first
    wiremu.post(at(payment, "/refund"), data=confirmed(first))
    (wish,) = refunds(payment)
    press(wiremu, at(payment, f"/refunds/{wish.id}/handed-back"), on=clock.today().isoformat())
    assert stands(AROHA) is Standing.GOOD
    the_books_hold()


def test_the_same_part_sent_twice_is_one_refund_and_asked_for_again_is_another(wiremu, paid):
    first = confirmed(press(wiremu, at(paid, "/refund"), amount="5", why="asked").get_data(as_text=True))
    assert [wiremu.post(at(paid, "/refund"), data=first).status_code for _ in range(3)] == [303] * 3
    assert len(refunds(paid)) == 1
    back = {name: value for name, value in first.items() if name != "seen"}
    again = confirmed(wiremu.post(at(paid, "/refund"), data=back).get_data(as_text=True))
    assert wiremu.post(at(paid, "/refund"), data=again).status_code == 303
    assert [refund.amount for refund in refunds(paid)] == [Money(500), Money(500)]
    whole = confirmed(press(wiremu, at(paid, "/refund"), amount="5", why="asked").get_data(as_text=True))
    assert [wiremu.post(at(paid, "/refund"), data=whole).status_code for _ in range(2)] == [303] * 2
    assert len(refunds(paid)) == 3
    assert wiremu.get(at(paid, "/refund")).status_code == 404


def test_more_than_is_left_is_refused_with_what_is_left(wiremu, paid, settings):
    assert ask(wiremu, paid, "10").status_code == 303
    for amount, why, sentence in (
        ("5.01", "asked", "At most $5.00 of this payment can be given back. Nothing was given back."),
        ("0", "asked", "Enter an amount of more than nothing."),
        ("x", "asked", "Enter an amount in dollars"),
        ("5", "because", "Choose why."),
    ):
        answer = press(wiremu, at(paid, "/refund"), amount=amount, why=why)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert sentence in page
        assert f'value="{amount}"' in page
        assert faults(page, promoter=settings.promoter) == []
    assert len(refunds(paid)) == 1


def test_two_pages_that_together_ask_for_more_than_there_is_give_back_one(wiremu, paid):
    one, two = (
        confirmed(press(wiremu, at(paid, "/refund"), amount="10", why="asked").get_data(as_text=True)) for _ in range(2)
    )
    assert wiremu.post(at(paid, "/refund"), data=one).status_code == 303
    refused = wiremu.post(at(paid, "/refund"), data=two)
    assert refused.status_code == 422
    assert "At most $5.00" in refused.get_data(as_text=True)
    assert len(refunds(paid)) == 1


def test_a_day_on_which_it_cannot_have_been_paid_out_is_refused(wiremu, paid, settings):
    ask(wiremu, paid, "15")
    (wish,) = refunds(paid)
    door = at(paid, f"/refunds/{wish.id}/handed-back")
    for day, sentence in (
        (clock.today() + timedelta(days=1), "still to come"),
        (clock.today() - timedelta(days=1), "before it came"),
    ):
        answer = press(wiremu, door, on=day.isoformat())
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
        assert faults(answer.get_data(as_text=True), promoter=settings.promoter) == []
    assert press(wiremu, door, on="").status_code == 422
    assert [press(wiremu, door, on=clock.today().isoformat()).status_code for _ in range(2)] == [303, 303]
    the_books_hold()


def test_a_card_payment_goes_back_to_its_card(wiremu, client, stripe, hear_everything, do_the_chores, settings):
    join(client)
    payment = session.scalar(select(Payment).where(Payment.purpose == "joining", Payment.checkout_id.is_not(None)))
    session.remove()
    stripe.pay(errands.open_checkout(payment).rpartition("/")[2], card="4242424242424242")
    hear_everything()
    do_the_chores()
    page = read(wiremu, at(payment))
    assert "What Stripe said" in page
    assert "checkout.session.completed" in page
    assert "expense:stripe-fees" in page
    assert faults(page, promoter=settings.promoter) == []
    first = press(wiremu, at(payment, "/refund"), amount="20", why="fraud").get_data(as_text=True)
    assert "by Stripe" in first
    wiremu.post(at(payment, "/refund"), data=confirmed(first))
    assert "Being sent" in read(wiremu, at(payment))
    (wish,) = refunds(payment)
    assert press(wiremu, at(payment, f"/refunds/{wish.id}/handed-back"), on=clock.today().isoformat()).status_code == 422
    do_the_chores()
    hear_everything()
    do_the_chores()
    assert "Given back" in read(wiremu, at(payment))
    assert stands(ADA) is Standing.BEHIND
    the_books_hold()


def test_a_payment_is_found_by_its_reference_on_any_rail_by_its_receipt_and_by_the_member(wiremu, paid, settings):
    receipt = receipts.receipt_for(paid.id).name
    session.remove()
    for typed in (paid.reference, paid.reference.lower(), receipt):
        assert wiremu.get("/org/money", query_string={"find": typed}).location == at(paid)
    for typed in (reference_for(GRACE), str(membership_of(GRACE).number)):
        page = wiremu.get("/org/money", query_string={"find": typed}).get_data(as_text=True)
        assert paid.reference in page
        assert "Grace" not in page
        assert faults(page, promoter=settings.promoter) == []
    wrong = wiremu.get("/org/money", query_string={"find": paid.reference[:-1]})
    assert wrong.status_code == 404
    assert "A sign is missing" in wrong.get_data(as_text=True)
    assert faults(wrong.get_data(as_text=True), promoter=settings.promoter) == []
    assert wiremu.get("/org/money", query_string={"find": "M1B"}).status_code == 404


def test_what_has_not_come_cannot_be_given_back(wiremu, client, settings):
    join(client, pay_by="bank")
    payment = session.scalar(select(Payment).where(Payment.bank_reference.is_not(None)))
    session.remove()
    page = read(wiremu, at(payment))
    assert "Waited for" in page
    assert faults(page, promoter=settings.promoter) == []
    assert wiremu.get(at(payment, "/refund")).status_code == 404
    sent = {**keys(page), "amount": "20", "why": "asked"}
    assert wiremu.post(at(payment, "/refund"), data=sent).status_code == 422
    assert refunds(payment) == []
