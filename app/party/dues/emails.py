"""Letters about dues."""

from __future__ import annotations

from datetime import date, timedelta

from app.ground import mail
from app.law.membership import is_current_financial
from app.law.money import Money
from app.party.membership.models import Membership
from app.party.payments.models import LineKind, Payment
from app.party.people import queries as people
from app.party.receipts.models import Receipt

from . import queries
from .models import Charge

LABELS = {LineKind.DUES: "Membership dues", LineKind.ABOVE: "Above the dues"}


def lines_of(payment: Payment) -> list[tuple[str, Money]]:
    """What a payment was for, line by line, in words."""
    return [(LABELS[LineKind(line.kind)], Money(line.cents, payment.currency)) for line in payment.lines]


def received(membership: Membership, payment: Payment, *, charge: Charge, receipt: Receipt, on: date) -> None:
    """Dues arrived: which term they paid, and until when the member is financial now."""
    person = people.get_person(membership.person_id)
    if person.sealed is None:
        return
    details = people.details_of(person)
    financial = is_current_financial(queries.history_of(membership), on=on)
    mail.post(
        "dues/received",
        to=details.email,
        key=f"received:{payment.id}",
        kind=mail.Kind.SERVICE,
        person_id=person.id,
        name=details.name,
        lines=lines_of(payment),
        total=payment.amount,
        until=charge.until - timedelta(days=1),
        sentence=financial.sentence,
        reference=payment.reference,
        receipt=receipt.name,
        receipt_url=mail.address(receipt.path),
        joined_again=payment.purpose != "dues",
    )
