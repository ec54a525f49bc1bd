"""Questions of this room: files and where they are, the lines of one, whose a leaked one is."""

from .files import Shown, find, of_person, offices_that_export, scope_of, shown, taken_lately, whom
from .leaked import Likeness, key_of, whose
from .lines import Lines, ids, lines, sketch

__all__ = [
    "Likeness", "Lines", "Shown", "find", "ids", "key_of", "lines", "of_person", "offices_that_export", "scope_of", "shown",
    "sketch", "taken_lately", "whom", "whose",
]  # fmt: skip
