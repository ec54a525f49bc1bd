"""Whose receipts the tests issue, and how."""

from __future__ import annotations

from uuid import UUID

from app.law.money import Money
from app.party.payments.models import Payment
from app.party.people.models import Details
from app.party.receipts import services
from app.party.receipts.models import Receipt

HINE = Details(name="Hinemoa Tāwhiri-Åström", email="hine@people.example", address="7 Pūriri Street, Ōtaki 5512")


def write(payment: Payment, person_id: UUID, *, name: str = HINE.name, address: str = HINE.address) -> Receipt:
    labels = {"dues": "Membership dues", "above": "Above the dues"}
    return services.issue(
        payment,
        person_id=person_id,
        name=name,
        address=address,
        lines=[(labels[line.kind], Money(line.cents)) for line in payment.lines],
        period="3 November 2026 to 2 November 2027",
        reference=payment.reference,
        by="system",
    )
