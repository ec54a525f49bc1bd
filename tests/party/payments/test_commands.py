"""What the commands about money say, and whether they call it well."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.gateways.stripe import Checkout
from app.ground.db import session, transaction
from app.party.payments.models import Payment
from app.party.payments.services import note_checkout
from tests.walk import join


@pytest.fixture
def run(app):
    def invoke(*args: str):
        session.remove()
        return app.test_cli_runner().invoke(args=list(args))

    return invoke


def page_of(answer) -> str:
    assert answer.status_code == 303
    return answer.location.rsplit("/", 1)[1]


def test_empty_books_hold(run):
    done = run("ledger", "verify")
    assert (done.exit_code, done.output) == (0, "settled but not acted on: 0\nThe ledger holds: it sums to zero.\n")


def test_the_books_are_shown_an_account_a_line(client, stripe, run, hear_everything, do_the_chores):
    stripe.pay(page_of(join(client, above="5")))
    hear_everything()
    do_the_chores()
    done = run("ledger", "verify")
    assert done.exit_code == 0
    lines = dict(line.split() for line in done.output.splitlines()[:5])
    assert lines == {
        "expense:stripe-fees": "$0.98", "income:above-dues": "−$5.00", "income:dues": "−$20.00", "stripe:balance": "$24.02",
        "stripe:unsettled": "$0.00",
    }  # fmt: skip


def test_reconcile_finds_what_no_webhook_told(client, stripe, run):
    stripe.pay(page_of(join(client)))
    stripe.settle()
    done = run("reconcile")
    assert done.exit_code == 0
    assert "1 open attempts" in done.output
    payment = session.scalars(select(Payment)).one()
    assert payment.settled_at
    assert payment.told_at


def test_reconcile_names_what_stripe_does_not_know_and_looks_at_the_others_all_the_same(client, stripe, run):
    page = page_of(join(client))
    lost = session.scalars(select(Payment)).one()
    with transaction():
        note_checkout(lost.id, Checkout("cs_test_of_another_account", None))
    stripe.pay(page_of(join(client, email="eve@people.example")))
    stripe.settle()
    assert page != "cs_test_of_another_account"
    done = run("reconcile")
    assert done.exit_code == 1
    assert f"Payment {lost.id}: Refused: 404" in done.stderr
    assert session.scalars(select(Payment).where(Payment.id != lost.id)).one().settled_at


def test_reconcile_while_stripe_is_down_ends_badly_and_changes_nothing(client, stripe, run):
    stripe.pay(page_of(join(client)))
    stripe.faults.set(api=[{"fault": "429", "times": 99}])
    done = run("reconcile")
    assert done.exit_code == 1
    assert session.scalars(select(Payment)).one().settled_at is None


@pytest.mark.parametrize(
    ("crime", "said"),
    [
        ("update ledger_lines set cents = cents - 1 where account = 'income:dues'", "does not sum to zero"),
        ("delete from ledger_lines; delete from ledger_entries", "0 cents of income for it"),
        ("update payments set cents = 100", "of 100 cents settled, and the ledger has 2000"),
    ],
)
def test_books_that_were_tampered_with_are_named(client, stripe, run, owner, hear_everything, do_the_chores, crime, said):
    stripe.pay(page_of(join(client)))
    hear_everything()
    do_the_chores()
    owner.execute("set session_replication_role = replica")
    owner.execute(crime)
    done = run("ledger", "verify")
    assert done.exit_code == 1
    assert said in done.stderr
