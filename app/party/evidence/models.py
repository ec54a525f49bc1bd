"""Nouns: a figure with where it is from and how far it is trusted, and where sources disagree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Confidence(StrEnum):
    """How far a figure is trusted. The words are those of the file."""

    HIGH = "high"  # the publisher’s own text, or a verbatim copy, was read
    MEDIUM = "medium"  # a news report, a blog or somebody’s copy was read
    LOW = "low"  # read, but undated, ambiguous or in conflict
    DERIVED = "derived"  # computed from other figures of the file
    MEMORY = "memory"  # read nowhere: nothing we publish rests on it


class Kind(StrEnum):
    """Who published what was read, the strongest first."""

    OFFICIAL = "official"  # a statistical office, a ministry, an international body
    REGULATOR = "regulator"
    ACADEMIC = "academic"
    PRESS = "press"
    INDUSTRY = "industry"  # who sells it, or speaks for those who do
    OTHER = "other"  # a blog, an encyclopedia, or nobody


@dataclass(frozen=True)
class Source:
    """Where a figure was read: the words of the file, and the address in them if there is one."""

    text: str
    url: str


@dataclass(frozen=True)
class Figure:
    """One number about one place and year. `metric` is its short name, `about` what exactly was counted."""

    country: str  # ISO 3166 alpha-3, or OECD, or WLD
    year: int
    metric: str
    about: str
    value: Decimal
    unit: str
    currency: str
    source: Source
    confidence: Confidence


@dataclass(frozen=True)
class Dataset:
    """A file of figures as it came with the software, and when it was last read against its sources."""

    slug: str
    title: str
    method: str
    read_on: date
    raw: bytes
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Conflict:
    """Where sources disagree, or a number looks wrong: what they say, and what we do about it."""

    what: str
    resolution: str
    metric: str


@dataclass(frozen=True)
class Correction:
    """What we had wrong: the old number, the new one, why, and who found it."""

    on: date
    what: str
    was: str
    now: str
    why: str
    found_by: str
