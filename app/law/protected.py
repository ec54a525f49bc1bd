"""Donations protected from disclosure: whether the Commission may take and pass on one (Electoral Act 1993 ss 208A, 208B)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from .clauses import Finding, Refusal
from .donations import Donation
from .money import Money, total
from .nz import protected as nz
from .nz.elections import ELECTIONS, Election
from .periods import between_polls


class NotOverMinimum(Refusal):
    field = "amount"
    sentence = "A donation protected from disclosure must exceed {least} ({cites}). Give it openly instead."


class OverProtectedCap(Refusal):
    """`allowed` (Money) is what may still be given this way before the next polling day."""

    field = "amount"
    sentence = (
        "The Commission may not pass this on: {whose} may come to at most {cap} between two polling days ({cites}), and "
        "{before} has been given. {allowed} may still be given."
    )


def check_protected(
    amount: Money, earlier: Iterable[Donation], *, donor: str | None, on: date, elections: Iterable[Election] = ELECTIONS
) -> Finding:
    """Whether a protected donation may be passed on. `earlier`: the protected donations to this party so far. Raises
    NotOverMinimum, OverProtectedCap. The finding says so where the dollars of the caps are not known for the day (s 208C)."""
    least = nz.MINIMUM.on(on)
    if not amount.exceeds(least.value):
        raise NotOverMinimum(least=least.value, cites=least.cites)
    party, mine = nz.PARTY_CAP.find(on), nz.DONOR_CAP.find(on)
    if party is None or mine is None:
        return Finding(
            True,
            f"It exceeds {least.value}. The caps of s 208B, in dollars, are not known here for {on}: ask the Commission.",
            least.cites,
        )
    cycle = between_polls(on, elections)
    inside = [d for d in earlier if d.protected and cycle is not None and d.on in cycle and d.on <= on]
    for whose, cap, theirs in (
        ("one donor’s protected donations to a party", mine, [d for d in inside if donor is not None and d.donor == donor]),
        ("all protected donations to a party", party, inside),
    ):
        before = total(d.amount for d in theirs)
        if (before + amount).exceeds(cap.value):
            allowed = max(cap.value - before, Money(0))
            raise OverProtectedCap(whose=whose, cap=cap.value, cites=cap.cites, before=before, allowed=allowed)
    return Finding(True, f"It exceeds {least.value} and passes no cap.", least.cites)
