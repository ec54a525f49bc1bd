"""Guards: what may be asked of the roster, and its refusals."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

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


class How(enum.StrEnum):
    """How people must fit a part of a segment: every part that is `all`, one at least of those that are `any` (where there are
    some), and none of those that are `none`."""

    ALL = "all"
    ANY = "any"
    NONE = "none"


HOWS = {
    How.ALL: "Who is also in",
    How.ANY: "Who is in one of these at least",
    How.NONE: "Who is not in",
}
# A segment in a segment, so deep at most; and so many parts in all, with those of the segments it names: each is a condition of
# one question, and a question of hundreds is planned for longer than it runs.
MOST_DEEP, MOST_PARTS, MOST_SEGMENT_NAME = 5, 40, 80


@dataclass(frozen=True)
class Part:
    """A part of a segment: how people must fit what is asked."""

    how: How
    asked: Asked

    def spell(self) -> dict[str, Any]:
        """As a row keeps it."""
        return {"how": str(self.how), "asked": self.asked.spell()}


def read_parts(kept: Sequence[Mapping[str, Any]]) -> list[Part]:
    """The parts that a row keeps. Raises ValueError for what is none."""
    return [Part(How(one["how"]), read_asked(one["asked"])) for one in kept]


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
    tag: str = ""  # an id
    office: str = ""  # one that is held today, or `any`
    segment: str = ""  # an id

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
        tag=spelt.get("tag", ""),
        office=spelt.get("office", ""),
        segment=spelt.get("segment", ""),
    )


def _read_day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


class SegmentThere(Refusal):
    sentence = "There is a segment of that name."
    field = "name"
    money = ""


class NothingAsked(Refusal):
    sentence = "A segment of everybody is the list itself: set a filter first."
    money = ""


class RoundAndRound(Refusal):
    sentence = "That segment is made of this one: neither could be counted."
    field = "segment"
    money = ""


class TooDeep(Refusal):
    sentence = f"Segments are made of segments {MOST_DEEP} deep at most, and of {MOST_PARTS} parts in all."
    field = "segment"
    money = ""


class NotNamed(Refusal):
    sentence = (
        "A segment of the whole party names tags and segments of the whole party; one of a branch, those and the branch’s own."
    )
    field = "segment"
    money = ""


class StillNamed(Refusal):
    sentence = "Other segments are made of this one: {others}. Take it out of them first."
    money = ""


class LastPart(Refusal):
    sentence = "This is the segment’s last part: end the segment instead."
    money = ""
