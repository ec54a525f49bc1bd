"""Verbs: the books leave the house, and the log says so first."""

from __future__ import annotations

from datetime import date

from app.ground import audit
from app.ground.audit import Action

from .. import queries


def note_export(*, since: date, until: date, by: str) -> int:
    """Write down that the ledger of a span is taken out, and how many lines that is."""
    lines = queries.count_lines(since=since, until=until)
    audit.record(Action.LEDGER_EXPORTED, "ledger:NZD", by=by, since=since.isoformat(), until=until.isoformat(), lines=lines)
    return lines
