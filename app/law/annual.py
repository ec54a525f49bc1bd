"""What is filed every year by 30 April, and whether an auditor reports on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .books import Books, Duty, Filing, Kind, Paper
from .clauses import Clauses, Finding
from .deadlines import OfNextYear, fixed_day
from .loans import Loan, is_party_loan
from .money import Money
from .nz import returns as nz
from .periods import calendar_year
from .received import received_on


@dataclass(frozen=True)
class _Yearly:
    kind: Kind
    paper: Paper
    rule: Clauses[OfNextYear]
    what: str


_PAPERS = (
    _Yearly(Kind.ANNUAL_DONATIONS_RETURN, Paper.ANNUAL_DONATIONS, nz.ANNUAL_DONATIONS, "donations return"),
    _Yearly(Kind.ANNUAL_LOANS_RETURN, Paper.ANNUAL_LOANS, nz.ANNUAL_LOANS, "loans return"),
)


def annual_duties(books: Books, *, on: date) -> list[Duty]:
    """A donations return and a loans return, nil ones too, for each year in which the party was registered, up to the year of
    `on`; and the yearly declaration (s 71A), where the day of registration is known.

    Cancelling a registration does not release the secretary from the returns (s 210(8A)). Of a party whose day of registration
    is not known, the years from its first donation or loan.
    """
    days = [day for donation in books.donations if (day := received_on(donation)) is not None]
    days += [loan.on for loan in books.loans]
    first = books.registered_on or min((day for day in days if day <= on), default=None)
    if first is None:
        return []
    last = min(on, books.cancelled_on or on).year
    found = []
    for year in range(max(first.year, 2011), last + 1):
        period = calendar_year(year, registered_on=books.registered_on, cancelled_on=books.cancelled_on)
        for paper in _PAPERS:
            clause = paper.rule.find(period.last)
            if clause is not None:
                sentence = f"File the {paper.what} for {year}, {period}, a nil return if there is nothing to tell."
                found.append(
                    _duty(paper.kind, paper.paper, year, clause.value.last_day(period.last), clause.cites, sentence, books, on)
                )
        if books.registered_on is not None and year > books.registered_on.year:
            declared = nz.ANNUAL_DECLARATION.on(date(year, 1, 1))
            sentence = (
                "Declare that the party intends to stand, and whether it has 500 current financial members who can enrol."
            )
            found.append(
                _duty(Kind.DECLARATION, Paper.DECLARATION, year, date(year, 4, 30), declared.cites, sentence, books, on)
            )
    return found


def _duty(kind: Kind, paper: Paper, year: int, due: date, cites: str, sentence: str, books: Books, on: date) -> Duty:
    last = fixed_day(due)
    if last.plan_for != last.on:
        sentence += (
            f" {last.on} is not a working day: plan for {last.plan_for}. Legislation Act 2019 s 55 is read as allowing "
            f"{last.still_good}; do not rely on it."
        )
    done = _filed(books.filings, paper, year, on)
    return Duty(kind, (str(year),), None, due, cites, sentence, plan_for=last.plan_for, done_on=done)


def _filed(filings: Iterable[Filing], paper: Paper, year: int, on: date) -> date | None:
    return min(
        (filing.on for filing in filings if (filing.paper, filing.year) == (paper, year) and filing.on <= on), default=None
    )


def needs_audit(year: int, donations: Money, loans: Iterable[Loan] = ()) -> Finding:
    """Whether an auditor reports on the donations return of a year (s 210A), and why. `donations`: the return’s total.

    From 2023: if it exceeds $50,000, or a loan was entered into in the year, or more than $15,000 of an earlier one is unpaid
    at its end. Before: always, unless there was nothing to tell.
    """
    end = date(year, 12, 31)
    rule, unpaid = nz.AUDIT.on(end), nz.AUDIT_UNPAID_LOAN.find(end)
    if donations.exceeds(rule.value):
        why = f"the year’s donations of {donations} exceed {rule.value}" if rule.value else "the return is not nil"
        return Finding(True, f"An auditor reports on the donations return: {why}.", rule.cites)
    if unpaid is not None:
        for loan in loans:
            if not is_party_loan(loan) or loan.on > end:
                continue
            if loan.on.year == year:
                return Finding(
                    True, f"An auditor reports on the donations return: a loan was entered into on {loan.on}.", "Electoral Act "
                    "1993 s 210A(1)(b)(i)",
                )  # fmt: skip
            if loan.unpaid(end).exceeds(unpaid.value):
                return Finding(
                    True,
                    f"An auditor reports on the donations return: {loan.unpaid(end)} of the loan of {loan.on} was unpaid at "
                    f"the end of the year, which exceeds {unpaid.value}.",
                    unpaid.cites,
                )
    why = f"the year’s donations of {donations} do not exceed {rule.value}" if rule.value else "the return is nil"
    also = " and no loan asks for it" if unpaid else ""
    return Finding(False, f"No auditor’s report is needed on the donations return: {why}{also}.", rule.cites)
