"""Questions about the roster: a page of it, how many, who is found, one person’s story, and whether it is right."""

from .checks import anywhere, faults, graces, is_as_the_law_says, unlike
from .counting import Standings, count, standings
from .finding import Found, find_people, names_of
from .pages import END, START, Page, Place, find, page, read_place
from .story import Event, Story, story

__all__ = [
    "END", "START", "Event", "Found", "Page", "Place", "Standings", "Story", "anywhere", "count", "faults", "find",
    "find_people", "graces",
    "is_as_the_law_says", "names_of", "page", "read_place", "standings", "story", "unlike",
]  # fmt: skip
