"""The page-weight meter: every public page says in its footer what it took to send it, and what that would have cost.

The page leaves two slots. They are filled when it is kept, after compression, at the same width, so that filling them
changes the weight by next to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from .sending import Packing


@dataclass(frozen=True)
class Meter:
    """What the sentence in the footer is made of. A slot is letters that nobody types and nobody sees."""

    size: str = "\N{INVISIBLE SEPARATOR}" * 4
    cents: str = "\N{INVISIBLE PLUS}" * 3
    # What Orcon’s fibre plans took for data over their cap (NBR, “Orcon launches Crown fibre plans from $75/month”, 2012):
    # a row of our figures, and a test holds this to it.
    year: int = 2012
    dollars_a_gb: Decimal = Decimal(2)


METER = Meter()
TRIES = 5


def weigh(page: bytes) -> tuple[bytes, bytes]:
    """The page plain and compressed, each saying what itself weighs (to a tenth of a kilobyte). Without slots, as it is.

    What comes before the slots is compressed once, however often what follows is tried."""
    at = page.rfind(METER.size.encode())  # the last one: the footer’s, whatever else is on the page
    head, foot = (page[:at], page[at:]) if at >= 0 else (page, b"")
    packing = Packing(head)
    gzipped = packing.with_end(_filled(foot, 0))
    for _ in range(TRIES):
        before, gzipped = gzipped, packing.with_end(_filled(foot, len(gzipped)))
        if size(len(gzipped)) == size(len(before)):
            break
    return head + _filled(foot, len(page)), gzipped


def _filled(foot: bytes, weight: int) -> bytes:
    for slot, said in ((METER.size, size(weight)), (METER.cents, cents(weight))):
        before, found, after = foot.rpartition(slot.encode())
        if found:
            foot = before + said.encode().rjust(len(found)) + after  # a space is before it: more of them do not show
    return foot


def size(weight: int) -> str:
    """Bytes in kilobytes of a thousand: “7.6 KB”, “38 KB”."""
    return f"{_rounded(Decimal(weight) / 1000, '0.1'):,f}\N{NO-BREAK SPACE}KB"


def cents(weight: int) -> str:
    """What so many bytes cost over that cap: bytes ÷ 10⁹ × the price of a GB in cents."""
    return f"{_rounded(Decimal(weight) / 10**9 * METER.dollars_a_gb * 100, '0.0001'):f}"


def _rounded(value: Decimal, step: str) -> Decimal:
    return value.quantize(Decimal(step), ROUND_HALF_UP).normalize()
