"""Guards: what may be asked of the roster, and its refusals."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from app.law.clauses import Refusal

A_PAGE = 25
NEWS = "news"  # the consent to be written to
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

    def spell(self) -> dict[str, str]:
        """As an address says it, and as a row keeps it: only what is asked."""
        said = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: "y" if value is True else str(value) for name, value in said.items() if value}


def read_asked(spelt: Mapping[str, str]) -> Asked:
    """What an address or a row asks for. What is garbled, or not known here, asks for nothing."""
    lapsing = spelt.get("lapsing", "")
    return Asked(
        stands=Stands(spelt["stands"]) if spelt.get("stands") in tuple(Stands) else None,
        electorate=spelt.get("electorate", ""),
        branch=spelt.get("branch", ""),
        joined_from=_read_day(spelt.get("joined_from", "")),
        joined_to=_read_day(spelt.get("joined_to", "")),
        lapsing=int(lapsing) if lapsing in map(str, LAPSING_WITHIN) else None,
        can_enrol=spelt.get("can_enrol", ""),
        consent=NEWS if spelt.get("consent") else "",
        gave=bool(spelt.get("gave")),
    )


def _read_day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
