"""Doors for programs, under /api/v1, and the page that says how to use them."""

from . import counts, people, places
from .description import describe
from .door import door, public_door
from .page import page

__all__ = ["counts", "describe", "door", "page", "people", "places", "public_door"]
