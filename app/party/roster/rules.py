"""Guards: what may be asked of the roster, and its refusals."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from app.law.clauses import Refusal

A_PAGE = 25
LAPSING_WITHIN = (7, 30, 90)  # days that are offered

# Phrases for the log and the person's own page.
A_LIST, BY_NAME = "your name in a list of people", "your name among people found"
ONE, THEIR_DETAILS = "your record", "your details"


class Stands(enum.StrEnum):
    """How people may be asked for: a standing, or none."""

    GOOD = "good"
    BEHIND = "behind"
    LAPSED = "lapsed"
    SUSPENDED = "suspended"
    SUPPORTER = "supporter"
    EXPELLED = "expelled"
    RESIGNED = "resigned"


STANDS = {
    Stands.GOOD: "In good standing",
    Stands.BEHIND: "Behind with dues",
    Stands.LAPSED: "Lapsed",
    Stands.SUSPENDED: "Suspended",
    Stands.SUPPORTER: "Supporter, not a member",
    Stands.RESIGNED: "Resigned",
    Stands.EXPELLED: "Expelled",
}


class Order(enum.StrEnum):
    """In which order a list comes. Each has an index, so that its last page is as near as its first."""

    NEWEST = "newest"
    LAPSING = "lapsing"


class Reason(enum.StrEnum):
    """Why an officer opens what is sealed. Phrases of ours: the log is for ever."""

    CALL = "call"
    LETTER = "letter"
    CORRECT = "correct"
    EVIDENCE = "evidence"


REASONS = {
    Reason.CALL: "to call or write to them",
    Reason.LETTER: "to send something by post",
    Reason.CORRECT: "to correct what is held",
    Reason.EVIDENCE: "to check evidence of membership",
}


class NotSeen(Refusal):
    """Somebody who is not there, and somebody outside one's scope: one answer."""

    sentence = "There is nobody here that you may see."
    money = ""


class NotANumber(Refusal):
    sentence = "Enter two letters or more of a name, a whole email address or phone number, or a member’s number."
    field = "find"
    money = ""


@dataclass(frozen=True)
class Asked:
    """What is asked of the roster. Nothing said asks for everybody."""

    stands: Stands | None = None
    electorate: str = ""
    branch: str = ""  # an id, or `none`
    joined_from: date | None = None
    joined_to: date | None = None
    lapsing: int | None = None  # within so many days
    can_enrol: str = ""
    consent: str = ""
    gave: bool = False

    @property
    def order(self) -> Order:
        """Who is about to lapse or is behind comes in the order of that; everybody else the newest first."""
        return Order.LAPSING if self.lapsing or self.stands in (Stands.BEHIND, Stands.LAPSED) else Order.NEWEST
