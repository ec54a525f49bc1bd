"""Loans to the party, as the party secretary sees them. They name nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.ground.db import session
from app.law.loans import is_party_loan
from app.law.money import Money

from ..models import Loan
from .books import loan_as_law


@dataclass(frozen=True)
class ListedLoan:
    """A loan: what is unpaid of it, and whether Part 6B speaks of it, and why."""

    loan: Loan
    unpaid: Money
    meant: str


def loans(*, on: date) -> list[ListedLoan]:
    """Every loan, the last entered first."""
    return [listed(loan, on=on) for loan in session.scalars(select(Loan).order_by(Loan.entered_on.desc(), Loan.id.desc()))]


def listed(loan: Loan, *, on: date) -> ListedLoan:
    return ListedLoan(loan, unpaid_of(loan, on=on), is_party_loan(loan_as_law(loan)).sentence)


def find_loan(loan_id: UUID, *, on: date) -> ListedLoan | None:
    loan = session.get(Loan, loan_id)
    return listed(loan, on=on) if loan else None


def unpaid_of(loan: Loan, *, on: date) -> Money:
    return loan_as_law(loan).unpaid(on)
