"""A payment that has settled, and its receipt, by the real verbs."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from app.ground import clock
from app.ground.db import session, transaction
from app.ground.ids import new_id
from app.law.money import Money
from app.party.payments import services as payments
from app.party.payments.models import LineKind, Payment
from app.party.payments.services import listeners
from app.party.people import services as people
from app.party.receipts.models import Receipt
from tests.party.receipts.paying import HINE, write


@pytest.fixture
def payer(app) -> UUID:
    with transaction():
        return people.enrol(HINE, by="visitor").id


@pytest.fixture
def paid(app) -> Callable[..., Payment]:
    """Write down a payment in cash that has settled, for nobody's room: only its receipt matters here."""
    payments.listen("test", payments.Room(**dict.fromkeys(("settled", "declined", "moved", "failed"), lambda *_, **__: None)))

    def pay(cents: int = 2000, above: int = 0) -> Payment:
        payment = payments.begin(
            purpose="test",
            purpose_id=new_id(),
            lines=[
                payments.Line(LineKind.DUES, "Membership dues", Money(cents)),
                payments.Line(LineKind.ABOVE, "Above the dues", Money(above)),
            ],
            email=HINE.email,
            back_to="/",
            cancel_to="/",
            by="system",
            method="cash",
        )
        session.flush()
        payments.record_payment(payment, method="cash", on=clock.today(), by="system")
        return payment

    yield pay
    listeners._rooms.pop("test")


@pytest.fixture
def issue(payer, paid) -> Callable[..., Receipt]:
    """Pay and issue, in one transaction."""

    def give(*, name: str = HINE.name, address: str = HINE.address, cents: int = 2000, above: int = 0) -> Receipt:
        with transaction():
            return write(paid(cents, above), payer, name=name, address=address)

    return give
