"""Doors for officers: what members say is let through, answered and decided."""

from . import answering, moderating
from .door import door

__all__ = ["answering", "door", "moderating"]
