"""Electoral Act 1993, what is filed with the Electoral Commission and when: figures and dates only."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from app.law.clauses import Clause, Clauses
from app.law.deadlines import OfNextYear, WorkingDays
from app.law.money import Money

_2011, _2023, _2026 = (date(year, 1, 1) for year in (2011, 2023, 2026))
_2014 = date(2014, 3, 25)
_ACT_2010, _ACT_2022, _ACT_2025 = date(2010, 12, 15), date(2022, 12, 14), date(2025, 12, 19)


class Window(enum.StrEnum):
    """In what span a donor’s donations are added up for a large-donation return."""

    TWELVE_MONTHS = "any twelve months"
    SPECIFIED_PERIOD = "the specified period of an election"


@dataclass(frozen=True)
class LargeReturn:
    """More than `over` from one donor in the window, and a return is due `within` so long of receipt."""

    over: Money
    window: Window
    within: WorkingDays

    def __str__(self) -> str:
        return f"over {self.over} in {self.window}, within {self.within}"


_210C = "Electoral Act 1993 s 210C"
LARGE_DONATION = Clauses(
    "the donations of one donor that are told to the Commission at once",
    (
        Clause(_210C, _ACT_2010, _2011, LargeReturn(Money(3_000_000), Window.TWELVE_MONTHS, WorkingDays(10))),
        Clause(_210C, _ACT_2022, _2023, LargeReturn(Money(2_000_000), Window.SPECIFIED_PERIOD, WorkingDays(10))),
        Clause(_210C, _ACT_2025, _2026, LargeReturn(Money(2_000_000), Window.SPECIFIED_PERIOD, WorkingDays(20))),
    ),
)

BIG_LOAN = Clauses(
    "the loans of one lender that are told to the Commission at once",
    # Not changed with the donations: still $30,000, twelve months, ten days.
    (Clause("Electoral Act 1993 s 214F", _2014, _2014, LargeReturn(Money(3_000_000), Window.TWELVE_MONTHS, WorkingDays(10))),),
)

ANNUAL_DONATIONS = Clauses(
    "the day by which the year’s donations return is filed",
    (Clause("Electoral Act 1993 s 210(7)", _ACT_2010, _2011, OfNextYear(4, 30)),),
)
ANNUAL_LOANS = Clauses(
    "the day by which the year’s loans return is filed",
    (Clause("Electoral Act 1993 s 214C", _2014, _2014, OfNextYear(4, 30)),),
)
ANNUAL_DECLARATION = Clauses(
    "the day by which the Commission has the declaration that the party intends to stand and whether it has 500 members",
    (Clause("Electoral Act 1993 s 71A", date(2002, 2, 28), date(2002, 2, 28), OfNextYear(4, 30)),),
)


class Who(enum.StrEnum):
    """Of whom a band of Part G tells."""

    ANONYMOUS = "anonymous"
    OVERSEAS = "overseas"
    OTHERS = "others"


@dataclass(frozen=True)
class Band:
    """A line of Part G: donations of `who` over `over` and not over `most`, of which only number and total are told."""

    who: Who
    over: Money
    most: Money

    def __str__(self) -> str:
        span = f"up to {self.most}" if not self.over else f"over {self.over}, up to {self.most}"
        return f"{self.who}, {span}"


@dataclass(frozen=True)
class Bands:
    lines: tuple[Band, ...]

    def __str__(self) -> str:
        return "; ".join(map(str, self.lines))


_NOTHING, _SMALL, _MIDDLE = Money(0), Money(150_000), Money(500_000)

OTHER_DONATIONS = Clauses(
    "the bands in which all other donations are counted",
    (
        # The bands before 2023 are from memory and were not read in the Act of the time: small donations of known people in New
        # Zealand were not told at all, which is what 2022 No 80 s 6(2) changed.
        Clause(
            "Electoral Act 1993 s 210(6A), as before 2023", _ACT_2010, _2011,
            Bands((
                Band(Who.ANONYMOUS, _NOTHING, _SMALL),
                Band(Who.OVERSEAS, _NOTHING, _SMALL),
                Band(Who.OTHERS, _SMALL, _MIDDLE),
                Band(Who.OTHERS, _MIDDLE, Money(1_500_000)),
            )),
        ),
        Clause(
            "Electoral Act 1993 s 210(6A)", _ACT_2022, _2023,
            Bands((
                Band(Who.ANONYMOUS, _NOTHING, _SMALL), Band(Who.OTHERS, _NOTHING, _SMALL), Band(Who.OTHERS, _SMALL, _MIDDLE),
            )),
        ),
        Clause(
            "Electoral Act 1993 s 210(6A)", _ACT_2025, _2026,
            Bands((
                Band(Who.ANONYMOUS, _NOTHING, _SMALL), Band(Who.OTHERS, _NOTHING, _SMALL),
                Band(Who.OTHERS, _SMALL, Money(600_000)),
            )),
        ),
    ),
)  # fmt: skip

TOTALS = Clauses(
    "the totals a donations return sets out",
    (Clause("Electoral Act 1993 s 210(6B)", _ACT_2022, _2023, "of Parts A, C, D, F and G, of all, in money and not in money"),),
)

AUDIT = Clauses(
    "the year’s donations above which the donations return is audited",
    # Before 2023 every return that was not nil was audited: over nothing.
    (
        Clause("Electoral Act 1993 s 210A, as before 2023", date(2009, 3, 1), date(2009, 3, 1), Money(0)),
        Clause("Electoral Act 1993 s 210A(1)", _ACT_2022, _2023, Money(5_000_000)),
    ),
)
AUDIT_UNPAID_LOAN = Clauses(
    "the unpaid balance of an earlier year’s loan above which the donations return is audited",
    (Clause("Electoral Act 1993 s 210A(1)(b)(ii)", _ACT_2022, _2023, Money(1_500_000)),),
)
AUDIT_EXPENSES = Clauses(
    "the expenses above which a party’s return of election expenses is audited",
    (Clause("Electoral Act 1993 s 206L(1AAA)", _ACT_2025, date(2025, 12, 20), Money(5_000_000)),),
)

STATEMENTS_MONTHS = Clauses(
    "the months after its balance date in which a party’s yearly financial statements are filed",
    (Clause("Electoral Act 1993 ss 210G–210J", _ACT_2022, _2023, 6),),
)
PUBLIC_YEARS = Clauses(
    "the years for which a filed return is open to the public on the Commission’s site",
    (Clause("Electoral Act 1993 ss 3(1) “public inspection period”, 210F", _ACT_2025, date(2025, 12, 20), 6),),
)
