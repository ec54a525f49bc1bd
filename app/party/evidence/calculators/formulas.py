"""The sums, as pure functions of exact fractions: nothing is rounded before it is shown, so no boundary needs guarding.

Units: a GB is 10⁹ bytes = 8,000 megabits. A month is 365.25/12 = 30.4375 days = 730.5 hours. Money is NZ dollars with GST.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

MEGABITS_PER_GB = 8000
DAYS_PER_MONTH = Fraction(487, 16)  # 30.4375
HOURS_PER_MONTH = Fraction(1461, 2)  # 730.5
MONTHS = 12


@dataclass(frozen=True)
class Gone:
    """C1. How long a cap lasts at full speed, and that as a share of the month (0 to 1 and above)."""

    seconds: Fraction
    share: Fraction


def time_to_cap(cap_gb: Fraction, mbps: Fraction) -> Gone:
    """C1: hours = GB × 8,000 ÷ Mbps ÷ 3,600; share = hours ÷ 730.5. The speed must be above zero."""
    seconds = cap_gb * MEGABITS_PER_GB / mbps
    return Gone(seconds, seconds / 3600 / HOURS_PER_MONTH)


@dataclass(frozen=True)
class Bill:
    """C2. What a month costs; dollars. `blocks` only where extra data is sold in blocks, `per_gb` only if any was used."""

    over_gb: Fraction
    blocks: int
    extra: Fraction
    total: Fraction
    per_gb: Fraction | None


def bill(*, price: Fraction, cap_gb: Fraction | None, used_gb: Fraction, rate: Fraction, block_gb: Fraction | None) -> Bill:
    """C2: price + what is used above the cap, by the GB or in blocks begun. Without a cap, or slowed (rate 0): the price."""
    over = max(Fraction(0), used_gb - cap_gb) if cap_gb is not None else Fraction(0)
    blocks = ceil(over / block_gb) if block_gb is not None else 0
    extra = (blocks if block_gb is not None else over) * rate
    total = price + extra
    return Bill(over, blocks, extra, total, total / used_gb if used_gb else None)


@dataclass(frozen=True)
class HomeUse:
    """C3. GB a month; and for a cap the days it lasts, None if the month ends first."""

    gb_month: Fraction
    days: Fraction | None

    @property
    def bites_on_day(self) -> int | None:
        """The day of a month that begins full: the first of the month + whole days."""
        return None if self.days is None else 1 + floor(self.days)


def home_use(*, fixed_gb: Fraction, hours_and_rates: list[tuple[Fraction, Fraction]], cap_gb: Fraction | None) -> HomeUse:
    """C3: GB/month = fixed + Σ hours a day × GB an hour × 30.4375; days = cap ÷ (GB/month ÷ 30.4375)."""
    month = fixed_gb + sum((hours * rate for hours, rate in hours_and_rates), Fraction(0)) * DAYS_PER_MONTH
    if cap_gb is None or cap_gb >= month:
        return HomeUse(month, None)
    return HomeUse(month, cap_gb / (month / DAYS_PER_MONTH))


def break_even(*, capped: Fraction, cap_gb: Fraction, rate: Fraction, unlimited: Fraction) -> Fraction | None:
    """C4: the GB a month at which both plans cost the same: cap + (unlimited − capped) ÷ rate.

    0 when the unlimited plan is not dearer: it always wins. None when extra data is free: it never wins.
    """
    if unlimited <= capped:
        return Fraction(0)
    return cap_gb + (unlimited - capped) / rate if rate else None


def ladder(steps: list[tuple[Fraction, Fraction]]) -> list[Fraction]:
    """What one more GB costs from plan to plan: Δprice ÷ Δcap of (cap in GB, price) pairs, smallest cap first."""
    return [(price - less) / (cap - smaller) for (smaller, less), (cap, price) in pairwise(steps)]


def elsewhere(price: Fraction, *, basket_there: Fraction, basket_here: Fraction) -> Fraction:
    """C5: your price × their basket ÷ ours, both of one year in PPP dollars: no exchange rate is needed."""
    return price * basket_there / basket_here


def share_of_income(price: Fraction, yearly_income: Fraction) -> Fraction:
    """Twelve months of a price as a share of a year’s income (0 to 1)."""
    return price * MONTHS / yearly_income


def minutes_of_work(price: Fraction, hourly_pay: Fraction) -> Fraction:
    """How long somebody works for a price at an hourly pay."""
    return price / hourly_pay * 60


def cable(*, cost: Fraction, years: int, connections: Fraction, interest: Fraction, running: Fraction) -> Fraction:
    """C6: dollars a connection a month. Annuity C·i ÷ (1 − (1+i)⁻ⁿ), or C ÷ n without interest, + C × running cost a year.

    `interest` and `running` are shares a year (0.08 is 8%).
    """
    yearly = cost * interest / (1 - (1 + interest) ** -years) if interest else cost / years
    return (yearly + cost * running) / connections / MONTHS


def slow_lane(megabytes: Fraction, kbit_s: Fraction) -> Fraction:
    """C7: seconds = MB × 8,000 ÷ kbit/s. The speed must be above zero."""
    return megabytes * 8000 / kbit_s
