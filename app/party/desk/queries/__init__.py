"""Questions of the desk, by subject. The doors see them all here."""

from .counts import Counts, WorkCount, counts, work_counts
from .guessing import guess_by_amount, guess_by_reference, member_named
from .journals import count_lines, journals
from .latest import Latest, latest
from .lists import (
    Came,
    ToConfirm,
    Waited,
    WorkItem,
    accounts,
    came,
    find_by_reference,
    payments_of_member,
    to_confirm,
    waited_for,
    work,
)
from .one_payment import Effect, Entry, Outcome, Shown, Term, effect_of, outcome_of, shown, state_of
from .tiles import NEW, SOON, Tile, tiles
from .weeks import WEEKS, Week, weeks
from .whose import Found, Whose, find_for, whose

__all__ = [
    "NEW", "SOON", "WEEKS", "Came", "Counts", "Effect", "Entry", "Found", "Latest", "Outcome", "Shown", "Term", "Tile",
    "ToConfirm",
    "Waited", "Week", "Whose", "WorkCount",
    "WorkItem", "accounts", "came", "count_lines", "counts", "effect_of", "find_by_reference", "find_for",
    "guess_by_amount", "guess_by_reference", "journals", "latest", "member_named", "outcome_of", "payments_of_member", "shown",
    "state_of", "tiles", "to_confirm", "waited_for", "weeks",
    "whose", "work", "work_counts",
]  # fmt: skip
