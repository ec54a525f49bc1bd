"""Questions about the roster: a page of it, how many, who is found, one person’s story, and whether it is right."""

from .checks import anywhere, faults, graces, is_as_the_law_says, unlike
from .counting import Standings, count, counts_of, standings
from .finding import Found, find_people, names_by_id, names_of
from .pages import END, START, Page, Place, find, page, read_place
from .segments import check_sound, find_segment, live_parts, made_of, named_in, segments
from .story import Event, Story, story

__all__ = [
    "END", "START", "Event", "Found", "Page", "Place", "Standings", "Story", "anywhere", "check_sound", "count", "counts_of",
    "faults", "find", "find_people", "find_segment", "graces", "is_as_the_law_says", "live_parts", "made_of", "named_in",
    "names_by_id", "names_of", "page", "read_place", "segments", "standings", "story", "unlike",
]  # fmt: skip
