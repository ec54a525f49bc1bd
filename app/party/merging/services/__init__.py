"""The verbs of this room."""

from .deciding import merge, prove, set_apart, show_pairs, show_side, undo
from .finding import find_pairs

__all__ = ["find_pairs", "merge", "prove", "set_apart", "show_pairs", "show_side", "undo"]
