"""What must be done about donations and loans, and what stands in the way of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select, union

from app.ground import clock
from app.ground.db import session
from app.law import duties as law
from app.law.books import Duty as Found
from app.law.books import Kind
from app.law.calendars import working_days_after
from app.party.payments.models import Payment, Refund

from ..models import Contribution, Donation, Duty, Loan
from ..rules import DUE_SOON
from .books import books_of, given_by

OWNERS = {
    Kind.GIVE_BACK: "treasurer",
    Kind.PAY_OVER: "treasurer",
    Kind.SEND_ON: "whoever holds it",
    Kind.LARGE_DONATION_RETURN: "party secretary",
    Kind.BIG_LOAN_RETURN: "party secretary",
}


@dataclass(frozen=True)
class Clock:
    """One open duty with its clock. `waiting`: the refund that is under way for it."""

    duty: Duty
    days: int | None
    owner: str
    waiting: Refund | None

    @property
    def tone(self) -> str:
        if self.days is None or self.days < 0:
            return "error"
        return "warning" if self.days <= DUE_SOON else "info"


def quarantine(*, on: date, after: int = 0, most: int = 50) -> tuple[list[Clock], bool]:
    """The open duties, what has no stated time first, then the earliest last day, and whether more follow."""
    asked = (
        select(Duty)
        .where(Duty.closed_at.is_(None))
        .order_by(Duty.due_on.asc().nulls_first(), Duty.id)
        .offset(after)
        .limit(most + 1)
    )
    rows = session.scalars(asked).all()
    return [clock_of(duty, on=on) for duty in rows[:most]], len(rows) > most


def clock_of(duty: Duty, *, on: date) -> Clock:
    donation = session.get(Donation, duty.donation_id) if duty.donation_id else None
    waiting = waiting_back(donation) if donation and duty.kind in (Kind.GIVE_BACK, Kind.PAY_OVER) else None
    return Clock(duty, duty.days_left(on), OWNERS[Kind(duty.kind)], waiting)


def find_duty(duty_id: UUID) -> Duty | None:
    return session.get(Duty, duty_id)


def duties_of(donation_id: UUID) -> list[Duty]:
    """What was and is to be done about a donation, as it was kept, oldest first."""
    return list(session.scalars(select(Duty).where(Duty.donation_id == donation_id).order_by(Duty.id)))


def as_the_law_has_it(donation: Donation, *, on: date) -> list[Found]:
    """Every duty about a donation, done ones and late ones too."""
    donations = given_by(donation.donor_id) if donation.donor_id else [donation]
    return [duty for duty in law.duties(books_of(donations), on=on) if duty.about and duty.about[-1] == str(donation.id)]


def waiting_back(donation: Donation) -> Refund | None:
    """A refund of this donation's payment that was asked for and has neither gone nor failed."""
    if donation.payment_id is None:
        return None
    waits = (Refund.payment_id == donation.payment_id, Refund.made_at.is_(None), Refund.failed_at.is_(None))
    return session.scalar(select(Refund).where(*waits).order_by(Refund.asked_at).limit(1))


def may_be_paid_over(duty: Duty) -> bool:
    """Whether what should go back to the donor may be paid to the Commission where that is not possible: so of s 207K, not of
    s 207C(5) alone."""
    return duty.kind == Kind.PAY_OVER or "207K" in duty.cites


def began_on(duty: Duty) -> date:
    """The day that what a return tells of came, or was entered into."""
    if duty.donation_id:
        return session.get_one(Donation, duty.donation_id).received_on or clock.today()
    return session.get_one(Loan, UUID(duty.subject.partition(":")[2])).entered_on


def lender_of(duty: Duty) -> UUID:
    return session.get_one(Loan, UUID(duty.subject.partition(":")[2])).lender_id


def due_soon(*, on: date) -> list[Duty]:
    """Open duties whose last day is within five working days, has passed, or is not stated by the Act."""
    last = working_days_after(on, DUE_SOON)
    soon = Duty.due_on.is_(None) | (Duty.due_on <= last)
    return list(session.scalars(select(Duty).where(Duty.closed_at.is_(None), soon).order_by(Duty.due_on, Duty.id)))


def open_count() -> int:
    return session.scalar(select(func.count()).select_from(Duty).where(Duty.closed_at.is_(None))) or 0


def to_judge_again(*, on: date) -> tuple[Sequence[UUID], Sequence[UUID]]:
    """The donors, and the anonymous donations, of which time or a new election period may change what must be done: with an
    open duty, from overseas, with somebody behind them, or large. Of this year and the two before."""
    since = date(on.year - 2, 1, 1)
    recent = Donation.received_on >= since
    open_about = select(Duty.donation_id).where(Duty.closed_at.is_(None))
    large = (
        select(Donation.donor_id)
        .where(recent, Donation.donor_id.is_not(None))
        .group_by(Donation.donor_id)
        .having(func.sum(Donation.cents) > _LARGE)
    )
    some = select(Donation.donor_id).where(Donation.donor_id.is_not(None))
    behind = select(Contribution.donation_id)
    donors = union(
        some.where(Donation.id.in_(open_about)),
        some.where(recent, Donation.overseas),
        some.where(recent, Donation.id.in_(behind)),
        large,
    )
    anonymous = select(Donation.id).where(Donation.donor_id.is_(None), recent | Donation.id.in_(open_about))
    return [found for found in session.scalars(donors) if found], session.scalars(anonymous).all()


_LARGE = 2_000_000  # no return of large donations was ever due below this


def payment_of(donation: Donation) -> Payment | None:
    return session.get(Payment, donation.payment_id) if donation.payment_id else None
