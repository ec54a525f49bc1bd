"""A member's receipts and card: one's own, nobody else's, and what they say after joining, paying and leaving."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta

import pytest

from app.ground import clock
from app.ground.db import session, transaction
from app.law.money import Money
from app.party.belonging import queries
from app.party.membership import queries as memberships
from app.party.people import queries as people
from app.party.receipts import queries as receipts
from app.party.receipts import services
from tests.party.receipts.pdf_reader import words
from tests.walk import join, links

AROHA, GRACE, LIN = "aroha@people.example", "grace@people.example", "lin@people.example"


def own(email):
    found = receipts.receipts_of(people.find_by_email(email).id)
    session.remove()
    return found


def test_everybody_who_paid_has_one_receipt_a_payment_and_numbers_have_no_gap(cast, owner):
    paid = owner.execute("select count(*) from payments where settled_at is not null").fetchone()[0]
    rows = owner.execute("select year, array_agg(number order by number) from receipts group by year").fetchall()
    assert sum(len(numbers) for _, numbers in rows) == paid == 5
    assert all(numbers == list(range(1, len(numbers) + 1)) for _, numbers in rows)
    sums = "select r.cents = p.cents and r.currency = p.currency from receipts r join payments p on p.id = r.payment_id"
    assert {row[0] for row in owner.execute(sums)} == {True}


def test_the_first_download_is_the_original_and_the_second_a_duplicate(cast, signed_in, owner):
    browser, (receipt,) = signed_in(AROHA), own(AROHA)
    assert browser.head(receipt.path).status_code == 200
    first, second = browser.get(receipt.path), browser.get(receipt.path)
    for answer, name in ((first, f"receipt-{receipt.name}.pdf"), (second, f"receipt-{receipt.name}-duplicate.pdf")):
        assert answer.status_code == 200
        assert answer.content_type == "application/pdf"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["Cache-Control"] == "no-store"
    text = words(first.data)
    assert "Aroha Ngāpō-Whitfield 14 Kōwhai Terrace, Te Awamutu 3800" in text
    assert "NZ$30.00" in text
    assert "DUPLICATE" not in text
    assert "DUPLICATE" in words(second.data)
    logged = owner.execute("select action, actor from audit_entries where action ~ 'receipt:(printed|reissued)' order by seq")
    assert [(action, actor.partition(":")[0]) for action, actor in logged] == [
        ("receipt:printed", "person"),
        ("receipt:reissued", "person"),
    ]


def test_somebody_elses_receipt_is_as_if_there_were_none(cast, signed_in, owner):
    (receipt,) = own(AROHA)
    for stranger in (GRACE, LIN):
        browser = signed_in(stranger)
        assert browser.get(receipt.path).status_code == 404
        assert browser.get(f"/me/receipts/{receipt.year}-999999.pdf").status_code == 404
    assert signed_in(LIN).get(f"/me/receipts/{receipt.received_on.year}.pdf").status_code == 404
    assert owner.execute("select count(*) from receipt_papers").fetchone() == (0,)


@pytest.mark.parametrize(
    "name", ["", "x", "2026-1", "0", "9999", "99999999999999999999", "2026-000001.pdf", "%00", "..%2f..%2fme"]
)
def test_a_receipt_that_cannot_be_is_not_found(cast, signed_in, name):
    assert signed_in(AROHA).get(f"/me/receipts/{name}.pdf").status_code == 404


def test_the_page_lists_receipts_and_years_and_says_what_became_of_them(cast, signed_in):
    browser, (receipt,) = signed_in(AROHA), own(AROHA)
    body = browser.get("/me").get_data(as_text=True)
    assert f'href="{receipt.path}"' in body
    assert f'href="/me/receipts/{receipt.received_on.year}.pdf"' in body
    with transaction():
        services.note_refund(session.merge(receipt), Money(1000), key="re_1", by="stripe", on=clock.today())
        services.void(session.merge(receipt), reason="a test", by="system", on=clock.today())
    body = browser.get("/me").get_data(as_text=True)
    assert "$10.00 paid back" in body
    assert ", void" in body
    assert "Receipts" not in signed_in(LIN).get("/me").get_data(as_text=True)


def test_a_year_on_one_page(cast, signed_in):
    browser, (receipt,) = signed_in(AROHA), own(AROHA)
    text = words(browser.get(f"/me/receipts/{receipt.received_on.year}.pdf").data)
    assert f"{receipt.name} NZ$30.00" in text
    assert browser.get(f"/me/receipts/{receipt.received_on.year - 5}.pdf").status_code == 404


def test_the_welcome_letter_names_the_receipt_and_leads_to_it(client, stripe, hear_everything, do_the_chores, mailbox):
    stripe.pay(re.search(r"cs_\w+", join(client, above="5").location)[0], card="4242424242424242")
    hear_everything()
    do_the_chores()
    letter, (receipt,) = mailbox()[0], own("ada@people.example")
    assert f"Receipt {receipt.name}" in letter.text
    assert links(letter.text, "/me/receipts/") == [receipt.path] == links(letter.html, "/me/receipts/")[:1]
    assert receipt.cents == 2500
    assert client.get(receipt.path).location.startswith("/sign-in")


def test_the_letter_about_dues_names_the_receipt(cast, signed_in, press, stripe, hear_everything, do_the_chores, mailbox):
    answer = press(signed_in(GRACE), "/me/pay", page="/me")
    stripe.pay(re.search(r"cs_\w+", answer.location)[0], card="4242424242424242")
    hear_everything()
    hear_everything()
    do_the_chores()
    newest, first = own(GRACE)
    assert newest.payment_id != first.payment_id
    assert f"Receipt {newest.name}" in mailbox()[0].text
    facts = receipts.facts_of(newest)
    assert (facts["method"], facts["name"]) == ("card", "Grace Okonkwo-Hale")
    assert re.fullmatch(r"\d+ \w+ \d{4} to \d+ \w+ \d{4}", facts["period"])
    session.remove()


def test_everything_has_receipts_and_papers_opened(cast, signed_in):
    browser, (receipt,) = signed_in(AROHA), own(AROHA)
    pdf = browser.get(receipt.path).data
    held = json.loads(browser.get("/me/everything.json").data)
    assert held["receipts"][0]["said"]["name"] == "Aroha Ngāpō-Whitfield"
    assert base64.b64decode(held["receipt_papers"][0]["pdf"]) == pdf
    assert {"receipt:issued", "receipt:printed"} <= {line["action"] for line in held["log"]}
    page = browser.get("/me/everything").get_data(as_text=True)
    assert receipt.name in page
    assert held["receipt_papers"][0]["pdf"][:40] not in page


def test_leaving_keeps_receipts_sealed_and_says_so(cast, signed_in, press, owner):
    browser = signed_in(AROHA)
    assert "Your receipts: sealed" in browser.get("/me/leave").get_data(as_text=True)
    before = owner.execute("select sealed from receipts order by id").fetchall()
    answer = press(browser, "/me/leave", confirm="y")
    assert "Your receipts: sealed" in browser.get(answer.location).get_data(as_text=True)
    assert owner.execute("select sealed from receipts order by id").fetchall() == before
    assert "Your receipts" not in signed_in(LIN).get("/me/leave").get_data(as_text=True)


def test_a_member_in_good_standing_has_a_card(cast, signed_in):
    body = signed_in(AROHA).get("/me/card").get_data(as_text=True)
    person = people.find_by_email(AROHA)
    current = memberships.current_of(person.id)
    until = queries.me(person.id, on=clock.today()).charges[0].label.partition(" to ")[2]
    session.remove()
    for said in (
        "The Open Line Party",
        "Aroha Ngāpō-Whitfield",
        f"Member {current.number}",
        f"Member since {current.opened_on.day} {current.opened_on:%B %Y}",
        f"Good until {until}",
        "A member in good standing.",
    ):
        assert said in body, said
    assert "<script" not in body


def test_one_who_is_behind_has_a_card_that_says_so_and_nobody_else_has_one(cast, signed_in):
    behind = queries.card(people.find_by_email(GRACE).id, on=clock.today())
    assert (behind.is_given, behind.sentence) == (True, "A member, behind with dues.")
    assert behind.until < clock.today()
    lapsed = queries.card(people.find_by_email(GRACE).id, on=clock.today() + timedelta(days=400))
    assert (lapsed.is_given, lapsed.word) == (False, "Lapsed")
    session.remove()
    body = signed_in(LIN).get("/me/card").get_data(as_text=True)
    assert "A card is for members." in body
    assert 'class="pass' not in body
