"""Electoral Act 1993 Part 6B, loans to a party: figures and dates only. In force since 25 March 2014, reworded on 1 January
2023."""

from __future__ import annotations

from datetime import date

from app.law.clauses import Clause, Clauses
from app.law.money import Money

_2014 = date(2014, 3, 25)

ITEMISED = Clauses(
    "the loan, unpaid balance, or total of one lender’s small loans above which the loans return tells the details",
    (Clause("Electoral Act 1993 s 214C(1)(a)–(b)", _2014, _2014, Money(1_500_000)),),
)
COUNTED = Clauses(
    "the smallest loan that the loans return counts",
    (Clause("Electoral Act 1993 s 214C(1)(c)", _2014, _2014, Money(150_000)),),
)
WHO_ENTERS = Clauses(
    "who enters a loan for the party",
    (Clause("Electoral Act 1993 ss 213–214", _2014, _2014, "the party secretary only; an oral loan is written down"),),
)
BANK_LOANS = Clauses(
    "money lent by a registered bank at a commercial rate",
    (Clause("Electoral Act 1993 s 212", _2014, _2014, "no loan in the sense of Part 6B"),),
)
AUDITED = Clauses(
    "the auditor’s report on a loans return",
    (Clause("Electoral Act 1993 s 214D", _2014, _2014, "always, unless the return is nil"),),
)
