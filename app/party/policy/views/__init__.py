"""Doors of this room for everyone."""

from . import amending, commenting, endorsing, handing_out, reading
from .door import cards, door

__all__ = ["amending", "cards", "commenting", "door", "endorsing", "handing_out", "reading"]
