"""Guards: what a pack may be, the Commission’s own test, and the refusals of this room."""

from __future__ import annotations

from datetime import date, timedelta

from .checking import WORDS, Case, Fee, Reason, Signed, check, identity_of, notes
from .refusals import (
    GoneAlready,
    IsFiled,
    NoMemberThere,
    NothingToSend,
    NotOnThatDay,
    NotRegistered,
    TooFew,
    TooMany,
    UncheckedPack,
)
from .spreading import Candidate, spread

DAYS_SHOWN = 30  # over which the low-water mark is told
POOL = 5000  # of those whose dues run longest, so many are spread over electorates
LEAST, MOST, USUAL = 1, 550, 550  # members in a pack; the law’s 500 is asked of one that is filed
A_PAGE = 100
PAPER_KEPT_DAYS = 14
REMIND_AT = (30, 14, 7, 3, 1, 0)  # days before a last day on which the secretary is written to; and each day after it

# Phrases for the log and the member’s own page.
LISTED = "your name in a list of members whose evidence the Electoral Commission is shown"
CHECKED = "your evidence of membership, checked for the Electoral Commission"
PRINTED = "your evidence of membership, printed for the Electoral Commission"

__all__ = [
    "A_PAGE", "CHECKED", "DAYS_SHOWN", "LEAST", "LISTED", "MOST", "PAPER_KEPT_DAYS", "POOL", "PRINTED", "REMIND_AT",
    "USUAL", "WORDS", "Candidate", "Case", "Fee", "GoneAlready", "IsFiled", "NoMemberThere", "NotOnThatDay",
    "NotRegistered", "NothingToSend", "Reason", "Signed", "TooFew", "TooMany", "UncheckedPack", "check", "day", "days_of_pack",
    "identity_of", "notes", "spread",
]  # fmt: skip


def days_of_pack(today: date) -> tuple[date, date]:
    """For which days a pack can be made: today, and a month on. What was is not checked anew, and what is far off is not
    known."""
    return today, today + timedelta(days=DAYS_SHOWN)


def day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
