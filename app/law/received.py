"""What of a donation was received, when and from whom, and what became of it: the facts that duties and returns share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from .clauses import Finding
from .donations import Donation, GivenUp, To
from .money import Money
from .nz import donations as nz


def received_on(donation: Donation) -> date | None:
    """The day the party secretary received it (s 207(2) “receive”): of a transmitted one, when it was passed on or banked; None
    while a transmitter still holds it."""
    return donation.on if donation.transmission is None else donation.transmission.passed_on


def donor_of(donation: Donation) -> str | None:
    """The donor; None of an anonymous donation, which one is whose transmitter does not name the donor (s 207E(2))."""
    return None if donation.transmission is not None and not donation.transmission.named else donation.donor


def received_by(donations: Iterable[Donation], on: date) -> list[tuple[date, Donation]]:
    """Those received by the close of `on`, each with its day, in the order of days."""
    found = [(day, donation) for donation in donations if (day := received_on(donation)) is not None and day <= on]
    return sorted(found, key=lambda pair: pair[0])


def given_up_by(donation: Donation, on: date) -> list[GivenUp]:
    """What had been given back or paid over of it by the close of `on`."""
    return [part for part in donation.given_up if part.on <= on]


def given_back_whole_on(donation: Donation, on: date) -> date | None:
    """The day by `on` on which all of it had gone back to the donor; None if it had not."""
    back = 0
    for part in sorted(given_up_by(donation, on), key=lambda part: part.on):
        back += part.amount.cents if part.to is To.DONOR else 0
        if back >= donation.amount.cents:
            return part.on
    return None


def as_told(donation: Donation, on: date) -> Donation:
    """The donation as it was known at the close of `on`: without contributions that were told later."""
    if all(part.told_on is None or part.told_on <= on for part in donation.contributions):
        return donation
    told = tuple(part for part in donation.contributions if part.told_on is None or part.told_on <= on)
    return replace(donation, contributions=told)


def too_large_from_overseas(donation: Donation, day: date, *, known: date | None = None) -> dict[str, Money]:
    """The overseas contributors whose contributions to one donation exceed what may stand behind it (s 207K(3)), with their
    totals. Empty for an anonymous or protected donation, and for an overseas donor, to whom s 207K(2A) applies instead."""
    if not donation.contributions or donation.protected or donation.overseas or donor_of(donation) is None:
        return {}
    sums: dict[str, Money] = {}
    for part in donation.contributions:
        if part.overseas:
            sums[part.of] = sums[part.of] + part.amount if part.of in sums else part.amount
    most = nz.OVERSEAS_CONTRIBUTION.on(day, known=known).value
    return {who: amount for who, amount in sums.items() if amount.exceeds(most)}


def undeclared_since(donation: Donation, day: date) -> date | None:
    """The day on which the secretary knew that the donor, when giving, had not said whose money it is “in any respect” (s
    207C(5)): as recorded, or as a contribution was told after `day`, the day of receipt. None if nothing is known to be wrong.
    Protected and anonymous donations are outside it."""
    if donation.protected or donor_of(donation) is None:
        return None
    late = [part.told_on for part in donation.contributions if part.told_on is not None and part.told_on > day]
    days = [*late, *([donation.undeclared_on] if donation.undeclared_on else [])]
    return min(days) if days else None


def counts_as_received(donation: Donation, on: date) -> Finding:
    """Whether it counts, on day `on`, as received for the annual return (ss 207C(6), 210), and why not.

    One that went back whole to a donor in New Zealand does not count. One of an overseas donor does, though it went back:
    Part D tells of it and of what was returned (s 210(5)(e)).
    """
    day = received_on(donation)
    if day is None or day > on:
        return Finding(False, "Not received: whoever was to send it on has not.", "Electoral Act 1993 s 207(2) “receive”")
    back = None if not donation.given_up or (donation.overseas and donor_of(donation)) else given_back_whole_on(donation, on)
    if back is None:
        return Finding(True, f"Received on {day}.", "Electoral Act 1993 s 210(1)")
    return Finding(False, f"Counts as not received: given back whole on {back}.", "Electoral Act 1993 s 207C(6)")


def must_ask_where_from(donation: Donation) -> Finding:
    """Whether the party must take all reasonable steps to learn if donor or contributors are overseas (s 207JA, since 2020)."""
    rule = nz.ASK_WHERE_FROM.find(donation.on)
    if rule is None:
        return Finding(False, "Before 2020 no section asked the party to find out where a donation comes from.", "")
    if donor_of(donation) is None or donation.protected:
        return Finding(False, "Nobody can be asked: the donor is not known to the party.", rule.cites)
    if not donation.amount.exceeds(rule.value):
        return Finding(False, f"It does not exceed {rule.value}.", rule.cites)
    return Finding(
        True,
        f"It exceeds {rule.value}: take all reasonable steps to learn whether donor or contributor is overseas.",
        rule.cites,
    )
