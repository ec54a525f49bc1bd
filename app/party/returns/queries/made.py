"""A return, made from the rows as they were known on some day, under the law as it was known then."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.ground.mail import office
from app.law.annual import needs_audit
from app.law.books import Books, Filing
from app.law.clauses import Finding, Silent, as_known
from app.law.deadlines import LastDay, fixed_day
from app.law.donations import Donation, GivenUp
from app.law.large_returns import Entry, LargeDonationReturn, large_donation_returns
from app.law.loan_returns import LoansReturn, loans_return
from app.law.loans import Loan
from app.law.nz.elections import ELECTIONS, Election
from app.law.nz.returns import ANNUAL_DONATIONS
from app.law.returns import DonationsReturn, Figure, Line, donations_return

from .. import rules
from ..models import Kind
from . import names
from .names import NOBODY, Named
from .rows import AsOf, donations_between, large_between, loans

FORM = 1  # of the facts below; another spelling of them is another number
PART_LETTERS = "abcdef"


@dataclass(frozen=True)
class Year:
    """Both annual returns of a year, and what goes with them. `loans` is None before Part 6B; `rows`: every donation of the
    year, `lent`: every loan, whichever figure they stand in."""

    donations: DonationsReturn
    loans: LoansReturn | None
    audit: Finding
    rows: tuple[Donation, ...]
    lent: tuple[Loan, ...]


def due(year: int) -> LastDay:
    """By when the annual returns of a year are filed: the day the Act names, and the working days about it."""
    last = date(year, 12, 31)
    return fixed_day(ANNUAL_DONATIONS.on(last).value.last_day(last))


def of_year(year: int, as_of: AsOf) -> Year:
    """Raises Silent for a year before 2011."""
    with _no_collecting(), as_known(as_of.known):
        lent, rows = loans(as_of), donations_between(date(year, 1, 1), date(year, 12, 31), as_of)
        donations = donations_return(rows, year, on=as_of.on)
        try:
            lending = loans_return(lent, year, on=as_of.on)
        except Silent:
            lending = None
        audit = needs_audit(year, donations.totals.all.amount, lent)
    return Year(donations, lending, audit, tuple(rows), tuple(lent))


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Hundreds of thousands of values are made and none is dropped: looking for garbage among them is a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def large_of_year(year: int, as_of: AsOf, filings: Iterable[Filing] = ()) -> list[LargeDonationReturn]:
    """The large-donation returns that donations of a year made due. What counts together can have begun the year before."""
    books = Books(
        donations=tuple(large_between(date(year - 1, 1, 1), date(year, 12, 31), as_of)),
        filings=tuple(filings),
        elections=_elections(as_of.known),
    )
    with as_known(as_of.known):
        return [paper for paper in large_donation_returns(books, on=as_of.on) if paper.donation.on.year == year]


def _elections(known: date | None) -> tuple[Election, ...]:
    """Elections as they were known: a polling day of which public notice was given later was not."""
    if known is None:
        return ELECTIONS
    return tuple(
        replace(election, noticed_on=None, polling_day=None)
        if election.noticed_on and election.noticed_on > known
        else election
        for election in ELECTIONS
    )


def content(kind: Kind, year: int, about: str, as_of: AsOf, filings: Iterable[Filing] = ()) -> dict[str, Any]:
    """Everything a return tells, with names, as JSON values: the same rows and the same law give the same content.

    Raises Silent for a year no rule speaks of, NotDue for a large-donation return that is not.
    """
    if kind is Kind.LARGE:
        return _large(year, about, as_of, filings)
    made = of_year(year, as_of)
    if kind is Kind.DONATIONS:
        return donations_content(made)
    if made.loans is None:
        raise Silent(f"No loans return was filed for {year}.")
    return _loans(made.loans)


def frame() -> dict[str, str]:
    """Whose return it is: kept with the facts, as the party may have another name in five years."""
    us = office()
    return {"party": us.party_name, "promoter": us.promoter, "accent": us.accent}


def donations_content(made: Year) -> dict[str, Any]:
    """The annual donations return as JSON values, with the names its lines tell."""
    told = made.donations
    who = {
        "a": names.donors_of(told.a),
        "b": names.contributors_of(told.b),
        "d": names.donors_of(told.d),
        "e": names.contributors_of(told.e),
    }
    last = due(told.year)
    return {
        "since": str(told.period.since),
        "last": str(told.period.last),
        "named_over": told.named_over.cents,
        "cites": told.cites,
        "nil": told.is_nil,
        "due": [str(last.on), str(last.plan_for)],
        "audit": _finding(made.audit),
        "parts": {
            part: [_line(line, who.get(part, {}).get(line.who, NOBODY)) for line in getattr(told, part)]
            for part in PART_LETTERS
        },
        "g": [
            {"who": str(c.band.who), "over": c.band.over.cents, "most": c.band.most.cents, **figure(c.figure)} for c in told.g
        ],
        "totals": {name: figure(getattr(told.totals, name)) for name in rules.TOTALS},
        "totals_asked": told.totals.asked,
        "not_received": [[*_entry(gone.entry), gone.why.sentence, gone.why.cites] for gone in told.not_received],
        "not_told": figure(told.not_told),
    }


def _loans(told: LoansReturn) -> dict[str, Any]:
    lenders = names.lenders_of(told.h)
    last = due(told.year)
    lines = []
    for line in told.h:
        lender, terms = lenders[line.id]
        lines.append(
            {
                "of": line.lender, "name": lender.name, "address": lender.address, "id": line.id, "on": str(line.on),
                "cents": line.amount.cents, "unpaid": line.unpaid.cents, "why": line.why, "terms": terms,
            }
        )  # fmt: skip
    return {
        "since": str(told.period.since),
        "last": str(told.period.last),
        "cites": told.cites,
        "nil": told.is_nil,
        "due": [str(last.on), str(last.plan_for)],
        "audit": _finding(told.audit),
        "h": lines,
        "i": figure(told.i),
    }


def _large(year: int, about: str, as_of: AsOf, filings: Iterable[Filing]) -> dict[str, Any]:
    told = next((paper for paper in large_of_year(year, as_of, filings) if paper.donation.id == about), None)
    if told is None:
        raise rules.NotDue()
    donors = names.donors_of([Line(told.donor, told.total, (told.donation,))]) if told.donor else {}
    behind = names.contributors_of([Line(part.of, part.amount, (told.donation,)) for part in told.contributions])
    who = donors.get(told.donor or "", NOBODY)
    return {
        "of": told.donor,
        "name": who.name,
        "address": who.address,
        "donation": _entry(told.donation),
        "previous": [_entry(entry) for entry in told.previous],
        "contributions": [
            {"of": part.of, "cents": part.amount.cents, **_who(behind.get(part.of, NOBODY))} for part in told.contributions
        ],
        "total": told.total.cents,
        "due": [str(told.due_on), str(told.due_on)],
        "cites": told.cites,
    }


def _line(line: Line, who: Named) -> dict[str, Any]:
    return {
        "of": line.who,
        **_who(who),
        "total": line.total.cents,
        "entries": [_entry(entry) for entry in line.entries],
        "given_up": [_given_up(part) for part in line.given_up],
        "interest": line.interest.cents if line.interest else None,
    }


def _who(who: Named) -> dict[str, str]:
    return {"name": who.name, "address": who.address}


def _entry(entry: Entry) -> list[Any]:
    return [entry.id, str(entry.on), entry.amount.cents]


def _given_up(part: GivenUp) -> list[Any]:
    return [str(part.on), part.amount.cents, str(part.to)]


def _finding(finding: Finding) -> dict[str, Any]:
    return {"holds": finding.holds, "sentence": finding.sentence, "cites": finding.cites}


def figure(of: Figure) -> dict[str, Any]:
    """A sum, how many it is of, and a hash of which, in the order of the law, which does not depend on the order of rows: a
    filed figure is bound to its donations without listing them all."""
    return {"cents": of.amount.cents, "count": of.count, "ids": hashlib.sha256("\n".join(of.ids).encode()).hexdigest()}
