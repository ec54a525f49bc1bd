"""The texts that come with the software: a party may start from them; nothing is published by itself, except in the demo."""

from __future__ import annotations

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


@cache
def slugs() -> tuple[str, ...]:
    """The addresses of the texts there are, in alphabetical order."""
    return tuple(sorted(file.stem for file in HERE.glob("*.md")))


def source(slug: str) -> str:
    """The text of one of `slugs`, as Markdown."""
    return (HERE / f"{slug}.md").read_text()
