"""Electoral Act 1993 Part 4, registration of a party: what is told to the Electoral Commission, and when it does not act.

Where it is not known since when, the day of the rule it serves is used: 6 December 1995, when the 500 members were asked for.
"""

from __future__ import annotations

import enum
from datetime import date

from app.law.clauses import Clause, Clauses

_1995, _2002, _2014, _2017, _2020, _2026 = (
    date(1995, 12, 6), date(2002, 2, 28), date(2014, 3, 25), date(2017, 3, 21), date(2020, 4, 1), date(2026, 1, 1)
)  # fmt: skip
_ACT_2025 = date(2025, 12, 19)


class FreezeFrom(enum.StrEnum):
    """When the Commission stops acting on applications before a general election; it begins again after the latest day for
    the return of the writ."""

    WRIT = "from writ day to the return of the writ"
    REGULATED_PERIOD = "from the start of the regulated period to the close of the latest day for the return of the writ"


FREEZE = Clauses(
    "when the Commission does not act on an application to register a party, or to cancel at a party’s own request",
    (
        # As the Commission’s handbook of 2017 tells it; since when was not read.
        Clause("Electoral Act 1993 s 64", _1995, _1995, FreezeFrom.WRIT),
        Clause("Electoral Act 1993 ss 64, 70(1A)", _ACT_2025, _2026, FreezeFrom.REGULATED_PERIOD),
    ),
)
EVIDENCE = Clauses(
    "the evidence that a party has 500 current financial members who can enrol",
    (Clause("Electoral Act 1993 s 63(2)(c)(vi)", _2002, _2002, "in a form the Commission approves: signed and dated by each"),),
)
RULES_WITH_IT = Clauses(
    "the party’s membership rules and its rules for selecting candidates",
    (Clause("Electoral Act 1993 s 63(2)(da)", _ACT_2025, _2026, "a copy of both goes with the application"),),
)
FEE = Clauses(
    "what an application to register costs",
    (Clause("Electoral Act 1993 s 63A", _2014, _2014, "$500, GST included, by direct credit since 2023"),),
)
NOTIFY = Clauses(
    "a number of members below 500",
    (Clause("Electoral Act 1993 s 67(3)(d)", _1995, _1995, "the party secretary tells the Commission; no time is stated"),),
)
CANCELLED_BELOW = Clauses(
    "a registration whose party has too few members",
    (Clause("Electoral Act 1993 s 70(2)", _1995, _1995, "the Commission must cancel it, in a freeze too"),),
)
LIST_ON_DEMAND = Clauses(
    "a list of the current financial members",
    (Clause("Electoral Act 1993 s 70(2A)", _2002, _2002, "the Commission may ask for it, within a reasonable time"),),
)
SECRETARY_LIVES_HERE = Clauses(
    "where the party secretary lives",
    (Clause("Electoral Act 1993 s 3EA(2)", _2020, _2020, "in New Zealand"),),
)
SECRETARY_VACANCY = Clauses(
    "a vacancy of the party secretary",
    (Clause("Electoral Act 1993 ss 67AA, 70(2B)", _2017, _2017, "filled in 5 working days, and the Commission told at once"),),
)
