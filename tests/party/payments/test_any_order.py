"""Events in any order, any number of times, any of them lost, looked at in between or not: the books come out the same."""

from __future__ import annotations

from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from sqlalchemy import func, select

from app.ground import clock
from app.ground.audit import AuditEntry
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.ground.mail import Letter
from app.law.membership import CanEnrol
from app.law.money import Money
from app.party.dues.models import Charge, DuesPaid
from app.party.joining import services as joining
from app.party.joining.models import Declaration
from app.party.payments import errands, queries
from app.party.payments.models import HeardEvent, LedgerEntry
from tests.cast import PARTY

EVENTS = 7  # of one payment with a decline before it
DECLINED, GOOD = "4000000000000002", "4242424242424242"

# What is delivered, by its place among the events that there are; `None` is somebody looking in between.
deliveries = some.lists(some.one_of(some.integers(0, EVENTS - 1), some.none()), max_size=2 * EVENTS)


def answers(email: str) -> joining.Answers:
    return joining.Answers(
        name="Ada Tūhoro", email=email, address="12 Rimu Street", can_enrol=CanEnrol.YES, rate="standard",
        above=Money(500), signature="Ada Tūhoro",
    )  # fmt: skip


def count(noun, *conditions) -> int:
    return session.scalar(select(func.count()).select_from(noun).where(*conditions))


def check(payment: UUID, key: UUID) -> None:
    session.remove()
    declaration = session.get_one(Declaration, key)
    assert declaration.payment_id == payment
    assert count(LedgerEntry, LedgerEntry.payment_id == payment) == 2
    assert count(DuesPaid, DuesPaid.payment_id == payment) == 1
    assert count(Charge, Charge.membership_id == declaration.membership_id) == 1
    assert count(Letter, Letter.person_id == declaration.person_id) == 1
    assert count(HeardEvent, HeardEvent.payment_id == payment, HeardEvent.handled_at.is_(None)) == 0
    said = select(AuditEntry.action).where(AuditEntry.subject == f"payment:{payment}").order_by(AuditEntry.seq)
    assert [line for line in session.scalars(said) if line != "payment:declined"] == ["payment:begun", "payment:settled"]
    assert queries.find_payment(payment).told_at
    assert queries.verify_ledger() == []
    session.remove()


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a failure is shown as it came: each try costs a payment
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(told=deliveries, declined_first=some.booleans())
def test_whatever_is_told_in_whatever_order_the_books_come_out_the_same(app, stripe, hear, told, declined_first):
    key = new_id()
    with transaction():
        payment = joining.join(answers(f"{key}@people.example"), key=key, party=PARTY, on=clock.today())
    errands.open_checkout(payment)
    page = session.get_one(type(payment), payment.id).checkout_id
    session.remove()
    if declined_first:
        stripe.pay(page, DECLINED)
    stripe.pay(page, GOOD)
    assert stripe.settle()
    happened = [event for event in stripe.events() if str(payment.id) in str(event)]
    assert len(happened) <= EVENTS
    for place in told:
        if place is None:
            errands.follow(payment.id)
        elif place < len(happened):
            event = {name: value for name, value in happened[place].items() if name != "deliveries"}
            assert hear(event).status_code == 200
    errands.sweep()
    errands.follow_all(queries.to_follow())
    check(payment.id, key)
