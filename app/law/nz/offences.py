"""Electoral Act 1993, records and what breaking the rules of donations and loans costs, in words with their dates.

Where it is not known since when, the section’s own insertion is used: 1 March 2009 for Part 6A, 25 March 2014 for Part 6B.
"""

from __future__ import annotations

from datetime import date

from app.law.clauses import Clause, Clauses
from app.law.deadlines import WorkingDays

_2009, _2011, _2014, _2023 = date(2009, 3, 1), date(2011, 1, 1), date(2014, 3, 25), date(2023, 1, 1)


def _since(day: date, subject: str, cites: str, value: str, enacted: date | None = None) -> Clauses[str]:
    return Clauses(subject, (Clause(f"Electoral Act 1993 {cites}", enacted or day, day, value),))


RECORDS = _since(_2009, "records of party donations", "ss 207N, 210E", "proper records of every one; a fine up to $40,000")
LOAN_RECORDS = _since(_2014, "records of loans", "ss 214B, 214I", "proper records of every one; a fine up to $40,000")
LATE_PERIOD = Clauses(
    "how long a late return is an offence that costs a fine, before it is a corrupt practice",
    (Clause("Electoral Act 1993 ss 210D(1)–(1A), 210D(3), 214G", _2014, _2014, WorkingDays(15)),),
)
LATE_RETURN = _since(_2014, "a late return", "ss 210D, 214G", "a fine up to $40,000; afterwards, or never: a corrupt practice")
FALSE_RETURN = _since(_2009, "a false return", "s 210D(2)", "knowingly, a corrupt practice; else an illegal practice")
NOT_SENT_ON = _since(
    _2023, "a donation that is not sent on in time", "s 207BA", "a fine up to $40,000", enacted=date(2022, 12, 14)
)
HIDDEN = _since(
    _2009, "a contributor or donor who is hidden", "ss 207D, 207F, 207H", "a fine up to $40,000, for whoever meant to hide them"
)
KEPT = _since(
    _2009,
    "keeping what must be paid over or given back",
    "ss 207J, 207L",
    "an illegal practice; on purpose, a corrupt practice",
)
SPLIT = _since(
    _2011, "splitting a donation between companies to hide its total", "s 207LA", "a corrupt practice", date(2010, 12, 15)
)
TOLD = _since(_2009, "telling who gave a protected donation", "s 208F", "an illegal practice")
CORRUPT = _since(_2011, "a corrupt practice", "s 224(1)", "up to two years in prison, or $100,000, or both")
ILLEGAL = _since(_2011, "an illegal practice", "s 224(2)", "a fine up to $40,000")
