"""Questions about pairs that may be one person, what each half is, and what was merged."""

from .comparing import Money, Side, money_of, side
from .merged import Merged, find_merge, is_any_to_be_erased, later, merged_into, reopens, tables_about_people, to_prove
from .pairs import Pair, find_pair, pairs, waiting

__all__ = [
    "Merged", "Money", "Pair", "Side", "find_merge", "find_pair", "is_any_to_be_erased", "later", "merged_into",
    "money_of", "pairs", "reopens", "side", "tables_about_people", "to_prove", "waiting",
]  # fmt: skip
