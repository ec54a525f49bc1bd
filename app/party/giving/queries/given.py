"""What was given, what is reserved, and what a monthly gift will still take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.ground import clock
from app.ground.db import session
from app.ground.mail import office
from app.law.donations import Donation as Given
from app.law.donations import Form
from app.law.money import Money, total
from app.law.party_rules import add_months
from app.party.payments.models import REFUSED, HeardEvent, LineKind, Payment, Renewal

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
    found = [
        _as_law(donation, on=on)
        for donation, payment in rows
        if donation.kept and (on := _day_in(year, donation, payment)) is not None
    ]
    return found + _charges_underway(ids, year=year) + _months_ahead(ids, year=year)


def _counts() -> ColumnElement[bool]:
    """Received, or its payment is open: whoever has the page may still pay it."""
    is_open = and_(Payment.settled_at.is_(None), Payment.closed_at.is_(None))
    return or_(Donation.received_on.is_not(None), is_open, Payment.settled_at.is_not(None))


def _day(donation: Donation) -> date:
    return donation.received_on or donation.offered_on


def _day_in(year: int, donation: Donation, payment: Payment | None) -> date | None:
    """The day on which a donation counts in a year; None where it does not. What may still be paid may come in any year from
    the one it was offered in."""
    came_on = donation.received_on or (payment.paid_on if payment else None)
    return _from(donation.offered_on, year) if came_on is None else came_on if came_on.year == year else None


def _from(day: date, year: int) -> date | None:
    """The first day of a year that is not before `day`; None where the year is over by then."""
    return max(day, date(year, 1, 1)) if day.year <= year else None


def _as_law(donation: Donation, *, on: date) -> Given:
    return Given(
        id=str(donation.id),
        on=on,
        amount=donation.kept,
        donor=_DONOR,
        overseas=donation.overseas,
        form=Form(donation.form),
    )


def _charges_underway(donor_ids: list[UUID], *, year: int) -> list[Given]:
    """Charges of monthly gifts that are no donation yet: refused and tried again, on their way from a bank, or come and not
    told."""
    month = aliased(Donation)
    rows = session.execute(
        select(Payment, Donation)
        .join(Donation, Donation.id == Payment.purpose_id)
        .join(Renewal, Renewal.id == Payment.renewal_id)
        .where(
            Donation.donor_id.in_(donor_ids),
            Payment.purpose == "giving",
            Payment.closed_at.is_(None),
            Payment.told_at.is_(None),
            or_(Renewal.ended_at.is_(None), Payment.processing_at.is_not(None), Payment.settled_at.is_not(None)),
            ~select(month.id).where(month.payment_id == Payment.id).exists(),
        )
    ).all()
    return [
        Given(str(payment.id), day, payment.amount, _DONOR, began.overseas)
        for payment, began in rows
        if (day := _from(payment.paid_on or clock.day_of(payment.begun_at), year)) is not None
        and (payment.paid_on is None or payment.paid_on.year == year)
    ]


def _months_ahead(donor_ids: list[UUID], *, year: int) -> list[Given]:
    """The charges that running monthly gifts will still make in a year, as far as we have seen: one of today or before that is
    not here yet is still to come. One whose first charge is not made yet is reserved for the months after it."""
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
            for day in charges_in(year, first=next_on, months=renewal.months)
        ]
    return found


def charges_in(year: int, *, first: date, months: int) -> list[date]:
    """The days on which a gift is charged in a year, every so many months from `first`."""
    days, place = [], 0
    while (day := add_months(first, months * place)).year <= year:
        if day.year == year:
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
    """How many cards were refused for donations since a moment (UTC), as often as we heard of it; at least one a payment that
    was refused."""
    tries = (
        select(func.count())
        .select_from(HeardEvent)
        .join(Payment, Payment.id == HeardEvent.payment_id)
        .where(HeardEvent.type == REFUSED, HeardEvent.received_at >= moment, Payment.purpose == "giving")
    )
    paid_for = select(func.count()).where(Payment.purpose == "giving", Payment.declined_at >= moment)
    return max(session.scalar(tries) or 0, session.scalar(paid_for) or 0)


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
    """Every donation of whom this person signs in for, the last offered first."""
    theirs = select(Donor.id).where(Donor.person_id == person_id)
    return session.scalars(select(Donation).where(Donation.donor_id.in_(theirs)).order_by(Donation.offered_at.desc())).all()


def find_donation(donation_id: UUID) -> Donation | None:
    return session.get(Donation, donation_id)


def find_for_payment(payment: Payment) -> Donation | None:
    """The donation that a payment is; None for one that is none (dues with nothing above them)."""
    return session.scalar(select(Donation).where(Donation.payment_id == payment.id))


def opened(donation: Donation) -> dict[str, Any] | None:
    """What was said of a donation, as it was said; None once that is gone."""
    return office().seal.open(donation.sealed, table="donations", row=donation.id) if donation.sealed else None


def said_alike(donation: Donation, said: dict[str, Any]) -> bool:
    """Whether a donation was offered with these answers."""
    before = opened(donation)
    return before is not None and {key: value for key, value in before.items() if key != "salt"} == said


def versions_of(key: UUID) -> Iterator[Donation]:
    """What was offered with one form, in the order it was sent: under the form’s key, then under those that follow from it."""
    while found := session.get(Donation, key):
        yield found
        key = version_after(key)


def version_after(key: UUID) -> UUID:
    """Under what a form is known that was sent again with other answers. Always the same, so that a second press is the same
    donation."""
    return uuid5(key, "again")


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
