"""Doors for officers: the keys they gave to programs, and the systems that are told."""

from . import hooks, keys
from .door import door

__all__ = ["door", "hooks", "keys"]
