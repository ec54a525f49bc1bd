"""Webhooks lost, doubled, late and out of order; Stripe that does what was asked and does not say so; Stripe away."""

from __future__ import annotations

from typing import Any

import pytest

from tests.walk import hidden

from .running import Answer, Installation, Joiner, check_books, until

OPENING = {"method": "POST", "path": "/v1/checkout/sessions"}
TRIES = 2  # of one call, by the stripe library

# The same faults in one process, in seconds, are in tests/party/payments/test_settling.py.
pytestmark = pytest.mark.soak


def press_again(joiner: Joiner, page: Answer) -> Answer:
    """Press the button of the page that says the provider was out of reach."""
    assert page.status == 503
    assert page.headers["Retry-After"]
    assert "You have not been charged" in page.text
    return joiner.ask(f"/join/pay/{joiner.form['key']}", {"csrf_token": hidden(page.text, "csrf_token")})


def go_on(site: Installation, joiner: Joiner, answer: Answer) -> None:
    """From the redirect to the end."""
    assert answer.status == 303, answer.text[-2000:]
    assert answer.location.startswith(site.simulator)
    joiner.checkout = answer.location.rsplit("/", 1)[1]
    joiner.pay()


def test_a_payment_whose_webhooks_are_all_lost_is_found_by_reconcile(site: Installation):
    before = site.one("select count(*) from memberships")
    joiner = Joiner(site, "Unheard Tūpato")
    joiner.open_form()
    joiner.send()
    with site.without("worker"):  # whose own sweep would find it, too
        with site.simulator_with(webhooks={"drop": {"all": True}}):
            joiner.pay()
            assert site.control("settle")["settled"]
        assert not joiner.is_member
        done = site.flask("reconcile")
        assert done.returncode == 0, done.stdout + done.stderr
        assert joiner.is_member
    check_books(site, [joiner], members_before=before)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Thrice", {"duplicate": 2}),
        ("Backwards", {"reorder": 1}),
        ("Late", {"delay": 1.5}),
        ("Early", {"deliver_before_response": True}),
        ("Garbled", {"bad_signature": 2, "truncated_body": 2}),
    ],
)
def test_webhooks_that_come_in_any_number_order_and_state_keep_the_same_books(
    site: Installation, name: str, fault: dict[str, Any]
):
    before = site.one("select count(*) from memberships")
    joiner = Joiner(site, f"{name} Tūpato")
    joiner.open_form()
    joiner.send()
    with site.simulator_with(webhooks=fault):
        joiner.pay()
        assert site.control("settle")["settled"]
    joiner.wait_until_heard()
    check_books(site, [joiner], members_before=before)
    site.control("redeliver", reverse=True)
    assert site.control("settle")["settled"]
    check_books(site, [joiner], members_before=before)


def test_an_answer_that_got_lost_after_the_page_was_opened_opens_no_second_page(site: Installation):
    before = site.one("select count(*) from memberships")
    joiner = Joiner(site, "Lostafter Tūpato")
    joiner.open_form()
    with site.simulator_with(api=[{**OPENING, "fault": "timeout_after_effect", "times": 1}]):
        first = joiner.ask("/join", joiner.form)
        again = joiner.ask("/join", joiner.form)
    assert first.location == again.location
    go_on(site, joiner, again)
    assert [page["id"] for page in site.checkouts(joiner.payment)] == [joiner.checkout]
    check_books(site, [joiner], members_before=before)


def test_when_no_try_is_answered_pressing_again_reaches_the_one_page_there_is(site: Installation):
    before = site.one("select count(*) from memberships")
    joiner = Joiner(site, "Lostbefore Tūpato")
    joiner.open_form()
    with site.simulator_with(api=[{**OPENING, "fault": "timeout_before_effect", "times": TRIES}]):
        page = joiner.ask("/join", joiner.form)
        go_on(site, joiner, press_again(joiner, page))
    assert [page["id"] for page in site.checkouts(joiner.payment)] == [joiner.checkout]
    assert site.one("select count(*) from payments where purpose_id = %(key)s", key=joiner.form["key"]) == 1
    check_books(site, [joiner], members_before=before)


def test_after_a_fault_that_stripe_remembers_pressing_again_opens_a_page_under_a_new_key(site: Installation):
    before = site.one("select count(*) from memberships")
    joiner = Joiner(site, "Fivehundred Tūpato")
    joiner.open_form()
    with site.simulator_with(api=[{**OPENING, "fault": "error_500_after_effect", "times": 1}]):
        page = joiner.ask("/join", joiner.form)
        go_on(site, joiner, press_again(joiner, page))
    assert [page["id"] for page in site.checkouts(joiner.payment)] == [joiner.checkout]
    check_books(site, [joiner], members_before=before)


def test_while_stripe_is_down_the_visitor_reads_that_nothing_was_charged_and_goes_on_once_it_is_back(site: Installation):
    before = site.one("select count(*) from memberships")
    joiner = Joiner(site, "Away Tūpato")
    joiner.open_form()
    with site.without("simulator"):
        page = joiner.ask("/join", joiner.form)
        page = press_again(joiner, page)
        assert page.status == 503
    until(lambda: site.control("faults", method="GET"), about="the simulator back")
    go_on(site, joiner, press_again(joiner, page))
    assert [page["id"] for page in site.checkouts(joiner.payment)] == [joiner.checkout]
    check_books(site, [joiner], members_before=before)
