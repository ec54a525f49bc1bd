"""What was signed is kept as it was signed; what the thanks page says is what our own rows say."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from app.ground import clock
from app.ground.audit import AuditEntry
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.ground.seal import digest
from app.party.joining import queries, rules
from app.party.joining.models import Application, Declaration
from app.party.payments import services as payments
from app.party.payments.models import Payment
from app.party.people import queries as people
from tests import cast as faces
from tests.walk import ADA, hidden, join_form, without_tokens

GOOD, DECLINED = "4242424242424242", "4000000000000002"
PENDING, PAID, FAILED = "We are confirming your payment", "Thank you. You are a member", "The payment did not go through"


@pytest.fixture
def hear_and_do(hear_everything, do_the_chores):
    def both() -> None:
        hear_everything()
        do_the_chores()
        session.remove()

    return both


def send(client, **answers):
    """Send the form: its key, and the id of its checkout."""
    form = join_form(client, **answers)
    answer = client.post("/join", data=form)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return form["key"], answer.location.rpartition("/")[2]


def heading(client, key: str, query: str = "") -> str:
    page = client.get(f"/join/thanks/{key}{query}")
    assert page.status_code == 200
    html = page.get_data(as_text=True)
    (said,) = [title for title in (PENDING, PAID, FAILED, "Your payment is still open") if f">{title}</h1>" in html]
    return said


def test_the_declaration_holds_all_that_the_commission_asks_for(client, stripe, hear_and_do):
    key, page = send(client, above="5", can_enrol="yes", drawing="M1 1 L2 2")
    today = clock.today()
    stripe.pay(page, card=GOOD)
    hear_and_do()

    (evidence,) = queries.declarations_of(people.find_by_email(ADA["email"]).id)
    said = evidence.said
    assert str(evidence.id) == key
    assert (said["name"], said["address"], said["email"]) == (ADA["name"], ADA["address"], ADA["email"])
    assert (said["can_enrol"], said["answer"]) == ("yes", "Yes, I am eligible to enrol, or enrolled")
    assert (said["signature"], said["drawing"]) == (ADA["signature"], "M1 1 L2 2")
    assert (said["dues_cents"], said["above_cents"], said["currency"]) == (2000, 500, "NZD")
    assert (said["rate"], said["method"]) == ("standard", "card")
    assert said["signed_on"] == today.isoformat()
    assert said["signed_at"] == evidence.signed_at.isoformat()
    assert said["wording"] == evidence.wording == rules.CURRENT.version
    assert said["sentences"] == rules.CURRENT.sentences(party=faces.PARTY)
    assert any("Electoral Commission" in sentence for sentence in said["sentences"])


def test_what_is_signed_is_what_the_page_shows(client, stripe, hear_and_do):
    shown = client.get("/join").get_data(as_text=True)
    _, page = send(client)
    stripe.pay(page, card=GOOD)
    hear_and_do()
    (evidence,) = queries.declarations_of(people.find_by_email(ADA["email"]).id)
    for sentence in [*evidence.said["sentences"], evidence.said["answer"], evidence.said["wording"]]:
        assert sentence in shown


def test_the_digest_is_the_one_the_log_took_at_the_signature(client, stripe, hear_and_do):
    key, page = send(client)
    stripe.pay(page, card=GOOD)
    hear_and_do()
    (evidence,) = queries.declarations_of(people.find_by_email(ADA["email"]).id)
    (line,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "joining:signed"))
    assert line.subject == f"application:{key}"
    assert line.data["digest"] == evidence.digest == digest(evidence.said)
    assert digest({**evidence.said, "name": "Ada Tuhoro"}) != evidence.digest


def test_changed_answers_are_signed_anew_and_the_last_signature_is_the_evidence(client, stripe, hear_and_do):
    form = join_form(client)
    client.post("/join", data=form)
    answer = client.post("/join", data={**form, "address": "1 New Road, Nelson 7010", "dues": "concession"})
    stripe.pay(answer.location.rpartition("/")[2], card=GOOD)
    hear_and_do()
    (evidence,) = queries.declarations_of(people.find_by_email(ADA["email"]).id)
    assert (evidence.said["address"], evidence.said["dues_cents"]) == ("1 New Road, Nelson 7010", 500)
    signed = session.scalars(select(AuditEntry).where(AuditEntry.action == "joining:signed").order_by(AuditEntry.seq)).all()
    assert len(signed) == 2
    assert signed[-1].data["digest"] == evidence.digest == digest(evidence.said)


def test_two_equal_declarations_have_different_digests(app, client):
    one, other = send(client)[0], send(app.test_client())[0]
    digests = [session.get_one(Application, UUID(key)).digest for key in (one, other)]
    assert digests[0] != digests[1]


@pytest.mark.parametrize("change", [update(Declaration).values(digest="0"), delete(Declaration)])
def test_the_application_cannot_change_a_declaration(client, stripe, hear_and_do, change):
    key, page = send(client)
    stripe.pay(page, card=GOOD)
    hear_and_do()
    before = session.get_one(Declaration, UUID(key)).sealed
    session.remove()
    with pytest.raises(DBAPIError, match="permission denied"):
        session.execute(change)
    session.rollback()
    assert session.get_one(Declaration, UUID(key)).sealed == before


def test_the_thanks_page_says_pending_until_our_own_rows_say_paid(client, stripe, hear_and_do):
    key, page = send(client)
    assert heading(client, key) == PENDING
    stripe.pay(page, card=GOOD)
    for claim in ("", "?paid=1", "?state=paid", "?session_id=" + page, "?redirect_status=succeeded"):
        assert heading(client, key, claim) == PENDING
    hear_and_do()
    assert heading(client, key) == PAID
    html = client.get(f"/join/thanks/{key}").get_data(as_text=True)
    assert "$20.00" in html


def test_waiting_on_the_thanks_page_finds_a_payment_whose_webhook_was_lost(client, stripe, do_the_chores):
    key, page = send(client)
    stripe.pay(page, card=GOOD)
    assert stripe.settle()
    assert heading(client, key) == PENDING
    do_the_chores()
    assert heading(client, key) == PAID


def test_a_declined_card_is_not_paid_and_a_closed_attempt_failed_and_may_be_paid_anew(client, stripe, hear_and_do):
    key, page = send(client)
    stripe.pay(page, card=DECLINED)
    hear_and_do()
    assert heading(client, key) != PAID
    with transaction():
        payments.close_soon(session.scalars(select(Payment.id)).one())
    hear_and_do()
    assert heading(client, key) == FAILED
    html = client.get(f"/join/thanks/{key}").get_data(as_text=True)
    again = client.post(f"/join/pay/{key}", data={"csrf_token": hidden(html, "csrf_token")})
    assert again.status_code == 303
    stripe.pay(again.location.rpartition("/")[2], card=GOOD)
    hear_and_do()
    assert heading(client, key) == PAID


def test_the_thanks_page_names_nobody(client, stripe, hear_and_do):
    key, page = send(client)
    stripe.pay(page, card=GOOD)
    hear_and_do()
    html = client.get(f"/join/thanks/{key}").get_data(as_text=True)
    assert not [said for said in ("Ada", "ada@", "Rimu") if said in without_tokens(html)]


def test_a_guessed_thanks_page_is_not_there(client):
    key, _ = send(client)
    for guess in (new_id(), key.upper(), key.replace("-", ""), "1", "%00", "..%2f", "{" + key + "}", "null"):
        assert client.get(f"/join/thanks/{guess}").status_code == 404, guess
        token = hidden(client.get("/join").get_data(as_text=True), "csrf_token")
        assert client.post(f"/join/pay/{guess}", data={"csrf_token": token}).status_code == 404, guess


def test_a_draft_has_no_thanks_page(client):
    form = join_form(client, later="1")
    assert client.post("/join", data=form).status_code == 303
    assert client.get(f"/join/thanks/{form['key']}").status_code == 404
