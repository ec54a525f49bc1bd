"""Loans to a party: which ones the law means, who may enter them, and what is unpaid of them. Electoral Act 1993 Part 6B,
since 25 March 2014."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .clauses import Finding, Refusal
from .money import Money, total
from .nz import loans as nz


@dataclass(frozen=True)
class Repaid:
    """What was paid back of a loan on a day."""

    on: date
    amount: Money


@dataclass(frozen=True)
class Loan:
    """One loan. `on`: the day it was entered into; `lender` tells one lender from another. `by_bank`: by a registered bank at a
    commercial rate, which the Act does not call a loan. `by_secretary`: whether the party secretary entered it."""

    id: str
    on: date
    lender: str
    amount: Money
    repaid: tuple[Repaid, ...] = ()
    by_bank: bool = False
    by_secretary: bool = True

    def unpaid(self, on: date) -> Money:
        """What had not been repaid by the close of `on`."""
        return self.amount - total((part.amount for part in self.repaid if part.on <= on), self.amount.currency)


class NotBySecretary(Refusal):
    field = "by_secretary"
    cites = "Electoral Act 1993 ss 213–214"
    money = "No loan was entered."
    sentence = "Only the party secretary may enter into a loan for the party ({cites})."


def is_party_loan(loan: Loan) -> Finding:
    """Whether Part 6B speaks of it: not of a bank’s at a commercial rate (s 212), nor before 25 March 2014."""
    rule = nz.BANK_LOANS.find(loan.on)
    if rule is None:
        return Finding(False, "Part 6B began on 25 March 2014.", "Electoral Act 1993 Part 6B")
    if loan.by_bank:
        return Finding(
            False, "Not a loan in the sense of Part 6B: a registered bank lends it at a commercial rate.", rule.cites
        )
    return Finding(True, "A loan to the party.", rule.cites)


def check_loan(loan: Loan) -> None:
    """Whether it may be entered. Raises NotBySecretary (ss 213–214)."""
    if is_party_loan(loan) and not loan.by_secretary:
        raise NotBySecretary(cites=nz.WHO_ENTERS.on(loan.on).cites)
