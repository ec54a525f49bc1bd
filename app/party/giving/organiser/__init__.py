"""Doors for officers: donations that came, what must be done about them, loans."""

from . import donations, loans, quarantine  # noqa: F401  they hang their doors
from .door import door

__all__ = ["door"]
