"""Questions about letters to many: to whom, what they say, how far they are, what came back."""

from .asking import Whom, conditions, covers, number_of, scope_of_mailing, whom
from .drafts import (
    Written,
    drawn_for,
    find,
    gets_news,
    listed,
    on_the_list,
    sample,
    stop_path,
    under_way,
    values_of,
    waiting_for_authority,
    written,
)
from .progress import Progress, Report, last_part, parts_left, progress, report

__all__ = [
    "Progress", "Report", "Whom", "Written", "conditions", "covers", "drawn_for", "find", "gets_news", "last_part", "listed",
    "number_of", "on_the_list", "parts_left", "progress", "report", "sample", "scope_of_mailing", "stop_path", "under_way",
    "values_of", "waiting_for_authority", "whom", "written",
]  # fmt: skip
