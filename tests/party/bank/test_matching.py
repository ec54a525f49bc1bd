"""A line is matched: by its reference, all that is sure at once, in parts, to what was recorded by hand, to a refund."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.ground import audit, clock
from app.ground.db import session, transaction
from app.law.membership import is_current_financial
from app.law.money import Money
from app.party.bank.models import BankMatch
from app.party.dues import queries as dues
from app.party.payments import queries as books
from app.party.payments import services as money
from app.party.payments.models import Account, LedgerEntry, Payment, Refund
from tests.house.page_reader import faults
from tests.party.bank.at_the_bank import (
    BANK,
    at,
    days_ago,
    do,
    imported,
    lines,
    look,
    only_line,
    record,
    record_sure,
    seen,
    the_books_hold,
    ticked,
)
from tests.party.bank.files import westpac
from tests.party.desk.at_the_desk import applied_by_bank, confirmed, keys, membership_of, recorded, reference_for
from tests.party.desk.at_the_desk import record as record_by_hand
from tests.party.giving.gifts import donations, give
from tests.party.giving.gifts import payments as gifts
from tests.walk import ADA, enter

GRACE, AROHA, TAMA = "grace@people.example", "aroha@people.example", "tama@people.example"


@pytest.fixture
def wiremu(as_officer):
    return as_officer("wiremu")


def payments() -> int:
    session.remove()
    found = session.scalar(select(func.count()).select_from(Payment).where(Payment.settled_at.is_not(None)))
    session.remove()
    return found


def paid_by(line) -> list[Payment]:
    session.remove()
    found = [session.get(Payment, match.payment_id) for match in session.scalars(
        select(BankMatch).where(BankMatch.line_id == line.id).order_by(BankMatch.position)
    )]  # fmt: skip
    session.remove()
    return found


def test_a_line_that_quotes_a_member_is_recorded_on_the_banks_day_and_kept_with_its_payment(wiremu, settings):
    imported(wiremu, westpac((days_ago(2), "5.00", "Okonkwo-Hale G", reference_for(GRACE))))
    page = seen(wiremu, only_line())
    number = membership_of(GRACE).number
    assert f"the reference of member {number}, who owes $5.00." in page
    assert faults(page.replace("'", "’"), promoter=settings.promoter) == []
    first = look(wiremu, only_line(), (reference_for(GRACE), "5"))
    html = first.get_data(as_text=True)
    assert "Grace Okonkwo-Hale" in html
    assert faults(html, promoter=settings.promoter) == []
    assert payments() == len(paid_by(only_line())) + payments()  # nothing is written yet
    answer = wiremu.post(f"{at(only_line())}/record", data=confirmed(html))
    assert answer.status_code == 303
    (payment,) = paid_by(only_line())
    assert (payment.rail, payment.paid_on, payment.amount) == ("bank", days_ago(2), Money(500))
    assert is_current_financial(dues.history_of(membership_of(GRACE)), on=clock.today())
    page = wiremu.get(at(only_line())).get_data(as_text=True)
    assert payment.reference in page
    assert f"/org/money/payments/{payment.id}#back" in page
    assert "Grace" not in page
    assert faults(page, promoter=settings.promoter) == []
    assert at(only_line()) in wiremu.get(f"/org/money/payments/{payment.id}").get_data(as_text=True)
    the_books_hold()


@pytest.mark.parametrize("how", ["{0}", "DUES {0}", "{1} {2}", "m-{2}"])
def test_a_reference_is_found_anywhere_in_the_line_however_it_is_parted(wiremu, how):
    whole = reference_for(GRACE)
    text = how.format(whole, whole[:2], whole[2:] if "{1}" in how else whole[1:])
    imported(wiremu, westpac((days_ago(2), "5.00", text, "")))
    assert len(ticked(wiremu.get(f"{BANK}/sure").get_data(as_text=True))) == 1


def test_all_that_is_sure_is_recorded_at_once_and_what_is_not_stays(wiremu, client, settings):
    with clock.standing_at(clock.now() - timedelta(days=4)):
        attempt = applied_by_bank(client)
    imported(
        wiremu,
        westpac(
            (days_ago(2), "5.00", "G", reference_for(GRACE)),
            (days_ago(1), "20.00", "Ada", attempt.bank_reference),
            (days_ago(1), "21.00", "Somebody", reference_for(AROHA)),
            (days_ago(1), "9.00", "Nobody", "no reference"),
        ),
    )
    page = wiremu.get(f"{BANK}/sure").get_data(as_text=True)
    assert faults(page, promoter=settings.promoter) == []
    assert len(ticked(page)) == 2
    assert "Grace" not in page
    done = record_sure(wiremu)
    assert "Recorded: 2" in done
    assert [line.state for line in lines()] == ["matched", "matched", "open", "open"]
    assert membership_of(ADA["email"]).opened_on == days_ago(1)
    the_books_hold()


def test_the_press_for_all_sent_twice_records_nothing_twice(wiremu):
    imported(wiremu, westpac((days_ago(2), "5.00", "G", reference_for(GRACE))))
    page = wiremu.get(f"{BANK}/sure").get_data(as_text=True)
    data = {**keys(page), "line": ticked(page)}
    before = payments()
    assert "Recorded: 1" in wiremu.post(f"{BANK}/sure", data=data).get_data(as_text=True)
    again = wiremu.post(f"{BANK}/sure", data=data).get_data(as_text=True)
    assert "Recorded: 0" in again
    assert "Matched meanwhile, and not recorded again: 1." in again
    assert payments() == before + 1
    the_books_hold()


def test_what_is_ticked_by_a_forger_is_not_recorded(wiremu):
    imported(wiremu, westpac((days_ago(2), "5.00", "G", reference_for(GRACE))))
    data = keys(wiremu.get(f"{BANK}/sure").get_data(as_text=True))
    answer = wiremu.post(f"{BANK}/sure", data={**data, "line": [f"{only_line().id} {reference_for(AROHA)}", "x y", ""]})
    assert "Left open" in answer.get_data(as_text=True)
    assert only_line().state == "open"


def test_a_line_never_pays_twice_when_two_officers_confirm_at_once(wiremu, app):
    imported(wiremu, westpac((days_ago(2), "5.00", "G", reference_for(GRACE))))
    line = only_line()
    one = confirmed(look(wiremu, line, (reference_for(GRACE), "5")).get_data(as_text=True))
    other = confirmed(look(wiremu, line, (reference_for(AROHA), "5")).get_data(as_text=True))
    sure = wiremu.get(f"{BANK}/sure").get_data(as_text=True)
    before, cookie = payments(), wiremu.get_cookie("hustings").value

    def press(what):
        browser = app.test_client()
        browser.set_cookie("hustings", cookie)
        if what is None:
            return browser.post(f"{BANK}/sure", data={**keys(sure), "line": ticked(sure)}).status_code
        return browser.post(f"{at(line)}/record", data=what).status_code

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(press, [one, other, None, one, other, None]))
    assert set(answers) <= {200, 303, 422}
    assert payments() == before + 1
    assert len(paid_by(line)) == 1
    the_books_hold()


def test_the_same_press_twice_is_one_payment(wiremu):
    imported(wiremu, westpac((days_ago(2), "5.00", "G", reference_for(GRACE))))
    sent = confirmed(look(wiremu, only_line(), (reference_for(GRACE), "5")).get_data(as_text=True))
    before = payments()
    answers = [wiremu.post(f"{at(only_line())}/record", data=sent).status_code for _ in range(3)]
    assert answers == [303, 303, 303]
    assert payments() == before + 1


def test_two_lines_that_quote_one_transfer_pay_it_once(wiremu, client, settings):
    with clock.standing_at(clock.now() - timedelta(days=4)):
        attempt = applied_by_bank(client)
    imported(wiremu, westpac(*[(days_ago(1), "20.00", "Ada", attempt.bank_reference)] * 2))
    assert len(ticked(wiremu.get(f"{BANK}/sure").get_data(as_text=True))) == 1
    assert "Recorded: 1" in record_sure(wiremu)
    (left,) = [line for line in lines() if line.state == "open"]
    answer = look(wiremu, left, (attempt.bank_reference, "20"))
    assert answer.status_code == 422
    assert "paid already" in answer.get_data(as_text=True)
    assert faults(answer.get_data(as_text=True), promoter=settings.promoter) == []
    page = seen(wiremu, left)
    assert "it can come under the member’s own reference" in page
    the_books_hold()


def test_a_line_is_split_over_several_references(wiremu, settings):
    imported(wiremu, westpac((days_ago(2), "35.00", "The family", "dues")))
    line = only_line()
    parts = ((reference_for(GRACE), "5"), (reference_for(TAMA), "30", "10"))
    first = look(wiremu, line, *parts)
    html = first.get_data(as_text=True)
    assert "Part 2 of 2" in html
    assert "Grace Okonkwo-Hale" in html
    assert "Tama Fuimaono" in html
    assert faults(html, promoter=settings.promoter) == []
    assert wiremu.post(f"{at(line)}/record", data=confirmed(html)).status_code == 303
    assert [payment.amount for payment in paid_by(line)] == [Money(500), Money(3000)]
    assert [(row.kind, row.cents) for row in paid_by(line)[1].lines] == [("dues", 2000), ("above", 1000)]
    assert wiremu.get(at(line)).get_data(as_text=True).count("Recorded from this line") == 2
    the_books_hold()


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ((("{grace}", "5"), ("{tama}", "29")), "The parts come to $34.00 and the line to $35.00"),
        ((("{grace}", "36"),), "The parts come to $36.00"),
        ((("{grace}", "5"), ("{tama}", "")), "an amount of more than nothing for each part"),
        ((("", ""),), "Enter whose it is"),
        ((("{grace}", "35"), ("{tama}", "0")), "more than nothing"),
        ((("{grace}", "5"), ("{tama}x", "30")), "Nothing was recorded."),
        ((("{grace}", "-5"),), "Enter an amount in dollars"),
        ((("{grace}", "5"), ("99999999", "30")), "nobody here has it"),
    ],
)
def test_a_split_that_does_not_come_out_even_or_names_nobody_records_nothing(wiremu, settings, parts, says):
    imported(wiremu, westpac((days_ago(2), "35.00", "The family", "dues")))
    before, known = payments(), {"grace": reference_for(GRACE), "tama": reference_for(TAMA)}
    answer = look(wiremu, only_line(), *((reference.format(**known), amount) for reference, amount in parts))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert says in page
    assert faults(page, promoter=settings.promoter) == []
    assert payments() == before
    assert only_line().state == "open"


def test_if_one_part_is_refused_at_the_second_press_none_is_recorded(wiremu, client):
    with clock.standing_at(clock.now() - timedelta(days=4)):
        attempt = applied_by_bank(client)
    imported(wiremu, westpac((days_ago(1), "25.00", "Both", "")))
    line = only_line()
    sent = confirmed(look(wiremu, line, (reference_for(GRACE), "5"), (attempt.bank_reference, "20")).get_data(as_text=True))
    record_by_hand(wiremu, attempt.bank_reference, "20", days_ago(2))
    before = payments()
    answer = wiremu.post(f"{at(line)}/record", data=sent)
    assert answer.status_code == 422
    assert payments() == before
    assert only_line().state == "open"
    the_books_hold()


def test_what_was_recorded_by_hand_is_not_sure_and_is_matched_without_paying_again(wiremu, settings):
    by_hand = recorded(record_by_hand(wiremu, reference_for(GRACE), "5", days_ago(1)))
    imported(wiremu, westpac((days_ago(2), "5.00", "G", reference_for(GRACE))))
    assert ticked(wiremu.get(f"{BANK}/sure").get_data(as_text=True)) == []
    page = seen(wiremu, only_line())
    assert f"Payment {by_hand.reference} was recorded by hand" in page
    before = payments()
    assert do(wiremu, only_line(), "by-hand", payment=str(by_hand.id)).status_code == 303
    assert payments() == before
    assert paid_by(only_line())[0].id == by_hand.id
    assert "Was recorded by hand before" in wiremu.get(at(only_line())).get_data(as_text=True)
    the_books_hold()


def test_a_payment_belongs_to_one_line_and_to_one_of_its_amount(wiremu, settings):
    by_hand = recorded(record_by_hand(wiremu, reference_for(GRACE), "5", days_ago(1)))
    imported(wiremu, westpac((days_ago(2), "5.00", "G", "a"), (days_ago(2), "5.00", "H", "b"), (days_ago(2), "6.00", "I", "c")))
    one, two, three = lines()
    assert do(wiremu, one, "by-hand", payment=str(by_hand.id)).status_code == 303
    for line in (two, three):
        answer = do(wiremu, line, "by-hand", payment=str(by_hand.id))
        assert answer.status_code == 422
        assert faults(answer.get_data(as_text=True), promoter=settings.promoter) == []


def test_a_payer_with_the_name_of_one_member_is_suggested_and_the_look_is_written_down(wiremu, app):
    imported(wiremu, westpac((days_ago(2), "7.00", "MRS G OKONKWO HALE", "thanks")))
    assert ticked(wiremu.get(f"{BANK}/sure").get_data(as_text=True)) == []
    page = seen(wiremu, only_line())
    assert f"Member {membership_of(GRACE).number} is the only one with the payer’s name." in page
    assert "Treasurer: their name" in enter(app, GRACE).get("/me").get_data(as_text=True)


def test_macrons_and_the_order_of_a_name_do_not_matter(wiremu):
    imported(wiremu, westpac((days_ago(2), "7.00", "Ngapo-Whitfield,Aroha", "thanks")))
    assert f"Member {membership_of(AROHA).number} is the only one" in seen(wiremu, only_line())


def test_without_a_reference_a_transfer_of_the_amount_is_suggested_and_never_sure(wiremu, client):
    with clock.standing_at(clock.now() - timedelta(days=4)):
        attempt = applied_by_bank(client, above="3")
    imported(wiremu, westpac((days_ago(1), "23.00", "x", "")))
    assert "There is one transfer of $23.00 that is waited for." in seen(wiremu, only_line())
    assert ticked(wiremu.get(f"{BANK}/sure").get_data(as_text=True)) == []
    assert record(wiremu, only_line(), (attempt.bank_reference, "23")).status_code == 303
    assert paid_by(only_line())[0].id == attempt.id
    the_books_hold()


def test_a_line_that_is_set_aside_or_went_out_is_not_recorded(wiremu):
    imported(wiremu, westpac((days_ago(2), "5.00", "G", reference_for(GRACE)), (days_ago(2), "-5.00", "H", "x")))
    came, went = lines()
    sent = confirmed(look(wiremu, came, (reference_for(GRACE), "5")).get_data(as_text=True))
    do(wiremu, came, "aside", because="own")
    before = payments()
    answer = wiremu.post(f"{at(came)}/record", data=sent)
    assert answer.status_code == 422
    assert "This line is set aside." in answer.get_data(as_text=True)
    answer = wiremu.post(f"{at(went)}/record", data=sent)
    assert answer.status_code == 422
    assert payments() == before


def asked_back(wiremu, payment: Payment, amount: str) -> Refund:
    where = f"/org/money/payments/{payment.id}/refund"
    page = wiremu.get(where).get_data(as_text=True)
    first = wiremu.post(where, data={**keys(page), "amount": amount, "why": "mistake"}).get_data(as_text=True)
    assert wiremu.post(where, data=confirmed(first)).status_code == 303
    session.remove()
    found = session.scalar(select(Refund).where(Refund.payment_id == payment.id))
    session.remove()
    return found


def test_an_outgoing_line_is_the_refund_that_waited_to_be_handed_back(wiremu, settings):
    payment = recorded(record_by_hand(wiremu, reference_for(GRACE), "5", days_ago(3)))
    refund = asked_back(wiremu, payment, "5")
    imported(wiremu, westpac((days_ago(1), "-5.00", "Grace", "back"), (days_ago(1), "-4.00", "Grace", "back")))
    line, other = lines()
    page = seen(wiremu, line)
    assert f"Refund of payment {payment.reference}" in page
    assert faults(page, promoter=settings.promoter) == []
    assert do(wiremu, other, "hand-back", refund=str(refund.id)).status_code == 422
    assert do(wiremu, line, "hand-back", refund=str(refund.id)).status_code == 303
    assert do(wiremu, line, "hand-back", refund=str(refund.id)).status_code == 303
    session.remove()
    assert session.get(Refund, refund.id).made_at is not None
    assert session.scalar(select(LedgerEntry.day).where(LedgerEntry.kind == "refund")) == days_ago(1)
    session.remove()
    the_books_hold()


def test_a_gift_that_was_promised_by_bank_is_received_from_its_line(wiremu, client, settings):
    with clock.standing_at(clock.now() - timedelta(days=3)):
        assert give(client, amount="other", other="120", pay_by="bank").status_code == 303
    gift = gifts()[-1]
    imported(wiremu, westpac((days_ago(1), "120.00", "KINGI M", f"GIFT {gift.bank_reference}")))
    page = seen(wiremu, only_line())
    assert f"It quotes {gift.bank_reference}, a transfer of $120.00 that is waited for." in page
    first = look(wiremu, only_line(), (gift.bank_reference, "120")).get_data(as_text=True)
    assert "Mere Kingi" in first
    assert "It is a donation: received on" in first
    assert faults(first, promoter=settings.promoter) == []
    assert "Recorded: 1" in record_sure(wiremu)
    assert paid_by(only_line())[0].id == gift.id
    assert donations()[-1].received_on == days_ago(1)
    the_books_hold()


def test_a_members_own_file_has_what_the_bank_wrote_of_their_money_and_of_nobody_elses(wiremu, app):
    imported(
        wiremu,
        westpac((days_ago(2), "5.00", "Okonkwo-Hale G", reference_for(GRACE)), (days_ago(1), "25.00", "The neighbour", "both")),
    )
    alone, shared = lines()
    assert record(wiremu, alone, (reference_for(GRACE), "5")).status_code == 303
    assert record(wiremu, shared, (reference_for(GRACE), "5"), (reference_for(TAMA), "20")).status_code == 303
    browser = enter(app, GRACE)
    held = browser.get("/me/everything.json").get_json()["statement_lines"]
    assert [row["cents"] for row in held] == [500, 500]
    assert [row["the_bank_wrote"] is None for row in held] == [False, True]
    assert "Okonkwo-Hale G" in held[0]["the_bank_wrote"]
    assert "The neighbour" not in browser.get("/me/everything").get_data(as_text=True)
    assert "What our bank wrote on the lines" in browser.get("/me/leave").get_data(as_text=True)


def left_stripe(cents: int) -> UUID:
    """A payout leaves the Stripe balance, as its balance transaction posts it."""
    amount = Money(cents)
    with transaction():
        money.post(
            source="stripe", external_id=f"txn_{cents}", kind="balance", day=days_ago(3),
            lines=[(Account.STRIPE_BALANCE, -amount), (Account.IN_TRANSIT, amount)],
        )  # fmt: skip
    found = session.scalar(select(LedgerEntry.id).where(LedgerEntry.external_id == f"txn_{cents}"))
    session.remove()
    return found


def test_a_payout_from_stripe_arrives_in_the_ledger_once(wiremu, settings):
    entry = left_stripe(12_345)
    imported(wiremu, westpac(*[(days_ago(1), "123.45", "STRIPE", "X")] * 2))
    one, two = lines()
    page = seen(wiremu, one)
    assert "A payout of this amount left Stripe on" in page
    assert faults(page, promoter=settings.promoter) == []
    assert do(wiremu, one, "payout", entry=str(entry)).status_code == 303
    assert do(wiremu, one, "payout", entry=str(entry)).status_code == 303
    assert do(wiremu, two, "payout", entry=str(entry)).status_code == 422
    assert (books.sum_of(Account.IN_TRANSIT), books.sum_of(Account.BANK)) == (Money(0), Money(12_345))
    page = wiremu.get(at(one)).get_data(as_text=True)
    assert "A payout from Stripe" in page
    assert faults(page, promoter=settings.promoter) == []
    the_books_hold()


def test_what_is_not_there_is_not_found(wiremu):
    nowhere = UUID("01890000-0000-7000-8000-000000000000")
    assert wiremu.get(at(nowhere)).status_code == 404
    assert wiremu.get(f"{BANK}/imports/{nowhere}").status_code == 404
    imported(wiremu, westpac((days_ago(2), "5.00", "G", "x")))
    assert do(wiremu, only_line(), "by-hand", payment=str(nowhere)).status_code == 422
    assert do(wiremu, only_line(), "by-hand", payment="x").status_code == 404
    assert audit.verify()[1] == []
