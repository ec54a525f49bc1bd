"""Doors for officers: what needs doing today; money that came in, one payment, money that goes back."""

from . import board, money
from .door import door

__all__ = ["board", "door", "money"]
