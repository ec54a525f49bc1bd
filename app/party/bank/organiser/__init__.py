"""Doors of this room, for whoever may record money."""

from . import files, lines
from .door import door

__all__ = ["door", "files", "lines"]
