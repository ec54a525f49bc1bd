"""What a party knows, and what it must do: the nouns of duties and returns."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from .donations import Donation
from .loans import Loan
from .money import Money
from .nz.elections import ELECTIONS, Election


class Paper(enum.StrEnum):
    """What is filed with the Electoral Commission."""

    ANNUAL_DONATIONS = "annual donations return"
    ANNUAL_LOANS = "annual loans return"
    LARGE_DONATION = "large-donation return"
    BIG_LOAN = "big-loan return"
    DECLARATION = "annual declaration"


@dataclass(frozen=True)
class Filing:
    """A paper that was filed. `about`: the donations or loans it tells of, of a large-donation or big-loan return; `year`: of
    an annual one. A large-donation or big-loan return about several is the aggregate kind."""

    paper: Paper
    on: date
    about: tuple[str, ...] = ()
    year: int | None = None


@dataclass(frozen=True)
class Books:
    """All that is known of a party’s money and papers. Every question is asked of it as it stood on some day."""

    donations: tuple[Donation, ...] = ()
    loans: tuple[Loan, ...] = ()
    filings: tuple[Filing, ...] = ()
    elections: tuple[Election, ...] = ELECTIONS
    registered_on: date | None = None
    cancelled_on: date | None = None


class Kind(enum.StrEnum):
    """What must be done."""

    GIVE_BACK = "give back"
    PAY_OVER = "pay over"
    SEND_ON = "send on"
    LARGE_DONATION_RETURN = "file a large-donation return"
    BIG_LOAN_RETURN = "file a big-loan return"
    ANNUAL_DONATIONS_RETURN = "file the annual donations return"
    ANNUAL_LOANS_RETURN = "file the annual loans return"
    DECLARATION = "send the annual declaration"


@dataclass(frozen=True)
class Duty:
    """Something that must be done.

    `about`: ids of donations or loans, or the year of an annual paper. `amount`: how much was owed, `left` how much of it still
    is (None of a paper). `due_on`: the last day; None where the Act states no time. `plan_for`: the working day to plan for,
    earlier than `due_on` where that is none. `done_on`: the day it was done, None while it is open. `by`: who must do it,
    where that is not the party secretary.
    """

    kind: Kind
    about: tuple[str, ...]
    amount: Money | None
    due_on: date | None
    cites: str
    sentence: str
    left: Money | None = None
    plan_for: date | None = None
    done_on: date | None = None
    by: str | None = None

    def is_late(self, on: date) -> bool:
        """Whether it was open after its last day, or was done after it."""
        return self.due_on is not None and (self.done_on or on) > self.due_on
