"""The questions of this room, by subject."""

from .asking import Unanswered, to_ask, unanswered
from .cases import cases_of
from .choosing import candidates, find_candidate
from .counting import Day, Gauge, Moved, count, gauge, moved, rows_between
from .packs import (
    Counts,
    Named,
    counts_of,
    digest_of,
    evidence_of,
    find_line,
    find_pack,
    lines_of,
    named,
    pack_facts,
    packs,
    papers_of,
    pdf_of,
    people_of,
)
from .telling import (
    Registered,
    closed_duties,
    facts_of,
    filings,
    find_open,
    find_sent,
    freeze_on,
    last_sent,
    next_freeze,
    open_duties,
    opened,
    registered,
    secretary_on,
    sent,
    was_enough_since,
)

__all__ = [
    "Counts", "Day", "Gauge", "Moved", "Named", "Registered", "Unanswered", "candidates", "cases_of", "closed_duties",
    "count", "counts_of", "digest_of", "evidence_of", "facts_of", "filings", "find_candidate", "find_line", "find_open",
    "find_pack", "find_sent", "freeze_on", "gauge", "last_sent", "lines_of", "moved", "named", "next_freeze", "open_duties",
    "opened", "pack_facts", "packs", "papers_of", "pdf_of", "people_of", "registered", "rows_between", "secretary_on",
    "sent", "to_ask", "unanswered", "was_enough_since",
]  # fmt: skip
