"""The texts that come with the software: a party may start from them; nothing is published by itself, except in the demo."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent

BLANK = """# What would you ask?
Title:
Topic:
Answer:

## The problem {#problem problem}

## What we will do {#do commitments}

### XX-1 …
- Measure:
- By:
- Cost:
- Status: proposed

## What it costs {#cost cost}

## The case against {#against counter}

## What would change our mind {#change change}
"""


@dataclass(frozen=True)
class Shipped:
    """One version of a text as the demo party has it. Without `effective_from` it is in consultation, and nobody adopted it."""

    policy: str
    number: int
    source: str
    change_note: str
    effective_from: date | None = None
    decided_by: str = ""
    votes_for: int | None = None
    votes_against: int | None = None
    abstained: int | None = None
    eligible: int | None = None


@cache
def slugs() -> tuple[str, ...]:
    """The addresses of the texts there are, in alphabetical order."""
    return tuple(sorted(file.stem for file in HERE.glob("*.md")))


def source(slug: str) -> str:
    """The text of one of `slugs`, as Markdown."""
    return (HERE / f"{slug}.md").read_text()


def history() -> tuple[Shipped, ...]:
    """Every version of every text, with its source: for the demo, in the order in which they were adopted (`history.toml`)."""
    told = tomllib.loads((HERE / "history.toml").read_text(encoding="utf-8"))["version"]
    return tuple(Shipped(**one | {"source": (HERE / one["source"]).read_text(encoding="utf-8")}) for one in told)
