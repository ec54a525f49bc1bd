"""The texts that come with the software, and their history in the demo: `content/*.md` and `content/history.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

CONTENT = Path(__file__).parent.parent / "content"


@dataclass(frozen=True)
class Shipped:
    """One version of a text: its Markdown source, and who adopted it. `effective_on` is None while it is in consultation."""

    policy: str
    number: int
    source: str
    change_note: str
    effective_on: date | None = None
    decided_by: str = ""
    votes_for: int = 0
    votes_against: int = 0
    abstained: int = 0
    eligible: int = 0


def shipped() -> tuple[Shipped, ...]:
    """Every version, the oldest of a policy first. `source` is the text itself."""
    told = tomllib.loads((CONTENT / "history.toml").read_text(encoding="utf-8"))["version"]
    return tuple(Shipped(**one | {"source": (CONTENT / one["source"]).read_text(encoding="utf-8")}) for one in told)
