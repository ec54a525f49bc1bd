"""A busy year, told in order, and told as badly as it can be: five times, three at once, in reverse, a tenth never."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.ground.db import session, transaction
from app.law.money import Money
from app.law.party_rules import Rhythm
from app.party.dues import queries, services
from app.party.dues.models import Charge, DuesPaid
from app.party.membership.models import Membership
from app.party.payments import errands
from app.party.payments import queries as payments
from app.party.payments import services as payment_services
from app.party.payments.models import Account, LedgerEntry, LedgerLine, Payment, Refund, Renewal
from app.party.people import queries as people
from app.party.receipts.models import Receipt
from tests.party.dues.test_dues_cards import FAILING, name_of
from tests.party.dues.years import Years
from tests.tables import empty

BEGINS = date(2027, 3, 10)


def in_order(years):
    years.deliver = None


def badly(years, hear):
    """Each event five times, in reverse and shuffled, three at once, and a tenth of them never."""
    chance = random.Random(3)

    def deliver(events) -> None:
        told = [event for event in reversed(events) for _ in range(5) if chance.random() >= 0.02]
        lost = {event["id"] for event in events if chance.random() < 0.1}
        told = [event for event in told if event["id"] not in lost]
        half = len(told) // 2
        told = told[:half] + chance.sample(told[half:], len(told) - half)
        with ThreadPoolExecutor(3) as three:
            answers = [three.submit(copy_context().run, hear, event) for event in told]
        assert {answer.result().status_code for answer in answers} <= {200}

    years.deliver = deliver


def the_year(years) -> None:
    """What happens: nine people, every kind of trouble."""
    years.begin(BEGINS)

    def day(days: int, every: int = 2) -> None:
        years.go_to(BEGINS + timedelta(days=days), every=every)

    for name, how in {
        "yearly": {}, "monthly": {"rhythm": Rhythm.MONTHLY}, "once": {"renews": False}, "fails": {"rhythm": Rhythm.MONTHLY},
        "mended": {"rhythm": Rhythm.MONTHLY}, "refunded": {"above": 1000}, "disputed": {"renews": False},
        "won": {"renews": False}, "stops": {"rhythm": Rhythm.MONTHLY},
    }.items():  # fmt: skip
        years.join(email=f"{name}@people.example", **how)
        day((years.today - BEGINS).days + 2)
    day(25)
    breaks(years, "fails")
    breaks(years, "mended")
    day(40)
    mend(years, "mended")
    refund(years, "refunded", 1500)
    dispute, other = (years.stripe.dispute(intent_of(name)) for name in ("disputed@", "won@"))
    day(50)
    years.stripe.decide(dispute, won=False)
    years.stripe.decide(other, won=True)
    with years.as_member("stops@people.example") as member:
        services.stop_renewing(member, by="membership:x")
    day(80)
    years.stripe.refund(intent_of("once@"), 700)
    day(330, every=6)  # months in which nothing but charges happens
    day(372)
    for _ in range(2):
        years.night()
        years.settle()


def membership_of(years, name: str):
    return years.membership(f"{name.rstrip('@')}@people.example")


def breaks(years, name: str) -> None:
    """Their card is blocked from now on."""
    renewal = years.renewal(f"{name}@people.example")
    with years.stripe.account.changing():
        method = years.stripe.account.get("payment_method", renewal.method_id)
        years.stripe.account.note(method, card=name_of(FAILING["9995"][0]))


def mend(years, name: str) -> None:
    renewal = years.renewal(f"{name}@people.example")
    with years.now():
        page = errands.open_portal(renewal, back_to="http://localhost/dues")
    years.stripe.portal_update_card(page, "5555555555554444")
    years.settle()


def first_payment(name: str) -> Payment:
    session.remove()
    person = people.find_by_email(f"{name.rstrip('@')}@people.example")
    found = select(DuesPaid.payment_id).join(Charge, Charge.id == DuesPaid.charge_id)
    found = found.join(Membership, Membership.id == Charge.membership_id).where(Membership.person_id == person.id)
    return session.get_one(Payment, session.scalars(found.order_by(DuesPaid.at)).first())


def intent_of(name: str) -> str:
    return first_payment(name).intent_id


def refund(years, name: str, cents: int) -> None:
    payment = first_payment(name).id
    with years.now(), transaction():
        payment_services.ask_refund(session.get_one(Payment, payment), amount=Money(cents), why="asked", by="person:treasurer")


def told(years) -> dict[str, object]:
    """What there is at the end, without ids: ledger, terms, what met them, letters, receipts."""
    session.remove()
    lines = Counter()
    for entry, account, cents in session.execute(
        select(LedgerEntry, LedgerLine.account, LedgerLine.cents).join(LedgerLine, LedgerLine.entry_id == LedgerEntry.id)
    ):
        lines[entry.kind, entry.day, account, cents] += 1
    found = {
        "ledger": lines,
        "terms": Counter(
            (charge.since, charge.until, charge.payable_on, charge.cents, charge.met_on, charge.withdrawn_at is None)
            for charge in session.scalars(select(Charge))
        ),
        "met": Counter((row.on, row.cents) for row in session.scalars(select(DuesPaid))),
        "letters": Counter((letter.to, letter.subject) for letter in years.letters()),
        "receipts": Counter(session.scalars(select(Receipt.cents))),
        "refunds": Counter(session.scalars(select(Refund.cents))),
        "renewals": Counter((row.ended_because, row.months, row.is_running) for row in session.scalars(select(Renewal))),
    }
    session.remove()
    return found


@pytest.fixture
def again(whole_app, owner_url, stripe_server, settings, hear):
    """The same story from the beginning, in an empty house."""

    def begin() -> Years:
        session.remove()
        empty(owner_url)
        stripe_server.reset()
        return Years(whole_app, stripe_server, settings.database_url, hear)

    return begin


def test_the_books_terms_and_letters_of_a_busy_year_do_not_depend_on_how_it_is_told(years, again, hear):
    in_order(years)
    the_year(years)
    expected = told(years)
    books(years)
    worse = again()
    worse.sweeps = True
    badly(worse, hear)
    the_year(worse)
    found = told(worse)
    for what, how in expected.items():
        assert found[what] == how, what
    books(worse)


def books(years) -> None:
    with years.now():
        assert errands.reconcile(days=400).faults == []
    session.remove()
    found = payments.balances()
    assert found.faults == []
    assert queries.faults() == []
    assert sum(amount.cents for amount in found.accounts.values()) == 0
    assert found.accounts[Account.STRIPE_UNSETTLED].cents == 0
    assert payments.paid_but_untold() == 0
    assert payments.to_look_into() == []
