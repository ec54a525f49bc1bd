"""The party's own rules on membership, dated like any law. A general meeting changes them by adding a line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from .clauses import Clause, Clauses
from .money import Money


@dataclass(frozen=True)
class DuesRule:
    """What membership obliges a member to pay.

    The first dues are payable on joining. Each later term's dues are asked for `ask_days` before the term begins, and
    become *payable* `grace_days` after it has begun: the Act asks whether every fee that has become payable is paid, so
    grace exists only because this rule says so. `lapse_days` after that an unpaid membership lapses.
    """

    standard: Money
    concession: Money
    interval_years: int
    ask_days: int
    grace_days: int
    lapse_days: int
    most_above: Money

    def __str__(self) -> str:
        years = "year" if self.interval_years == 1 else f"{self.interval_years} years"
        return (
            f"{self.standard} or {self.concession} every {years}; asked {self.ask_days} days before, payable "
            f"{self.grace_days} days after the term begins, lapsing {self.lapse_days} days later"
        )

    def dues(self, rate: str) -> Money:
        """The amount for a rate, `standard` or `concession`. Raises KeyError for another."""
        return {"standard": self.standard, "concession": self.concession}[rate]


DUES = Clauses(
    "dues",
    (
        Clause(
            "Party rule 5",
            date(2026, 1, 15),
            date(2026, 2, 1),
            DuesRule(
                standard=Money(2000),
                concession=Money(500),
                interval_years=1,
                ask_days=30,
                grace_days=28,
                lapse_days=90,
                most_above=Money(100_000),
            ),
        ),
        Clause(
            "Party rule 5 (founding rules)",
            date(2014, 3, 27),
            date(2014, 3, 27),
            DuesRule(
                standard=Money(1000),
                concession=Money(500),
                interval_years=1,
                ask_days=30,
                grace_days=28,
                lapse_days=90,
                most_above=Money(100_000),
            ),
        ),
    ),
)


def add_years(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 1 March where there is none, so that no term is a day short."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def term_from(since: date, *, joined: date, rule: DuesRule) -> tuple[date, date]:
    """The term that begins on `since`: from that day until (not including) the next anniversary of joining after it."""
    years = since.year - joined.year
    while (until := add_years(joined, years)) <= since:
        years += rule.interval_years
    return since, until


def payable_on(since: date, *, first: bool, rule: DuesRule) -> date:
    """The day the dues of a term that begins on `since` become payable (rule 5.2: on joining; later terms after grace)."""
    return since if first else since + timedelta(days=rule.grace_days)


def asked_on(since: date, *, rule: DuesRule) -> date:
    """The day from which a later term's dues are asked for (rule 5.2)."""
    return since - timedelta(days=rule.ask_days)
