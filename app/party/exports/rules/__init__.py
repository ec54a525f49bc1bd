"""Guards: why a file may be asked for, when it takes two people, how long it is kept, and the refusals of this room."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from app.law.clauses import Refusal
from app.party.branches.scope import Scope
from app.party.roster.rules import Asked

RIGHT = "export people"
KIND = "export"  # as two people are asked about it
LASTS = timedelta(hours=24)  # a file, after it was written
ALONE = 500  # as many may one who sees more than one branch take alone, in a day
DAY = timedelta(days=1)
GROWN = 50  # a file that was agreed to may hold a fiftieth more than was agreed to
SKETCHED = 1000  # people, by whom it is seen whether those of a file are others by now
SHOWN = 25
WHAT = "your record in a file of people"  # phrases for the log and the person’s own page

COLUMNS = (
    "person", "number", "name", "email", "phone", "address", "born_on", "can_enrol", "standing", "since", "dues_unpaid_from",
    "electorate_set", "electorate", "branch", "consents", "last_gave_on", "tags",
)  # fmt: skip


class Why(enum.StrEnum):
    """Why somebody takes a file. Phrases of ours: the log is for ever."""

    CALL = "call"
    MEET = "meet"
    POST = "post"
    CHECK = "check"
    AUDIT = "audit"
    MOVE = "move"


WHYS = {
    Why.CALL: "to call people",
    Why.MEET: "for a list at a meeting or a ballot",
    Why.POST: "to send something by post",
    Why.CHECK: "to check the register",
    Why.AUDIT: "for an audit",
    Why.MOVE: "to use it in another program of the party",
}


class State(enum.StrEnum):
    """Where a file is."""

    WAITS = "waits for a second officer"
    NOT_AGREED = "not agreed to"
    QUEUED = "will be written within seconds"
    WRITING = "is being written"
    READY = "ready"
    REMOVED = "removed"
    REFUSED = "not written"


class Because(enum.StrEnum):
    """Why a file was not written. Codes in the row; sentences below."""

    OFFICE = "office"
    COUNT = "count"
    GROWN = "grown"
    OTHERS = "others"
    AGREED = "not agreed"
    FAILED = "failed"


BECAUSE = {
    Because.OFFICE: "Whoever asked held no office any more that may take such a file, when it was to be written.",
    Because.COUNT: "Not as many rows came out as there are people: it was thrown away. Ask the keeper to run flask doctor.",
    Because.GROWN: "Many more people fit by now than when it was asked for or agreed to. Ask for it again.",
    Because.OTHERS: "Other people fit by now than another officer agreed to. Ask for it again.",
    Because.AGREED: "Another officer refused it.",
    Because.FAILED: "It could not be written. Ask for it again, or ask the keeper to look at the worker’s log.",
}


class Stopped(Exception):
    """A file that is being written will not be whole, or must not be."""

    def __init__(self, because: Because):
        self.because = because
        super().__init__(str(because))


class NoOffice(Refusal):
    sentence = "You hold no office that may take a file of people."
    money = ""


class Nobody(Refusal):
    sentence = "Nobody fits: there is nothing to put into a file."
    money = ""


class NotThere(Refusal):
    sentence = "There is no such file of yours."
    money = ""


class Gone(Refusal):
    sentence = "This file has been removed: files are kept for 24 hours. Ask for it again."
    money = ""


class Narrower(Refusal):
    sentence = "Your office reaches fewer people than when the file was written. Ask for it again."
    money = ""


def needs_second(asked: Asked, scope: Scope, *, people: int, taken_lately: int) -> bool:
    """Whether another officer must agree: to a file of the whole party, and where who sees everyone, or more than one branch,
    takes more than 500 people in a day, in one file or in slices. The file of one’s own branch is an organizer’s daily work."""
    if scope.everyone and asked == Asked():
        return True
    return (scope.everyone or len(scope.branches) > 1) and people + taken_lately > ALONE


def has_grown(people: int, *, agreed: int) -> bool:
    """Whether so many are too many more than were agreed to."""
    return people > agreed + max(5, agreed // GROWN)


def are_others(now: Sequence[int], *, asked: Sequence[int]) -> bool:
    """Whether too many of these were not among those who were asked about, by the sketches of both (queries.sketch)."""
    whole = len(asked) < SKETCHED
    known, seen = set(asked), {number for number in now if whole or number <= asked[-1]}
    return has_grown(len(known | seen), agreed=len(known))


def read_scope(told: str) -> Scope:
    """A scope as the database is told it (Scope.__str__), read back."""
    kind, _, branches = told.partition(":")
    seen = map(UUID, branches.split(",")) if kind == "branches" else ()
    return Scope(everyone=told == "everyone", branches=frozenset(seen))


def covers(scope: Scope, written: Scope) -> bool:
    """Whether somebody with this scope may hold a file that was written under another."""
    return scope.everyone or (not written.everyone and bool(written.branches) and written.branches <= scope.branches)
