"""The questions of this room."""

from .files import (
    Counts,
    Kept,
    content_of,
    counts_of,
    find_import,
    find_row,
    imports,
    kept_of,
    new_tags,
    opened,
    refused_of,
    rows_of,
    says,
    some_done,
    some_rows,
)
from .matching import Known, Like, hold, known, likely

__all__ = [
    "Counts", "Kept", "Known", "Like", "content_of", "counts_of", "find_import", "find_row", "hold", "imports", "kept_of",
    "known", "likely", "new_tags", "opened", "refused_of", "rows_of", "says", "some_done", "some_rows",
]  # fmt: skip
