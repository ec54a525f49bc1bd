"""Doors of this room for officers."""

from . import adopting, drafts
from .door import door

__all__ = ["adopting", "door", "drafts"]
