"""Verbs: an office is given and ends, a branch is added, members fall to branches, a look at a person is written down."""

from .looks import look, look_through, note_file, note_who_is_in
from .offices import add_branch, appoint, end_office, end_offices_of, forget_proofs
from .placing import fall_to_branch, hold_electorates, place, take_moves_back

__all__ = [
    "add_branch", "appoint", "end_office", "end_offices_of", "fall_to_branch", "forget_proofs", "hold_electorates", "look",
    "look_through", "note_file", "note_who_is_in", "place", "take_moves_back",
]  # fmt: skip
