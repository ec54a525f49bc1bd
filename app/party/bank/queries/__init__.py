"""Questions about statements, by subject. Other rooms see them all here."""

from .files import find_import, imports, new_in, own_waiting, statement_of
from .lines import (
    Waiting,
    by_hand,
    faults,
    find_line,
    line_of_payment,
    match_of_payment,
    match_of_refund,
    open_counts,
    open_incoming,
    open_lines,
    owner_of,
    payouts_like,
    refunds_like,
    waiting_since,
    words_of,
)

__all__ = [
    "Waiting", "by_hand", "faults", "find_import", "find_line", "imports", "line_of_payment", "match_of_payment",
    "match_of_refund", "new_in", "open_counts", "open_incoming", "open_lines", "own_waiting", "owner_of",
    "payouts_like", "refunds_like", "statement_of", "waiting_since", "words_of",
]  # fmt: skip
