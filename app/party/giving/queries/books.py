"""What was given and lent, as the law reads it: the books it finds duties in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from app.ground.db import session
from app.law.books import Books, Filing, Kind, Paper
from app.law.donations import Contribution, Donation, Form, GivenUp, To, Transmission
from app.law.loans import Loan, Repaid
from app.party.payments.models import Payment

from .. import models
from ..models import Duty, MoveKind

# Names are not for sentences that are kept in the clear: the law is told who it was by what they did.
TRANSMITTER, LENDER = "Whoever it was given to", "the lender"
FILED = {Kind.LARGE_DONATION_RETURN: Paper.LARGE_DONATION, Kind.BIG_LOAN_RETURN: Paper.BIG_LOAN}


def given_by(donor_id: UUID) -> list[models.Donation]:
    """Everything of one donor that was received, or that a transmitter still holds, oldest first, as it is in the database."""
    asked = (
        select(models.Donation)
        .outerjoin(Payment, Payment.id == models.Donation.payment_id)
        .where(models.Donation.donor_id == donor_id, _is_there())
        .order_by(models.Donation.id)
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(asked))


def _is_there() -> ColumnElement[bool]:
    held = models.Donation.sent_on.is_not(None) & Payment.closed_at.is_(None)
    return or_(models.Donation.received_on.is_not(None), held)


def as_law(donation: models.Donation) -> Donation:
    """One donation, as the law sees it."""
    donor = str(donation.donor_id) if donation.donor_id else None
    sent = None
    if donation.sent_on:
        sent = Transmission(TRANSMITTER, donation.sent_on, donation.received_on, named=donor is not None)
    return Donation(
        id=str(donation.id),
        on=donation.sent_on or donation.received_on or donation.offered_on,
        amount=donation.amount,
        donor=donor,
        overseas=donation.overseas,
        form=Form(donation.form),
        contributions=tuple(
            Contribution(part.identity_index.hex(), part.amount, part.overseas, part.told_on) for part in donation.contributions
        ),
        transmission=sent,
        undeclared_on=donation.told_on,
        given_up=tuple(given_up(donation.moves)),
    )


def given_up(moves: Iterable[models.DonationMove]) -> list[GivenUp]:
    """What left of a donation and did not come again. A refund that failed and a dispute that was won are named for what they
    undo."""
    found: dict[str, list[models.DonationMove]] = {}
    for move in moves:
        found.setdefault(move.cause.removesuffix(":failed").removesuffix(":won"), []).append(move)
    return [
        GivenUp(parts[0].on, -together, To.COMMISSION if parts[0].kind == MoveKind.PAID_OVER else To.DONOR)
        for parts in found.values()
        if (together := sum((part.amount for part in parts[1:]), parts[0].amount)).cents < 0
    ]


def loan_as_law(loan: models.Loan) -> Loan:
    return Loan(
        id=str(loan.id),
        on=loan.entered_on,
        lender=LENDER,
        amount=loan.amount,
        repaid=tuple(Repaid(part.on, part.amount) for part in loan.repayments),
        by_bank=loan.from_bank,
    )


def lent_by(lender_id: UUID) -> list[models.Loan]:
    """Every loan of one lender, oldest first."""
    return list(session.scalars(select(models.Loan).where(models.Loan.lender_id == lender_id).order_by(models.Loan.id)))


def books_of(donations: Sequence[models.Donation], loans: Sequence[models.Loan] = ()) -> Books:
    """The books of one donor, one lender, or one anonymous donation."""
    subjects = [f"donation:{donation.id}" for donation in donations] + [f"loan:{loan.id}" for loan in loans]
    done = session.scalars(
        select(Duty).where(Duty.subject.in_(subjects), Duty.kind.in_(FILED), Duty.done_on.is_not(None)).order_by(Duty.id)
    )
    filings = tuple(Filing(FILED[Kind(duty.kind)], duty.done_on, tuple(duty.about)) for duty in done if duty.done_on)
    return Books(tuple(map(as_law, donations)), tuple(map(loan_as_law, loans)), filings)
