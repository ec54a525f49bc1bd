"""Electoral Act 1993 Part 6A subpart 4: donations protected from disclosure. The donor pays the Electoral Commission, which
pays the party; nobody may tell the party who it was.

The caps are shares of a spending limit that moves; the dollars are known for one cycle only. Of any other day they are silent.
"""

from __future__ import annotations

from datetime import date

from app.law.clauses import Clause, Clauses
from app.law.money import Money

_2009, _2011 = date(2009, 3, 1), date(2011, 1, 1)

MINIMUM = Clauses(
    "the donation above which the protected route is open",
    (Clause("Electoral Act 1993 s 208A(1)", date(2010, 12, 15), _2011, Money(150_000)),),
)
PARTY_SHARE = Clauses(
    "what a party may be paid in protected donations between two polling days, in hundredths of the most it may spend",
    (Clause("Electoral Act 1993 s 208B(1)", _2009, _2009, 10),),
)
DONOR_SHARE = Clauses(
    "what one donor may give in protected donations between two polling days, in hundredths of what the party may be paid",
    (Clause("Electoral Act 1993 s 208B(2)", _2009, _2009, 15),),
)

# Published by the Commission as of 2013 (s 208C), good until the next polling day. Later figures were not found: ask.
_CITES = "Electoral Act 1993 s 208B, the Commission’s figure of 2013"
PARTY_CAP = Clauses(
    "what a party may be paid in protected donations between two polling days",
    (Clause(_CITES, date(2013, 1, 1), date(2013, 1, 1), Money(28_900_000), until=date(2014, 9, 20)),),
)
DONOR_CAP = Clauses(
    "what one donor may give a party in protected donations between two polling days",
    (Clause(_CITES, date(2013, 1, 1), date(2013, 1, 1), Money(4_335_000), until=date(2014, 9, 20)),),
)
