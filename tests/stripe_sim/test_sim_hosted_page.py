"""The hosted pages, as a browser without JavaScript meets them."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from conftest import checkout, fill_in, line

DECLINED = ("4000000000000002", "4000000000009995", "4000000000000069", "4000000000000341")


def get(url: str) -> requests.Response:
    return requests.get(url, timeout=60)


def value_of(html: str, field: str) -> str:
    found = re.search(rf'<input id="{field}"[^>]* value="([^"]*)"', html)
    return found[1] if found else ""


def test_the_page_says_what_is_paid_for_and_that_no_money_moves(client):
    lines = [line("Dues <2027>", 2000), line("Donation", 500, 2)]
    session = client.v1.checkout.sessions.create(checkout(line_items=lines, customer_email="ada@example.org"))
    page = get(session.url)
    assert page.status_code == 200
    assert "SIMULATOR — no money moves" in page.text
    assert "Dues &lt;2027&gt;" in page.text
    assert "Donation × 2" in page.text
    assert "<button>Pay NZ$30.00</button>" in page.text
    assert value_of(page.text, "email") == "ada@example.org"
    assert '<a href="http://127.0.0.1:9/back">Back</a>' in page.text


def test_every_field_has_its_label(session):
    page = get(session.url).text
    for field in ("email", "card", "expiry", "cvc", "name"):
        assert f'<label for="{field}">' in page
        assert f'<input id="{field}" name="{field}"' in page
    assert '<html lang="en">' in page
    assert re.search("<title>(.*)</title>", page)[1] == re.search("<h1>(.*)</h1>", page)[1]


def test_the_page_runs_no_script_and_loads_nothing_from_elsewhere(session):
    page = get(session.url)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:9" in policy
    assert "<script" not in page.text
    assert "style=" not in page.text


def test_paying_leads_back_to_the_merchant(sim, session):
    answer = fill_in(session.url)
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"http://127.0.0.1:9/thanks?session={session.id}"


def test_a_donation_is_donated(client):
    session = client.v1.checkout.sessions.create(checkout(submit_type="donate"))
    assert "<button>Donate NZ$20.00</button>" in get(session.url).text


@pytest.mark.parametrize("card", DECLINED)
def test_a_declined_card_is_told_so_and_nothing_is_charged(client, session, card):
    page = fill_in(session.url, card=card)
    assert page.status_code == 402
    assert "Your card was declined" in page.text
    assert "You have not been charged" in page.text
    assert 'role="alert"' in page.text
    assert 'aria-describedby="problems"' in page.text
    assert client.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert [charge.paid for charge in client.v1.charges.list()] == [False]


def test_after_a_decline_all_is_still_there_but_the_card(session):
    page = fill_in(session.url, card="4000000000000002").text
    assert value_of(page, "email") == "ada@example.org"
    assert value_of(page, "name") == "Ada L"
    assert value_of(page, "expiry") == "12/40"
    assert value_of(page, "card") == value_of(page, "cvc") == ""
    assert "4000" not in page
    assert value_of(get(session.url).text, "name") == "Ada L"  # also when the page is opened anew


def test_a_declined_payer_can_pay_with_another_card_on_the_same_intent(client, sim, session):
    fill_in(session.url, card="4000000000000002")
    assert fill_in(session.url).status_code == 303
    [intent] = client.v1.payment_intents.list().data
    assert intent.status == "succeeded"
    assert intent.last_payment_error is None


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("card", "4242 4242 4242 4241", "Your card number is not right"),
        ("card", "", "Enter your card number"),
        ("expiry", "01/20", "Your card has expired"),
        ("expiry", "13/40", "Enter the date your card expires"),
        ("cvc", "12", "Enter the whole security code"),
        ("email", "nowhere", "Enter your email address"),
        ("name", " ", "Enter the name on your card"),
    ],
)
def test_a_mistyped_field_is_named_beside_it_and_in_the_summary(client, session, field, typed, sentence):
    page = fill_in(session.url, **{field: typed})
    assert page.status_code == 422
    assert page.text.count(sentence) == 2
    assert f'<a href="#{field}">' in page.text
    assert f'id="{field}-problem"' in page.text
    assert client.v1.payment_intents.list().data == []


def test_a_real_card_is_refused_and_kept_nowhere(client, sim, session):
    page = fill_in(session.url, card="4111 1111 1111 1111")
    assert "it knows only test cards" in page.text
    assert client.v1.charges.list().data == []
    kept = [str((record.body, record.private)) for record in sim.account.store.records.values()]
    assert not [number for number in ("4111111111111111", "4111 1111", "'1111'") if any(number in one for one in kept)]


def test_a_paid_page_opened_again_says_so(client, sim, session):
    sim.pay(session.id)
    page = get(session.url).text
    assert "already paid" in page
    assert f'href="http://127.0.0.1:9/thanks?session={session.id}"' in page


def test_an_expired_page_says_nothing_was_charged(client, session):
    client.v1.checkout.sessions.expire(session.id)
    page = get(session.url)
    assert page.status_code == 410
    assert "expired. You have not been charged" in page.text


def test_a_page_that_never_was_is_not_found(sim):
    assert get(f"{sim.url}/c/pay/cs_test_none").status_code == 404


def test_ten_submits_at_once_charge_once(client, sim, session):
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: fill_in(session.url), range(10)))
    assert {answer.status_code for answer in answers} == {303}
    assert len(client.v1.charges.list().data) == 1
    assert sim.settle()
    assert [event["type"] for event in sim.events()].count("checkout.session.completed") == 1


def test_3d_secure_completed_pays(client, sim, session):
    to_the_bank = fill_in(session.url, card="4000 0025 0000 3155")
    assert to_the_bank.status_code == 303
    bank = to_the_bank.headers["Location"]
    assert bank.startswith(f"{sim.url}/3ds/pi_")
    assert "Complete authentication" in get(bank).text
    assert client.v1.payment_intents.list().data[0].status == "requires_action"
    back = requests.post(bank, {"answer": "complete"}, allow_redirects=False, timeout=60)
    assert back.headers["Location"] == f"http://127.0.0.1:9/thanks?session={session.id}"
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"
    assert "nothing left to confirm" in get(bank).text


def test_3d_secure_failed_leads_back_to_the_form_with_an_explanation(client, sim, session):
    bank = fill_in(session.url, card="4000002760003184").headers["Location"]
    page = requests.post(bank, {"answer": "fail"}, timeout=60)
    assert page.url == session.url
    assert "could not confirm that it was you. You have not been charged" in page.text
    [intent] = client.v1.payment_intents.list().data
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    assert fill_in(session.url).status_code == 303
