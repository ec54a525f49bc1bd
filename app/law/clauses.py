"""A rule is a line of data with two dates: when it was made, and since when it applies. A change is a new line, not an edit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

Value = TypeVar("Value")


@dataclass(frozen=True)
class Clause(Generic[Value]):
    """One rule: what it cites, the day it was enacted (or first known), the day since which it applies, and its figure.

    `until`: the first day on which it no longer applies, for a rule that ended and left nothing in its place. A line whose
    `until` is its own `since` takes back one that had been enacted for that day: a start that was moved.
    """

    cites: str
    enacted: date
    since: date
    value: Value
    until: date | None = None


class Silent(LookupError):
    """No clause was in force on that day."""


@dataclass(frozen=True)
class Clauses(Generic[Value]):
    """All lines of one rule over time."""

    subject: str
    lines: tuple[Clause[Value], ...]

    def on(self, day: date, *, known: date | None = None) -> Clause[Value]:
        """The clause in force on `day`, as far as it was enacted by `known` (default: all we know now). Raises Silent.

        Of two that began the same day the later enacted rules. Where the last to begin has ended, nothing rules.
        """
        begun = [line for line in self.lines if line.since <= day and (known is None or line.enacted <= known)]
        ruling = max(begun, key=lambda line: (line.since, line.enacted), default=None)
        if ruling is None or (ruling.until is not None and ruling.until <= day):
            raise Silent(f"No rule on {self.subject} is known for {day}.")
        return ruling

    def find(self, day: date, *, known: date | None = None) -> Clause[Value] | None:
        """As `on`, but None where nothing rules."""
        try:
            return self.on(day, known=known)
        except Silent:
            return None


@dataclass(frozen=True)
class Finding:
    """An answer that can explain itself: yes or no, why in one sentence, and the rule it rests on."""

    holds: bool
    sentence: str
    cites: str

    def __bool__(self) -> bool:
        return self.holds


class Refusal(Exception):
    """A fact with its own sentence and clause. `field` names the question it belongs beside; `money` says what became of it."""

    sentence = "That cannot be done."
    cites = ""
    field: str | None = None
    money = "Nothing was charged."

    def __init__(self, **facts: object):
        self.facts = facts
        super().__init__(self.sentence.format(**facts))
