"""Verbs: the count is kept, packs are made and filed, the Commission is told, members are asked again where they live."""

from .asking import ask_again
from .counting import count_today, fill_in
from .duties import find_duties, write_to_secretary
from .packs import check_again, drop, file_pack, make, open_members, put_in, take_out
from .printing import ask_for_paper, begin_paper, forget_papers, hand_out, keep_paper, note_printed
from .telling import note_registration, send

__all__ = [
    "ask_again", "ask_for_paper", "begin_paper", "check_again", "count_today", "drop", "file_pack", "fill_in",
    "find_duties", "forget_papers", "hand_out", "keep_paper", "make", "note_printed", "note_registration", "open_members",
    "put_in", "send", "take_out", "write_to_secretary",
]  # fmt: skip
