"""Tables that leave the house as CSV: a row at a time, and nothing in them that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask import Response, stream_with_context

# What begins a formula in one spreadsheet or another, also in its wide form; and what such a sign may hide behind.
_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", " ", "＝", "＋", "－", "＠", "|", "%")
_ROWS_AT_ONCE = 200


def defuse(text: str) -> str:
    """A text that a spreadsheet shows and does not run: with an apostrophe before it, if it begins as a formula does."""
    return f"'{text}" if text.startswith(_BEGINS) else text


def as_csv(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Rows as CSV (RFC 4180), some hundred at a time."""
    held = io.StringIO()
    writer = csv.writer(held)
    for place, row in enumerate(rows, 1):
        writer.writerow(row)
        if place % _ROWS_AT_ONCE == 0:
            yield held.getvalue()
            held.seek(0)
            held.truncate()
    yield held.getvalue()


def sheet(name: str, rows: Iterable[Sequence[str]]) -> Response:
    """An answer that is written while it is sent. `name` is one of our own."""
    answer = Response(stream_with_context(as_csv(rows)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
