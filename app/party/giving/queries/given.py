"""What was given, what is reserved, and what a monthly gift will still take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from app.ground import clock
from app.ground.db import session
from app.ground.mail import office
from app.law.donations import Contribution as Behind
from app.law.donations import Donation as Given
from app.law.donations import Form
from app.law.money import Money, total
from app.law.party_rules import add_months
from app.party.payments.models import LineKind, Payment, Renewal

from ..models import Donation, Donor
from ..rules import ASKED_AGAIN

_DONOR = "the donor"


def counted(donors: Sequence[Donor], *, year: int, but: UUID | None = None) -> list[Given]:
    """What counts for these donors, as one, in a calendar year: received (less what is not with the party any more), reserved,
    and the months ahead of their monthly gifts. `but`: a donation that is left out."""
    ids = [donor.id for donor in donors]
    if not ids:
        return []
    rows = session.execute(
        select(Donation, Payment)
        .outerjoin(Payment, Payment.id == Donation.payment_id)
        .where(Donation.donor_id.in_(ids), Donation.id != (but or UUID(int=0)), _counts())
    ).all()
    found = [_as_law(donation) for donation, _ in rows if _day(donation).year == year and donation.kept]
    return found + _months_ahead(ids, year=year)


def _counts() -> ColumnElement[bool]:
    """Received, or its payment is open: whoever has the page may still pay it."""
    is_open = and_(Payment.settled_at.is_(None), Payment.closed_at.is_(None))
    return or_(Donation.received_on.is_not(None), is_open, Payment.settled_at.is_not(None))


def _day(donation: Donation) -> date:
    return donation.received_on or donation.offered_on


def _as_law(donation: Donation) -> Given:
    return Given(
        id=str(donation.id),
        on=_day(donation),
        amount=donation.kept,
        donor=_DONOR,
        overseas=donation.overseas,
        form=Form(donation.form),
        contributions=tuple(Behind(c.identity_index.hex(), c.amount, c.overseas) for c in donation.contributions),
    )


def _months_ahead(donor_ids: list[UUID], *, year: int) -> list[Given]:
    """The charges that running monthly gifts will still make in a year. One whose first charge is not made yet is reserved for
    the months after it."""
    rows = session.execute(
        select(Renewal, Donation)
        .join(Donation, Donation.id == Renewal.purpose_id)
        .join(Payment, Payment.id == Donation.payment_id)
        .where(
            Donation.donor_id.in_(donor_ids),
            Renewal.purpose == "giving",
            Renewal.stop_wanted_at.is_(None),
            Renewal.ended_at.is_(None),
            or_(Renewal.started_at.is_not(None), and_(Payment.settled_at.is_(None), Payment.closed_at.is_(None))),
        )
    ).all()
    found = []
    for renewal, donation in rows:
        next_on = renewal.next_charge_on or add_months(_day(donation), renewal.months)
        found += [
            Given(f"{renewal.id}:{day}", day, renewal.amount, _DONOR, donation.overseas)
            for day in charges_in(year, first=next_on, months=renewal.months, after=clock.today())
        ]
    return found


def charges_in(year: int, *, first: date, months: int, after: date) -> list[date]:
    """The days on which a gift is charged in a year, every so many months from `first`, later than `after`."""
    days, place = [], 0
    while (day := add_months(first, months * place)).year <= year:
        if day.year == year and day > after:
            days.append(day)
        place += 1
    return days


def charged_soon(*, on: date) -> Sequence[UUID]:
    """The running monthly gifts that are charged within the next days."""
    return session.scalars(
        select(Renewal.id).where(
            Renewal.purpose == "giving",
            Renewal.started_at.is_not(None),
            Renewal.stop_wanted_at.is_(None),
            Renewal.ended_at.is_(None),
            Renewal.next_charge_on <= on + ASKED_AGAIN,
        )
    ).all()


def declined_since(moment: datetime) -> int:
    """How many donations' cards were refused since a moment (UTC)."""
    asked = select(func.count()).where(Payment.purpose == "giving", Payment.declined_at >= moment)
    return session.scalar(asked) or 0


def given_this_year(donors: Sequence[Donor], *, on: date) -> Money:
    """What these donors gave in the calendar year of `on`, that was received."""
    ids = [donor.id for donor in donors]
    received = session.scalars(
        select(Donation).where(
            Donation.donor_id.in_(ids),
            Donation.received_on >= date(on.year, 1, 1),
            Donation.received_on <= date(on.year, 12, 31),
        )
    )
    return total((donation.kept for donation in received), "NZD")


def donations_of(person_id: UUID) -> Sequence[Donation]:
    """Every donation of whom this person signs in for, newest first."""
    theirs = select(Donor.id).where(Donor.person_id == person_id)
    return session.scalars(select(Donation).where(Donation.donor_id.in_(theirs)).order_by(Donation.id.desc())).all()


def find_donation(donation_id: UUID) -> Donation | None:
    return session.get(Donation, donation_id)


def find_for_payment(payment: Payment) -> Donation | None:
    """The donation that a payment is; None for one that is none (dues with nothing above them)."""
    return session.scalar(select(Donation).where(Donation.payment_id == payment.id))


def opened(donation: Donation) -> dict[str, Any] | None:
    """What was said of a donation, as it was said; None once that is gone."""
    return office().seal.open(donation.sealed, table="donations", row=donation.id) if donation.sealed else None


@dataclass(frozen=True)
class Progress:
    """Where an offer is: paid, pending, failed, open, or bank (a transfer is waited for)."""

    state: str
    payment: Payment
    lines: list[tuple[LineKind, Money]]
    monthly: bool
    donation: Donation


def progress(donation_id: UUID) -> Progress | None:
    """What we know ourselves of an offer; None for one that there is not."""
    donation = session.get(Donation, donation_id)
    payment = session.get(Payment, donation.payment_id) if donation and donation.payment_id else None
    if donation is None or payment is None:
        return None
    lines = [(LineKind(line.kind), Money(line.cents, payment.currency)) for line in payment.lines]
    return Progress(_state(payment), payment, lines, payment.renewal_id is not None, donation)


def _state(payment: Payment) -> str:
    if payment.settled_at:
        return "paid"
    if payment.closed_at or payment.declined_at:
        return "failed"
    return "bank" if payment.method == "bank" else "pending"
