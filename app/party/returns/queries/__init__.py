"""The questions of this room, by subject."""

from .behind import Behind, behind, named, payments_of
from .checks import Checks, accounted_for, alike, all_checks, books, unnamed, without_address
from .filed import (
    against_today,
    changes,
    check,
    facts,
    filed,
    filed_in,
    filings,
    find_filed,
    latest,
    made_again,
    open_duty,
    opened,
    reason_of,
)
from .made import Year, content, donations_content, due, large_of_year, of_year
from .rows import AsOf, donations_between, first_year

__all__ = [
    "AsOf",
    "Behind",
    "Checks",
    "Year",
    "accounted_for",
    "against_today",
    "alike",
    "all_checks",
    "behind",
    "books",
    "changes",
    "check",
    "content",
    "donations_between",
    "donations_content",
    "due",
    "facts",
    "filed",
    "filed_in",
    "filings",
    "find_filed",
    "first_year",
    "large_of_year",
    "latest",
    "made_again",
    "named",
    "of_year",
    "open_duty",
    "opened",
    "payments_of",
    "reason_of",
    "unnamed",
    "without_address",
]  # fmt: skip
