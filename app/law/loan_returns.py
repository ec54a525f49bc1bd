"""The annual loans return: Part H, loans told in detail, and Part I, loans that are counted (Electoral Act 1993 s 214C)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .clauses import Finding
from .loans import Loan, is_party_loan
from .money import Money
from .nz import loans as nz
from .periods import Period, calendar_year
from .returns import Figure


@dataclass(frozen=True)
class LoanLine:
    """A loan told in detail: `unpaid` at the end of the year, and why it is told."""

    id: str
    lender: str
    on: date
    amount: Money
    unpaid: Money
    why: str


@dataclass(frozen=True)
class LoansReturn:
    """The annual return of party loans for a year. `audit`: whether an auditor reports on it (s 214D)."""

    year: int
    period: Period
    h: tuple[LoanLine, ...]
    i: Figure
    audit: Finding
    cites: str

    @property
    def is_nil(self) -> bool:
        """Nothing to disclose; the return is filed all the same (s 214E)."""
        return not (self.h or self.i.ids)


def loans_return(
    loans: Iterable[Loan],
    year: int,
    *,
    on: date = date.max,
    registered_on: date | None = None,
    cancelled_on: date | None = None,
) -> LoansReturn:
    """The annual loans return of `year`, from 2014, as it stood at the close of `on`. Raises Silent before 2014, ValueError
    for a year in which the party was not registered. A bank’s loan at a commercial rate is none (s 212)."""
    period = calendar_year(year, registered_on=registered_on, cancelled_on=cancelled_on)
    over, least = nz.ITEMISED.on(period.last), nz.COUNTED.on(period.last)
    end = min(period.last, on)
    known = sorted((loan for loan in loans if loan.on <= end and is_party_loan(loan)), key=lambda loan: (loan.on, loan.id))
    in_year = [loan for loan in known if loan.on in period]
    small: dict[str, int] = defaultdict(int)
    for loan in in_year:
        if not loan.amount.exceeds(over.value):
            small[loan.lender] += loan.amount.cents
    detailed, counted = [], []
    for loan in known:
        why = None
        if loan.on not in period:
            if loan.on < period.since and loan.unpaid(end).exceeds(over.value):
                why = f"more than {over.value} of it was unpaid at the end of the year"
        elif loan.amount.exceeds(over.value):
            why = f"it exceeds {over.value}"
        elif small[loan.lender] > over.value.cents:
            why = f"this lender’s smaller loans of the year come to {Money(small[loan.lender])}, which exceeds {over.value}"
        elif loan.amount >= least.value:
            counted.append(loan)
        if why is not None:
            detailed.append(LoanLine(loan.id, loan.lender, loan.on, loan.amount, loan.unpaid(end), why))
    rule = nz.AUDITED.on(period.last)
    audited = bool(detailed or counted)
    audit = Finding(
        audited,
        "An auditor reports on the loans return: it is not nil." if audited else "No auditor reports on a nil loans return.",
        rule.cites,
    )
    figure = Figure(Money(sum(loan.amount.cents for loan in counted)), tuple(loan.id for loan in counted))
    return LoansReturn(year, period, tuple(detailed), figure, audit, over.cites)
