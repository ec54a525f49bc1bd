"""The verbs of this room, by subject. Other rooms see them all here."""

from .claims import Claim, Guess, Incoming, Part, Seen, hand_back_through, let_claim
from .files import Imported, confirm_import, forget, forget_import, look_at_file, undo_import
from .lines import see_line, set_aside, take_back, take_up, watch
from .matching import (
    Bulk,
    PartRefused,
    Suggestions,
    Wish,
    incoming_of,
    look_at_parts,
    match_by_hand,
    match_payout,
    match_refund,
    record_line,
    record_sure,
    suggest,
    sure_lines,
)

__all__ = [
    "Bulk", "Claim", "Guess", "Imported", "Incoming", "Part", "PartRefused", "Seen", "Suggestions", "Wish",
    "confirm_import", "forget", "forget_import", "hand_back_through", "incoming_of", "let_claim", "look_at_file",
    "look_at_parts", "match_by_hand", "match_payout", "match_refund", "record_line", "record_sure", "see_line", "set_aside",
    "suggest", "sure_lines", "take_back", "take_up", "undo_import", "watch",
]  # fmt: skip
