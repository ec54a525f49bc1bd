"""Nouns: what a policy text is made of, once it has been read. All of it is in the one Markdown source."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.law.clauses import Refusal


class Kind(StrEnum):
    """What a section is for. A page that is published has each of `NEEDED`."""

    PROBLEM = "problem"
    COMMITMENTS = "commitments"
    COST = "cost"
    COUNTER = "counter"  # the case against
    CHANGE = "change"  # what would change our mind
    EVIDENCE = "evidence"
    METHOD = "method"
    FAQ = "faq"


NEEDED = (Kind.PROBLEM, Kind.COMMITMENTS, Kind.COST, Kind.COUNTER, Kind.CHANGE)


class Status(StrEnum):
    """How far a commitment is."""

    PROPOSED = "proposed"
    IN_PROGRESS = "in progress"
    MET = "met"
    MISSED = "missed"
    DROPPED = "dropped"


class SourceKind(StrEnum):
    """Who says it, the strongest first."""

    OFFICIAL = "official"
    REGULATOR = "regulator"
    ACADEMIC = "academic"
    INDUSTRY = "industry"
    PRESS = "press"
    OTHER = "other"
    COMPUTED = "computed"  # from other figures that are cited
    OWN = "own estimate"


@dataclass(frozen=True)
class Commitment:
    """What we would do. `ref` is never used again for anything else; `body` is Markdown."""

    ref: str
    text: str
    measure: str
    target: str
    by: date | None
    cost: str
    status: Status
    assumes: str
    body: str
    line: int = field(compare=False, default=0)

    @property
    def facts(self) -> dict[str, str]:
        """What is compared between two versions, by the words it is shown under."""
        by = f"{self.by.day} {self.by:%B %Y}" if self.by else ""
        return {
            "text": self.text, "measure": self.measure, "target": self.target, "by": by, "cost": self.cost,
            "status": str(self.status), "assumes": self.assumes,
        }  # fmt: skip


@dataclass(frozen=True)
class Section:
    """A part under a heading. `anchor` is the same in every version; `as_at`: the year it speaks of, “now”, or "" for both."""

    anchor: str
    kind: Kind
    heading: str
    as_at: str
    body: str
    commitments: tuple[Commitment, ...]
    line: int = field(compare=False, default=0)


@dataclass(frozen=True)
class Source:
    """Where something was read: a line under “Sources”."""

    key: str
    title: str
    publisher: str
    published: str
    url: str
    kind: SourceKind
    confidence: str
    line: int = field(compare=False, default=0)


@dataclass(frozen=True)
class Text:
    """A whole policy text, as it was read from its source."""

    question: str
    title: str
    topic: str
    answer: str
    number: str  # Markdown with a citation: the one figure shown on cards and in shared images
    calculators: tuple[str, ...]
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]

    @property
    def commitments(self) -> tuple[Commitment, ...]:
        return tuple(one for section in self.sections for one in section.commitments)

    @property
    def then(self) -> str:
        """The year besides now that sections of this text speak of; "" if none does."""
        return next((one.as_at for one in self.sections if one.as_at not in ("", "now")), "")

    def as_at(self, when: str) -> tuple[Section, ...]:
        """The sections that speak of a year, or of now, in order."""
        return tuple(one for one in self.sections if one.as_at in ("", when))

    def section(self, anchor: str) -> Section | None:
        return next((one for one in self.sections if one.anchor == anchor), None)

    def source(self, key: str) -> Source | None:
        return next((one for one in self.sources if one.key == key), None)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a text, in a sentence, and on which line of its source."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.sentence}"


class Unreadable(Refusal):
    """A text that cannot be read, or may not be published: every fault at once."""

    sentence = "The text has faults. Nothing was published."
    field = "source"
    money = ""

    def __init__(self, faults: list[Fault]):
        self.faults = sorted(faults, key=lambda one: one.line)
        super().__init__()
