"""Doors of this room, for whoever may prepare a registration."""

from . import gauge, packs, telling
from .door import door

__all__ = ["door", "gauge", "packs", "telling"]
