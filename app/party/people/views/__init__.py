"""Doors of this room."""

from . import proving, signing
from .ceremony import door

__all__ = ["door", "proving", "signing"]
