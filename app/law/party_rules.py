"""The party's own rules on membership, dated like any law. A general meeting changes them by adding a line."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from .clauses import Clause, Clauses
from .money import Money


class Rhythm(enum.StrEnum):
    """How often a member pays. The Act allows three years at most (s 3(1)); so does a card processor’s longest interval."""

    MONTHLY = "monthly"
    YEARLY = "yearly"
    THREE_YEARLY = "three-yearly"


MONTHS = {Rhythm.MONTHLY: 1, Rhythm.YEARLY: 12, Rhythm.THREE_YEARLY: 36}
SPANS = {Rhythm.MONTHLY: "month", Rhythm.YEARLY: "year", Rhythm.THREE_YEARLY: "three years"}


@dataclass(frozen=True)
class Fees:
    """What one rhythm costs and when.

    The first dues are payable on joining. Each later term's dues are asked for `ask_days` before the term begins, and become
    *payable* `grace_days` after it has begun: the Act asks whether every fee that has become payable is paid, so grace exists
    only because this rule says so. `letter_days`: how many days before the term begins its dues are written about.
    """

    standard: Money
    concession: Money
    ask_days: int
    grace_days: int
    letter_days: tuple[int, ...]

    def dues(self, rate: str) -> Money:
        """The amount for a rate, `standard` or `concession`. Raises KeyError for another."""
        return {"standard": self.standard, "concession": self.concession}[rate]


@dataclass(frozen=True)
class DuesRule:
    """What membership obliges a member to pay, in the rhythm they choose.

    A membership lapses `lapse_days` after a fee became payable, or after money that had met it was taken back (rule 5.4).
    """

    fees: Mapping[Rhythm, Fees]
    lapse_days: int
    most_above: Money

    def __str__(self) -> str:
        parts = [
            f"{fees.standard} or {fees.concession} every {SPANS[rhythm]} (asked {fees.ask_days} days before, payable "
            f"{fees.grace_days} days after the term begins)"
            for rhythm, fees in self.fees.items()
        ]
        return f"{'; '.join(parts)}; lapsing {self.lapse_days} days later"

    def for_rhythm(self, rhythm: Rhythm) -> Fees:
        """The fees of a rhythm; of the yearly one where this rule does not offer it."""
        return self.fees.get(rhythm) or self.fees[Rhythm.YEARLY]

    def dues(self, rate: str, rhythm: Rhythm) -> Money:
        """The amount for a rate in a rhythm. Raises KeyError for another rate, or a rhythm that is not offered."""
        return self.fees[rhythm].dues(rate)

    @property
    def longest_years(self) -> int:
        """The longest interval between fees that this rule allows, in whole years (a part counts as one)."""
        return -(-max(MONTHS[rhythm] for rhythm in self.fees) // 12)


_REMINDED = (30, 14, 3)
_MOST_ABOVE = Money(100_000)

DUES = Clauses(
    "dues",
    (
        Clause(
            "Party rule 5",
            date(2026, 10, 24),
            date(2026, 11, 1),
            DuesRule(
                {
                    Rhythm.YEARLY: Fees(Money(2000), Money(500), ask_days=30, grace_days=28, letter_days=_REMINDED),
                    Rhythm.THREE_YEARLY: Fees(Money(5400), Money(1500), ask_days=30, grace_days=28, letter_days=_REMINDED),
                    Rhythm.MONTHLY: Fees(Money(200), Money(100), ask_days=7, grace_days=14, letter_days=(7,)),
                },
                lapse_days=90,
                most_above=_MOST_ABOVE,
            ),
        ),
        Clause(
            "Party rule 5 (as of February 2026)",
            date(2026, 1, 15),
            date(2026, 2, 1),
            DuesRule(
                {Rhythm.YEARLY: Fees(Money(2000), Money(500), ask_days=30, grace_days=28, letter_days=_REMINDED)},
                lapse_days=90,
                most_above=_MOST_ABOVE,
            ),
        ),
        Clause(
            "Party rule 5 (founding rules)",
            date(2014, 3, 27),
            date(2014, 3, 27),
            DuesRule(
                {Rhythm.YEARLY: Fees(Money(1000), Money(500), ask_days=30, grace_days=28, letter_days=_REMINDED)},
                lapse_days=90,
                most_above=_MOST_ABOVE,
            ),
        ),
    ),
)


@dataclass(frozen=True)
class TakingPart:
    """How members change what the party would do, and what they may expect of its officers.

    A proposed change of a section is open for `open_days`; it is decided on if `least` members, or `percent` of those in good
    standing on the day it opened where that is more, support it. `decides`: the body that decides, and says why. Concerns and
    questions about commitments are answered within `answer_days`.
    """

    decides: str
    open_days: int
    least: int
    percent: int
    answer_days: int

    def __str__(self) -> str:
        return (
            f"A proposed change is open for {self.open_days} days and is decided on if {self.least} members support it, or "
            f"{self.percent}% of the members in good standing on the day it opened, whichever is more, and never more than "
            f"there are. Then {self.decides} decides and gives reasons. What members ask about commitments is answered within "
            f"{self.answer_days} days."
        )

    def needed(self, eligible: int) -> int:
        """How many of so many members in good standing must support a change: a part of one counts as one."""
        return min(max(self.least, -(-eligible * self.percent // 100)), max(eligible, 1))


TAKING_PART = Clauses(
    "taking part in policies",
    (
        Clause(
            "Party rule 9",
            date(2026, 10, 24),
            date(2026, 11, 1),
            TakingPart("the policy conference", open_days=14, least=10, percent=2, answer_days=14),
        ),
    ),
)


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later; where there is none, the first of the month after, so that no term is a day
    short: 31 January becomes 1 March, 29 February a year later 1 March."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year + (month == 11), (month + 1) % 12 + 1, 1)


def add_years(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 1 March where there is none."""
    return add_months(day, 12 * years)


def term_from(since: date, *, joined: date, rhythm: Rhythm) -> tuple[date, date]:
    """The term that begins on `since`: from that day until (not including) the day one interval later, counted in months from
    the day of joining, so that terms never drift."""
    passed = (since.year - joined.year) * 12 + since.month - joined.month - 1
    while add_months(joined, passed + 1) <= since:
        passed += 1
    return since, add_months(joined, passed + MONTHS[rhythm])


def payable_on(since: date, *, first: bool, fees: Fees) -> date:
    """The day the dues of a term that begins on `since` become payable (rule 5.2: on joining; later terms after grace)."""
    return since if first else since + timedelta(days=fees.grace_days)


def asked_on(since: date, *, fees: Fees) -> date:
    """The day from which a later term's dues are asked for (rule 5.2)."""
    return since - timedelta(days=fees.ask_days)
