"""The calculators in the order they are shown."""

from __future__ import annotations

from .caps import CAP_COST, TIME_TO_CAP
from .countries import CABLE_COST, PRICE_ELSEWHERE
from .homes import HOME_USE, SLOW_LANE
from .plans import CAPPED_OR_UNLIMITED

CALCULATORS = {
    one.slug: one for one in (TIME_TO_CAP, CAP_COST, HOME_USE, CAPPED_OR_UNLIMITED, PRICE_ELSEWHERE, CABLE_COST, SLOW_LANE)
}
