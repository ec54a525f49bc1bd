"""CEA Part XX, gifts to parties. The reform was enacted to begin on 1 July 2026, and its start was moved to 1 January 2027.

The Act that moved it was not found: `_MOVED` is about when it was first seen said, so what was known before is uncertain.
Sections of the reform were not read; “2025 No 16” stands for them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from app.law.clauses import Clause, Clauses
from app.law.deadlines import AfterPeriod, Days, Hours, NextTime, OfNextMonth, Span
from app.law.disclosure import Near, Regime, Year
from app.law.money import Money

_FIRST, _JULY, _2027 = date(2025, 7, 1), date(2026, 7, 1), date(2027, 1, 1)
_MADE, _MOVED = date(2025, 2, 20), date(2026, 3, 1)
_OLD, _NEW, _LATER = "CEA Part XX", "CEA Part XX; 2025 No 16", "CEA Part XX; 2025 No 16, start moved"


def _dollars(amount: int) -> Money:
    return Money(amount * 100, "AUD")


def _new(subject: str, value: Any) -> Clauses[Any]:
    """A rule of the reform that had none before: made for July 2026, taken back, in force from 2027."""
    return Clauses(
        subject,
        (
            Clause(_NEW, _MADE, _JULY, value),
            Clause(_LATER, _MOVED, _JULY, value, until=_JULY),
            Clause(_LATER, _MOVED, _2027, value),
        ),
    )


def _changed(subject: str, before: Any, value: Any, *, meanwhile: Any = None) -> Clauses[Any]:
    """A rule the reform changed; `meanwhile`: what held from July 2026 once the start was moved, if not what was before."""
    return Clauses(
        subject,
        (
            Clause(_OLD, _FIRST, _FIRST, before),
            Clause(_NEW, _MADE, _JULY, value),
            Clause(_OLD, _MOVED, _JULY, meanwhile or before),
            Clause(_LATER, _MOVED, _2027, value),
        ),
    )


# $17,300 for 2025–26, $17,900 for 2026–27, which ends on 31 December 2026. From 2027 indexed after each general election.
# When the last, short year is reported was not found: the next 20 October is assumed.
DISCLOSED = _changed(
    "one donor’s gifts in a year above which an Australian party discloses them",
    _dollars(17_300),
    _dollars(5_000),
    meanwhile=_dollars(17_900),
)
ADDED_UP = _changed("the year in which one donor’s gifts to an Australian party are added up", Year.FINANCIAL, Year.CALENDAR)
USUAL = _changed(
    "by when an Australian party discloses a gift",
    NextTime(10, 20),
    OfNextMonth(21),
)
IN_ELECTION = _new("by when a gift between writ and polling day is disclosed in Australia", Days(7))
EXPEDITED = _new("by when a gift from the Saturday before polling day to a week after it is disclosed in Australia", Hours(24))
ANNUAL = _changed("by when an Australian party files its annual return", NextTime(10, 20), AfterPeriod(56, Span.YEAR))
CAP = _new("what one donor may give an Australian party in a year", _dollars(50_000))
STATE_CAP = _new("what one donor may give in a year within one State or Territory", _dollars(250_000))
OVERALL_CAP = _new("what one donor may give in a year in all of Australia", _dollars(1_600_000))
OVER_CAP = _new("what an Australian party does with a gift over the cap", "gives it back, or another acceptable action")
DEADLINES = _new("Australian deadlines on weekends", "calendar days, no roll-over")
FOREIGN_FROM = Clauses(
    "the gift of a foreign donor from which an Australian party may not take it",
    (Clause("CEA Part XX Division 3A", date(2019, 1, 1), date(2019, 1, 1), _dollars(1_000)),),
)
MEMBERS = Clauses(
    "the members an Australian party needs to be registered, without a member of Parliament",
    (Clause("CEA s 123", date(2021, 12, 2), date(2021, 12, 2), 1_500),),
)

REGIME = Regime(
    currency="AUD",
    first=DISCLOSED,
    usual=USUAL,
    year=ADDED_UP,
    year_ends=date(2026, 12, 31),
    cap=CAP,
    foreign_from=FOREIGN_FROM,
    near=(Near(EXPEDITED, before=7, after=7), Near(IN_ELECTION, before=None, after=0)),
)
