"""What an officer looks at first: how many of those they see, and which list those are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.party.branches.scope import Scope
from app.party.roster import queries as roster
from app.party.roster.rules import Asked, Stands

NEW, SOON = 7, 30  # days


@dataclass(frozen=True)
class Tile:
    """So many people; `asked` opens the list of them."""

    kind: str
    count: int
    asked: dict[str, str]


def tiles(scope: Scope, *, on: date) -> list[Tile]:
    """To be asked inside `looking_as(scope)`. Exact."""
    asked = {
        "good": Asked(stands=Stands.GOOD),
        "joined": Asked(joined_from=on - timedelta(days=NEW - 1)),
        "lapsing": Asked(lapsing=SOON),
        "behind": Asked(stands=Stands.BEHIND),
        "lapsed": Asked(stands=Stands.LAPSED),
        "supporters": Asked(stands=Stands.SUPPORTER),
    }
    return [Tile(kind, roster.count(one, scope, on=on), one.spell()) for kind, one in asked.items()]
