"""Money that came by bank transfer or in cash is recorded in two presses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.ground import audit, clock
from app.ground.db import session, transaction
from app.law.membership import Standing, is_current_financial, standing
from app.law.money import Money
from app.party.branches import queries as offices
from app.party.desk import rules
from app.party.dues import queries as dues
from app.party.dues import rules as dues_rules
from app.party.joining.models import Application
from app.party.membership import queries as memberships
from app.party.payments import queries as books
from app.party.payments.models import Payment
from app.party.people import queries as people
from app.party.receipts import queries as receipts
from tests.house.page_reader import faults
from tests.party.desk.at_the_desk import (
    RECORD,
    applied_by_bank,
    confirmed,
    keys,
    look_first,
    membership_of,
    record,
    recorded,
    reference_for,
)
from tests.walk import ADA, enter

GRACE, AROHA = "grace@people.example", "aroha@people.example"


@pytest.fixture
def wiremu(as_officer):
    return as_officer("wiremu")


def money_rows() -> tuple[int, int]:
    session.remove()
    return session.scalar(select(func.count()).select_from(Payment)), session.scalar(select(func.count(audit.AuditEntry.seq)))


def the_books_hold() -> None:
    session.remove()
    assert books.verify_ledger() == []
    assert dues.faults() == []
    assert receipts.verify() == []
    assert audit.verify()[1] == []


def test_a_member_who_is_behind_is_paid_and_in_good_standing(wiremu, mailbox, settings):
    today = clock.today()
    first = look_first(wiremu, reference_for(GRACE), "5", today - timedelta(days=2))
    page = first.get_data(as_text=True)
    assert first.status_code == 200
    assert faults(page, promoter=settings.promoter) == []
    assert "Grace Okonkwo-Hale" in page
    assert "The term is paid." in page
    assert standing(dues.history_of(membership_of(GRACE)), on=today) is Standing.BEHIND  # nothing is written yet
    answer = wiremu.post(RECORD, data=confirmed(page))
    payment = recorded(answer)
    assert (payment.rail, payment.paid_on, payment.amount) == ("bank", today - timedelta(days=2), Money(500))
    membership = membership_of(GRACE)
    assert is_current_financial(dues.history_of(membership), on=today)
    shown = wiremu.get(answer.location).get_data(as_text=True)
    assert f"Member {membership.number} is credited with it." in shown
    assert f"Receipt {receipts.receipt_for(payment.id).name}" in shown
    assert "Grace" not in shown
    assert (mailbox()[0].to, mailbox()[0].subject) == (GRACE, "Your dues have arrived")
    the_books_hold()


def test_looking_writes_the_look_and_nothing_else(wiremu, mailbox):
    letters, before = len(mailbox()), money_rows()
    look_first(wiremu, reference_for(GRACE), "5", clock.today())
    payments, lines = money_rows()
    assert payments == before[0]
    assert lines == before[1] + 1
    assert len(mailbox()) == letters
    the_books_hold()


def test_the_member_sees_that_the_treasurer_looked_and_not_who(wiremu, app):
    look_first(wiremu, reference_for(GRACE), "5", clock.today())
    page = enter(app, GRACE).get("/me").get_data(as_text=True)
    assert "Treasurer: their name" in page
    assert "Wiremu" not in page


def test_who_applied_is_admitted_on_the_day_the_officer_gives(wiremu, client, mailbox):
    applied = clock.now() - timedelta(days=3)
    with clock.standing_at(applied):
        payment = applied_by_bank(client, above="10")
    on = clock.today() - timedelta(days=1)
    first = look_first(wiremu, payment.bank_reference, "30", on).get_data(as_text=True)
    assert ADA["name"] in first
    assert "It makes them a member" in first
    assert session.scalar(select(Application.id)) == payment.purpose_id
    answer = wiremu.post(RECORD, data=confirmed(first))
    assert recorded(answer).id == payment.id
    membership = membership_of(ADA["email"])
    assert membership.opened_on == on
    shown = wiremu.get(answer.location).get_data(as_text=True)
    assert f"Member {membership.number} is admitted, on {dues_rules.day(on)}." in shown
    assert "Above the dues" in shown
    assert mailbox()[0].to == ADA["email"]
    the_books_hold()


def test_a_look_at_an_application_stands_under_it(wiremu, client, owner):
    payment = applied_by_bank(client)
    look_first(wiremu, payment.bank_reference, "20", clock.today())
    subject = audit.of("application", payment.purpose_id)
    line = owner.execute(
        "select data from audit_entries where subject = %s and action = 'person:looked_at'", [subject]
    ).fetchone()[0]
    assert line == {"office": "treasurer", "what": "their name", "why": "recording money"}


def test_who_applied_again_and_is_a_member_has_the_next_dues_paid(wiremu, client):
    payment = applied_by_bank(client, email=AROHA, name="Aroha Ngāpō-Whitfield", signature="Aroha Ngāpō-Whitfield")
    before = dues.paid_until(dues.charges_of(membership_of(AROHA)))
    first = look_first(wiremu, payment.bank_reference, "20", clock.today()).get_data(as_text=True)
    assert "it pays that member’s next dues" in first
    assert session.scalar(select(Application.id)) == payment.purpose_id
    recorded(wiremu.post(RECORD, data=confirmed(first)))
    assert dues.paid_until(dues.charges_of(membership_of(AROHA))) > before
    the_books_hold()


def test_too_little_pays_as_far_as_it_goes(wiremu):
    first = look_first(wiremu, reference_for(GRACE), "2", clock.today()).get_data(as_text=True)
    # Two dollars are the monthly dues at the standard rate: an amount that is another rate's chooses it (dues, rule 3).
    assert "The term is paid." in first
    first = look_first(wiremu, reference_for(GRACE), "3", clock.today()).get_data(as_text=True)
    assert "$2.00 is still missing." in first
    recorded(wiremu.post(RECORD, data=confirmed(first)))
    assert standing(dues.history_of(membership_of(GRACE)), on=clock.today()) is Standing.BEHIND
    assert dues.owed(membership_of(GRACE), on=clock.today()) == Money(200)
    the_books_hold()


def test_more_than_is_owed_pays_terms_to_come(wiremu):
    first = look_first(wiremu, reference_for(GRACE), "10", clock.today()).get_data(as_text=True)
    assert first.count("The term is paid.") == 2
    recorded(wiremu.post(RECORD, data=confirmed(first)))
    assert len([charge for charge in dues.charges_of(membership_of(GRACE)) if charge.is_paid]) == 3
    the_books_hold()


def test_the_amount_of_another_rate_chooses_it(wiremu):
    first = look_first(wiremu, reference_for(GRACE), "20", clock.today()).get_data(as_text=True)
    assert "Standard rate. The term is paid." in first
    recorded(wiremu.post(RECORD, data=confirmed(first)))
    assert dues.charges_of(membership_of(GRACE))[-1].rate == "standard"
    the_books_hold()


def test_what_is_above_the_dues_pays_none(wiremu):
    payment = recorded(record(wiremu, reference_for(GRACE), "15", clock.today(), above="10", method="cash"))
    assert [(line.kind, line.cents) for line in payment.lines] == [("dues", 500), ("above", 1000)]
    assert payment.rail == "cash"
    the_books_hold()


def test_pressed_ten_times_at_once_it_is_one_payment(wiremu, app):
    sent = confirmed(look_first(wiremu, reference_for(GRACE), "5", clock.today()).get_data(as_text=True))
    before = money_rows()[0]
    cookie = wiremu.get_cookie("hustings").value

    def press(_):
        browser = app.test_client()
        browser.set_cookie("hustings", cookie)
        answer = browser.post(RECORD, data=sent)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(press, range(10)))) == 1
    assert money_rows()[0] == before + 1
    assert wiremu.post(RECORD, data=sent).status_code == 303
    assert money_rows()[0] == before + 1
    the_books_hold()


def test_a_transfer_that_was_asked_for_is_recorded_once_whoever_presses(wiremu, client, app):
    payment = applied_by_bank(client)
    sent = confirmed(look_first(wiremu, payment.bank_reference, "20", clock.today()).get_data(as_text=True))
    other = confirmed(look_first(wiremu, payment.bank_reference, "20", clock.today()).get_data(as_text=True))
    cookie = wiremu.get_cookie("hustings").value

    def press(data):
        browser = app.test_client()
        browser.set_cookie("hustings", cookie)
        return browser.post(RECORD, data=data).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(press, [sent, other, sent, other])) == {303}
    session.remove()
    assert len(memberships.memberships_of(people.find_by_email(ADA["email"]).id)) == 1
    again = look_first(wiremu, payment.bank_reference, "20", clock.today())
    assert again.status_code == 422
    assert "This was paid already" in again.get_data(as_text=True)
    the_books_hold()


def test_as_much_on_the_same_day_is_warned_of_and_may_be_recorded(wiremu):
    assert "As much came on that day already" not in look_first(wiremu, reference_for(GRACE), "5", clock.today()).get_data(
        as_text=True
    )
    one = recorded(record(wiremu, reference_for(GRACE), "5", clock.today()))
    assert "As much came on that day already" in look_first(wiremu, reference_for(GRACE), "5", clock.today()).get_data(
        as_text=True
    )
    two = recorded(record(wiremu, reference_for(GRACE), "5", clock.today()))
    assert one.id != two.id
    the_books_hold()


def test_a_page_that_is_filled_in_again_after_it_was_recorded_is_another_payment(wiremu):
    first = look_first(wiremu, reference_for(GRACE), "5", clock.today()).get_data(as_text=True)
    one = recorded(wiremu.post(RECORD, data=confirmed(first)))
    back = {name: value for name, value in confirmed(first).items() if name != "seen"}
    again = wiremu.post(RECORD, data={**back, "amount": "7"}).get_data(as_text=True)
    assert confirmed(again)["key"] != back["key"]
    two = recorded(wiremu.post(RECORD, data=confirmed(again)))
    assert (one.amount, two.amount) == (Money(500), Money(700))


def test_change_something_brings_back_what_was_typed(wiremu, settings):
    first = confirmed(look_first(wiremu, reference_for(GRACE), "5", clock.today()).get_data(as_text=True))
    answer = wiremu.post(RECORD, data={**first, "change": "1"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f'value="{reference_for(GRACE)}"' in page
    assert faults(page, promoter=settings.promoter) == []


def wrong(signs: str) -> str:
    return signs[:-1] + ("A" if signs[-1] != "A" else "B")


def test_what_cannot_be_recorded_is_said_beside_its_question_and_nothing_is_written(wiremu, client, settings):
    payment = applied_by_bank(client, above="10")
    today, grace = clock.today(), reference_for(GRACE)
    unknown = dues.bank_reference(9_000_001)
    before = money_rows()
    for reference, amount, on, more, sentence in (
        (unknown, "5", today, {}, rules.Nobodys.sentence),
        (wrong(grace), "5", today, {}, rules.WrongCheck.sentence),
        (wrong(payment.bank_reference), "30", today, {}, rules.WrongCheck.sentence),
        ("7K3Q9X2W", "30", today, {}, "A sign is missing"),
        ("M7K3Q9X2", "30", today, {}, "A sign is missing"),
        ("", "5", today, {}, "Enter the reference"),
        (grace, "0", today, {}, dues_rules.NothingCame.sentence),
        (grace, "", today, {}, "Enter the amount that came."),
        (grace, "-5", today, {}, "Enter an amount in dollars"),
        (grace, "5.001", today, {}, "Enter an amount in dollars"),
        (grace, "5", today + timedelta(days=1), {}, dues_rules.DayToCome.sentence),
        (grace, "5", today - timedelta(days=3000), {}, "It cannot have come before"),
        (grace, "5", today, {"above": "6"}, dues_rules.MoreAboveThanAll.sentence),
        (grace, "5", today, {"method": "cheque"}, "Choose how it came."),
        (payment.bank_reference, "20", today, {}, "$30.00 was asked for with this reference"),
        (payment.bank_reference, "30", today, {"above": "5"}, "$10.00 of this is above the dues"),
        (payment.bank_reference, "30", today - timedelta(days=1), {}, "it was signed for"),
    ):  # fmt: skip
        for seen in ("", "yes"):
            answer = look_first(wiremu, reference, amount, on, seen=seen, **more)
            page = answer.get_data(as_text=True)
            assert answer.status_code == 422, sentence
            assert sentence in page
            assert "Nothing was charged" not in page
            assert faults(page, promoter=settings.promoter) == [], sentence
            assert f'value="{amount}"' in page
            assert ADA["name"] not in page
            assert "Grace" not in page
    assert money_rows() == before


def test_a_day_that_does_not_exist_is_refused_in_our_words(wiremu):
    page = wiremu.get(RECORD).get_data(as_text=True)
    sent = {**keys(page), "reference": reference_for(GRACE), "amount": "5", "on": "2026-02-30", "method": "bank"}
    answer = wiremu.post(RECORD, data=sent)
    assert answer.status_code == 422
    assert "Enter a real date" in answer.get_data(as_text=True)


def test_money_for_somebody_who_has_left_is_kept_and_said_to_be_credited_to_nobody(wiremu, app):
    from app.party.membership import services

    reference = reference_for(GRACE)
    with transaction():
        services.resign(memberships.current_of(people.find_by_email(GRACE).id), on=clock.today(), by="test")
    first = look_first(wiremu, reference, "5", clock.today()).get_data(as_text=True)
    assert "Nobody would be credited with it" in first
    answer = wiremu.post(RECORD, data=confirmed(first))
    payment = recorded(answer)
    assert payment.told_at is None
    assert "credited to nobody" in wiremu.get(answer.location).get_data(as_text=True)
    assert "Money came that nobody was credited with: 1" in wiremu.get("/org/money").get_data(as_text=True)
    session.remove()
    assert books.verify_ledger() == []


def test_money_that_came_for_an_officer_themselves_leaves_no_look(wiremu):
    payment = recorded(record(wiremu, reference_for("wiremu@people.example"), "20", clock.today()))
    assert payment.settled_at
    assert offices.looks_at(people.find_by_email("wiremu@people.example").id) == []


def test_a_bare_member_number_will_do(wiremu):
    number = membership_of(GRACE).number
    assert recorded(record(wiremu, str(number), "5", clock.today())).purpose_id == membership_of(GRACE).id
