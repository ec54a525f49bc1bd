"""No way past the limit: over New Year, by a charge that is tried again, by two at once who are one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.law.donations import OverOverseasLimit, Ties
from app.law.money import Money
from app.party.giving import jobs, queries, services
from app.party.giving.models import Donor, Who
from app.party.giving.rules import GivenBefore
from app.party.giving.services import Offered
from app.party.payments.models import Payment, PaymentLine, Renewal
from app.party.payments.queries import verify_ledger
from app.party.people import queries as people
from tests.party.giving.gifts import HANS, donations, gift, give, payments
from tests.party.giving.test_giving_monthly import begin, renewal
from tests.walk import enter

ABROAD = Who("Hans Vogel", "Lindenstr. 4, Berlin", "hans@abroad.example", Ties())


def offer(who: Who, cents: int, **of: object) -> None:
    with transaction():
        services.offer(Offered(who, Money(cents)), key=new_id(), on=clock.today(), by="visitor", **of)


def test_what_is_reserved_in_december_counts_in_january_as_long_as_it_may_still_be_paid(app):
    with clock.standing_at(datetime(2026, 12, 31, 10, 50, tzinfo=UTC)):  # ten to midnight in New Zealand
        offer(ABROAD, 5000)
    with clock.standing_at(datetime(2026, 12, 31, 11, 10, tzinfo=UTC)), pytest.raises(OverOverseasLimit):
        offer(ABROAD, 5000)


@pytest.mark.on_day(date(2026, 11, 29))  # ten dollars a month are lawful, because few months of the year are left
def test_a_months_charge_that_failed_and_is_tried_again_counts_at_the_gate(client, stripe, hear_everything, do_the_chores):
    begin(client, stripe, hear_everything, do_the_chores, **HANS, other="10")
    running, began = renewal(), donations()[0]
    with transaction():
        payment = Payment(
            id=new_id(), purpose="giving", purpose_id=began.id, cents=1000, currency="NZD", method="card",
            begun_at=clock.now(), renewal_id=running.id, invoice_id="in_failing", attempts=1,
        )  # fmt: skip
        payment.lines = [PaymentLine(payment_id=payment.id, position=1, kind="donation", cents=1000)]
        session.add(payment)
    ahead = 1 if running.next_charge_on.year == clock.today().year else 0
    with pytest.raises(OverOverseasLimit) as refused:
        offer(ABROAD, 5000)
    assert refused.value.facts["before"] == Money(2000 + 1000 * ahead)


@pytest.mark.on_day(date(2026, 11, 29))
def test_a_charge_of_today_that_nobody_has_seen_yet_counts_at_the_gate(client, stripe, hear_everything, do_the_chores):
    begin(client, stripe, hear_everything, do_the_chores, **HANS, other="10")
    day = renewal().next_charge_on
    with clock.standing_at(clock.start_of(day).replace(hour=20)):
        first = 1000 if clock.today().year == donations()[0].received_on.year else 0
        with pytest.raises(OverOverseasLimit) as refused:
            offer(ABROAD, 5000)
        assert refused.value.facts["before"] >= Money(first + 1000)


def meet(app, one: Callable[[], None], two: Callable[[], None]) -> list[str]:
    """Have two of them done, the second begun while the first is not kept yet; the names of what was refused."""
    inside, let_go, refused = threading.Event(), threading.Event(), []

    def first() -> None:
        with app.app_context(), transaction():
            one()
            inside.set()
            let_go.wait(60)

    def second() -> None:
        with app.app_context():
            inside.wait(60)
            try:
                with transaction():
                    two()
            except (OverOverseasLimit, GivenBefore) as refusal:
                refused.append(type(refusal).__name__)

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    for thread in threads:
        thread.start()
    inside.wait(60)
    threads[1].join(1.0)  # it waits, or it is done already
    let_go.set()
    for thread in threads:
        thread.join(60)
    return refused


def offering(who: Who, **of: object) -> Callable[[], None]:
    return lambda: services.offer(Offered(who, Money(3000)), key=new_id(), on=clock.today(), by="visitor", **of)


def test_one_who_is_known_by_the_mailbox_in_one_window_and_the_address_in_another_does_not_pass_the_limit(app):
    offer(ABROAD, 500)
    by_address = Who(ABROAD.name, ABROAD.address, "hans.vogel@abroad.example", Ties())
    by_mailbox = Who(ABROAD.name, "Kastanienallee 9, Berlin", ABROAD.email, Ties())
    assert len(meet(app, offering(by_address), offering(by_mailbox))) == 1


def test_one_who_is_signed_in_twice_under_two_mailboxes_does_not_pass_the_limit(app, cast):
    with transaction():
        person = people.find_by_email(cast["aroha"].email)
        name = people.details_of(person).name
    offer(Who(name, "Here 1", cast["aroha"].email, Ties()), 500, person_id=person.id)
    one, two = (Who(name, f"There {place}", f"aroha{place}@abroad.example", Ties()) for place in "23")
    told = {"person_id": person.id}
    assert len(meet(app, offering(one, **told), offering(two, **told))) == 1


def test_whoever_is_signed_in_stays_one_donor_and_one_person_under_another_mailbox(
    client, app, cast, stripe, hear_everything, do_the_chores
):
    browser = enter(app, cast["lin"].email)
    with transaction():
        person = people.find_by_email(cast["lin"].email)
        name = people.details_of(person).name
    give(browser, name=name, email="lin.at.work@people.example", amount="5000")
    stripe.pay(payments()[-1].checkout_id)
    hear_everything()
    do_the_chores()
    with transaction():
        assert people.find_by_email("lin.at.work@people.example") is None
        assert session.get_one(Donor, donations()[-1].donor_id).person_id == person.id


def test_a_form_that_is_sent_a_third_time_leaves_one_page_that_can_be_paid(client):
    form = gift(client)
    for amount in ("40", "45", "50"):
        assert client.post("/give", data={**form, "other": amount}).status_code == 303
    assert [payment.cents for payment in payments() if payment.is_open] == [5000]


def test_a_changed_form_that_is_sent_twice_is_one_donation(client):
    form = gift(client, **HANS, other="30")
    client.post("/give", data=form)
    first, second = (client.post("/give", data={**form, "other": "40"}) for _ in range(2))
    assert (first.status_code, second.location) == (303, first.location)
    assert len(donations()) == 2


def test_donations_stand_in_the_ledger_as_income(client, stripe, hear_everything, do_the_chores):
    give(client, amount="5000", cover="y")
    stripe.pay(payments()[0].checkout_id)
    hear_everything()
    do_the_chores()
    assert verify_ledger() == []


@pytest.mark.on_day(date(2026, 11, 29))
def test_one_gift_that_cannot_be_asked_about_does_not_keep_the_law_from_the_others(
    client, stripe, hear_everything, do_the_chores, monkeypatch
):
    begin(client, stripe, hear_everything, do_the_chores, **HANS, other="10")
    asked, broken = [], new_id()
    monkeypatch.setattr("app.party.giving.queries.charged_soon", lambda *, on: [broken, renewal_id])
    monkeypatch.setattr(
        "app.party.giving.services.ask_again",
        lambda renewal, *, on: asked.append(renewal) if renewal != broken else session.get_one(Renewal, renewal),
    )
    renewal_id = renewal().id
    jobs.ask_again()
    assert asked == [renewal_id]


def test_who_leaves_while_a_monthly_gift_is_being_paid_is_charged_no_more(
    client, app, cast, stripe, hear_everything, do_the_chores
):
    with transaction():
        person = people.find_by_email(cast["aroha"].email)
        details = people.details_of(person)
    offer_monthly = Offered(Who(details.name, details.address, details.email, Ties(lives_here=True)), Money(2000), monthly=True)
    with transaction():
        services.offer(offer_monthly, key=new_id(), on=clock.today(), by="visitor", person_id=person.id)
    with transaction():
        services.stop_all_of(person.id, by="test")
    with transaction():
        assert session.scalars(select(Renewal).where(Renewal.purpose == "giving")).one().stop_wanted_at


@pytest.mark.on_day(date(2026, 11, 29))
def test_who_says_with_a_later_gift_that_they_live_abroad_is_overseas_to_their_monthly_gift(
    client, stripe, hear_everything, do_the_chores
):
    begin(client, stripe, hear_everything, do_the_chores, **{**HANS, "ties": "here"}, other="10")
    assert give(client, **HANS, other="20").status_code == 303
    stripe.pay(payments()[-1].checkout_id)
    hear_everything()
    do_the_chores()
    began, later = donations()
    with transaction():
        assert later.donor_id == began.donor_id
        assert queries.who_is(session.get_one(Donor, began.donor_id)).ties == Ties()
