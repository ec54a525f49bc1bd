"""Doors of this room for officers: texts are written and adopted; what members say is let through, answered and decided."""

from . import adopting, answering, drafts, moderating
from .door import door

__all__ = ["adopting", "answering", "door", "drafts", "moderating"]
