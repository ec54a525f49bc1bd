"""The verbs of this room, by subject. Other rooms see them all here."""

from .asking_again import ask_again
from .offering import Behind, Offered, changed, check_above, forget_offers, hold_donor, known_donor, look_at_gift_soon, offer
from .receiving import declined, failed, moved, note_above, settle, stop_all_of, stop_monthly
from .watching import watch_declines

__all__ = [
    "Behind", "Offered", "ask_again", "changed", "check_above", "declined", "failed", "forget_offers", "hold_donor",
    "known_donor", "look_at_gift_soon", "moved", "note_above", "offer", "settle", "stop_all_of", "stop_monthly",
    "watch_declines",
]  # fmt: skip
