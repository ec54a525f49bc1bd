"""Doors for officers: the people they may see, as a list and one by one."""

from . import one, people
from .door import door

__all__ = ["door", "one", "people"]
