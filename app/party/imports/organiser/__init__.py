"""Doors of this room, for whoever may bring people in."""

from . import files, rows
from .door import door

__all__ = ["door", "files", "rows"]
