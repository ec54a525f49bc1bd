"""From values of the law to JSON: money as “1500.00”, days as “2026-11-28”, a dataclass as an object."""

from __future__ import annotations

import enum
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from app.law.clauses import Clause
from app.law.money import Money
from app.law.periods import Period
from app.law.rule_book import printed


def plain(value: Any) -> Any:
    """`value` in JSON’s own words. An open end of a period is null."""
    match value:
        case Money():
            whole, part = divmod(abs(value.cents), 100)
            return f"{'-' if value.cents < 0 else ''}{whole}.{part:02}"
        case Period():
            return {"since": plain(value.since), "last": plain(value.last)}
        case Clause():
            return {
                "figure": printed(value.value),
                "cites": value.cites,
                "since": plain(value.since),
                "enacted": plain(value.enacted),
            }
        case date():
            return None if value == date.max else value.isoformat()
        case enum.Enum():
            return value.value
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value
