"""What the page behind a receipt's link shows: one gift, and what its donor gave this year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.ground.db import session
from app.law.money import Money
from app.party.payments import queries as payments
from app.party.payments.models import Payment, Renewal

from ..models import Donation, Donor
from .given import given_this_year, opened
from .links import path_of


@dataclass(frozen=True)
class GiftPage:
    """`renewal`: of a monthly gift, as it is at the provider. `this_year`: received from this donor in the year of `on`."""

    donation_id: UUID
    name: str
    amount: Money
    kept: Money
    offered_on: date
    received_on: date | None
    reference: str
    monthly: bool
    renewal: Renewal | None
    this_year: Money
    year: int

    @property
    def running(self) -> bool:
        return self.renewal is not None and self.renewal.is_running


def running_gifts(person_id: UUID) -> list[tuple[Money, date | None, str]]:
    """The monthly gifts that a person lets us take: how much, when next, and the page that stops it."""
    rows = session.execute(
        select(Renewal, Donation)
        .join(Donation, Donation.id == Renewal.purpose_id)
        .join(Donor, Donor.id == Donation.donor_id)
        .where(
            Donor.person_id == person_id,
            Renewal.purpose == "giving",
            Renewal.started_at.is_not(None),
            Renewal.stop_wanted_at.is_(None),
            Renewal.ended_at.is_(None),
        )
        .order_by(Renewal.id)
    )
    return [(renewal.amount, renewal.next_charge_on, path_of(donation)) for renewal, donation in rows]


def gift_page(donation: Donation, *, on: date) -> GiftPage | None:
    """None for one whose details are gone."""
    said = opened(donation)
    donor = session.get(Donor, donation.donor_id) if donation.donor_id else None
    payment = session.get(Payment, donation.payment_id) if donation.payment_id else None
    if said is None or donor is None or payment is None:
        return None
    return GiftPage(
        donation_id=donation.id,
        name=said["donor"]["name"],
        amount=donation.amount,
        kept=donation.kept,
        offered_on=donation.offered_on,
        received_on=donation.received_on,
        reference=payment.reference,
        monthly=bool(said["monthly"]),
        renewal=payments.renewal_of("giving", donation.id),
        this_year=given_this_year([donor], on=on),
        year=on.year,
    )
