"""Doors for officers: the people they may see, as a list and one by one; what is kept about them; segments."""

from . import care, one, people, segments, tags
from .door import door

__all__ = ["care", "door", "one", "people", "segments", "tags"]
