"""The verbs of this room, by subject. Other rooms see them all here."""

from .exporting import note_export
from .from_the_bank import CLAIM
from .recording import MoneyIn, Preview, check, look, look_before_recording, note_handed_back, record, show_whose

__all__ = [
    "CLAIM", "MoneyIn", "Preview", "check", "look", "look_before_recording", "note_export", "note_handed_back", "record",
    "show_whose",
]  # fmt: skip
