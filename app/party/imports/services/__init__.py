"""The verbs of this room, by subject."""

from .applying import apply_some, confirm, end_apply
from .checking import begin_check
from .deciding import decide, show_rows
from .forgetting import empty_old, forget
from .sending import take_file
from .undoing import begin_undo, undo_some

__all__ = [
    "apply_some", "begin_check", "begin_undo", "confirm", "decide", "empty_old", "end_apply", "forget", "show_rows",
    "take_file", "undo_some",
]  # fmt: skip
