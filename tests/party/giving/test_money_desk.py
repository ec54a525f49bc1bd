"""The desk of donations, through its doors: written down in two presses, and what the law asks is done."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from app.ground import audit, clock
from app.ground.db import session
from app.party.giving.models import Donation, DonationMove
from app.party.payments import queries as books
from app.party.payments.models import LedgerEntry, Payment, Refund
from app.party.receipts import queries as receipts
from tests.house.page_reader import faults
from tests.party.desk.at_the_desk import confirmed, press
from tests.party.giving.recorded import all_duties, balance, open_duties

WHO = {"known": "known", "name": "Mere Kingi", "email": "", "address": "9 Tōtara Road, Gisborne 4010", "ties": "here"}
HANS = {**WHO, "name": "Hans Vogel", "address": "Lindenstr. 4, Berlin", "ties": "abroad", "email": "hans@abroad.example"}
ANON = {"known": "anonymous"}
QUARANTINE = "/org/money/quarantine"


@pytest.fixture
def wiremu(as_officer):
    return as_officer("wiremu")


@pytest.fixture
def passes(settings):
    def check(answer, status: int = 200) -> str:
        page = answer.get_data(as_text=True)
        assert answer.status_code == status, re.findall('class="oops".*', page) or page[:300]
        assert faults(page, promoter=settings.promoter) == []
        return page

    return check


def look(browser, kind: str, **answers: str):
    said = {"arrived": "here", "on": clock.today().isoformat(), "whose": "own", **answers}
    return press(browser, f"/org/money/donations/record/{kind}", **said)


def write(browser, kind: str, **answers: str):
    """Both presses. The page it led to."""
    first = look(browser, kind, **answers)
    assert first.status_code == 200, re.findall('class="oops".*', first.get_data(as_text=True))
    second = browser.post(f"/org/money/donations/record/{kind}", data=confirmed(first.get_data(as_text=True)))
    assert second.status_code == 303, second.get_data(as_text=True)
    return second.location


def donations() -> list[Donation]:
    session.remove()
    return list(session.scalars(select(Donation).where(~Donation.above).order_by(Donation.id)))  # the cast’s own are above dues


def test_the_first_press_says_what_the_law_makes_of_it_and_writes_nothing(wiremu, passes):
    page = passes(look(wiremu, "cash", amount="2000", **ANON))
    assert "Pay $500.00 to the Electoral Commission" in page
    assert donations() == []
    assert open_duties() == []


def test_anonymous_cash_is_written_down_and_paid_over_and_stands_in_the_ledger(wiremu, passes):
    there = write(wiremu, "cash", amount="2000", **ANON)
    assert "Pay over: $500.00" in passes(wiremu.get(there))
    (duty,) = open_duties()
    page = passes(wiremu.get(QUARANTINE))
    assert "207I(2)(b)" in page
    assert "days left" in page
    act = f"{QUARANTINE}/{duty.id}/pay-over"
    passes(press(wiremu, act), 422)
    form = press(wiremu, act, on=clock.today().isoformat(), evidence="EC-2026-77")
    assert form.status_code == 303, form.get_data(as_text=True)
    assert open_duties() == []
    assert all_duties()[0].closed_because == "done"
    assert (balance("income:donations"), balance("bank")) == (-150_000, -50_000)
    shown = wiremu.get(form.location).get_data(as_text=True)
    assert "EC-2026-77" not in shown  # sealed until somebody asks
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)[1]
    whose = passes(wiremu.post(f"/org/money/donations/{donations()[0].id}/whose", data={"csrf_token": token}))
    assert "EC-2026-77" in whose
    assert books.verify_ledger() == []


def test_a_form_that_is_pressed_twice_pays_over_once(wiremu):
    write(wiremu, "cash", amount="2000", **ANON)
    (duty,) = open_duties()
    act = f"{QUARANTINE}/{duty.id}/pay-over"
    page = wiremu.get(act).get_data(as_text=True)
    data = {**confirmed(page), "on": clock.today().isoformat(), "evidence": "EC 1"}
    assert [wiremu.post(act, data=data).status_code for _ in range(2)] == [303, 303]
    other = {**data, "key": "01890000-0000-7000-8000-000000000009"}
    refused = wiremu.post(act, data=other)
    assert refused.status_code == 422
    assert "No money was moved now." in refused.get_data(as_text=True)
    session.remove()
    assert session.scalar(select(func.count()).select_from(DonationMove)) == 1


def test_a_named_donor_is_shown_only_when_asked_and_that_is_in_the_log(wiremu, passes):
    there = write(wiremu, "cash", amount="100", **WHO)
    page = passes(wiremu.get(there))
    assert "Mere Kingi" not in page
    assert f"{clock.today().year}-0000" in page  # the receipt
    assert "Mere Kingi" not in passes(wiremu.get("/org/money/donations"))
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    asked = passes(wiremu.post(f"/org/money/donations/{donations()[0].id}/whose", data={"csrf_token": token}))
    assert "Mere Kingi" in asked
    looks = select(audit.AuditEntry).where(audit.AuditEntry.action == "person:looked_at").order_by(audit.AuditEntry.seq.desc())
    assert session.scalars(looks).first().data["why"] == "looking into a donation"


def test_what_is_only_offered_is_refused_beside_the_question_and_says_what_happened_to_the_money(wiremu, passes):
    refused = passes(look(wiremu, "cash", amount="80", arrived="offered", on="", **HANS), 422)
    assert "207K(2A)" in refused
    assert "Nothing has come, and nothing was written down." in refused
    allowed = passes(look(wiremu, "cash", amount="50", arrived="offered", on="", **HANS))
    assert "The law does not forbid it" in allowed
    assert donations() == []


@pytest.mark.parametrize(
    "kind", ["goods", "services", "under-price", "over-price", "over-price-cash", "credit", "bank", "cheque"]
)
def test_every_form_asks_what_it_needs_and_is_written_down(wiremu, passes, kind):
    passes(look(wiremu, kind, on=""), 422)
    said = {"amount": "300"} if kind in ("bank", "cheque") else {"worth": "2500", "what": "A hall for a day"}
    if kind == "under-price":
        said["price"] = "500"
    if kind.startswith("over"):
        said["price"] = "4500"
    there = write(wiremu, kind, **said, **WHO)
    passes(wiremu.get(there))
    (donation,) = donations()
    assert donation.cents == {"bank": 30_000, "cheque": 30_000, "goods": 250_000, "services": 250_000, "credit": 250_000}.get(
        kind, 200_000
    )


def test_the_day_it_came_is_needed_of_what_has_come(wiremu, passes):
    assert "Enter the day it came." in passes(look(wiremu, "cash", amount="20", on="", **ANON), 422)
    held = passes(look(wiremu, "cash", amount="20", on="", arrived="held", **ANON), 422)
    assert "Enter who was given it to pass on." in held
    assert "ten working days run from it" in held


def test_goods_that_are_no_donation_are_said_to_be_none(wiremu, passes):
    page = passes(look(wiremu, "goods", worth="1500", what="Chairs", **WHO), 422)
    assert "No donation" in page
    assert "Nothing was written down as a donation" in page


def test_a_gift_from_overseas_in_hand_is_given_back_and_the_donor_is_written_to(wiremu, passes, mailbox):
    write(wiremu, "cash", amount="80", **HANS)
    (duty,) = open_duties()
    act = f"{QUARANTINE}/{duty.id}/give-back"
    passes(wiremu.get(act))
    assert press(wiremu, act).status_code == 303
    assert "On its way back" in passes(wiremu.get(QUARANTINE))
    session.remove()
    refund = session.scalars(select(Refund)).one()
    assert not refund.second_needed
    handed = f"/org/money/payments/{refund.payment_id}/refunds/{refund.id}/handed-back"
    assert press(wiremu, handed, on=clock.today().isoformat()).status_code == 303
    assert open_duties() == []
    assert donations()[0].kept.cents == 5_000
    assert {letter.subject for letter in mailbox()} >= {"We have to give back what you donated", "About your donation"}
    assert balance("income:donations") == -5_000


def test_what_cannot_be_given_back_is_paid_over_only_with_the_reason(wiremu, passes):
    write(wiremu, "bank", amount="80", **HANS)
    (duty,) = open_duties()
    act = f"{QUARANTINE}/{duty.id}/pay-over"
    refused = passes(press(wiremu, act, on=clock.today().isoformat(), evidence="EC 2"), 422)
    assert "Say why it could not be given back" in refused
    assert press(wiremu, act, on=clock.today().isoformat(), evidence="EC 2", why_not="The account is closed").status_code == 303
    assert open_duties() == []


def test_above_the_limit_two_officers_are_needed_and_one_person_twice_is_refused(as_officer, passes):
    wiremu = as_officer("wiremu")
    there = write(wiremu, "bank", amount="900", **HANS)
    (duty,) = open_duties()
    assert press(wiremu, f"{QUARANTINE}/{duty.id}/give-back").status_code == 303
    assert "Waits for another officer" in passes(wiremu.get(QUARANTINE))
    session.remove()
    refund = session.scalars(select(Refund)).one()
    page = passes(wiremu.get("/org/money/confirm"))
    assert "You asked for it" in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    alone = passes(wiremu.post(f"/org/money/confirm/{refund.id}", data={"csrf_token": token}), 422)
    assert "another officer confirms" in alone
    assert "Nothing was given back." in alone
    handed = f"/org/money/payments/{refund.payment_id}/refunds/{refund.id}/handed-back"
    assert "Another officer has to confirm" in passes(press(wiremu, handed, on=clock.today().isoformat()), 422)
    olive = as_officer("olive")
    assert "Agree: give $850.00 back" in passes(olive.get("/org/money/confirm"))
    token = re.search(r'name="csrf_token" value="([^"]+)"', olive.get("/org/money/confirm").get_data(as_text=True))[1]
    for _ in range(2):
        assert olive.post(f"/org/money/confirm/{refund.id}", data={"csrf_token": token}).status_code == 303
    assert press(wiremu, handed, on=clock.today().isoformat()).status_code == 303
    assert open_duties() == []
    assert "Partly kept" in wiremu.get(there).get_data(as_text=True)


def test_the_desks_own_refund_above_the_limit_says_so_and_waits_too(wiremu, passes):
    write(wiremu, "bank", amount="900", **WHO)
    path = f"/org/money/payments/{donations()[0].payment_id}/refund"
    first = passes(press(wiremu, path, amount="600", why="mistake"))
    assert "another officer confirms it before anything is sent" in first
    there = wiremu.post(path, data=confirmed(first))
    assert "Another officer has to confirm it first." in passes(wiremu.get(there.location))


def test_the_secretary_sees_the_clocks_and_notes_that_a_large_donation_was_told_of(as_officer, passes):
    wiremu, olive = as_officer("wiremu"), as_officer("olive")
    write(wiremu, "bank", amount="20001", **{**WHO, "on": "2026-10-30"})
    (duty,) = open_duties()
    assert duty.kind == "file a large-donation return"
    passes(olive.get(QUARANTINE))
    assert press(olive, f"{QUARANTINE}/{duty.id}/filed", on=clock.today().isoformat()).status_code == 303
    assert open_duties() == []
    assert all_duties()[0].done_on == clock.today()


def test_whose_money_it_was_is_told_later_through_the_door(wiremu, passes):
    write(wiremu, "bank", amount="900", **WHO)
    path = f"/org/money/donations/{donations()[0].id}/contributions"
    passes(press(wiremu, path, on=""), 422)
    told = press(
        wiremu, path, on=clock.today().isoformat(), by1_name="Hans Vogel", by1_address="Berlin", by1_amount="60", by1_abroad="y"
    )
    assert told.status_code == 303, re.findall("oops.*", told.get_data(as_text=True))
    assert "Give back: $900.00" in passes(wiremu.get(told.location))


def test_the_pages_say_so_when_there_is_nothing(wiremu, passes):
    for path in ("/org/money/donations", QUARANTINE, "/org/money/confirm", "/org", "/org/money"):
        passes(wiremu.get(path))
    passes(wiremu.get("/org/money/donations/record/nothing"), 404)


def test_every_receipt_is_for_its_payment_and_the_books_hold(wiremu):
    write(wiremu, "cash", amount="100", **WHO)
    write(wiremu, "cheque", amount="60", **{**WHO, "email": "mere@people.example"})
    session.remove()
    assert receipts.verify() == []
    assert books.verify_ledger() == []
    assert session.scalar(select(func.count()).select_from(LedgerEntry)) >= 2
    assert session.scalar(select(func.count()).select_from(Payment).where(Payment.purpose == "giving")) == 2
