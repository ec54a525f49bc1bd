"""Doors for officers: letters to many."""

from . import drafts, sending  # noqa: F401  they hang their doors
from .door import door

__all__ = ["door"]
