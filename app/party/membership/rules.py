"""Guards, and the table of decisions that may follow one another."""

from __future__ import annotations

from app.law.clauses import Refusal
from app.law.membership import Standing

# What was decided last (None: nothing yet) -> what may be decided next.
MOVES: dict[Standing | None, frozenset[Standing]] = {
    None: frozenset({Standing.GOOD, Standing.RESIGNED}),
    Standing.GOOD: frozenset({Standing.SUSPENDED, Standing.RESIGNED, Standing.EXPELLED, Standing.LAPSED}),
    Standing.SUSPENDED: frozenset({Standing.GOOD, Standing.RESIGNED, Standing.EXPELLED}),
    Standing.LAPSED: frozenset(),
    Standing.RESIGNED: frozenset(),
    Standing.EXPELLED: frozenset(),
}


class NotFromHere(Refusal):
    sentence = "A membership that is {now} cannot become {to}."
    cites = "Party rule 4"


def check_move(last: Standing | None, to: Standing) -> None:
    """Raises NotFromHere unless `to` may follow `last`."""
    if to not in MOVES[last]:
        raise NotFromHere(now=last or Standing.APPLIED, to=to)
