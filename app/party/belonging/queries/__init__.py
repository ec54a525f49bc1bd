"""Questions a person asks about themselves: how do I stand, and what do you hold?"""

from .card import Card, card
from .everything import COVERED, everything_of
from .leaving import plan_of
from .me import Me, me
from .sections import Section, sections

__all__ = ["COVERED", "Card", "Me", "Section", "card", "everything_of", "me", "plan_of", "sections"]
