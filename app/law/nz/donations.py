"""Electoral Act 1993 Part 6A, party donations: the figures, each with its two dates. All of them are “exceeds”.

`enacted` is the day of the amending Act where it is known, else `since`. Amounts include GST (s 207A).
"""

from __future__ import annotations

from datetime import date

from app.law.clauses import Clause, Clauses
from app.law.deadlines import WorkingDays
from app.law.money import Money

_2008, _2011, _2020, _2023, _2026 = (date(year, 1, 1) for year in (2008, 2011, 2020, 2023, 2026))
_EFA_2007 = date(2007, 12, 19)
_ACT_2010 = date(2010, 12, 15)
_ACT_2019 = date(2019, 12, 9)
_ACT_2022 = date(2022, 12, 14)
_ACT_2025 = date(2025, 12, 19)

OVERSEAS_KEEP = Clauses(
    "what a party may keep of an overseas person’s donations in a calendar year",
    (
        Clause("Electoral Finance Act 2007 s 32", _EFA_2007, _2008, Money(100_000)),
        Clause("Electoral Act 1993 s 207K", _ACT_2010, _2011, Money(150_000)),
        Clause("Electoral Act 1993 s 207K(2A)", _ACT_2019, _2020, Money(5_000)),
    ),
)

# Before 2020 an overseas contributor was held to the same figure as an overseas donor.
OVERSEAS_CONTRIBUTION = Clauses(
    "the contribution of one overseas person above which the whole donation goes back",
    (
        Clause("Electoral Act 1993 s 207K", _ACT_2010, _2011, Money(150_000)),
        Clause("Electoral Act 1993 s 207K(3)", _ACT_2019, _2020, Money(5_000)),
    ),
)

CONTRIBUTION_DECLARED = Clauses(
    "the contribution of one New Zealand person above which the donor names the contributor",
    (Clause("Electoral Act 1993 s 207C(2)(b)", _ACT_2010, _2011, Money(150_000)),),
)
OVERSEAS_CONTRIBUTION_DECLARED = Clauses(
    "the contribution of one overseas person above which the donor names the contributor",
    (
        Clause("Electoral Act 1993 s 207C(2)(b)", _ACT_2010, _2011, Money(150_000)),
        Clause("Electoral Act 1993 s 207C(2)(b)", _ACT_2019, _2020, Money(5_000)),
    ),
)

ANONYMOUS_KEEP = Clauses(
    "what a party may keep of an anonymous donation",
    (
        Clause("Electoral Finance Act 2007", _EFA_2007, _2008, Money(100_000)),
        Clause("Electoral Act 1993 s 207I(2)(b)", _ACT_2010, _2011, Money(150_000)),
    ),
)
ANONYMOUS_OVERSEAS_KEEP = Clauses(
    "what a party may keep of an anonymous donation that may come from overseas",
    (
        Clause("Electoral Act 1993 s 207I(2)", _ACT_2010, _2011, Money(150_000)),
        Clause("Electoral Act 1993 s 207I(2)(a)", _ACT_2019, _2020, Money(5_000)),
    ),
)

IN_KIND_FLOOR = Clauses(
    "the value up to which free or cheap goods and services of a New Zealand person are no donation",
    (Clause("Electoral Act 1993 s 207(2) “party donation”", _ACT_2010, _2011, Money(150_000)),),
)
IN_KIND_FLOOR_OVERSEAS = Clauses(
    "the value up to which free or cheap goods and services of an overseas person are no donation",
    (
        Clause("Electoral Act 1993 s 207(2) “party donation”", _ACT_2010, _2011, Money(150_000)),
        Clause("Electoral Act 1993 s 207(2) “party donation”", _ACT_2019, _2020, Money(5_000)),
    ),
)

ASK_WHERE_FROM = Clauses(
    "the donation above which the party takes all reasonable steps to learn whether it comes from overseas",
    (Clause("Electoral Act 1993 s 207JA", _ACT_2019, _2020, Money(5_000)),),
)

NAMED_DONOR = Clauses(
    "a donor’s donations in a calendar year above which the annual return names the donor",
    (
        Clause("Electoral Finance Act 2007", _EFA_2007, _2008, Money(1_000_000)),
        Clause("Electoral Act 1993 s 210(1)(a)", _ACT_2010, _2011, Money(1_500_000)),
        Clause("Electoral Act 1993 s 210(1)(a)", _ACT_2022, _2023, Money(500_000)),
        Clause("Electoral Act 1993 s 210(1)(a)", _ACT_2025, _2026, Money(600_000)),
    ),
)

# The same figures as for the donor. Before 25 March 2014 the Act counted one donation’s contributions only (2014 No 8 s 38(2)).
NAMED_CONTRIBUTOR = Clauses(
    "a New Zealand contributor’s contributions in a calendar year above which the annual return names the contributor",
    (
        Clause("Electoral Act 1993 s 210(1)(b)", _ACT_2010, _2011, Money(1_500_000)),
        Clause("Electoral Act 1993 s 210(1)(b)", _ACT_2022, _2023, Money(500_000)),
        Clause("Electoral Act 1993 s 210(1)(b)", _ACT_2025, _2026, Money(600_000)),
    ),
)

INSIDER_TELLS = Clauses(
    "the anonymous donation above which whoever knows the donor, in the party or standing for it, tells the party secretary",
    # The start of the figure is uncertain: s 207G is of 1 March 2009, the figure follows D4.
    (Clause("Electoral Act 1993 s 207G(2)", _ACT_2010, _2011, Money(150_000)),),
)

SEND_ON = Clauses(
    "the time in which anyone who is given a party donation sends it to the party secretary or banks it for them",
    (Clause("Electoral Act 1993 s 207B(2)", _ACT_2010, _2011, WorkingDays(10)),),
)
PAY_OVER = Clauses(
    "the time in which the excess of an anonymous donation is paid to the Electoral Commission, from receipt",
    (
        Clause("Electoral Act 1993 s 207I", _ACT_2010, _2011, WorkingDays(20)),
        Clause("Electoral Act 1993 s 207I(2)", _ACT_2019, _2020, WorkingDays(20)),
    ),
)
GIVE_BACK = Clauses(
    "the time in which the excess of an overseas person’s donations is returned, else paid to the Commission, from receipt",
    (Clause("Electoral Act 1993 s 207K(2A)", _ACT_2010, _2011, WorkingDays(20)),),
)
GIVE_BACK_CONTRIBUTED = Clauses(
    "the time in which a donation with too large an overseas contribution is given back, from being told of it",
    # 2014 No 8 s 35 reworded “notification under section 207C”; the 20 days are older.
    (Clause("Electoral Act 1993 s 207K(3)", _ACT_2010, _2011, WorkingDays(20)),),
)
GIVE_BACK_UNDECLARED = Clauses(
    "a donation whose donor did not say whose money it is",
    (Clause("Electoral Act 1993 s 207C(5)–(6)", date(2009, 3, 1), date(2009, 3, 1), "given back whole; no time is stated"),),
)
