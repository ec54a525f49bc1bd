"""The clauses in one list, for people to read."""

from __future__ import annotations

from typing import Any

from .clauses import Clauses
from .nz import electoral_act
from .party_rules import DUES


def membership() -> list[Clauses[Any]]:
    """Every rule that membership rests on."""
    return [
        electoral_act.FEE_INTERVAL_YEARS,
        electoral_act.MINIMUM_MEMBERS,
        electoral_act.MINIMUM_FEE_CENTS,
        electoral_act.ADULT_YEARS,
        electoral_act.RECORDS_YEARS,
        Clauses("polling days, on which nothing is pushed before the poll closes", electoral_act.POLLING_DAYS),
        DUES,
    ]
