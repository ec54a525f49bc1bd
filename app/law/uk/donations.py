"""PPERA 2000 Part IV, donations to registered parties. `enacted` is the day a change was made where it is known, else `since`.

Dates of 2001 and 2010, and the figures before 2024 other than £7,500, are from memory and were not read.
"""

from __future__ import annotations

from datetime import date

from app.law.clauses import Clause, Clauses
from app.law.deadlines import AfterPeriod, Days, Span
from app.law.disclosure import Near, Regime, Year
from app.law.money import Money

_2001, _2010, _2024 = date(2001, 2, 16), date(2010, 1, 1), date(2024, 1, 1)
_PPERA = date(2000, 11, 30)
_SI = "SI 2023/1235"


def _pounds(amount: int) -> Money:
    return Money(amount * 100, "GBP")


FLOOR = Clauses(
    "the amount up to which something given to a UK party is no donation",
    (Clause("PPERA s 52(2)(b)", _PPERA, _2001, _pounds(200)), Clause("PPERA s 52(2)(b)", _2010, _2010, _pounds(500))),
)
PERMISSIBLE: Clauses[tuple[str, ...]] = Clauses(
    "who may give to a UK party",
    (
        Clause(
            "PPERA s 54(2)",
            _PPERA,
            _2001,
            (
                "individual on an electoral register",
                "company registered and trading in the UK",
                "trade union",
                "limited liability partnership",
                "building society",
                "friendly society",
                "unincorporated association",
                "registered party",
            ),
        ),
    ),
)
DECIDE_WITHIN = Clauses(
    "the time in which a UK party decides on a donation, and returns what it may not take",
    (Clause("PPERA s 56(2)", _PPERA, _2001, Days(30)),),
)
REPORT_OVER = Clauses(
    "one source’s donations in a year above which a UK party reports them",
    (
        Clause("PPERA s 62(4)", _2010, _2010, _pounds(7_500)),
        Clause(f"PPERA s 62(4); {_SI}", _2024, _2024, _pounds(11_180)),
    ),
)
REPORT_AGAIN = Clauses(
    "what a source that was reported gives more, above which a UK party reports again",
    (
        Clause("PPERA s 62(6)", _2010, _2010, _pounds(1_500)),
        Clause(f"PPERA s 62(6); {_SI}", _2024, _2024, _pounds(2_230)),
    ),
)
BRANCH_OVER = Clauses(
    "one source’s donations in a year to a branch above which a UK party reports them",
    (
        Clause("PPERA s 62(11)", _2010, _2010, _pounds(1_500)),
        Clause(f"PPERA s 62(11); {_SI}", _2024, _2024, _pounds(2_230)),
    ),
)
QUARTERLY = Clauses(
    "by when a UK party reports a quarter’s donations",
    (Clause("PPERA ss 62, 65(1)", _PPERA, _2001, AfterPeriod(30, Span.QUARTER)),),
)
WEEKLY = Clauses(
    "by when a UK party reports a week’s donations before a general election",
    (Clause("PPERA ss 63, 65(2)", _PPERA, _2001, AfterPeriod(7, Span.WEEK)),),
)
FEES = Clauses(
    "membership and affiliation fees of a UK party",
    (Clause("PPERA s 50(2)", _PPERA, _2001, "donations, where they exceed the floor"),),
)
LABOUR = Clauses(
    "a volunteer’s time for a UK party",
    (Clause("PPERA ss 50, 53", _PPERA, _2001, "no donation; goods count at market value"),),
)
ADDED_UP = Clauses(
    "the year in which one source’s gifts and loans to a UK party are added up",
    (Clause("PPERA s 62(3)", _PPERA, _2001, Year.CALENDAR),),
)

REGIME = Regime(
    currency="GBP",
    floor=FLOOR,
    sources=PERMISSIBLE,
    decide_within=DECIDE_WITHIN,
    first=REPORT_OVER,
    again=REPORT_AGAIN,
    usual=QUARTERLY,
    near=(Near(WEEKLY, before=None, after=0),),
    year=ADDED_UP,
)
