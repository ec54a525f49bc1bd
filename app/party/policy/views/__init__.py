"""Doors of this room for everyone."""

from . import handing_out, reading
from .door import cards, door

__all__ = ["cards", "door", "handing_out", "reading"]
