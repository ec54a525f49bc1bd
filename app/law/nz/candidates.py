"""Electoral Act 1993, a candidate’s own donations and loans, counted over one campaign: figures and dates only."""

from __future__ import annotations

from datetime import date

from app.law.clauses import Clause, Clauses
from app.law.deadlines import WorkingDays
from app.law.money import Money

_2011, _2014, _2020, _2023 = date(2011, 1, 1), date(2014, 3, 25), date(2020, 1, 1), date(2023, 1, 1)
_ACT_2010, _ACT_2019, _ACT_2022 = date(2010, 12, 15), date(2019, 12, 9), date(2022, 12, 14)

NAMED_DONOR = Clauses(
    "a donor’s donations to a candidate’s campaign above which the return names the donor",
    (Clause("Electoral Act 1993 s 209(1)(a)", _ACT_2010, _2011, Money(150_000)),),
)
NAMED_CONTRIBUTOR = Clauses(
    "a contribution to a candidate donation above which the return names the contributor",
    (Clause("Electoral Act 1993 s 209(1)(b)", _2014, _2014, Money(150_000)),),
)
ANONYMOUS_KEEP = Clauses(
    "what a candidate may keep of an anonymous donation",
    (Clause("Electoral Act 1993 s 207I(1)(b)", _ACT_2010, _2011, Money(150_000)),),
)
ANONYMOUS_OVERSEAS_KEEP = Clauses(
    "what a candidate may keep of an anonymous donation that may come from overseas",
    (Clause("Electoral Act 1993 s 207I(1)(a)", _ACT_2019, _2020, Money(5_000)),),
)
OVERSEAS_KEEP = Clauses(
    "what a candidate may keep of an overseas person’s donations to a campaign",
    (
        Clause("Electoral Act 1993 s 207K(2)", _ACT_2010, _2011, Money(150_000)),
        Clause("Electoral Act 1993 s 207K(2)", _ACT_2019, _2020, Money(5_000)),
    ),
)
IN_KIND_FLOOR = Clauses(
    "the value up to which free or cheap goods and services of a New Zealand person are no candidate donation",
    (Clause("Electoral Act 1993 s 207(2) “candidate donation”", _ACT_2010, _2011, Money(30_000)),),
)
IN_KIND_FLOOR_OVERSEAS = Clauses(
    "the value up to which free or cheap goods and services of an overseas person are no candidate donation",
    (Clause("Electoral Act 1993 s 207(2) “candidate donation”", _ACT_2019, _2020, Money(5_000)),),
)
RETURN_WITHIN = Clauses(
    "the time after polling day in which a candidate files the return of donations, with that of expenses",
    # The 70 days are those in force; since when was not read.
    (Clause("Electoral Act 1993 ss 205K, 209", _2011, _2011, WorkingDays(70)),),
)
LOANS = Clauses(
    "the loans a candidate’s return tells of",
    (
        Clause(
            "Electoral Act 1993 ss 212, 214GA", _ACT_2022, _2023, "all, but those of a registered lender at a commercial rate"
        ),
    ),
)
